"""/note 记录: something for the record, also of an earlier time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Form, Reply, Written
from bot.chat.inbound import Said
from bot.chat.router import Router
from bot.services.context import Context
from bot.services.keeping import keep_files
from bot.services.noting import add_note, parse_note
from bot.text import Moment, text
from handlers.asked import event_submitted, of_event, recorded, submitted

if TYPE_CHECKING:
    from bot.domain.event import Event

ROUTER: Router[Context] = Router()


@ROUTER.word("note", "记录", help_line=text("help.note"), example=text("example.note"))
@of_event("note", free_text=True)
async def note(context: Context, event: Event) -> Reply:
    """Kept as it is written, with its photo; `at 14:05` in front makes it a late entry, marked as such."""
    said = context.inbound.what
    if isinstance(said, Said):
        await keep_files(context, event.id, said.files)
    if not context.words_after:
        title = text("ask.command.title", number=event.id, title=event.title)
        fields = (Written("words", text("ask.note"), long=True),)
        asked = {"event": str(event.id)}
        return Reply(form=Form("note.add", title, fields, text("ask.send"), kind=event.mark, context=asked))
    return await _add(context, event, context.words_after)


@ROUTER.form("note.add")
async def written(context: Context) -> Reply:
    """The note is here."""
    return await _add(context, await event_submitted(context), submitted(context).values.get("words", ""))


async def _add(context: Context, event: Event, typed: str) -> Reply:
    found = parse_note(typed, context.now, context.house.zone)
    await add_note(context, event.id, found)
    if found.at is None:
        return recorded(context)
    return Reply(text=text("reply.late_note", at=Moment(found.at), now=Moment(context.now)))
