"""A house of which Telegram is one platform: the real adapter, store and intake, against the fake Bot API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from bot.adapters.telegram.adapter import TelegramAdapter
from bot.adapters.telegram.inbound import chat_of
from bot.adapters.telegram.polling import Patience
from bot.chat.adapter import Accepted, Prelude, Showing
from bot.chat.card import Button, Card, Reply
from bot.chat.inbound import Account, Inbound, Raw
from bot.clock import VirtualClock
from bot.domain.company import Binding, Room, RoomLanguage
from bot.domain.ids import EventId, PersonId, RoomId
from bot.errors import NotSaved
from bot.i18n import Catalogs
from bot.services.house import House
from bot.store import tables
from bot.store.store import Store
from bot.text import Words, text
from tests.stories.town import START, sample
from tests.telegram.fake import FakeTelegram

if TYPE_CHECKING:
    from bot.chat.card import Shown, Style
    from bot.chat.inbound import What
    from bot.domain.parties import Marked
    from bot.store.work import Work
    from tests.telegram.people import User
    from tests.telegram.things import Chat

EVENT = EventId("EV-2026-0001")
IMPATIENT = Patience(poll=1, least=0.01, most=0.02, conflict=0.02)


@dataclass
class Inlet:
    """Stores updates as the intake does; `full` makes the disk full."""

    store: Store
    kept: list[Raw] = field(default_factory=list[Raw])
    full: bool = False
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, inbound: Inbound, prelude: Prelude | None = None) -> Reply:
        raise AssertionError(inbound, prelude)

    async def keep(self, raws: Sequence[Raw], prelude: Prelude | None = None) -> None:
        if self.full:
            self.arrived.set()
            raise NotSaved

        async def job(work: Work) -> None:
            await work.keep_updates(raws, work.now)

        await self.store.write(job)
        self.kept.extend(raws)
        self.arrived.set()

    async def meet(self, accounts: Sequence[Account]) -> None:
        raise AssertionError(accounts)


@dataclass
class Office:
    """The parts around the adapter."""

    telegram: FakeTelegram
    store: Store
    house: House
    clock: VirtualClock
    adapter: TelegramAdapter
    inlet: Inlet

    def binds(self, room: str, address: Chat | str, language: RoomLanguage = "both") -> RoomId:
        """A configured room stands in a group, or in a topic of it."""
        where = address if isinstance(address, str) else str(address.id)
        company, known = self.house.company, RoomId(room)
        before = company.rooms.get(known) or Room(known, Words(room, room), "department")
        bound = replace(before, language=language, bindings=(Binding("telegram", where),))
        self.house.company = replace(company, rooms={**company.rooms, known: bound})
        return known

    async def links(self, user: User, person: str) -> None:
        """Whose account it is."""

        async def job(work: Work) -> None:
            work.link(Account("telegram", str(user.id), user.account["first_name"]), PersonId(person))

        await self.store.write(job)

    async def shows(
        self,
        card: Card,
        address: Chat | str,
        *,
        key: str = "k",
        room: str = "production",
        language: RoomLanguage = "both",
        standing: str | None = None,
        under: str | None = None,
        pin: bool = False,
    ) -> Accepted:
        """Deliver a card, and remember where it stands as the relay does."""
        where = address if isinstance(address, str) else str(address.id)
        showing = Showing(key, RoomId(room), where, card, None, under, standing=standing, language=language, pin=pin)
        accepted = await self.adapter.deliver(showing)

        async def job(work: Work) -> None:
            row = {"platform": "telegram", "room": room, "key": key, "event": None, "message": accepted.message}
            times = dict.fromkeys(("accepted_at", "delivered_at", "seen_at", "failed_at", "error"))
            work.put(tables.deliveries, {**row, "revision": 1, "queued_at": work.now, "attempts": 0, **times})

        await self.store.write(job)
        return accepted

    def raw(self, update: dict[str, Any] | None = None) -> Raw:
        """The last update of Telegram (or this one), as it is stored."""
        sent = self.telegram.updates.all[-1] if update is None else update
        return Raw("telegram", str(sent["update_id"]), chat_of(sent), json.dumps(sent), self.clock.now())

    async def reads(self, update: dict[str, Any] | None = None) -> Inbound | None:
        """What the adapter makes of the last update."""
        return await self.adapter.read(self.raw(update))

    async def hears(self, update: dict[str, Any] | None = None) -> What:
        """What was said, where something was."""
        inbound = await self.reads(update)
        assert inbound is not None
        return inbound.what

    async def answers(self, reply: Reply, language: str = "en") -> None:
        """The house's reply to the last update."""
        raw = self.raw()
        inbound = await self.adapter.read(raw)
        assert inbound is not None
        await self.adapter.answer(raw, inbound, reply, cast("Any", language))


def button(
    action: str = "task.acknowledge",
    label: Shown | None = None,
    *,
    target: str = "production",
    revision: int = 0,
    commander: str | None = None,
    style: Style = "normal",
    confirm: Shown | None = None,
    more: bool = False,
) -> Button:
    """A button of the event."""
    leader = None if commander is None else PersonId(commander)
    shown = label or text("task.acknowledge")
    return Button(action, shown, EVENT, target, revision, leader, style, confirm, more)


def card(head: str = "Fire in Workshop 3", *buttons: Button, kind: Marked | None = "live") -> Card:
    """A card of the event."""
    return Card(kind, "alarm", Words(head, head), EVENT, buttons=buttons)


@asynccontextmanager
async def open_office(
    telegram: FakeTelegram,
    folder: Path,
    catalogs: Catalogs,
    *,
    public_url: str = "https://tocsin.example.com",
    database: str = "",
    **settings: Any,  # noqa: ANN401
) -> AsyncGenerator[Office]:
    """An office on an SQLite file of this folder; opened again it finds what was kept."""
    clock = VirtualClock(START)
    url = database or f"sqlite+aiosqlite:///{folder / 'tocsin.db'}"
    store = await Store.open(url, folder / "files", folder / "keys", clock)
    whole, playbooks = sample()
    root = telegram.base_url.removesuffix("/bot")
    chosen = replace(whole.telegram, bot_token=telegram.token, api_url=root, **settings)
    house = House(replace(whole, telegram=chosen), playbooks, catalogs, clock)
    adapter = TelegramAdapter(
        store,
        chosen,
        house,
        public_url=public_url,
        words=tuple((name, text("help.report")) for name in ("report", "报险情", "收到", "help")),
        default_language="zh",
        patience=IMPATIENT,
    )
    try:
        yield Office(telegram, store, house, clock, adapter, Inlet(store))
    finally:
        await adapter.close()
        await store.close()


@asynccontextmanager
async def running(office: Office) -> AsyncGenerator[asyncio.Task[None]]:
    """The adapter runs while the block lasts."""
    task = asyncio.create_task(office.adapter.run(office.inlet))
    try:
        yield task
    finally:
        if not task.done():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
