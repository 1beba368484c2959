"""Two engines: SQLite with one writer, PostgreSQL for several replicas. The queries are the same."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import structlog
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.store.swift_sqlite import ReadingConnection, WritingConnection, connecting

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlalchemy.pool import ConnectionPoolEntry

    from bot.store.swift_sqlite import Connecting, SwiftConnection

EngineName = Literal["sqlite", "postgresql"]
BUSY_MS = 2_000
"""How long SQLite waits for another process before it says that the database is locked."""
READERS = 4
CACHE = "PRAGMA cache_size=-8000"
"""Of the writer: 8 MB of pages, so that a large past does not have it read the same inner pages again and again."""
WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))
"""SQLite versions that may lose a commit where two connections write (https://sqlite.org/wal.html, WAL-reset bug)."""

log = structlog.get_logger(__name__)


def parse_url(url: str) -> URL:
    """The address with the asynchronous driver of its engine."""
    parsed = make_url(url)
    driver = "sqlite+aiosqlite" if parsed.get_backend_name() == "sqlite" else "postgresql+asyncpg"
    return parsed.set(drivername=driver)


def engine_name(url: URL) -> EngineName:
    """Which of the two it is."""
    return "sqlite" if url.get_backend_name() == "sqlite" else "postgresql"


def database_path(url: URL) -> Path | None:
    """The file of an SQLite database."""
    return Path(url.database) if engine_name(url) == "sqlite" and url.database else None


def writing_engine(url: URL) -> AsyncEngine:
    """The engine of the one writer."""
    engine = create_async_engine(
        url, poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=1, async_creator=_swift(url, WritingConnection)
    )
    if engine_name(url) == "sqlite":
        event.listen(engine.sync_engine, "connect", _settle_writer)
        event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def reading_engine(url: URL) -> AsyncEngine:
    """Readers never wait for the writer, nor it for them."""
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=READERS,
        max_overflow=READERS,
        async_creator=_swift(url, ReadingConnection),
    )
    if engine_name(url) == "sqlite":
        event.listen(engine.sync_engine, "connect", _settle_reader)
        event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _swift(url: URL, kind: type[SwiftConnection]) -> Connecting | None:
    """How connections are opened; None: as the driver does it."""
    path = database_path(url)
    return None if path is None else connecting(kind, str(path))


def warn_of_wal_reset(version: tuple[int, int, int] = sqlite3.sqlite_version_info[:3]) -> None:
    """Say once at start that this SQLite has the WAL-reset bug, and why that is no danger here."""
    first, last = WAL_RESET_BUG
    if first <= version <= last:
        log.info("store.sqlite_wal_reset_bug", version=".".join(map(str, version)), safe_because="one writer")


def _settle_writer(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    del entry
    _settle(connection, "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON", CACHE)


def _settle_reader(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    del entry
    _settle(connection, "PRAGMA query_only=ON")


def _settle(connection: Any, *pragmas: str) -> None:  # noqa: ANN401  DBAPI connections have no common type
    try:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (f"PRAGMA busy_timeout={BUSY_MS}", *pragmas):
            cursor.execute(pragma)
        cursor.close()
    except BaseException:
        connection.close()
        raise


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
