"""What waits in the outbox, and in which order a lane's rows leave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from bot.chat.effect import Priority
from bot.domain.ids import EventId, RoomId
from bot.store import tables
from bot.store.codec import effect_codec

if TYPE_CHECKING:
    from bot.chat.effect import Effect
    from bot.store.reading import Reads

MOST_OF_LANES = 1000
"""Rows read of lanes that are looked at whole."""

Lane = tuple[str, RoomId]
"""A platform and a room."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the outbox, with where its message stands already."""

    id: int
    platform: str
    room: RoomId
    key: str
    thread: str
    rank: int
    revision: int
    event: EventId | None
    line: str
    """The effect as JSON: one that cannot be read must not stop the others."""
    queued_at: datetime
    attempts: int
    message: str | None
    """The platform's id of the message where it was shown before."""
    shown: int | None
    """The revision that was shown last."""
    address: str | None
    """The platform's address of a room that was opened while running."""
    doubts: frozenset[int]
    """The rows of its lane of which nobody knows whether they were sent."""
    since: datetime | None
    """When the first of those was sent, or later."""

    @property
    def effect(self) -> Effect:
        """What is to be done. Raises ValueError where the row holds something else."""
        return effect_codec().read(self.line)

    @property
    def lane(self) -> Lane:
        """Where it waits."""
        return self.platform, self.room

    @property
    def tried_at(self) -> datetime | None:
        """When it may have been sent already, with nobody knowing."""
        return self.since if self.id in self.doubts else None


@dataclass(frozen=True, slots=True)
class Closed:
    """What takes nothing now, though its lanes are free: limits that are used up."""

    platforms: frozenset[str] = frozenset()
    resting: frozenset[Lane] = frozenset()
    """Lanes that take neither edits nor reminders."""


OPEN = Closed()


async def free_rows(rows: Reads, now: datetime, closed: Closed, most: int) -> list[Waiting]:
    """What may leave, the most urgent first; PostgreSQL locks the lanes that no other replica looks at."""
    outbox = tables.outbox.c
    query = _QUERY.where(*_may_leave(now, closed)).order_by(outbox.rank, outbox.id).limit(most)
    found = await rows(query.with_for_update(of=tables.lanes, skip_locked=True))
    return [_waiting(*row) for row in found]


async def lane_rows(rows: Reads, lanes: Collection[Lane]) -> list[Waiting]:
    """All that waits in some lanes: a thread's older rows may be less urgent."""
    outbox = tables.outbox.c
    platforms, rooms = {platform for platform, _ in lanes}, {room for _, room in lanes}
    query = _QUERY.where(outbox.platform.in_(platforms), outbox.room.in_(rooms)).order_by(outbox.rank, outbox.id)
    found = [_waiting(*row) for row in await rows(query.limit(MOST_OF_LANES))]
    return [waiting for waiting in found if waiting.lane in lanes]


_QUERY = (
    select(
        tables.outbox.c.id,
        tables.outbox.c.platform,
        tables.outbox.c.room,
        tables.outbox.c.key,
        tables.outbox.c.thread,
        tables.outbox.c.rank,
        tables.outbox.c.revision,
        tables.outbox.c.event,
        tables.outbox.c.effect,
        tables.outbox.c.queued_at,
        tables.outbox.c.attempts,
        tables.deliveries.c.message,
        tables.deliveries.c.revision,
        tables.addresses.c.address,
        tables.lanes.c.claimed_by,
        tables.lanes.c.tried_at,
    )
    .join(
        tables.lanes,
        and_(tables.lanes.c.platform == tables.outbox.c.platform, tables.lanes.c.room == tables.outbox.c.room),
    )
    .outerjoin(
        tables.deliveries,
        and_(
            tables.deliveries.c.platform == tables.outbox.c.platform,
            tables.deliveries.c.room == tables.outbox.c.room,
            tables.deliveries.c.key == tables.outbox.c.key,
        ),
    )
    .outerjoin(
        tables.addresses,
        and_(tables.addresses.c.platform == tables.outbox.c.platform, tables.addresses.c.room == tables.outbox.c.room),
    )
)


def _may_leave(now: datetime, closed: Closed) -> Iterator[ColumnElement[bool]]:
    outbox, lanes = tables.outbox.c, tables.lanes.c
    yield or_(lanes.free_at.is_(None), lanes.free_at <= now)
    if closed.platforms:
        yield outbox.platform.not_in(closed.platforms)
    if closed.resting:
        yield or_(outbox.rank < Priority.EDIT, tuple_(outbox.platform, outbox.room).not_in(closed.resting))


def _waiting(
    id_: int,
    platform: str,
    room: str,
    key: str,
    thread: str,
    rank: int,
    revision: int,
    event: str | None,
    line: str,
    queued_at: datetime,
    attempts: int,
    message: str | None,
    shown: int | None,
    address: str | None,
    claimed_by: str | None,
    since: datetime | None,
) -> Waiting:
    return Waiting(
        id=id_,
        platform=platform,
        room=RoomId(room),
        key=key,
        thread=thread,
        rank=rank,
        revision=revision,
        event=None if event is None else EventId(event),
        line=line,
        queued_at=queued_at,
        attempts=attempts,
        message=message,
        shown=shown,
        address=address,
        doubts=_doubts(claimed_by),
        since=since,
    )


def claimed(holder: str, rows: Iterable[int]) -> str:
    """How a lane says who holds it, and which rows may be on their way."""
    return f"{holder}:{','.join(str(row) for row in sorted(rows))}"


def _doubts(claimed_by: str | None) -> frozenset[int]:
    _, _, rows = (claimed_by or "").partition(":")
    return frozenset(int(row) for row in rows.split(",") if row)


def in_order(rows: Sequence[Waiting]) -> list[Waiting]:
    """A lane's rows as they leave: the most urgent first, but a thread in the order it was written."""
    threads: dict[str, list[Waiting]] = {}
    for row in sorted(rows, key=lambda each: each.id):
        threads.setdefault(row.thread or f"\0{row.id}", []).append(row)
    ordered: list[Waiting] = []
    while threads:
        name, first = min(threads.items(), key=lambda thread: (thread[1][0].rank, thread[1][0].id))
        ordered.append(first.pop(0))
        if not first:
            del threads[name]
    return ordered


async def next_free(rows: Reads, now: datetime) -> datetime | None:
    """When the next lane that rests and has something waiting is free again."""
    outbox, lanes = tables.outbox.c, tables.lanes.c
    query = (
        select(func.min(lanes.free_at))
        .join(tables.outbox, and_(lanes.platform == outbox.platform, lanes.room == outbox.room))
        .where(lanes.free_at > now)
    )
    return (await rows(query))[0][0]


async def is_waiting(rows: Reads, now: datetime, closed: Closed = OPEN) -> bool:
    """Whether something could be delivered now."""
    outbox, lanes = tables.outbox.c, tables.lanes.c
    query = (
        select(outbox.id)
        .join(tables.lanes, and_(lanes.platform == outbox.platform, lanes.room == outbox.room))
        .where(*_may_leave(now, closed))
        .limit(1)
    )
    return bool(await rows(query))
