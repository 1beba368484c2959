"""/status 状态: the events that are open, or one of them at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.present import present
from bot.chat.card import Card, CardRef, Line, Link, Reply
from bot.chat.router import Router
from bot.services.asking import require
from bot.services.context import Context
from bot.services.meaning import Meant, meant
from bot.text import plural, text
from handlers.asked import event_line

if TYPE_CHECKING:
    from bot.domain.event import Event
    from bot.text import Text

ROUTER: Router[Context] = Router()


@ROUTER.word("status", "状态", help_line=text("help.status"), example=text("example.status"))
async def status(context: Context) -> Reply:
    """One event where one is meant; the list where several are open; calm words where none is."""
    require(context, "event.read")
    found = await meant(context)
    if isinstance(found, Meant):
        event = await context.work.event(found.event)
        return Reply(card=present(event, CardRef(event.id, "command"), context.house.company, context.now))
    if not found:
        return Reply(text=text("status.none"))
    return Reply(card=_list(context, found))


def _list(context: Context, events: tuple[Event, ...]) -> Card:
    lines = tuple(Line(event_line(event), note=_note(event)) for event in events)
    links = tuple(Link(text("link.event", number=event.id), f"event/{event.id}") for event in events)
    head = plural("status.open_events", len(events))
    return Card(kind=None, tone="plain", head=head, lines=lines, links=links, shown_at=context.now)


def _note(event: Event) -> Text:
    done = sum(not task.open for task in event.tasks.values())
    return plural("status.note", len(event.tasks), done=done, level=event.level_name)
