"""Small steps run where they are called; what waits does not hold the event loop."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from aiosqlite import Connection

from bot.store.swift_sqlite import ReadingConnection, WritingConnection, connecting


async def thread_of(connection: Connection, statement: str) -> int:
    """The thread in which a statement is carried out, as SQLite itself reports it."""
    threads: list[int] = []

    def note(traced: str) -> None:
        assert traced
        threads.append(threading.get_ident())

    await connection.set_trace_callback(note)  # pyright: ignore[reportUnknownMemberType]  untyped there
    await connection.execute(statement)
    return threads[0]


async def test_the_writer_writes_rows_at_once_and_waits_elsewhere(tmp_path: Path) -> None:
    here = threading.get_ident()
    connection = await WritingConnection(str(tmp_path / "a.db"))
    connection.isolation_level = None
    assert await thread_of(connection, "CREATE TABLE t (n)") != here
    assert await thread_of(connection, "BEGIN IMMEDIATE") != here
    assert await thread_of(connection, "INSERT INTO t VALUES (1)") == here
    await connection.commit()
    assert await thread_of(connection, "SELECT n FROM t") == here
    await connection.close()


async def test_a_reader_fetches_elsewhere(tmp_path: Path) -> None:
    here = threading.get_ident()
    connection = await ReadingConnection(str(tmp_path / "a.db"))
    connection.isolation_level = None
    assert await thread_of(connection, "BEGIN") == here
    assert await thread_of(connection, "SELECT 1") != here
    await connection.close()


async def test_a_lock_held_by_somebody_else_leaves_the_event_loop_free(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE t (n)")
    other.execute("BEGIN IMMEDIATE")
    connection = await connecting(WritingConnection, str(path))()
    connection.isolation_level = None
    beginning = asyncio.ensure_future(connection.execute("BEGIN IMMEDIATE"))
    await asyncio.sleep(0)
    assert not beginning.done()
    other.execute("COMMIT")
    other.close()
    await beginning
    await connection.execute("INSERT INTO t VALUES (1)")
    await connection.commit()
    await connection.close()


async def test_a_closed_connection_says_so(tmp_path: Path) -> None:
    connection = await WritingConnection(str(tmp_path / "a.db"))
    await connection.close()
    with pytest.raises(ValueError, match=r"closed|no active connection"):
        await connection.execute("SELECT 1")
