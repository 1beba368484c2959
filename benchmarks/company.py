"""The sample company on a chat platform: its rooms stand there, and as many people more as are wanted work in it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from benchmarks.processes import Server, serving
from bot.files.config import load_settings
from bot.files.home import EXAMPLE
from bot.store import tables

if TYPE_CHECKING:
    from sqlalchemy import Select

    from benchmarks.house import Folder
    from bot.store.store import Store

SETTLES_WITHIN = 120.0
LOOK_EVERY = 0.05
PEOPLE = "people = [\n"
REPORTER = "zhang"
"""The head of production reports; on Slack the address vouches for them."""


@dataclass(frozen=True, slots=True)
class OnPlatform:
    """What the configuration says of one: settings as they are written, and where the rooms stand."""

    name: str
    settings: Mapping[str, str]
    addresses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Worker:
    """One of the people more."""

    number: int

    @property
    def id(self) -> str:
        """Their id in the list of people."""
        return f"w{self.number:04d}"

    @property
    def name(self) -> str:
        """As their account calls them."""
        return f"Worker {self.number}"

    @property
    def email(self) -> str:
        """By which Slack vouches for them."""
        return f"{self.id}@ningjiang.example"

    @property
    def line(self) -> str:
        """As the configuration has them."""
        names = f'{{ zh = "员工{self.number}", en = "{self.name}" }}'
        work = '{ zh = "操作工", en = "Machine operator" }'
        reached = f'mobile = "139 0000 {self.number:04d}", email = "{self.email}", shift = "08:00-16:00"'
        post = f'department = "production", position = {work}'
        return f'  {{ id = "{self.id}", name = {names}, {post}, {reached} }},\n'


def workers(count: int) -> Sequence[Worker]:
    """So many of them."""
    return [Worker(number) for number in range(1, count + 1)]


def rooms() -> Sequence[str]:
    """The rooms that the sample company has."""
    return list(load_settings(EXAMPLE, {}).company.rooms)


def furnish(folder: Folder, platform: OnPlatform, people: Sequence[Worker] = ()) -> None:
    """Write the configuration."""
    folder.furnish()
    words = folder.config.read_text(encoding="utf-8")
    for name, value in platform.settings.items():
        words, found = re.subn(rf"(?m)^{re.escape(name)} = .*$", f"{name} = {value}", words)
        assert found == 1, name
    for room, address in platform.addresses.items():
        line = rf'(?m)^(  {{ id = "{room}", .*purpose = .*) }},$'
        words, found = re.subn(line, rf'\1, {platform.name} = "{address}" }},', words)
        assert found == 1, room
    assert words.count(PEOPLE) == 1
    words = words.replace(PEOPLE, PEOPLE + "".join(each.line for each in people))
    folder.config.write_text(words, encoding="utf-8")


@asynccontextmanager
async def served(folder: Folder, log: str) -> AsyncGenerator[Server]:
    """`tocsin run` as a process of its own, while this loop goes on."""
    process = serving(folder.command, folder.port, folder.path / log)
    server = await asyncio.to_thread(process.__enter__)
    try:
        yield server
    finally:
        await asyncio.to_thread(process.__exit__, None, None, None)


async def count(store: Store, query: Select[int]) -> int:
    """What a counting query finds."""
    return (await store.rows(query))[0][0]


def accounts() -> Select[int]:
    """Linked accounts."""
    return select(func.count()).select_from(tables.accounts)


def waiting(platform: str) -> Select[int]:
    """Updates that are stored and not answered yet."""
    columns = tables.inbox.c
    return select(func.count()).where(columns.platform == platform, columns.state == "new")


def answered(platform: str) -> Select[int]:
    """Updates that are stored and answered."""
    columns = tables.inbox.c
    return select(func.count()).where(columns.platform == platform, columns.state == "done")


def unsent() -> Select[int]:
    """Messages that are not delivered yet."""
    return select(func.count()).select_from(tables.outbox)


async def until_none(store: Store, *queries: Select[int], within: float = SETTLES_WITHIN) -> float:
    """Seconds until each of these counts is nought."""
    begun = perf_counter()
    while left := [found for query in queries if (found := await count(store, query))]:
        assert perf_counter() - begun < within, left
        await asyncio.sleep(LOOK_EVERY)
    return perf_counter() - begun


async def until_linked(store: Store, people: int) -> None:
    """Wait until so many accounts are linked."""
    begun = perf_counter()
    while await count(store, accounts()) < people:
        assert perf_counter() - begun < SETTLES_WITHIN, await count(store, accounts())
        await asyncio.sleep(LOOK_EVERY)
