"""A house with the sample company on either engine, a platform in memory, and a clock that moves when told."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.cards.present import present
from bot.chat.adapter import Adapter
from bot.chat.card import Card, CardRef, Reply
from bot.chat.inbound import Account, Inbound, Said, What
from bot.clock import VirtualClock
from bot.domain.event import Event
from bot.domain.ids import EventId, RoomId
from bot.i18n import Catalogs
from bot.jobs.intake import Handle, Intake
from bot.jobs.limiter import Limiter
from bot.jobs.quiet import all_quiet
from bot.jobs.relay import Relay
from bot.jobs.timers import Timers
from bot.services.house import House
from bot.store.store import Store
from bot.text import Text
from tests.jobs.later import Later
from tests.stories.platform import Platform
from tests.stories.town import START, sample


def show(event: Event, ref: CardRef, house: House) -> Card:
    return present(event, ref, house.company, house.clock.now())


@dataclass(slots=True)
class Office:
    """The parts between a platform and the store."""

    store: Store
    house: House
    clock: VirtualClock
    platform: Platform = field(default_factory=Platform)
    later: Later = field(default_factory=Later)
    limiter: Limiter = field(default_factory=lambda: Limiter(1000, 4000))
    _updates: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def adapters(self) -> Mapping[str, Adapter]:
        return {"web": self.platform, "slack": self.later}

    def intake(self, handle: Handle) -> Intake:
        return Intake(self.store, self.house, handle, self.limiter, self.adapters)

    def relay(self) -> Relay:
        return Relay(self.store, self.house, {"web": self.platform}, show)

    def timers(self) -> Timers:
        return Timers(self.store, self.house)

    def inbound(self, what: What | str, account: str = "wang", update: str | None = None) -> Inbound:
        said = Said(f"m{next(self._updates)}", what) if isinstance(what, str) else what
        name = Account("web", account, account)
        return Inbound(update or f"u{next(self._updates)}", name, RoomId(f"@{account}"), said, self.clock.now())

    async def report(self, words: str = "/report fire Workshop 3") -> EventId:
        """Somebody reports an event, through the real handlers."""
        from handlers import house_router
        from handlers.dispatch import handle

        router = house_router()
        reply: Reply = await self.intake(lambda context: handle(context, router)).receive(self.inbound(words))
        assert reply.stored, reply.text
        return (await self.store.events())[0].id


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
async def office(database_url: str, tmp_path: Path, catalogs: Catalogs, clock: VirtualClock) -> AsyncIterator[Office]:
    store = await Store.open(database_url, tmp_path / "files", tmp_path / "keys", clock)
    settings, playbooks = sample()
    yield Office(store, House(settings, playbooks, catalogs, clock), clock)
    await store.close()


class Running:
    """A job that runs while a block lasts."""

    def __init__(self, job: Relay | Timers | Intake) -> None:
        self._job = job

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._job.run())

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


async def quiet(store: Store, *jobs: Relay | Timers | Intake) -> None:
    """Wait until nothing is left to do at this moment."""
    while not await all_quiet(store, *jobs):
        await _others()


async def _others() -> None:
    """Let the others run for once."""
    await asyncio.sleep(0)


def key_of(reply: Reply) -> str | None:
    """Which sentence a reply says."""
    return reply.text.key if isinstance(reply.text, Text) else None
