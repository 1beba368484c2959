"""The sample company on a fake Slack: a real store, real handlers, the real adapter over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import uvicorn
from starlette.applications import Starlette

from bot.adapters.slack.adapter import SlackAdapter
from bot.adapters.slack.manifest import manifest
from bot.app import platforms_of
from bot.cards.present import present
from bot.chat.adapter import Showing
from bot.chat.card import Card, CardRef
from bot.chat.inbound import Account, Inbound, Raw
from bot.clock import Clock, RealClock
from bot.config import Settings, SlackSettings
from bot.domain.company import Binding, RoomLanguage
from bot.domain.event import Event
from bot.domain.ids import PersonId, RoomId
from bot.errors import NotSaved
from bot.i18n import Catalogs
from bot.jobs.intake import Intake
from bot.jobs.limiter import Limiter
from bot.jobs.relay import Relay
from bot.services.house import House
from bot.store.store import Store
from bot.text import Words, same
from handlers import house_router
from handlers.dispatch import handle
from tests.slack.fake import FakeSlack, User
from tests.slack.state import Channel, Message, Screen
from tests.stories.platform import Platform
from tests.stories.town import sample

T = TypeVar("T")
PINGS_EVERY = 5.0
"""Seconds between two looks of the library at its connection; four without an answer and it opens another."""
EMAIL = "{}@ningjiang.example"


def shown(event: Event, ref: CardRef, house: House) -> Card:
    return present(event, ref, house.company, house.clock.now())


@dataclass(slots=True)
class Gate:
    """A way in that keeps what comes, and can refuse to."""

    kept: list[Raw] = field(default_factory=list[Raw])
    met: list[Account] = field(default_factory=list[Account])
    full: bool = False
    waits: asyncio.Event = field(default_factory=asyncio.Event)
    """Set: updates are stored at once. Cleared: they wait."""

    def __post_init__(self) -> None:
        self.waits.set()

    async def keep(self, raws: list[Raw], prelude: object = None) -> None:
        await self.waits.wait()
        if self.full:
            raise NotSaved
        known = {raw.update for raw in self.kept}
        self.kept += [raw for raw in raws if raw.update not in known]

    async def meet(self, accounts: list[Account]) -> None:
        self.met += accounts

    async def receive(self, inbound: Inbound, prelude: object = None) -> object:
        raise AssertionError(inbound)


@dataclass(slots=True)
class Plant:
    """The house, and the Slack it is on. `production` is that department's channel."""

    slack: FakeSlack
    store: Store
    house: House
    adapter: SlackAdapter
    production: Channel
    platform: Platform = field(default_factory=Platform)

    def person(self, name: str, **more: object) -> User:
        """Somebody of the company on Slack, with the address that the list of people has."""
        account = self.slack.user(name, email=EMAIL.format(name), **more)  # pyright: ignore[reportArgumentType]  the keywords of FakeSlack.user
        self.production.members.append(account.id)
        return account

    async def link(self, user: User, person: str) -> None:
        """As an address or a code would have it."""

        async def job(work: object) -> None:
            work.link(Account("slack", user.id, user.name), PersonId(person))  # type: ignore[attr-defined]

        await self.store.write(job)  # pyright: ignore[reportArgumentType]

    def showing(self, card: Card, key: str = "EV-2026-0001/production", **more: object) -> Showing:
        """A message for the production channel."""
        given: dict[str, object] = {"room": RoomId("production"), "address": self.production.id, "language": "en"}
        return Showing(key, card=card, **(given | more))  # pyright: ignore[reportArgumentType]  the fields of Showing

    async def post(self, card: Card, key: str = "EV-2026-0001/production", **more: object) -> str:
        """Deliver a message."""
        return (await self.adapter.deliver(self.showing(card, key, **more))).message

    async def hears(self, raw: Raw) -> Inbound | None:
        """What the adapter makes of a stored update."""
        return await self.adapter.read(raw)

    async def until(self, predicate: Callable[[], T | None], within: float = 20.0) -> T:
        """Wait until the house has come so far."""
        async with asyncio.timeout(within):
            while not (result := predicate()):  # noqa: ASYNC110  the house has no event for each thing it does
                await asyncio.sleep(0)
        return result

    async def card_in(self, channel: Channel) -> Message:
        """The first message there, as soon as it stands."""
        return await self.until(lambda: next(iter(self.slack.messages(channel)), None))

    async def window(self, user: User) -> Screen:
        """The window before somebody, as soon as it is open."""
        return await self.until(lambda: next(iter(self.slack.stack(user.id)[-1:]), None))

    async def knows(self, user: User) -> None:
        """Until the account is linked."""
        await self.until(lambda: self.store.links.person("slack", user.id))

    @asynccontextmanager
    async def open_door(self) -> AsyncGenerator[Gate]:
        """The adapter takes updates in; nothing answers them."""
        gate = Gate()
        async with self.running(gate):
            yield gate

    @asynccontextmanager
    async def at_work(self) -> AsyncGenerator[None]:
        """The whole house: intake, relay, adapter."""
        router = house_router()
        adapters = {"web": self.platform, "slack": self.adapter}
        intake = Intake(self.store, self.house, partial(handle, router=router), Limiter(1000, 4000), adapters)
        relay = Relay(self.store, self.house, adapters, shown)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(_running(intake.run()))
            await stack.enter_async_context(_running(relay.run()))
            await stack.enter_async_context(self.running(intake))
            yield

    @asynccontextmanager
    async def running(self, inlet: object) -> AsyncGenerator[None]:
        """The adapter alone, connected."""
        async with self.opening(inlet):
            if not self.adapter.routes:
                await self.slack.wait_for(lambda: len(self.slack.sockets.connections) >= 2)
            yield

    @asynccontextmanager
    async def opening(self, inlet: object) -> AsyncGenerator[None]:
        """The adapter alone, on its way."""
        async with AsyncExitStack() as stack:
            if self.adapter.routes:
                await stack.enter_async_context(served(self.adapter, self.slack))
            await stack.enter_async_context(_running(self.adapter.run(inlet)))  # pyright: ignore[reportArgumentType]  a Gate is one as far as it is used
            yield


@asynccontextmanager
async def _running(job: object) -> AsyncGenerator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(job)  # pyright: ignore[reportArgumentType, reportUnknownVariableType]
        await asyncio.sleep(0)
        try:
            yield
        finally:
            task.cancel()  # pyright: ignore[reportUnknownMemberType]


@asynccontextmanager
async def served(adapter: SlackAdapter, slack: FakeSlack) -> AsyncGenerator[None]:
    """The adapter's address on a server of its own, as the built-in chat's serves it."""
    config = uvicorn.Config(Starlette(routes=list(adapter.routes)), port=0, log_config=None, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve([listening]))
        slack.http_url = f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events"
        try:
            yield
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def built(
    url: str,
    folder: Path,
    catalogs: Catalogs,
    slack: FakeSlack,
    *,
    clock: Clock | None = None,
    mode: str = "socket",
    pings_every: float = PINGS_EVERY,
) -> AsyncGenerator[Plant]:
    """Open it; at the end everything is closed."""
    settings, playbooks = sample()
    production = slack.channel("production")
    settings = on_slack(settings, slack, production, mode)
    at = clock or RealClock()
    store = await Store.open(url, folder / "files", folder / "keys", at)
    try:
        house = House(settings, playbooks, catalogs, at)
        adapter = SlackAdapter(
            store,
            settings.slack,
            house,
            at,
            web_address="https://chat.ningjiang.example",
            upload_limit_mb=1,
            pings_every=pings_every,
        )
        plant = Plant(slack, store, house, adapter, production)
        words = house_router().words
        slack.installs(manifest(settings.slack, words, house.render, "https://tocsin.example"))
        store.route(partial(platforms_of, house, store.links, {"web": plant.platform, "slack": adapter}))
        yield plant
        await adapter.close()
    finally:
        await store.close()


def on_slack(settings: Settings, slack: FakeSlack, production: Channel, mode: str) -> Settings:
    """The sample company with its production department on this Slack."""
    rooms = dict(settings.company.rooms)
    room = rooms[RoomId("production")]
    bound: Mapping[str, str] = {"web": "production", "slack": production.id}
    rooms[room.id] = replace(room, bindings=tuple(Binding(*each) for each in bound.items()))
    slack_settings = SlackSettings(
        slack.bot_token,
        slack.app_token,
        slack.signing_secret,
        mode,  # pyright: ignore[reportArgumentType]  one of the two
        slack.base_url,
        "private",
    )
    return replace(settings, company=replace(settings.company, rooms=rooms), slack=slack_settings)


def card(head: str = "Fire, Workshop 3", **more: object) -> Card:
    """A card of an event."""
    return Card(kind="live", tone="work", head=same(head), **more)  # pyright: ignore[reportArgumentType]  the fields of Card


BOTH: RoomLanguage = "both"
HEAD = Words("3号车间火灾", "Fire in Workshop 3")
