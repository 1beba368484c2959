"""A dangerous press is asked once more, and never counts on a card that tells of another commander."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.marks import REAL
from bot.chat.card import Form, Reply
from bot.chat.inbound import Pressed
from bot.domain.ids import EventId, PersonId
from bot.errors import Refused
from bot.text import text

if TYPE_CHECKING:
    from bot.chat.inbound import Submitted
    from bot.domain.event import Event

CONFIRM = "press.confirm"
"""The form that asks 确认执行 where the platform has no question of its own."""
DANGEROUS = frozenset(
    {
        "standdown.ask", "standdown.clear", "standdown.confirm", "standdown.override", "event.false_alarm",
        "event.close", "phase.enter", "merge.undo", "drill.end", REAL,
    }
)  # fmt: skip


def second_look(event: Event, press: Pressed) -> Reply | None:
    """The question, where nobody has asked it yet. Raises Refused where the card is out of date."""
    if press.action not in DANGEROUS:
        return None
    holder = event.command.holder
    if press.action == REAL:
        return None if press.confirmed else _ask_real(press)
    if press.commander is not None and (holder is None or holder.person != press.commander):
        raise Refused(text("refused.card_changed"))
    return None if press.confirmed else _ask(event, press)


def _ask_real(press: Pressed) -> Reply:
    """The way out of a drill is asked as what it is, a real report, and no state of the drill stands against it."""
    hint = text("drill.real.confirm")
    form = Form(CONFIRM, text("drill.real"), (), text("press.confirm"), kind="live", hint=hint, context=_kept(press))
    return Reply(form=form)


def _ask(event: Event, press: Pressed) -> Reply:
    title = text("ask.command.title", number=event.id, title=event.title)
    form = Form(
        CONFIRM, title, (), text("press.confirm"), kind=event.mark, hint=text("ask.confirm"), context=_kept(press)
    )
    return Reply(form=form)


def _kept(press: Pressed) -> dict[str, str]:
    return {
        "action": press.action,
        "event": str(press.event),
        "target": press.target,
        "revision": str(press.revision),
        "commander": press.commander or "",
    }


def confirmed(form: Submitted) -> Pressed:
    """The press that was asked about, confirmed now."""
    kept = form.context
    revision = kept.get("revision", "")
    return Pressed(
        action=kept.get("action", ""),
        event=EventId(kept.get("event", "")),
        target=kept.get("target", ""),
        revision=int(revision) if revision.isdecimal() else 0,
        commander=PersonId(kept["commander"]) if kept.get("commander") else None,
        confirmed=True,
    )
