"""Whose mark an answer carries: that of a drill where it is about one, put there for every handler at once.

An answer about a real event never carries it. Where live and drill run side by side, what was done decides; then
what was pressed or filled in; then the number named, the card answered, the room it was said in.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.cards.marks import REAL
from bot.cards.way_out import belongs_to, with_way_out
from bot.chat.inbound import Pressed, Said, Submitted
from bot.domain.fold import QUIET
from bot.domain.ids import EventId, is_drill
from bot.errors import Refused
from bot.services.meaning import event_of, pointed_at
from handlers.dangerous import CONFIRM
from handlers.words import Spoken, parse

if TYPE_CHECKING:
    from bot.chat.card import Card, Reply
    from bot.chat.router import Router
    from bot.services.context import Context

_NUMBER = re.compile(r"(EV|DR|DU)-\d{4}-\d{4,}", re.IGNORECASE)
REPORTS = "report."
"""How the forms and presses of a real report begin, wherever they are used."""


async def with_mark(context: Context, router: Router[Context], reply: Reply) -> Reply:
    """The answer with the mark it carries; the card of a drill with its way out."""
    drill = None if _is_real(context, router) else _about(context, reply)
    marked = replace(reply, kind="drill" if drill is not None else None)
    if drill is not None and _of_that_drill(context):
        marked = _form_and_card(marked, drill)
    if marked.card is not None:
        marked = replace(marked, card=await _settled(context, marked.card))
    return marked


def _about(context: Context, reply: Reply) -> EventId | None:
    """The drill that is answered about; None: none, or a real event as well."""
    own = {each.kind for each in (reply.card, reply.form) if each is not None}
    done = {entry.stream for entry in context.work.appended if not isinstance(entry.payload, QUIET)}
    if "live" in own or any(stream.startswith("EV-") for stream in done):
        return None
    if own and "drill" not in own and not _of_that_drill(context):
        return None  # a list, help, a question among several: it says itself what is a drill
    found = _first_drill(done) if done else _first_drill({_pointed(context)})
    if found is None and ("drill" in own or reply.kind == "drill"):
        return _first_drill({_event_shown(reply)}) or EventId("")
    return found


def _is_real(context: Context, router: Router[Context]) -> bool:
    """Whether somebody reports something real: in the middle of a drill, too, that never carries its mark."""
    match context.inbound.what:
        case Said(words=words):
            heard = parse(words, router.words)
            return isinstance(heard, Spoken) and heard.word.name == "report"
        case Pressed(action=action):
            return action == REAL or action.startswith(REPORTS)
        case Submitted(form=form, context=asked):
            return form.startswith(REPORTS) or (form == CONFIRM and asked.get("action") == REAL)
        case _:
            return False


def _first_drill(events: set[EventId] | set[EventId | None]) -> EventId | None:
    return min((each for each in events if each is not None and is_drill(each)), default=None)


def _of_that_drill(context: Context) -> bool:
    """Whether a button or a form of a drill is answered: then all of the answer is about it."""
    match context.inbound.what:
        case Pressed() | Submitted():
            return is_drill(_pointed(context) or "")
        case _:
            return False


def _pointed(context: Context) -> EventId | None:
    match context.inbound.what:
        case Pressed(event=event):
            return event_of(event)
        case Submitted(values=values, context=asked):
            return event_of(asked.get("event", "")) or event_of(values.get("event", ""))
        case Said(words=words):
            named = {EventId(found[0].upper()) for found in _NUMBER.finditer(words)}
            return named.pop() if len(named) == 1 else pointed_at(context)
        case _:
            return pointed_at(context)


def _event_shown(reply: Reply) -> EventId | None:
    return None if reply.card is None else reply.card.event


def _form_and_card(reply: Reply, drill: EventId) -> Reply:
    """What the handler of a drill's button answers with is the drill's, whether it said so or not."""
    form, card = reply.form, reply.card
    return replace(
        reply,
        form=None if form is None else replace(form, kind="drill"),
        card=None if card is None else replace(card, kind="drill", event=card.event or drill),
    )


async def _settled(context: Context, card: Card) -> Card:
    drill = belongs_to(card, None) if card.kind == "drill" else None
    if drill is None:
        return card
    try:
        event = await context.work.look(drill)
    except Refused:
        return card
    return with_way_out(card, event, context.house.company)
