"""A store on either engine, and another process's view of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.clock import VirtualClock
from bot.store.store import Store
from tests.store.stories import NOW

Open = Callable[[], Awaitable[Store]]


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW)


@pytest.fixture
async def open_store(database_url: str, tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Open]:
    """Opens the test's database, as a start of the bot does; whatever is still open is closed after the test."""
    opened: list[Store] = []

    async def open_() -> Store:
        opened.append(await Store.open(database_url, tmp_path / "files", tmp_path / "keys", clock))
        return opened[-1]

    yield open_
    for store in opened:
        await store.close()


@pytest.fixture
async def store(open_store: Open) -> Store:
    return await open_store()
