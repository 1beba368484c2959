"""What others read of the store: lists of events, records, deliveries. Never what is not committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from bot.domain.event import EventStatus
from bot.domain.ids import EventId, PersonId, PlaybookId, RoleId, RoomId
from bot.domain.parties import EventKind
from bot.domain.playbook import Phase, PlaybookVersion
from bot.domain.record import decode
from bot.store import tables
from bot.store.codec import person_codec, playbook_codec
from bot.store.reading import Reads
from bot.text import Words

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from bot.domain.company import Person
    from bot.domain.record import Entry

POSTS = "posts."
"""Before the settings that keep who holds a role."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event in a list."""

    id: EventId
    kind: EventKind
    status: EventStatus
    playbook: PlaybookId
    title: Words
    place: Words
    level_name: Words
    phase: Phase
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """What became of one message. Times are None where it did not come so far or the platform does not tell."""

    platform: str
    room: RoomId
    key: str
    message: str | None
    queued_at: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None
    seen_at: datetime | None
    failed_at: datetime | None
    attempts: int
    error: str | None


async def load_entries(rows: Reads, stream: EventId, after: int = 0) -> list[Entry]:
    """A record from its beginning, or what came after an entry."""
    columns = tables.entries.c
    query = select(columns.line).where(columns.stream == stream, columns.sequence > after).order_by(columns.sequence)
    return [decode(line) for (line,) in await rows(query)]


async def load_events(rows: Reads) -> list[EventRow]:
    """Every event, the newest first."""
    columns = tables.events.c
    query = select(
        columns.id,
        columns.kind,
        columns.status,
        columns.playbook,
        columns.title_zh,
        columns.title_en,
        columns.place_zh,
        columns.place_en,
        columns.level_zh,
        columns.level_en,
        columns.phase,
        columns.opened_at,
        columns.closed_at,
    )
    return [_event(*row) for row in await rows(query.order_by(columns.opened_at.desc(), columns.id.desc()))]


def _event(
    event: str,
    kind: str,
    status: str,
    playbook: str,
    title_zh: str,
    title_en: str,
    place_zh: str,
    place_en: str,
    level_zh: str,
    level_en: str,
    phase: str,
    opened_at: datetime,
    closed_at: datetime | None,
) -> EventRow:
    return EventRow(
        id=EventId(event),
        kind=cast("EventKind", kind),
        status=cast("EventStatus", status),
        playbook=PlaybookId(playbook),
        title=Words(title_zh, title_en),
        place=Words(place_zh, place_en),
        level_name=Words(level_zh, level_en),
        phase=cast("Phase", phase),
        opened_at=opened_at,
        closed_at=closed_at,
    )


async def load_deliveries(rows: Reads, event: EventId) -> list[DeliveryRow]:
    """What became of an event's messages, in the order they were queued."""
    return await _deliveries(rows, tables.deliveries.c.event == event)


async def load_landings(rows: Reads, key: str) -> list[DeliveryRow]:
    """What became of one message on each of its platforms; those on which it still waits are not among them."""
    return await _deliveries(rows, tables.deliveries.c.key == key)


async def _deliveries(rows: Reads, which: ColumnElement[bool]) -> list[DeliveryRow]:
    columns = tables.deliveries.c
    query = select(
        columns.platform,
        columns.room,
        columns.key,
        columns.message,
        columns.queued_at,
        columns.accepted_at,
        columns.delivered_at,
        columns.seen_at,
        columns.failed_at,
        columns.attempts,
        columns.error,
    )
    found = await rows(query.where(which).order_by(columns.queued_at, columns.key))
    return [DeliveryRow(row[0], RoomId(row[1]), *row[2:]) for row in found]


async def load_playbook(rows: Reads, digest: str) -> PlaybookVersion | None:
    """A playbook as it was kept when an event opened with it."""
    columns = tables.playbooks.c
    query = select(columns.playbook, columns.author, columns.saved_at).where(columns.digest == digest)
    found = await rows(query)
    if not found:
        return None
    playbook, author, saved_at = found[0]
    return PlaybookVersion(playbook_codec().read(playbook), digest, author, saved_at)


async def load_people(rows: Reads) -> Sequence[Person]:
    """Those taken in by imports."""
    found = await rows(select(tables.people.c.person).order_by(tables.people.c.id))
    return [person_codec().read(line) for (line,) in found]


def posts_key(role: RoleId) -> str:
    """The setting that keeps a role's people in their order, as an import gave it."""
    return f"{POSTS}{role}"


async def load_posts(rows: Reads) -> Mapping[RoleId, Sequence[PersonId]]:
    """The holders of each role that an import changed, in their order."""
    columns = tables.settings.c
    found = await rows(select(columns.key, columns.value).where(columns.key.startswith(POSTS)))
    return {RoleId(key.removeprefix(POSTS)): [PersonId(each) for each in value.split()] for key, value in found}
