"""Full disk, locked, newer, taken: what cannot be kept is not acknowledged, and the bot goes on."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import InterfaceError

from bot.clock import VirtualClock
from bot.errors import Broken, NotSaved
from bot.store import engine as engines
from bot.store import tables
from bot.store.store import Store
from tests.store.conftest import Open
from tests.store.stories import begin, noted, write

if TYPE_CHECKING:
    from bot.store.work import Work

LARGE = "x" * 200_000


async def _remember(store: Store, key: str, value: str = "x") -> None:
    async def job(work: Work) -> None:
        await work.put_setting(key, value)

    await store.write(job)


async def _limit_pages(store: Store, more: int | None) -> None:
    """Let the file grow by so many pages only: what a full disk is to SQLite."""

    async def job(work: Work) -> None:
        connection = work.connection
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        limit = 1_000_000 if more is None else pages + more
        await connection.exec_driver_sql(f"PRAGMA max_page_count={limit}")

    await store.write(job)


@pytest.fixture
async def on_sqlite(sqlite_url: str, tmp_path: Path, clock: VirtualClock) -> Store:
    return await Store.open(sqlite_url, tmp_path / "files", tmp_path / "keys", clock)


async def test_a_full_disk_is_said_and_the_bot_goes_on_when_there_is_room(on_sqlite: Store) -> None:
    store = on_sqlite
    event = await begin(store)
    await _limit_pages(store, more=4)
    for number in range(3):
        results = await asyncio.gather(
            write(store, event, noted(LARGE)), _remember(store, f"k{number}"), return_exceptions=True
        )
        assert [type(result) for result in results] == [NotSaved, NotSaved]
    assert (await store.event(event)).sequence == 3
    await _limit_pages(store, more=None)
    await write(store, event, noted(LARGE))
    entries = await store.entries(event)
    assert [entry.sequence for entry in entries] == [1, 2, 3, 4]
    assert entries[3].previous == entries[2].hash
    await store.close()


async def test_a_full_disk_in_the_middle_of_a_job_is_said_too(on_sqlite: Store) -> None:
    async def job(work: Work) -> None:
        await work.put_setting("large", LARGE)
        await work.rows(select(tables.settings.c.key))

    await _limit_pages(on_sqlite, more=4)
    with pytest.raises(NotSaved):
        await on_sqlite.write(job)
    await _remember(on_sqlite, "small")
    await on_sqlite.close()


async def test_another_process_holds_the_database_for_a_while(on_sqlite: Store, tmp_path: Path) -> None:
    async def lose_patience(work: Work) -> None:
        await work.connection.exec_driver_sql("PRAGMA busy_timeout=20")

    await on_sqlite.write(lose_patience)
    other = sqlite3.connect(tmp_path / "tocsin.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(NotSaved):
        await _remember(on_sqlite, "one")
    other.execute("ROLLBACK")
    other.close()
    await _remember(on_sqlite, "two")
    assert await on_sqlite.rows(select(tables.settings.c.key)) == [("two",)]
    await on_sqlite.close()


async def test_a_start_that_finds_the_database_locked_says_so(
    sqlite_url: str, tmp_path: Path, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_MS", 20)
    other = sqlite3.connect(tmp_path / "tocsin.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Broken) as broken:
        await Store.open(sqlite_url, tmp_path / "files", tmp_path / "keys", clock)
    assert broken.value.reason.key == "store.locked"
    other.close()


async def test_one_bot_at_a_time(sqlite_url: str, tmp_path: Path, clock: VirtualClock) -> None:
    store = await Store.open(sqlite_url, tmp_path / "files", tmp_path / "keys", clock)
    with pytest.raises(Broken) as broken:
        await Store.open(sqlite_url, tmp_path / "files", tmp_path / "keys", clock)
    assert broken.value.reason.key == "store.taken"
    await store.close()
    await (await Store.open(sqlite_url, tmp_path / "files", tmp_path / "keys", clock)).close()


async def test_a_database_newer_than_the_program_is_refused(
    open_store: Open, database_url: str, tmp_path: Path, clock: VirtualClock
) -> None:
    store = await open_store()

    async def from_the_future(work: Work) -> None:
        await work.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await store.write(from_the_future)
    await store.close()
    for opening in (Store.open, Store.open_to_read):
        with pytest.raises(Broken) as broken:
            await opening(database_url, tmp_path / "files", tmp_path / "keys", clock)
        assert broken.value.reason.key == "store.newer"


async def test_nothing_is_read_before_the_first_start(database_url: str, tmp_path: Path, clock: VirtualClock) -> None:
    with pytest.raises(Broken) as broken:
        await Store.open_to_read(database_url, tmp_path / "files", tmp_path / "keys", clock)
    assert broken.value.reason.key in ("store.missing", "store.older")


async def test_a_reader_beside_the_running_bot_only_reads(
    open_store: Open, database_url: str, tmp_path: Path, clock: VirtualClock
) -> None:
    store = await open_store()
    event = await begin(store)
    reader = await Store.open_to_read(database_url, tmp_path / "files", tmp_path / "keys", clock)
    assert [row.id for row in await reader.events()] == [event]
    assert (await reader.event(event)).sequence == 3
    with pytest.raises(NotSaved):
        await _remember(reader, "key")
    await reader.close()


async def test_no_server_is_said_at_start(tmp_path: Path, clock: VirtualClock) -> None:
    url = f"postgresql://nobody@/nothing?host={tmp_path}"
    for opening in (Store.open, Store.open_to_read):
        with pytest.raises(Broken) as broken:
            await opening(url, tmp_path / "files", tmp_path / "keys", clock)
        assert broken.value.reason.key == "store.unreachable"


async def test_a_file_that_is_no_database_is_said(sqlite_url: str, tmp_path: Path, clock: VirtualClock) -> None:
    (tmp_path / "tocsin.db").write_bytes(b"not a database" * 100)
    with pytest.raises(Broken) as broken:
        await Store.open(sqlite_url, tmp_path / "files", tmp_path / "keys", clock)
    assert broken.value.reason.key == "store.unreachable"


async def test_only_the_bot_can_read_the_database(on_sqlite: Store, tmp_path: Path) -> None:
    await begin(on_sqlite)
    assert _modes(tmp_path) == {0o600}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    await on_sqlite.close()


def _modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in folder.glob("tocsin.db*")}


async def test_a_server_that_restarts_is_found_again(postgres_url: str, tmp_path: Path, clock: VirtualClock) -> None:
    store = await Store.open(postgres_url, tmp_path / "files", tmp_path / "keys", clock)
    await _remember(store, "before")

    async def end_everybody(work: Work) -> None:
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        await work.connection.execute(text(f"{kill} AND pid <> pg_backend_pid()"))
        await work.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(NotSaved):
        await store.write(end_everybody)
    await _remember(store, "after")
    assert await _keys(store) == {"before", "after"}
    await store.close()


POOLED = 20
"""More than a store keeps open."""


async def _keys(store: Store) -> set[str]:
    """What is kept. The server ends its connections by and by, so the last reader may still hold one that dies."""
    for _ in range(POOLED):
        with suppress(InterfaceError):
            return {key for (key,) in await store.rows(select(tables.settings.c.key))}
    return set()
