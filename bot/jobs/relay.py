"""The relay: outbox rows become messages (rule 2). A card is rendered at sending, from the event as it stands."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.chat.card import Card
from bot.chat.effect import Outgoing, Post, Priority
from bot.errors import NotSaved
from bot.jobs.courier import Courier, Landing, Present
from bot.jobs.patience import TRY_AGAIN_AFTER, patiently
from bot.services.rooms import room_name
from bot.store import lanes
from bot.store.lanes import Lane, Later, Lost, Waiting
from bot.text import text

if TYPE_CHECKING:
    from bot.chat.adapter import Adapter
    from bot.domain.entries import Draft
    from bot.domain.ids import EventId
    from bot.services.house import House
    from bot.store.store import Store
    from bot.store.work import Work

LEASE = timedelta(seconds=30)
"""A lane whose relay died is taken over after this."""
MOST_LANES = 64
"""Lanes delivered side by side."""

log = structlog.get_logger(__name__)


class Relay:
    """Delivers lanes side by side, each in its order, one message in flight."""

    def __init__(self, store: Store, house: House, adapters: Mapping[str, Adapter], present: Present) -> None:
        """Nothing runs before `run`."""
        self._store = store
        self._courier = Courier(store, house, adapters, present)
        self._house = house
        self._holder = secrets.token_hex(8)
        self._flying: dict[Lane, asyncio.Task[None]] = {}
        self._landed: dict[Lane, Landing] = {}
        self._looking = False

    async def run(self) -> None:
        """Deliver until cancelled."""
        bell, clock = self._store.bells.relay, self._store.clock
        async with asyncio.TaskGroup() as group:
            while True:
                bell.clear()
                self._looking = True
                for lane, rows in (await self._turn()).items():
                    self._flying[lane] = group.create_task(self._fly(lane, rows))
                self._looking = False
                now = clock.now()
                free_at = None if self._flying else await patiently(partial(lanes.next_free, self._store.rows, now))
                await clock.sleep_until(free_at or clock.now() + LEASE, bell)

    @property
    def busy(self) -> bool:
        """Whether a message is on its way."""
        return bool(self._flying)

    async def quiet(self) -> bool:
        """Whether nothing is on its way and nothing waits that could leave now."""
        if self._looking or self._flying or self._landed or self._store.bells.relay.is_set():
            return False
        return self._store.idle and not await lanes.is_waiting(self._store.rows, self._store.clock.now())

    async def _turn(self) -> dict[Lane, list[Waiting]]:
        """Write down what landed and claim what is free, in one transaction; over and over until it is kept."""
        record = True
        while True:
            landed = dict(self._landed)
            try:
                claimed = await self._store.write(partial(self._settle, landed, record=record))
            except NotSaved:
                await asyncio.sleep(TRY_AGAIN_AFTER)
            except Exception:
                log.exception("relay.not_settled", lanes=[*landed], record=record)
                record = False
                await asyncio.sleep(TRY_AGAIN_AFTER)
            else:
                for lane in landed:
                    del self._landed[lane]
                return claimed

    async def _settle(self, landed: Mapping[Lane, Landing], work: Work, *, record: bool) -> dict[Lane, list[Waiting]]:
        for lane, landing in landed.items():
            lanes.settle(work, lane, landing.outcomes)
        for event, drafts in _by_event(landed.values() if record else ()).items():
            await work.append(event, drafts)
        for lost in _lost(landed.values()):
            tell_admins(work, self._house, lost)
        most = MOST_LANES - len(self._flying)
        return await lanes.claim(work, self._holder, work.now + LEASE, busy=self._flying, most=most)

    async def _fly(self, lane: Lane, rows: Sequence[Waiting]) -> None:
        landing, clock = Landing(), self._store.clock
        turn_back_at = clock.now() + LEASE / 2
        for waiting in rows:
            outcome = await self._courier.deliver(waiting, landing)
            landing.outcomes.append(outcome)
            if isinstance(outcome, Later) or clock.now() > turn_back_at:
                break
        self._landed[lane] = landing
        del self._flying[lane]
        self._store.bells.relay.ring()


def _by_event(landed: Iterable[Landing]) -> dict[EventId, list[Draft]]:
    drafts: dict[EventId, list[Draft]] = {}
    for landing in landed:
        for event, draft in landing.told:
            drafts.setdefault(event, []).append(draft())
    return drafts


def _lost(landed: Iterable[Landing]) -> Iterator[Lost]:
    return (outcome for landing in landed for outcome in landing.outcomes if isinstance(outcome, Lost))


def tell_admins(work: Work, house: House, lost: Lost) -> None:
    """Somebody has to reach these people in another way."""
    waiting, admins = lost.waiting, house.room_with("admins")
    log.warning("relay.lost", event_id=waiting.event, room=waiting.room, key=waiting.key, why=lost.why)
    if admins is None or waiting.room == admins.id:
        return
    head = text("relay.lost", room=room_name(house, waiting.room))
    post = Post(f"lost/{waiting.platform}/{waiting.id}", admins.id, Card(None, "plain", head))
    work.send(Outgoing(post, Priority.ALARM))
