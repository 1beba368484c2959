"""A house of the sample company in a folder of its own: its configuration, its people's sessions, its filled record."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from bot.adapters.web.session import hashed, new_secret
from bot.app import App, built_in_chat
from bot.chat.inbound import Account, Inbound, Said
from bot.clock import RealClock
from bot.domain.ids import EventId, PersonId, direct
from bot.files.config import load_settings
from bot.files.home import EXAMPLE, PLAYBOOKS
from bot.i18n import Catalogs
from bot.services.house import House
from bot.store.store import Store
from bot.store.web_tables import web_sessions

if TYPE_CHECKING:
    from bot.chat.adapter import Adapter
    from bot.store.work import Work

CONFIG = "config.toml"
REPORTER = PersonId("xu")
UNLIMITED = 10_000
"""Messages a person may send in a minute: the most the configuration takes; presses may be ten times as many."""
LOOK_EVERY = 0.002
MakeAdapters = Callable[[Store, House], "Mapping[str, Adapter]"]


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the house is."""

    path: Path
    port: int

    @property
    def config(self) -> Path:
        """Its configuration file."""
        return self.path / CONFIG

    @property
    def command(self) -> tuple[str, ...]:
        """What starts it, behind the interpreter."""
        return "-m", "bot", "run", "--config", str(self.config), "--playbooks", str(self.path / "playbooks")

    def furnish(self) -> None:
        """Write the sample company's configuration and its playbooks.

        With the port, without a limit that would be in the way, and without a calendar: what is owed on the day of a
        measurement would be measured as well.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        without = shutil.ignore_patterns("calendar.yaml")
        shutil.copytree(PLAYBOOKS, self.path / "playbooks", ignore=without, dirs_exist_ok=True)
        words = EXAMPLE.read_text(encoding="utf-8")
        values = {
            "store.url": '"sqlite:///tocsin.db"',
            "store.files": '"files"',
            "store.keys": '"keys"',
            "web.port": str(self.port),
            "web.messages_per_minute": str(UNLIMITED),
        }
        for name, value in values.items():
            words, found = re.subn(rf"(?m)^{re.escape(name)} = .*$", f"{name} = {value}", words)
            assert found == 1, name
        self.config.write_text(words, encoding="utf-8")


def _adapters(store: Store, house: House) -> Mapping[str, Adapter]:
    return {"web": built_in_chat(store, house, demo=False)}


@asynccontextmanager
async def running(folder: Folder, make_adapters: MakeAdapters | None = None) -> AsyncGenerator[App]:
    """The house in this process, all of it."""
    settings = load_settings(folder.config)
    app = await App.open(settings, PLAYBOOKS, Catalogs.load(), RealClock(), make_adapters or _adapters, calendar=False)
    house = asyncio.create_task(app.run(), name="house")
    try:
        yield app
    finally:
        house.cancel()
        with suppress(asyncio.CancelledError):
            await house
        await app.close()


@asynccontextmanager
async def looking(folder: Folder) -> AsyncGenerator[Store]:
    """Its store, to look at beside the running house."""
    store = load_settings(folder.config).store
    opened = await Store.open_to_read(store.url, store.files, store.keys, RealClock())
    try:
        yield opened
    finally:
        await opened.close()


async def settled(app: App) -> None:
    """Wait until nothing is on its way any more."""
    while not await app.quiet():  # noqa: ASYNC110  the house says it only when asked
        await asyncio.sleep(LOOK_EVERY)


async def sign_in(app: App) -> Mapping[PersonId, str]:
    """A session for everybody: their cookies."""
    secrets = {person: new_secret() for person in app.house.company.people}

    async def keep(work: Work) -> None:
        for person, secret in secrets.items():
            row = {"token": hashed(secret), "person": person, "created_at": work.now, "last_seen": work.now}
            work.insert(web_sessions, {**row, "revoked_at": None, "agent": "benchmarks"})

    await app.store.write(keep)
    return secrets


def said(person: PersonId, name: str, words: str, now_from: RealClock) -> Inbound:
    """Something somebody says in their own room."""
    update = uuid4().hex
    account = Account("web", person, name)
    return Inbound(f"{person}~{update[:16]}", account, direct(person), Said(update, words), now_from.now())


async def report(app: App, words: str) -> EventId:
    """Somebody reports; the event's number."""
    name = app.house.company.people[REPORTER].name.zh
    reply = await app.intake.receive(said(REPORTER, name, words, RealClock()))
    assert reply.card is not None, reply
    assert reply.card.event is not None, reply
    return reply.card.event
