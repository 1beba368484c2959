"""What is said in a room on one platform stands on its other platforms too, with the speaker's name.

Only what a record keeps is mirrored, as it was said. A mirror is a message of the bot, so it is never mirrored itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Card
from bot.chat.effect import Outgoing, Post, Priority
from bot.domain.ids import EventId
from bot.services.meaning import event_of
from bot.store.queries import load_entries
from bot.store.remembering import WEB
from bot.text import same, text

if TYPE_CHECKING:
    from bot.chat.card import Shown
    from bot.chat.inbound import DeletedMessage, EditedMessage, Said
    from bot.domain.event import Event
    from bot.domain.ids import FileId
    from bot.services.context import Context

MIRROR = "mirror/"
"""How the keys of mirrors begin; the platform and its id of the message follow."""


def mirror(context: Context, event: Event, said: Said) -> None:
    """Show a message on the room's other platforms."""
    lead = (same(said.words),) if said.words.strip() else ()
    _show(context, event, said.message, lead, said.files, said.reply_to)


async def mirror_change(context: Context, event: Event, changed: EditedMessage | DeletedMessage) -> None:
    """The mirror reads as the message does now; of a message that was taken off it says so, and nothing hangs on it."""
    if not _stands_elsewhere(context):
        return
    if changed.kind == "edited":
        _show(context, event, changed.message, (same(changed.words),), await _files_of(context, event, changed), None)
    else:
        _show(context, event, changed.message, (text("mirror.withdrawn"),), (), None)


async def _files_of(context: Context, event: Event, changed: EditedMessage) -> tuple[FileId, ...]:
    """What came with the message: an edit tells its new words alone."""
    for entry in await load_entries(context.work.rows, event.id):
        said = entry.payload
        if said.kind == "message.said" and (said.message, said.room) == (changed.message, context.inbound.room):
            return said.files
    return ()


async def mirrored(context: Context, key: str) -> EventId | None:
    """The event of the message that a mirror shows; None where the key is no mirror's."""
    if not key.startswith(MIRROR):
        return None
    found = await context.work.setting(f"message/{key.removeprefix(MIRROR)}")
    return EventId(found) if found else None


def _show(
    context: Context, event: Event, message: str, lead: tuple[Shown, ...], files: tuple[FileId, ...], under: str | None
) -> None:
    if not _stands_elsewhere(context):
        return
    room, platform = context.inbound.room, context.inbound.platform
    kind, drill = ("drill", event.id) if event.kind == "drill" else (None, None)
    card = Card(kind, "plain", same(_speaker(context)), event=drill, lead=lead, files=files, shown_at=context.now)
    post = Post(f"{MIRROR}{platform}/{message}", room, card, thread=under)
    context.work.send(Outgoing(post, Priority.CARD, besides=platform))


def _stands_elsewhere(context: Context) -> bool:
    """Whether talk here is mirrored: that of a shared room, where the company wants it."""
    room = context.inbound.room
    shared = room in context.house.company.rooms or event_of(room) is not None
    return shared and context.house.settings.chat.bridge


def _speaker(context: Context) -> str:
    """The name in every form it has: the mirror reads the same in both languages, and so it is shown once."""
    name, platform = context.speaker, context.inbound.platform
    written = name.zh if name.zh == name.en else f"{name.zh} {name.en}"
    return written if platform == WEB else f"{written} · {platform.capitalize()}"
