"""What can be pressed on the command card in each state of the event.

Dangerous ones carry the revision and who commanded when they were shown, and ask before they count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.drill import has_ended
from bot.cards.wording import phase_name, where
from bot.chat.card import Button
from bot.domain.playbook import PHASES
from bot.text import text

if TYPE_CHECKING:
    from bot.chat.card import Shown, Style
    from bot.domain.event import Event
    from bot.domain.playbook import Phase


def command_buttons(event: Event) -> tuple[Button, ...]:
    """The presses that make sense now, the likeliest first; what is rare or dangerous is folded."""
    match event.status:
        case "open":
            return (*_confirming(event), *_taking(event), *_leading(event), *_ending(event), _record(event))
        case "standing_down":
            return (*_taking(event), *_stand_down(event), *_leading(event), _record(event))
        case "stood_down" if has_ended(event):
            return (*_closing(event), _record(event))
        case "stood_down":
            return (*_closing(event), *_taking(event), _hand_over(event), _record(event))
        case "merged":
            undo = _button(event, "merge.undo", text("merge.undo"), confirm=_sure(event, text("merge.undo.confirm")))
            return (undo, _record(event))
        case "closed" | "false_alarm":
            return (_record(event),)


def _button(
    event: Event,
    action: str,
    label: Shown,
    *,
    target: str = "",
    style: Style = "normal",
    confirm: Shown | None = None,
    more: bool = False,
) -> Button:
    holder = event.command.holder
    return Button(
        action,
        label,
        event.id,
        target=target,
        revision=event.revisions.get("command", 0),
        commander=None if holder is None else holder.person,
        style=style,
        confirm=confirm,
        more=more,
    )


def _sure(event: Event, question: Shown) -> Shown:
    """The question before a dangerous press; a drill asks in other words than a live event (Hawaii 2018)."""
    if event.live:
        return text("confirm.live", number=event.id, title=event.title, place=where(event), question=question)
    return text("confirm.drill", number=event.id, title=event.title, place=where(event), question=question)


def _record(event: Event) -> Button:
    return _button(event, "record.open", text("record.open"), more=True)


def _hand_over(event: Event) -> Button:
    return _button(event, "command.hand_over", text("command.hand_over"))


def _confirming(event: Event) -> tuple[Button, ...]:
    """A stranger's report waits for one confirmation."""
    if event.confirmed:
        return ()
    return (_button(event, "event.confirm", text("event.confirm"), style="primary"),)


def _taking(event: Event) -> tuple[Button, ...]:
    """Offered while whoever leads has not answered, while somebody acts, and while nobody leads."""
    command = event.command
    unsettled = command.holder is None or command.acting or command.answer_at is not None
    on_site = _button(event, "command.on_site", text("command.on_site"), more=True)
    if not unsettled:
        return (on_site,)
    return (_button(event, "command.take", text("command.take"), style="primary"), on_site)


def _leading(event: Event) -> tuple[Button, ...]:
    level = _button(event, "level.change", text("level.change"))
    following = _following(event.phase)
    if following is None or event.status != "open":
        return (level, _hand_over(event))
    enter = _button(
        event,
        "phase.enter",
        text("phase.enter", phase=phase_name(following)),
        target=following,
        confirm=_sure(event, text("phase.enter.confirm", phase=phase_name(following))),
        more=following == "recovery",
    )
    return (level, _hand_over(event), enter)


def _following(phase: Phase) -> Phase | None:
    """The phase the commander may enter next; the review begins by itself when the response ends."""
    following = PHASES[PHASES.index(phase) + 1 : PHASES.index(phase) + 2]
    return following[0] if following and following[0] != "review" else None


def _ending(event: Event) -> tuple[Button, ...]:
    ask = _button(
        event,
        "standdown.ask",
        text("standdown.ask"),
        style="danger",
        confirm=_sure(event, text("standdown.ask.confirm")),
    )
    false = _button(
        event,
        "event.false_alarm",
        text("event.false_alarm"),
        style="danger",
        confirm=_sure(event, text("event.false_alarm.confirm")),
        more=True,
    )
    return (ask, false)


def _stand_down(event: Event) -> tuple[Button, ...]:
    """End the response: at once when all are clear; otherwise only with a reason, behind ⋯."""
    if all(department in event.clear for department in event.clear_from):
        return (stand_down_button(event),)
    sure = _sure(event, text("standdown.override.confirm"))
    return (_button(event, "standdown.override", text("standdown.override"), style="danger", confirm=sure, more=True),)


def stand_down_button(event: Event) -> Button:
    """End the response after every all clear."""
    sure = _sure(event, text("standdown.confirm.confirm"))
    return _button(event, "standdown.confirm", text("standdown.confirm"), style="danger", confirm=sure)


def _closing(event: Event) -> tuple[Button, ...]:
    """Sealing is the plain next step when nothing is left; otherwise it is folded and asks for a reason."""
    left = any(task.open for task in event.tasks.values())
    sure = _sure(event, text("event.close.confirm"))
    return (_button(event, "event.close", text("event.close"), style="danger", confirm=sure, more=left),)
