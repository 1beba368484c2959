"""/merge 合并: two reports of the same thing become one event; it can be undone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.chat.card import Choice, Form, Reply
from bot.chat.router import Router
from bot.domain.ids import EventId
from bot.errors import Refused
from bot.services.context import Context
from bot.services.meaning import number_in, pointed_at
from bot.services.merging import merge, undo_merge
from bot.text import text
from handlers.asked import event_line, event_pressed, pressed, submitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.event import Event

ROUTER: Router[Context] = Router()


@ROUTER.word("merge", "合并", help_line=text("help.merge"), example=text("example.merge"))
async def merge_word(context: Context) -> Reply:
    """Two numbers, or one in a command room, or two open events in all; else both are asked."""
    opened = await context.work.open_events()
    named = tuple(dict.fromkeys((*_numbers(context, opened), *_here(context))))
    if len(named) < 2 and len(opened) == 2:  # noqa: PLR2004 (two events make one)
        named = (opened[0].id, opened[1].id)
    if len(named) >= 2:  # noqa: PLR2004
        return await _merged(context, named[0], named[1])
    if len(opened) < 2:  # noqa: PLR2004
        raise Refused(text("refused.nothing_to_merge"))
    return ask_both(opened)


def _numbers(context: Context, opened: Sequence[Event]) -> tuple[EventId, ...]:
    """Up to two numbers behind the word."""
    year = context.now.astimezone(context.house.zone).year
    found: list[EventId] = []
    rest = context.words_after
    while (named := number_in(rest, opened, year, free_text=False)) is not None:
        found.append(named.event)
        rest = named.rest
    return tuple(found)


def _here(context: Context) -> tuple[EventId, ...]:
    here = pointed_at(replace(context, words_after=""))
    return () if here is None else (here,)


def ask_both(opened: Sequence[Event]) -> Reply:
    """Ask which two."""
    options = tuple((str(event.id), event_line(event)) for event in opened)
    fields = (Choice("first", text("ask.merge.first"), options), Choice("second", text("ask.merge.second"), options))
    return Reply(form=Form("merge.pick", text("ask.merge.title"), fields, text("ask.send")))


@ROUTER.form("merge.pick")
async def picked(context: Context) -> Reply:
    """These two."""
    values = submitted(context).values
    return await _merged(context, EventId(values.get("first", "")), EventId(values.get("second", "")))


@ROUTER.press("event.merge")
async def press(context: Context) -> Reply:
    """One tap on what the house offered."""
    press_ = pressed(context)
    return await _merged(context, press_.event, EventId(press_.target))


async def _merged(context: Context, one: EventId, other: EventId) -> Reply:
    first, second = await merge(context, one, other)
    return Reply(text=text("reply.merged", second=second.id, first=first.id))


@ROUTER.press("merge.undo")
async def undo(context: Context) -> Reply:
    """The merge was wrong."""
    event = await undo_merge(context, (await event_pressed(context)).id)
    return Reply(text=text("reply.merge_undone", number=event.id))
