"""Between the outbox and the platforms' limits: who may leave now, and when the others may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.chat.effect import Priority
from bot.jobs.rates import Draw, Rates, Ticket, hurried
from bot.store.lanes import Stays
from bot.store.outboxes import FIRST
from bot.store.waiting import Closed, Lane, Waiting

if TYPE_CHECKING:
    from bot.chat.adapter import Adapter, Budget
    from bot.clock import Clock

log = structlog.get_logger(__name__)

AHEAD = timedelta(milliseconds=250)
"""What may leave within this is let go: it is ready when its moment comes."""

Address = Callable[[Waiting], str | None]
"""Where a message goes on its platform; None: nowhere."""


class Gate:
    """Asked while lanes are claimed. What was let go is given back by `reset`, or keeps its place by `release`."""

    def __init__(self, clock: Clock, adapters: Mapping[str, Adapter], address: Address) -> None:
        """Nothing has left yet."""
        self.rates = Rates()
        self._clock = clock
        self._adapters = adapters
        self._address = address
        self._tickets: dict[int, Ticket] = {}
        self._opening: set[Lane] = set()
        self._resting: dict[Lane, datetime] = {}

    @property
    def closed(self) -> Closed:
        """What need not be asked for."""
        now = self._clock.now()
        return Closed(frozenset(self._shut(now)), frozenset(self._rest(now)))

    def opens_at(self, now: datetime) -> datetime | None:
        """When the first of what is closed now takes messages again."""
        return min([*self._shut(now).values(), *self._rest(now).values()], default=None)

    def _shut(self, now: datetime) -> Mapping[str, datetime]:
        closed = {platform: at - AHEAD for platform, at in self.rates.closed(now).items()}
        return {platform: at for platform, at in closed.items() if at > now}

    def _rest(self, now: datetime) -> Mapping[Lane, datetime]:
        return {lane: at for lane, at in self._resting.items() if at > now}

    def reset(self) -> None:
        """The claim came to nothing, or begins: a transaction may be carried out more than once."""
        for ticket in self._tickets.values():
            self.rates.give_back(ticket)
        self._tickets = {}
        self._opening.clear()
        self._resting = dict(self._rest(self._clock.now()))

    def release(self) -> Mapping[int, Ticket]:
        """The claim is kept: the places of what may leave, by row."""
        tickets, self._tickets = self._tickets, {}
        return tickets

    def ask(self, waiting: Waiting, rank: int) -> Stays | None:
        """Whether it may leave now. A room must stand before what is said in it can be counted."""
        draw, now = self._draw(waiting, rank), self._clock.now()
        if draw.budgets and waiting.lane in self._opening:
            return Stays()
        at = self.rates.free_at(draw, now) - AHEAD
        if at > now:
            return self._stays(waiting, draw, at, now)
        self._tickets[waiting.id] = self.rates.take(draw, now)
        if waiting.rank == FIRST:
            self._opening.add(waiting.lane)
        return None

    def _stays(self, waiting: Waiting, draw: Draw, at: datetime, now: datetime) -> Stays:
        lane_until = self.rates.free_at(hurried(draw), now) - AHEAD
        if lane_until > now:
            return Stays(lane_until)
        if waiting.platform not in self._shut(now):
            self._resting[waiting.lane] = at
        return Stays()

    def _draw(self, waiting: Waiting, rank: int) -> Draw:
        edit = waiting.message is not None and rank >= Priority.EDIT
        return Draw(waiting.platform, self._budgets(waiting), rank, edit)

    def _budgets(self, waiting: Waiting) -> tuple[Budget, ...]:
        adapter, address = self._adapters.get(waiting.platform), self._address(waiting)
        if adapter is None or address is None:
            return ()
        try:
            return adapter.budgets(address)
        except ValueError:
            log.warning("relay.bad_address", platform=waiting.platform, room=waiting.room)
            return ()
