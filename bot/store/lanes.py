"""The outbox by lanes: one lane for each room of a platform, in order, claimed by a lease.

A claim is a lease and never a transaction held across the network: whoever dies holding one is replaced when it
ends. A row leaves the outbox only if it still is what was delivered; a card that changed meanwhile stays and is
shown again.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import func, select

from bot.domain.ids import RoomId
from bot.store import tables
from bot.store.outboxes import FIRST
from bot.store.waiting import Closed, Lane, Waiting, claimed, free_rows, in_order, lane_rows

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.store.work import Work

AT_ONCE = 100
"""Rows looked at in one claim."""
IN_A_LANE = 10
"""Rows delivered on one lease."""


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
    """Not now. `unknown`: and nobody knows whether it arrived."""

    waiting: Waiting
    why: str
    free_at: datetime
    unknown: bool = False


Outcome = Taken | Superseded | Lost | Later


@dataclass(frozen=True, slots=True)
class Stays:
    """It may not leave now. `lane_until`: nor may anything else of its lane before; None: others may."""

    lane_until: datetime | None = None


class Gate(Protocol):
    """What the platforms' limits say."""

    @property
    def closed(self) -> Closed:
        """What need not be asked for."""
        ...

    def ask(self, waiting: Waiting, rank: int) -> Stays | None:
        """None: it may leave, and counts from now on. `rank`: how urgent it is for the lane that it leaves."""
        ...


@dataclass(frozen=True, slots=True)
class Claim:
    """A lane on a lease, with the rows that may leave on it."""

    holder: str
    rows: tuple[Waiting, ...]
    since: datetime
    """When the first row of the lane that nobody knows about was sent, or later."""

    @property
    def lane(self) -> Lane:
        """Where they wait."""
        return self.rows[0].lane

    @property
    def doubts(self) -> frozenset[int]:
        """Rows of earlier leases that nobody knows about."""
        return self.rows[0].doubts


@dataclass(frozen=True, slots=True)
class Claims:
    """What was leased. `more`: rows were left unseen that may be free to leave as well."""

    lanes: tuple[Claim, ...]
    more: bool


async def claim(
    work: Work, holder: str, until: datetime, gate: Gate, *, busy: Container[Lane] = (), most: int
) -> Claims:
    """Lease free lanes in which something waits that may leave; the most urgent first, `most` of them."""
    closed = gate.closed
    found = await free_rows(work.rows, work.now, closed, AT_ONCE)
    page = [waiting for waiting in found if waiting.lane not in busy]
    full = len(found) == AT_ONCE
    queues = _by_lane(page)
    if full or not closed.resting.isdisjoint(queues):
        whole = _by_lane(await lane_rows(work.rows, frozenset([*queues][:most])))
        page = [waiting for waiting in page if waiting.lane in whole]
        queues = whole
    queues = {lane: in_order(rows) for lane, rows in queues.items()}
    leaving, shut = _let_go(page, queues, gate, most)
    claims = tuple(Claim(holder, tuple(rows), _since(rows[0], work.now)) for rows in leaving.values())
    for lane, at in shut.items():
        work.update(tables.lanes, _lane(lane), {"free_at": at})
    for each in claims:
        rows = each.doubts | {row.id for row in each.rows}
        held = {"free_at": until, "claimed_by": claimed(holder, rows), "tried_at": each.since}
        work.update(tables.lanes, _lane(each.lane), held)
    return Claims(claims, full and len(claims) < most and bool(claims or shut or gate.closed != closed))


def _by_lane(rows: Sequence[Waiting]) -> dict[Lane, list[Waiting]]:
    lanes: dict[Lane, list[Waiting]] = {}
    for row in rows:
        lanes.setdefault(row.lane, []).append(row)
    return lanes


def _let_go(
    page: Sequence[Waiting], queues: Mapping[Lane, Sequence[Waiting]], gate: Gate, most: int
) -> tuple[dict[Lane, list[Waiting]], dict[Lane, datetime]]:
    """By urgency over all lanes: each row lets the next of its lane leave, which is itself or what goes before it."""
    leaving: dict[Lane, list[Waiting]] = {}
    stays: dict[Lane, datetime | None] = {}
    for urgent in page:
        lane = urgent.lane
        rows = leaving.get(lane, [])
        if lane in stays or len(rows) == min(IN_A_LANE, len(queues[lane])) or (not rows and len(leaving) == most):
            continue
        answer = gate.ask(queues[lane][len(rows)], urgent.rank)
        if answer is None:
            leaving.setdefault(lane, rows).append(queues[lane][len(rows)])
        else:
            stays[lane] = answer.lane_until
    return leaving, {lane: at for lane, at in stays.items() if at is not None and lane not in leaving}


def _since(first: Waiting, now: datetime) -> datetime:
    return first.since if first.since is not None and first.doubts else now


def extend(work: Work, claim: Claim, until: datetime) -> None:
    """Keep a lane for longer than it was leased for."""
    work.update(tables.lanes, _lane(claim.lane), {"free_at": until})


def settle(work: Work, claim: Claim, outcomes: Sequence[Outcome]) -> None:
    """Write down what became of a lane's rows and let go of the lane."""
    free_at: datetime | None = None
    doubts = set(claim.doubts)
    accepted: dict[str, datetime] = {}
    for outcome in outcomes:
        match outcome:
            case Taken(waiting, message, revision, at):
                _done(work, waiting)
                _took(work, waiting, message, revision, at)
                accepted["accepted_at"] = at
            case Superseded(waiting):
                _done(work, waiting)
            case Lost(waiting, why, at):
                _done(work, waiting)
                work.put(tables.deliveries, _delivery(waiting) | {"failed_at": at, "error": why})
            case Later(waiting, why, at, unknown):
                _put_off(work, waiting, why)
                free_at = at
                doubts |= {waiting.id} if unknown else set()
        if not isinstance(outcome, Later):
            doubts.discard(waiting.id)
    tried = {"claimed_by": claimed(claim.holder, doubts), "tried_at": claim.since} if doubts else _KNOWN
    work.update(tables.lanes, _lane(claim.lane), {"free_at": free_at, **tried, **accepted})
    work.ring("rooms")


_KNOWN: Mapping[str, object] = {"claimed_by": None, "tried_at": None}


def _took(work: Work, waiting: Waiting, message: str, revision: int, at: datetime) -> None:
    if waiting.rank == FIRST:
        work.put(tables.addresses, _lane(waiting.lane) | {"address": message})
    took = {"message": message, "revision": revision, "failed_at": None, "error": None}
    if waiting.message is None:
        work.put(tables.deliveries, _delivery(waiting) | took | {"accepted_at": at})
    else:
        work.update(tables.deliveries, _key(waiting), took)


def _put_off(work: Work, waiting: Waiting, why: str) -> None:
    work.update(tables.outbox, _key(waiting), {"attempts": waiting.attempts + 1})
    if waiting.message is None:
        work.put(tables.deliveries, _delivery(waiting) | {"error": why})
    else:
        work.update(tables.deliveries, _key(waiting), {"error": why})


def _done(work: Work, waiting: Waiting) -> None:
    """A message that was written anew under its key while the older was on its way has the same id."""
    same = {"id": waiting.id, "revision": waiting.revision, "effect": waiting.line}
    work.delete_if(tables.outbox, same)


def _lane(lane: Lane) -> dict[str, object]:
    platform, room = lane
    return {"platform": platform, "room": room}


def _key(waiting: Waiting) -> dict[str, object]:
    return _lane(waiting.lane) | {"key": waiting.key}


def _delivery(waiting: Waiting) -> dict[str, object]:
    return _key(waiting) | {
        "event": waiting.event,
        "revision": waiting.revision,
        "queued_at": waiting.queued_at,
        "attempts": waiting.attempts + 1,
    }


async def failing(work: Work, lanes: Collection[Lane]) -> set[Lane]:
    """Those that have lost a message since they took one for the first time."""
    columns = tables.deliveries.c
    query = (
        select(columns.platform, columns.room, func.max(columns.failed_at), func.max(columns.accepted_at))
        .where(columns.platform.in_({platform for platform, _ in lanes}), columns.room.in_({room for _, room in lanes}))
        .group_by(columns.platform, columns.room)
    )
    found = ((platform, RoomId(room), lost, taken) for platform, room, lost, taken in await work.rows(query))
    bad = {(platform, room) for platform, room, lost, taken in found if lost and not (taken and taken > lost)}
    return bad & set(lanes)
