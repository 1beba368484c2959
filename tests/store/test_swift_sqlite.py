"""Calls that run where they are made never meet the thread that is still at work for somebody who went away."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from bot.clock import VirtualClock
from bot.store import tables
from bot.store.store import Store
from bot.store.swift_sqlite import ReadingConnection
from tests.store.stories import begin, noted, write

LARGE = "x" * 20_000


async def test_a_call_waits_for_the_thread_that_is_still_at_work(tmp_path: Path) -> None:
    connection = await ReadingConnection(str(tmp_path / "some.db"))
    started, go_on = threading.Event(), threading.Event()

    def hold() -> int:
        started.set()
        return int(go_on.wait(30))

    await connection.create_function("hold", 0, hold)  # pyright: ignore[reportUnknownMemberType]  untyped there
    reader = asyncio.create_task(connection.execute_fetchall("SELECT hold()"))
    while not started.is_set():
        await asyncio.to_thread(started.wait, 0.1)
    reader.cancel()
    with suppress(asyncio.CancelledError):
        await reader
    after = asyncio.create_task(connection.rollback())
    for _ in range(10):
        await asyncio.sleep(0)
    assert not after.done()
    go_on.set()
    await after
    await connection.close()


async def test_readers_who_go_away_in_the_middle_harm_nobody(
    sqlite_url: str, tmp_path: Path, clock: VirtualClock
) -> None:
    store = await Store.open(sqlite_url, tmp_path / "files", tmp_path / "keys", clock)
    event = await begin(store)
    await write(store, event, *(noted(LARGE) for _ in range(50)))
    for round_ in range(20):
        readers = [asyncio.create_task(store.rows(select(tables.entries.c.line))) for _ in range(8)]
        for _ in range(round_):
            await asyncio.sleep(0)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    assert len(await store.entries(event)) == 3 + 50
    await store.close()
