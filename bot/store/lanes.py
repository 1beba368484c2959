"""The outbox by lanes: one lane for each room of a platform, in order, claimed by a lease.

A claim is a lease and never a transaction held across the network: whoever dies holding one is replaced when it
ends. A row leaves the outbox only if it still is what was delivered; a card that changed meanwhile stays and is
shown again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select

from bot.domain.ids import EventId, RoomId
from bot.store import tables
from bot.store.codec import effect_codec
from bot.store.outboxes import FIRST
from bot.store.reading import Reads

if TYPE_CHECKING:
    from bot.chat.effect import Effect
    from bot.store.work import Work

AT_ONCE = 500
"""Rows looked at in one claim."""
IN_A_LANE = 10
"""Rows delivered on one lease."""

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
    tried_at: datetime | None
    """When it may have been sent already, with nobody knowing."""

    @property
    def effect(self) -> Effect:
        """What is to be done. Raises ValueError where the row holds something else."""
        return effect_codec().read(self.line)

    @property
    def lane(self) -> Lane:
        """Where it waits."""
        return self.platform, self.room


@dataclass(frozen=True, slots=True)
class Taken:
    """The platform took it."""

    waiting: Waiting
    message: str
    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Superseded:
    """What waits was shown already, with something newer."""

    waiting: Waiting


@dataclass(frozen=True, slots=True)
class Lost:
    """It will never arrive."""

    waiting: Waiting
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Later:
    """Not now."""

    waiting: Waiting
    why: str
    free_at: datetime


Outcome = Taken | Superseded | Lost | Later


async def claim(
    work: Work, holder: str, until: datetime, *, busy: Iterable[Lane], most: int
) -> dict[Lane, list[Waiting]]:
    """Lease free lanes in which something waits; the most urgent first, `most` of them."""
    lanes: dict[Lane, list[Waiting]] = {}
    for waiting in await _free(work, frozenset(busy)):
        if waiting.lane in lanes or len(lanes) < most:
            lanes.setdefault(waiting.lane, []).append(waiting)
    for platform, room in lanes:
        key = {"platform": platform, "room": room}
        work.update(tables.lanes, key, {"free_at": until, "claimed_by": holder, "tried_at": work.now})
    return {lane: in_order(rows)[:IN_A_LANE] for lane, rows in lanes.items()}


async def _free(work: Work, busy: frozenset[Lane]) -> list[Waiting]:
    outbox, lanes, deliveries, addresses = tables.outbox.c, tables.lanes.c, tables.deliveries.c, tables.addresses.c
    query = (
        select(
            outbox.id,
            outbox.platform,
            outbox.room,
            outbox.key,
            outbox.thread,
            outbox.rank,
            outbox.revision,
            outbox.event,
            outbox.effect,
            outbox.queued_at,
            outbox.attempts,
            deliveries.message,
            deliveries.revision,
            addresses.address,
            case((lanes.claimed_by.is_not(None), lanes.tried_at)),
        )
        .join(tables.lanes, and_(lanes.platform == outbox.platform, lanes.room == outbox.room))
        .outerjoin(
            tables.deliveries,
            and_(
                deliveries.platform == outbox.platform,
                deliveries.room == outbox.room,
                deliveries.key == outbox.key,
            ),
        )
        .outerjoin(tables.addresses, and_(addresses.platform == outbox.platform, addresses.room == outbox.room))
        .where(or_(lanes.free_at.is_(None), lanes.free_at <= work.now))
        .order_by(outbox.rank, outbox.id)
        .limit(AT_ONCE)
        .with_for_update(of=tables.lanes, skip_locked=True)
    )
    found = [_waiting(*row) for row in await work.rows(query)]
    return [waiting for waiting in found if waiting.lane not in busy]


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
    tried_at: datetime | None,
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
        tried_at=tried_at,
    )


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


def settle(work: Work, lane: Lane, outcomes: Sequence[Outcome]) -> None:
    """Write down what became of a lane's rows and let go of the lane."""
    free_at: datetime | None = None
    accepted: dict[str, datetime] = {}
    for outcome in outcomes:
        match outcome:
            case Taken(waiting, message, revision, at):
                _done(work, waiting)
                _took(work, waiting, message, revision, at)
                accepted["accepted_at"] = at
                work.ring("rooms")
            case Superseded(waiting):
                _done(work, waiting)
            case Lost(waiting, why, at):
                _done(work, waiting)
                work.put(tables.deliveries, _delivery(waiting) | {"failed_at": at, "error": why})
            case Later(waiting, why, at):
                _put_off(work, waiting, why)
                free_at = at
    platform, room = lane
    work.update(tables.lanes, {"platform": platform, "room": room}, {"free_at": free_at, "claimed_by": None} | accepted)


def _took(work: Work, waiting: Waiting, message: str, revision: int, at: datetime) -> None:
    if waiting.rank == FIRST:
        work.put(tables.addresses, {"platform": waiting.platform, "room": waiting.room, "address": message})
    if waiting.message is None:
        took = {"message": message, "revision": revision, "accepted_at": at, "failed_at": None, "error": None}
        work.put(tables.deliveries, _delivery(waiting) | took)
    else:
        work.update(tables.deliveries, _key(waiting), {"message": message, "revision": revision, "error": None})


def _put_off(work: Work, waiting: Waiting, why: str) -> None:
    work.update(tables.outbox, _key(waiting), {"attempts": waiting.attempts + 1})
    if waiting.message is None:
        work.put(tables.deliveries, _delivery(waiting) | {"error": why})
    else:
        work.update(tables.deliveries, _key(waiting), {"error": why})


def _done(work: Work, waiting: Waiting) -> None:
    work.delete_if(tables.outbox, {"id": waiting.id, "revision": waiting.revision})


def _key(waiting: Waiting) -> dict[str, object]:
    return {"platform": waiting.platform, "room": waiting.room, "key": waiting.key}


def _delivery(waiting: Waiting) -> dict[str, object]:
    return _key(waiting) | {
        "event": waiting.event,
        "revision": waiting.revision,
        "queued_at": waiting.queued_at,
        "attempts": waiting.attempts + 1,
    }


async def next_free(rows: Reads, now: datetime) -> datetime | None:
    """When the next lane that rests and has something waiting is free again."""
    outbox, lanes = tables.outbox.c, tables.lanes.c
    query = (
        select(func.min(lanes.free_at))
        .join(tables.outbox, and_(lanes.platform == outbox.platform, lanes.room == outbox.room))
        .where(lanes.free_at > now)
    )
    return (await rows(query))[0][0]


async def is_waiting(rows: Reads, now: datetime) -> bool:
    """Whether something could be delivered now."""
    outbox, lanes = tables.outbox.c, tables.lanes.c
    query = (
        select(outbox.id)
        .join(tables.lanes, and_(lanes.platform == outbox.platform, lanes.room == outbox.room))
        .where(or_(lanes.free_at.is_(None), lanes.free_at <= now))
        .limit(1)
    )
    return bool(await rows(query))
