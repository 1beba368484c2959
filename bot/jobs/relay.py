"""The relay: outbox rows become messages (rule 2). A card is rendered at sending, from the event as it stands."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.chat.card import Card
from bot.chat.effect import Outgoing, Post, Priority
from bot.domain.ids import is_drill
from bot.errors import NotSaved
from bot.jobs.courier import Courier, Landing, Present
from bot.jobs.gate import Gate
from bot.jobs.patience import TRY_AGAIN_AFTER, patiently
from bot.services.rooms import room_name
from bot.store import lanes, waiting
from bot.store.lanes import Claim, Claims, Later, Lost
from bot.store.waiting import Lane
from bot.text import text

if TYPE_CHECKING:
    from bot.chat.adapter import Adapter
    from bot.domain.entries import Draft
    from bot.domain.ids import EventId
    from bot.jobs.rates import Ticket
    from bot.services.house import House
    from bot.store.store import Store
    from bot.store.work import Work

LEASE = timedelta(seconds=30)
"""A lane whose relay died is taken over after this."""
MOST_LANES = 64
"""Lanes delivered side by side."""
GATHER = 0.05
"""Seconds of what landed while a platform is at its limit are written down together: what is held leaves first."""

log = structlog.get_logger(__name__)


class Relay:
    """Delivers lanes side by side, each in its order, one message in flight, and no faster than the platforms allow."""

    def __init__(self, store: Store, house: House, adapters: Mapping[str, Adapter], present: Present) -> None:
        """Nothing runs before `run`."""
        self._store = store
        self._courier = Courier(store, house, adapters, present)
        self._gate = Gate(store.clock, adapters, self._courier.address)
        self._house = house
        self._holder = secrets.token_hex(8)
        self._flying: dict[Lane, asyncio.Task[None]] = {}
        self._holding: dict[Lane, datetime] = {}
        self._landed: dict[Lane, Landing] = {}
        self._looking = False

    async def run(self) -> None:
        """Deliver until cancelled."""
        bell, clock = self._store.bells.relay, self._store.clock
        async with asyncio.TaskGroup() as group:
            while True:
                if self._landed and self._holding:
                    await asyncio.sleep(GATHER)
                bell.clear()
                self._looking, begun = True, clock.now()
                claims = await self._turn()
                tickets = self._gate.release()
                for claim in claims.lanes:
                    self._flying[claim.lane] = group.create_task(self._fly(claim, tickets))
                if claims.more:
                    bell.ring()
                self._looking = False
                await clock.sleep_until(await self._next_look(begun) or clock.now() + LEASE, bell)

    async def _next_look(self, begun: datetime) -> datetime | None:
        """When to look again without a bell: what opened since the last look began is looked at at once.

        What is on its way rings one.
        """
        limit = self._gate.opens_at(begun)
        lane = None if self._flying else await patiently(partial(waiting.next_free, self._store.rows, begun))
        return min((at for at in (lane, limit) if at is not None), default=None)

    @property
    def busy(self) -> bool:
        """Whether a message is on its way, or ready to leave."""
        now = self._store.clock.now()
        return any(self._holding.get(lane, now) <= now for lane in self._flying)

    async def quiet(self) -> bool:
        """Whether nothing is on its way and nothing waits that could leave now."""
        if self._looking or self.busy or self._landed or self._store.bells.relay.is_set():
            return False
        now = self._store.clock.now()
        full = len(self._flying) >= MOST_LANES
        return self._store.idle and (full or not await waiting.is_waiting(self._store.rows, now, self._gate.closed))

    async def next_due(self) -> datetime | None:
        """When something may leave that waits now; None: nothing waits, or what does is on its way."""
        now = self._store.clock.now()
        limit, lane = self._gate.opens_at(now), await waiting.next_free(self._store.rows, now)
        limited = limit is not None and await waiting.is_waiting(self._store.rows, now)
        times = (lane, limit if limited else None, *self._holding.values())
        return min((at for at in times if at is not None), default=None)

    async def _turn(self) -> Claims:
        """Write down what landed and claim what is free, in one transaction; over and over until it is kept."""
        record = True
        while True:
            landed = dict(self._landed)
            try:
                claims = await self._store.write(partial(self._settle, landed, record=record))
            except NotSaved:
                await asyncio.sleep(TRY_AGAIN_AFTER)
            except Exception:
                log.exception("relay.not_settled", lanes=[*landed], record=record)
                record = False
                await asyncio.sleep(TRY_AGAIN_AFTER)
            else:
                for lane in landed:
                    del self._landed[lane]
                return claims

    async def _settle(self, landed: Mapping[Lane, Landing], work: Work, *, record: bool) -> Claims:
        lost = await _news_of_loss(work, landed)
        for landing in landed.values():
            lanes.settle(work, landing.claim, landing.outcomes)
        for event, drafts in _by_event(landed.values() if record else ()).items():
            await work.append(event, drafts)
        for each in lost:
            tell_admins(work, self._house, each)
        self._gate.reset()
        most = MOST_LANES - len(self._flying)
        return await lanes.claim(work, self._holder, work.now + LEASE, self._gate, busy=self._flying, most=most)

    async def _fly(self, claim: Claim, tickets: Mapping[int, Ticket]) -> None:
        landing, clock, rates = Landing(claim), self._store.clock, self._gate.rates
        turn_back_at = clock.now() + LEASE / 2
        for row in claim.rows:
            hold = partial(self._hold, claim.lane, tickets[row.id])
            outcome = await self._courier.deliver(row, landing, rates, tickets[row.id], hold)
            landing.outcomes.append(outcome)
            if isinstance(outcome, Later) or clock.now() > turn_back_at:
                break
        for left_behind in claim.rows[len(landing.outcomes) :]:
            rates.give_back(tickets[left_behind.id])
        self._landed[claim.lane] = landing
        del self._flying[claim.lane]
        self._store.bells.relay.ring()

    async def _hold(self, lane: Lane, ticket: Ticket) -> None:
        """Until the very moment at which it may leave, ready as it is."""
        at, clock = ticket.not_before, self._store.clock
        try:
            while at is not None and clock.now() < at:
                self._holding[lane] = at
                await clock.sleep_until(at, asyncio.Event())
        finally:
            self._holding.pop(lane, None)


def _by_event(landed: Iterable[Landing]) -> dict[EventId, list[Draft]]:
    drafts: dict[EventId, list[Draft]] = {}
    for landing in landed:
        for event, draft in landing.told:
            drafts.setdefault(event, []).append(draft())
    return drafts


async def _news_of_loss(work: Work, landed: Mapping[Lane, Landing]) -> Iterable[Lost]:
    """The first loss of each lane since something was taken there: whoever blocked us is not reported each time."""
    first: dict[Lane, Lost] = {}
    for lane, landing in landed.items():
        for outcome in landing.outcomes:
            if isinstance(outcome, Lost):
                log.warning(
                    "relay.lost",
                    event_id=outcome.waiting.event,
                    room=outcome.waiting.room,
                    key=outcome.waiting.key,
                    why=outcome.why,
                )
                first.setdefault(lane, outcome)
    known = await lanes.failing(work, first.keys()) if first else set[Lane]()
    return [lost for lane, lost in first.items() if lane not in known]


def tell_admins(work: Work, house: House, lost: Lost) -> None:
    """Somebody has to reach these people in another way."""
    row, admins = lost.waiting, house.room_with("admins")
    if admins is None or row.room == admins.id:
        return
    head = text("relay.lost", room=room_name(house, row.room))
    drill = row.event if is_drill(row.event or "") else None
    card = Card(None if drill is None else "drill", "plain", head, event=drill)
    post = Post(f"lost/{row.platform}/{row.room}/{lost.at.isoformat()}", admins.id, card)
    work.send(Outgoing(post, Priority.ALARM))
