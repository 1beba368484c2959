"""/record 实施记录: the record as a page and as documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Card, Link, Reply
from bot.chat.router import Router
from bot.domain.secrecy import kept_from
from bot.errors import Refused
from bot.services.asking import require
from bot.services.context import Context
from bot.text import text
from handlers.asked import event_pressed, event_words, of_event

if TYPE_CHECKING:
    from bot.domain.event import Event

ROUTER: Router[Context] = Router()


@ROUTER.word("record", "实施记录", help_line=text("help.record"), example=text("example.record"))
@of_event("record")
async def record(context: Context, event: Event) -> Reply:
    """Where it can be read, and downloaded in either language or side by side."""
    return show(context, event)


@ROUTER.press("record.open")
async def press(context: Context) -> Reply:
    """The same from the command card."""
    return show(context, await event_pressed(context))


def show(context: Context, event: Event) -> Reply:
    """Links for whoever may read it."""
    require(context, "record.read", event)
    if kept_from(event, None if context.person is None else context.person.id, context.now):
        raise Refused(text("refused.duty.secret"))
    page = f"record/{event.id}"
    links = (
        Link(text("link.record"), page),
        Link(text("link.record.zh"), f"{page}.docx?lang=zh"),
        Link(text("link.record.en"), f"{page}.docx?lang=en"),
        Link(text("link.record.both"), f"{page}.docx?lang=both"),
    )
    card = Card(
        kind=event.mark,
        tone="plain",
        head=text("record.head", number=event.id),
        event=event.id,
        lead=(event_words(event),),
        links=links,
        shown_at=context.now,
    )
    return Reply(card=card, link=links[0])
