"""Deadlines: the truth is in rows; this wakes up for the next one and carries out what is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import func, select

from bot.domain.commands import Due
from bot.domain.ids import EventId
from bot.domain.timers import timers
from bot.errors import NotSaved
from bot.jobs.patience import patiently
from bot.services.acting import act_alone
from bot.store import tables

if TYPE_CHECKING:
    from bot.domain.event import Event
    from bot.domain.timers import Timer
    from bot.services.house import House
    from bot.store.store import Store
    from bot.store.work import Work

AT_MOST = timedelta(minutes=10)
"""The longest sleep without a look at the rows."""
REST = timedelta(minutes=1)
"""How long an event is left alone whose deadline could not be carried out."""

log = structlog.get_logger(__name__)


class Timers:
    """Carries deadlines out, each once, also those missed while nothing ran."""

    def __init__(self, store: Store, house: House) -> None:
        """Nothing runs before `run`."""
        self._store = store
        self._house = house
        self._resting: dict[EventId, datetime] = {}

    async def run(self) -> None:
        """Sleep until the next deadline, carry it out, and so on until cancelled."""
        clock, bell = self._store.clock, self._store.bells.timers
        while True:
            bell.clear()
            now = clock.now()
            for event in await patiently(partial(self._due, now)):
                await self._carry_out(event, now)
            await clock.sleep_until(await patiently(partial(self._next, now)), bell)

    async def quiet(self) -> bool:
        """Whether no deadline waits to be carried out."""
        return not await self._due(self._store.clock.now())

    async def next_due(self) -> datetime | None:
        """When the next deadline is; None without one. Plays step a virtual clock by it."""
        found = await self._store.rows(select(func.min(tables.timers.c.due_at)))
        return found[0][0]

    async def _due(self, now: datetime) -> Sequence[EventId]:
        columns = tables.timers.c
        query = select(columns.event).where(columns.due_at <= now).group_by(columns.event)
        found = await self._store.rows(query.order_by(func.min(columns.due_at)))
        events = [EventId(event) for (event,) in found]
        return [event for event in events if self._resting.get(event, now) <= now]

    async def _next(self, now: datetime) -> datetime:
        columns = tables.timers.c
        found = await self._store.rows(select(func.min(columns.due_at)).where(columns.due_at > now))
        waking = [now + AT_MOST, *(at for at in self._resting.values() if at > now)]
        return min(waking if found[0][0] is None else [*waking, found[0][0]])

    async def _carry_out(self, event: EventId, now: datetime) -> None:
        self._resting.pop(event, None)
        try:
            stuck = await self._store.write(lambda work: carry_out_due(work, self._house, event))
        except NotSaved:
            self._resting[event] = now + timedelta(seconds=1)
        except Exception:
            log.exception("timers.failed", event_id=event)
            self._resting[event] = now + REST
        else:
            if stuck:
                log.error("timers.stuck", event_id=event, steps=[timer.step for timer in stuck])
                self._resting[event] = now + REST


async def carry_out_due(work: Work, house: House, event: EventId) -> tuple[Timer, ...]:
    """Carry out every deadline of an event that has passed, the earliest first; those that would not go away."""
    tried: list[Timer] = []
    state = await work.event(event)
    while (timer := _first(state, work.now, tried)) is not None:
        tried.append(timer)
        state, _ = await act_alone(work, house, event, Due(timer.step, timer.task, timer.due_at))
    left = timers(state)
    return tuple(timer for timer in tried if timer in left)


def _first(event: Event, now: datetime, tried: Sequence[Timer]) -> Timer | None:
    due = [timer for timer in timers(event) if timer.due_at <= now and timer not in tried]
    return min(due, key=lambda timer: (timer.due_at, timer.step, timer.task or ""), default=None)
