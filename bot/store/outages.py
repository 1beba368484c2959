"""Rooms that take no messages, as the rows tell it: lanes where something waits in vain, and outages under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from bot.domain.ids import EventId, PersonId, RoomId
from bot.store import tables
from bot.store.codec import effect_codec
from bot.store.web_tables import web_sessions

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import timedelta

    from bot.chat.effect import Effect
    from bot.store.lanes import Lane
    from bot.store.reading import Reads
    from bot.store.work import Work

ROOM_KEY = "room"
"""What a message that opens a room is called (`outboxes.place`)."""


@dataclass(frozen=True, slots=True)
class Held:
    """A lane in which something of an event waits, or was refused."""

    lane: Lane
    since: datetime
    """Nothing was taken there since: what waits longest was queued then, or the last message taken."""
    failed: bool
    """An attempt failed. Otherwise it may only be waiting for its turn."""
    tried_at: datetime | None
    """An attempt that nobody knows the end of began then."""

    def dark_at(self, after: timedelta) -> datetime | None:
        """When it counts as dark, should nothing be taken until then; None: nothing has gone wrong there."""
        if self.failed:
            return self.since + after
        return None if self.tried_at is None else max(self.since, self.tried_at) + after


@dataclass(frozen=True, slots=True)
class Outage:
    """A room that takes no messages on a platform since `since`; `next` is the platform used meanwhile."""

    lane: Lane
    since: datetime
    next: str | None
    accepted_at: datetime | None = None
    """When something was last taken there."""

    @property
    def over(self) -> bool:
        """Whether something was taken since."""
        return self.accepted_at is not None and self.accepted_at > self.since


@dataclass(frozen=True, slots=True)
class Unmailed:
    """A message that waits for a dark room, and what is known of it on the platform used meanwhile."""

    lane: Lane
    line: str
    event: EventId
    revision: int
    shown: int | None
    """The revision that was taken there, or never will be."""
    queued: int | None
    """The revision that waits there."""

    @property
    def effect(self) -> Effect:
        """What is to be shown."""
        return effect_codec().read(self.line)

    def newer_than(self, revision: int) -> bool:
        """Whether nobody was told yet; `revision` they know of otherwise."""
        return self.revision > max(revision, self.shown or 0, self.queued or 0)


async def load_held(rows: Reads, configured: Collection[RoomId]) -> list[Held]:
    """The lanes of these rooms, and of events' command rooms, in which something of an event waits.

    A card that changes while it waits is a new row as far as its attempts go; what `deliveries` says of it stays.
    """
    outbox, lanes, deliveries = tables.outbox.c, tables.lanes.c, tables.deliveries.c
    went_wrong = or_(outbox.attempts > 0, deliveries.error.is_not(None))
    query = (
        select(
            outbox.platform,
            outbox.room,
            func.min(outbox.queued_at),
            func.max(case((went_wrong, 1), else_=0)),
            lanes.accepted_at,
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
        .where(outbox.event.is_not(None), or_(outbox.room == outbox.event, outbox.room.in_(configured)))
        .group_by(outbox.platform, outbox.room, lanes.accepted_at, lanes.claimed_by, lanes.tried_at)
        .order_by(outbox.platform, outbox.room)
    )
    found = await rows(query)
    return [
        Held((platform, RoomId(room)), max(queued, accepted or queued), failed > 0, tried)
        for platform, room, queued, failed, accepted, tried in found
    ]


async def load_refused(rows: Reads, configured: Collection[RoomId], in_need: Collection[str]) -> list[Held]:
    """The lanes of the same rooms in which nothing was taken since the card of an open event, or the room, was refused.

    Another message may be refused for what it is. On a platform that is used `in_need` none is.
    """
    columns, lanes = tables.deliveries.c, tables.lanes.c
    card = and_(columns.key.like(columns.event.concat("/%")), columns.key.not_like("%/%/%"))
    query = (
        select(columns.platform, columns.room, func.min(columns.failed_at))
        .join(tables.events, tables.events.c.id == columns.event)
        .join(tables.lanes, and_(lanes.platform == columns.platform, lanes.room == columns.room))
        .where(
            tables.events.c.over == 0,
            or_(lanes.accepted_at.is_(None), columns.failed_at > lanes.accepted_at),
            or_(columns.room == columns.event, columns.room.in_(configured)),
            or_(card, columns.key == ROOM_KEY, columns.platform.in_(in_need)),
        )
        .group_by(columns.platform, columns.room)
        .order_by(columns.platform, columns.room)
    )
    found = await rows(query)
    return [
        Held((platform, RoomId(room)), since, failed=True, tried_at=None)
        for platform, room, since in found
        if since is not None
    ]


async def load_outages(rows: Reads) -> list[Outage]:
    """The outages under way, and those that ended and nobody has said so yet."""
    outages, lanes = tables.outages.c, tables.lanes.c
    query = (
        select(outages.platform, outages.room, outages.since, outages.next, lanes.accepted_at)
        .outerjoin(tables.lanes, and_(lanes.platform == outages.platform, lanes.room == outages.room))
        .order_by(outages.since, outages.platform, outages.room)
    )
    found = await rows(query)
    return [
        Outage((platform, RoomId(room)), since, next_, accepted) for platform, room, since, next_, accepted in found
    ]


async def load_unmailed(rows: Reads, lane: Lane, other: str) -> list[Unmailed]:
    """What waits in a dark lane, with what is known of it on the other platform."""
    outbox, deliveries, queued = tables.outbox.c, tables.deliveries.c, aliased(tables.outbox)
    platform, room = lane
    query = (
        select(
            outbox.effect,
            outbox.event,
            outbox.revision,
            deliveries.revision,
            queued.c.revision,
        )
        .outerjoin(
            tables.deliveries,
            and_(deliveries.platform == other, deliveries.room == outbox.room, deliveries.key == outbox.key),
        )
        .outerjoin(queued, and_(queued.c.platform == other, queued.c.room == outbox.room, queued.c.key == outbox.key))
        .where(outbox.platform == platform, outbox.room == room, outbox.event.is_not(None))
        .order_by(outbox.id)
    )
    found = await rows(query)
    return [
        Unmailed(lane, line, EventId(event or ""), revision, shown, waits)
        for line, event, revision, shown, waits in found
    ]


async def load_visitors(rows: Reads, since: datetime) -> frozenset[PersonId]:
    """Who has used the built-in chat since then, and may still."""
    columns = web_sessions.c
    query = select(columns.person).where(columns.revoked_at.is_(None), columns.last_seen >= since).distinct()
    return frozenset(PersonId(person) for (person,) in await rows(query))


def keep_outage(work: Work, outage: Outage) -> None:
    """Write an outage down, or where its people are reached now."""
    platform, room = outage.lane
    work.put(tables.outages, {"platform": platform, "room": room, "since": outage.since, "next": outage.next})


def forget_outage(work: Work, lane: Lane) -> None:
    """An outage is over."""
    platform, room = lane
    work.delete(tables.outages, {"platform": platform, "room": room})
