"""Rooms that take no messages: notices them in time, and when they are back. What follows is in services/failover."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from bot.domain.ids import EventId
from bot.errors import NotSaved
from bot.jobs.patience import patiently
from bot.services.failover import Network, Seen, Steps, carry_out, look, steps
from bot.store import tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.chat.adapter import Adapter
    from bot.domain.event import Event
    from bot.services.house import House
    from bot.store.store import Store

LOOK_AGAIN = timedelta(seconds=1)
"""How long a lane that only waits for its turn is left alone."""
REST = timedelta(minutes=1)
"""How long everything is left alone where it could not be carried out."""

log = structlog.get_logger(__name__)


class Failover:
    """Moves the people of rooms that take nothing to their next room, and back."""

    def __init__(self, store: Store, house: House, adapters: Mapping[str, Adapter]) -> None:
        """Nothing runs before `run`."""
        self._store = store
        self._network = Network(house, adapters)
        self._after = house.settings.chat.failover_after
        self._resting_until: datetime | None = None
        self._done: Steps | None = None
        """What was done last without a sleep since."""
        self._calm: tuple[int, datetime] | None = None
        """The commit and the time at which there was nothing to do."""

    async def run(self) -> None:
        """Sleep until the next moment at which a room could count as dark, and so on until cancelled.

        While one is dark, or may be at the next failure, all that is queued or tried wakes it: somebody may open an
        event, or a room be back.
        """
        clock, bell, nothing = self._store.clock, self._store.bells.rooms, asyncio.Event()
        while True:
            bell.clear()
            seen = await patiently(self._look)
            if self._todo(seen) and await self._carry_out():
                continue
            self._done = None
            at = self._next(seen)
            wake = bell if self._listens(seen) else nothing
            await clock.sleep_until(at, wake)

    async def quiet(self) -> bool:
        """Whether no room fell silent or came back that nobody was told of."""
        at = self._store.commits, self._store.clock.now()
        if at == self._calm:
            return True
        if self._todo(await self._look()):
            return False
        self._calm = at
        return True

    async def next_due(self) -> datetime | None:
        """When a room that takes nothing now will count as dark; None where all is well. Plays step a clock by it."""
        now = self._store.clock.now()
        times = (held.dark_at(self._after) for held in (await self._look()).held)
        return min((at for at in times if at is not None and at > now), default=None)

    async def _look(self) -> Seen:
        return await look(self._store.rows, self._network, self._open_events, self._store.clock.now())

    async def _open_events(self) -> Sequence[Event]:
        columns = tables.events.c
        opened = select(columns.id).where(columns.over == 0, columns.kind != "duty").order_by(columns.id)
        found = await self._store.rows(opened)
        return [await self._store.event(EventId(event)) for (event,) in found]

    def _todo(self, seen: Seen) -> bool:
        return self._rests(seen.at) is None and bool(steps(seen, self._network))

    def _listens(self, seen: Seen) -> bool:
        overdue = any(held.since + self._after <= seen.at for held in seen.held)
        return self._rests(seen.at) is None and (overdue or bool(seen.outages))

    def _rests(self, now: datetime) -> datetime | None:
        """Until when nothing is tried."""
        return self._resting_until if self._resting_until is not None and self._resting_until > now else None

    def _next(self, seen: Seen) -> datetime:
        """What is queued from then on can be dark no sooner than `after` from then; what waits already, sooner."""
        now = seen.at
        failing = (held.dark_at(self._after) for held in seen.held)
        waiting = (max(held.since + self._after, now + LOOK_AGAIN) for held in seen.held if not held.failed)
        soon = (at for at in failing if at is not None and at > now)
        return self._rests(now) or min((now + self._after, *soon, *waiting))

    async def _carry_out(self) -> bool:
        """Whether it was carried out; otherwise all of it rests for a while."""
        try:
            done = await self._store.write(partial(carry_out, network=self._network))
        except NotSaved:
            self._rest(LOOK_AGAIN)
        except Exception:
            log.exception("failover.failed")
            self._rest(REST)
        else:
            _log(done)
            if done != self._done:
                self._done = done
                return True
            log.error("failover.stuck", events=[event for event, _ in done.said])
            self._rest(REST)
        return False

    def _rest(self, span: timedelta) -> None:
        self._resting_until = self._store.clock.now() + span


def _log(done: Steps) -> None:
    for outage in done.kept:
        platform, room = outage.lane
        log.warning("failover.dark", platform=platform, room=room, since=outage.since.isoformat(), next=outage.next)
    for platform, room in done.ended:
        log.warning("failover.back", platform=platform, room=room)
