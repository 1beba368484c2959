"""What the chat reads from its own tables: rooms, messages, what is unread, which events are open."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, func, or_, select

from bot.adapters.web.messages import Attached, Message
from bot.chat.card import Card
from bot.domain.ids import EventId, FileId, PersonId, RoomId
from bot.store import tables
from bot.store.web_tables import web_members, web_messages, web_reads, web_rooms
from bot.text import Words

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.event import EventStatus
    from bot.domain.parties import EventKind

MOST_ENDED = 3
"""Events that are over and still stand in the list."""


class _File(TypedDict):
    file: str
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class OpenedRoom:
    """A room that was opened for an event."""

    id: RoomId
    name: Words
    event: EventId


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """An event as lists show it."""

    id: EventId
    kind: EventKind
    status: EventStatus
    over: bool
    title: Words
    place: Words
    opened_at: datetime


@cache
def _cards() -> TypeAdapter[Card]:
    return TypeAdapter(Card)


def write_card(card: Card) -> str:
    """A card as its column keeps it."""
    return _cards().dump_json(card).decode()


def write_files(files: Sequence[Attached]) -> str:
    """A message's files as their column keeps them."""
    rows = [{"file": each.file, "media_type": each.media_type, "name": each.name} for each in files]
    return json.dumps(rows, ensure_ascii=False)


def read_files(written: str) -> tuple[Attached, ...]:
    """The files of a message."""
    rows: list[_File] = json.loads(written)
    return tuple(Attached(FileId(row["file"]), row["media_type"], row["name"]) for row in rows)


def read_message(row: RowMapping) -> Message:
    """One row as a message."""
    card = row["card"]
    return Message(
        id=row["id"],
        room=RoomId(row["room"]),
        created_at=row["created_at"],
        posted=row["posted"],
        feed=row["feed"],
        key=row["key"],
        thread=row["thread"],
        author=None if row["author"] is None else PersonId(row["author"]),
        words=row["words"],
        card=None if card is None else _cards().validate_json(card),
        files=read_files(row["files"]),
        edited_at=row["edited_at"],
        deleted_at=row["deleted_at"],
    )


async def messages_of(connection: AsyncConnection, room: RoomId, before: int | None, most: int) -> tuple[Message, ...]:
    """The newest messages of a room below a place in the stream, oldest first."""
    columns = web_messages.c
    query = select(web_messages).where(columns.room == room).order_by(columns.posted.desc()).limit(most)
    found = await _messages(connection, query if before is None else query.where(columns.posted < before))
    return found[::-1]


async def changed_since(connection: AsyncConnection, feed: int, most: int) -> tuple[Message, ...]:
    """Messages that are new or different since a place in the stream, in its order."""
    columns = web_messages.c
    return await _messages(
        connection, select(web_messages).where(columns.feed > feed).order_by(columns.feed).limit(most)
    )


async def message(connection: AsyncConnection, id_: str) -> Message | None:
    """One message."""
    found = await _messages(connection, select(web_messages).where(web_messages.c.id == id_))
    return found[0] if found else None


async def cards_named(connection: AsyncConnection, rooms: Sequence[RoomId], keys: Sequence[str]) -> tuple[Message, ...]:
    """Messages of some rooms by their keys."""
    columns = web_messages.c
    return await _messages(connection, select(web_messages).where(columns.room.in_(rooms), columns.key.in_(keys)))


async def cards_of(connection: AsyncConnection, event: EventId, rooms: Sequence[RoomId]) -> tuple[Message, ...]:
    """An event's cards in some rooms, the newest first."""
    columns = web_messages.c
    below = (columns.key >= f"{event}/", columns.key < f"{event}0", columns.room.in_(rooms))
    return await _messages(connection, select(web_messages).where(*below).order_by(columns.posted.desc()))


async def _messages(connection: AsyncConnection, query: Select[Any]) -> tuple[Message, ...]:
    return tuple(read_message(row) for row in (await connection.execute(query)).mappings())


async def newest_feed(connection: AsyncConnection) -> int:
    """Where the live stream stands."""
    found = (await connection.execute(select(func.max(web_messages.c.feed)))).scalar_one()
    return found or 0


async def rooms_opened_for(connection: AsyncConnection, person: PersonId) -> tuple[OpenedRoom, ...]:
    """The command rooms a person is in, the newest first."""
    rooms, members = web_rooms.c, web_members.c
    query = (
        select(rooms.id, rooms.name_zh, rooms.name_en, rooms.event)
        .join(web_members, members.room == rooms.id)
        .where(members.person == person)
        .order_by(rooms.id.desc())
    )
    found = await connection.execute(query)
    return tuple(OpenedRoom(RoomId(id_), Words(zh, en), EventId(event)) for id_, zh, en, event in found)


async def unread_of(connection: AsyncConnection, person: PersonId, rooms: Sequence[RoomId]) -> dict[RoomId, int]:
    """How many messages of others a person has not seen, for each room that has any."""
    messages, reads = web_messages.c, web_reads.c
    query = (
        select(messages.room, func.count())
        .outerjoin(web_reads, (reads.room == messages.room) & (reads.person == person))
        .where(
            messages.room.in_(rooms),
            messages.posted > func.coalesce(reads.feed, 0),
            messages.deleted_at.is_(None),
            or_(messages.author.is_(None), messages.author != person),
        )
        .group_by(messages.room)
    )
    return {RoomId(room): count for room, count in await connection.execute(query)}


async def listed_events(connection: AsyncConnection) -> tuple[ListedEvent, ...]:
    """Open events, then the last that are over; the newest first. What is owed on schedule is no event to people."""
    columns = tables.events.c
    query = select(tables.events).where(columns.kind != "duty").order_by(columns.opened_at.desc())
    opened = (await connection.execute(query.where(columns.over == 0))).mappings()
    ended = (await connection.execute(query.where(columns.over == 1).limit(MOST_ENDED))).mappings()
    return tuple(_listed(row) for row in (*opened, *ended))


def _listed(row: RowMapping) -> ListedEvent:
    return ListedEvent(
        id=EventId(row["id"]),
        kind=row["kind"],
        status=row["status"],
        over=bool(row["over"]),
        title=Words(row["title_zh"], row["title_en"]),
        place=Words(row["place_zh"], row["place_en"]),
        opened_at=row["opened_at"],
    )


async def chosen_language(connection: AsyncConnection, person: PersonId) -> str | None:
    """The language a person chose with /lang."""
    columns = tables.settings.c
    found = await connection.execute(select(columns.value).where(columns.key == f"language/{person}"))
    return found.scalar_one_or_none()
