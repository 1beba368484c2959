"""The way out: on the built-in chat a message is delivered when it stands in the chat's own tables."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from bot.adapters.web.messages import Attached
from bot.adapters.web.reading import write_card, write_files
from bot.domain.ids import FileId, PersonId, RoomId
from bot.errors import Refused
from bot.store.web_tables import web_members, web_messages, web_reads, web_rooms
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.adapter import Showing
    from bot.chat.effect import OpenRoom
    from bot.chat.inbound import Said
    from bot.store.work import Work

LENGTH_OF_ID: Final = 32


async def show(work: Work, showing: Showing) -> str:
    """Post a card, or edit the one that stands under its key. Repeating it changes nothing but its place.

    A message's id follows from its room and key, so that nobody has to look whether it stands already.
    """
    feed = await work.next_feed()
    shown = {"card": write_card(showing.card), "files": write_files(await _attached(work, showing.card.files))}
    if showing.standing is not None:
        work.update(web_messages, {"id": showing.standing}, shown | {"feed": feed, "edited_at": work.now})
        return showing.standing
    message = hashlib.sha256(f"{showing.room}\0{showing.key}".encode()).hexdigest()[:LENGTH_OF_ID]
    row = _row(message, showing.room, feed, work) | {"key": showing.key, "thread": showing.thread}
    work.put(web_messages, row | shown)
    return message


async def _attached(work: Work, files: Sequence[FileId]) -> tuple[Attached, ...]:
    """A card's files that are there. One that is gone keeps no card from being shown."""
    found: list[Attached] = []
    for file in files:
        with suppress(Refused):
            kept = await work.file(file)
            if kept.destroyed_at is None:
                found.append(Attached(kept.file, kept.media_type, kept.name))
    return tuple(found)


def _row(message: str, room: RoomId, feed: int, work: Work) -> dict[str, object]:
    return {
        "id": message,
        "room": room,
        "key": None,
        "thread": None,
        "author": None,
        "words": None,
        "card": None,
        "files": "[]",
        "created_at": work.now,
        "edited_at": None,
        "deleted_at": None,
        "posted": feed,
        "feed": feed,
    }


def open_room(work: Work, room: OpenRoom) -> None:
    """An event's command room, with the people who are called into it."""
    row = {"id": room.room, "name_zh": room.name.zh, "name_en": room.name.en, "event": room.event, "purpose": "command"}
    work.put(web_rooms, row)
    let_in(work, room.room, room.invite)


def let_in(work: Work, room: RoomId, people: Sequence[PersonId]) -> None:
    """More people for a room."""
    for person in people:
        work.put(web_members, {"room": room, "person": person})


async def keep_said(work: Work, said: Said, room: RoomId, author: PersonId, files: Sequence[Attached]) -> None:
    """A person's own message, in the transaction in which the house hears it."""
    feed = await work.next_feed()
    told = {"thread": said.reply_to, "author": author, "words": _storable(said.words), "files": write_files(files)}
    work.insert(web_messages, _row(said.message, room, feed, work) | told)
    work.put(web_reads, {"person": author, "room": room, "feed": feed})


def _storable(words: str) -> str:
    """PostgreSQL keeps no NUL: the picture that pages show for it stands here. The record has it as it was typed."""
    return words.replace("\0", "\u2400")


async def keep_edit(work: Work, message: str, author: PersonId, words: str) -> None:
    """A message now reads otherwise; the record keeps the old text. Raises Refused for somebody else's."""
    await _own(work, message, author)
    values = {"words": _storable(words), "edited_at": work.now, "feed": await work.next_feed()}
    work.update(web_messages, {"id": message}, values)


async def keep_deletion(work: Work, message: str, author: PersonId) -> None:
    """A message goes from the room; the record keeps it. Raises Refused for somebody else's."""
    await _own(work, message, author)
    values = {"words": None, "files": "[]", "deleted_at": work.now, "feed": await work.next_feed()}
    work.update(web_messages, {"id": message}, values)


async def _own(work: Work, message: str, author: PersonId) -> None:
    row = await work.row(web_messages, id=message)
    if row is None or row["author"] != author or row["deleted_at"] is not None:
        raise Refused(text("web.not_yours"))


async def keep_read(work: Work, person: PersonId, room: RoomId, feed: int) -> None:
    """How far a person has read; never back."""
    row = await work.row(web_reads, person=person, room=room)
    before = 0 if row is None else row["feed"]
    if not isinstance(before, int) or before < feed:
        work.put(web_reads, {"person": person, "room": room, "feed": feed})
