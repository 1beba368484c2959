"""The tables a new database gets are those all migrations together make."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import structlog
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store import migrate, tables, web_tables
from bot.store.engine import warn_of_wal_reset
from bot.store.migrate import stored_revision, upgrade
from bot.store.migrations import REVISIONS
from bot.store.tables import metadata
from tests.store.conftest import Open
from tests.store.stories import begin

if TYPE_CHECKING:
    from bot.store.work import Work


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_migrations_make_what_a_new_database_has(database_url: str, open_store: Open) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    async with engine.begin() as connection:
        assert await connection.run_sync(_differences) == []
        assert await connection.run_sync(stored_revision) == REVISIONS[-1]
    await engine.dispose()
    store = await open_store()
    await begin(store)
    assert web_tables.web_rooms.metadata is metadata


async def test_a_new_database_has_what_migrations_make(database_url: str, open_store: Open) -> None:
    store = await open_store()

    async def differences(work: Work) -> list[object]:
        return await work.connection.run_sync(_differences)

    assert await store.write(differences) == []
    assert await store.rows(select(tables.counters.c.name, tables.counters.c.value)) == [("feed", 0)]
    assert database_url


async def test_an_older_database_is_migrated_at_start(
    database_url: str, open_store: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    await engine.dispose()
    ran: list[str] = []
    monkeypatch.setattr(migrate, "REVISIONS", ("0000", *REVISIONS))

    def note(connection: Connection) -> None:
        ran.append(connection.dialect.name)

    monkeypatch.setattr(migrate, "upgrade", note)
    await begin(await open_store())
    assert len(ran) == 1


def test_a_start_that_migrates_nothing_does_not_load_alembic() -> None:
    code = "import sys, bot.store.store; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_sqlite_with_the_wal_reset_bug_is_named_once() -> None:
    with structlog.testing.capture_logs() as logs:
        warn_of_wal_reset((3, 40, 1))
        warn_of_wal_reset((3, 51, 3))
    assert [line["version"] for line in logs] == ["3.40.1"]
