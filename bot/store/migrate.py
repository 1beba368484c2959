"""Brings a database to the form this program works with; refuses one that is newer."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_mock_engine, inspect
from sqlalchemy import text as sql

from bot.errors import Broken
from bot.store import tables
from bot.store.migrations import REVISIONS
from bot.store.tables import metadata
from bot.store.telegram_tables import telegram_presses
from bot.store.web_tables import web_rooms
from bot.text import text

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection
    from sqlalchemy.schema import ExecutableDDLElement

MIGRATIONS = Path(__file__).with_name("migrations")
FIRST_ROWS = ({"name": "feed", "value": 0},)
"""The counters every database begins with."""
_LOCK = 0x746F6373
"""Replicas that start together migrate one after another (PostgreSQL's advisory lock, "tocs")."""


async def migrate(connection: AsyncConnection) -> None:
    """Make or migrate the tables, in the caller's transaction. Raises Broken(store.newer)."""
    if connection.dialect.name == "postgresql":
        await connection.execute(sql("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    await connection.run_sync(_migrate)


async def check(connection: AsyncConnection) -> None:
    """Refuse a database in any other form than the present one. Raises Broken (store.newer, store.older)."""
    revision = await connection.run_sync(stored_revision)
    if revision == REVISIONS[-1]:
        return
    if revision is None or revision in REVISIONS:
        raise Broken(text("store.older"))
    raise _newer(revision)


def _newer(revision: str) -> Broken:
    return Broken(text("store.newer", found=revision, known=REVISIONS[-1]))


def _migrate(connection: Connection) -> None:
    revision = stored_revision(connection)
    if revision == REVISIONS[-1]:
        return
    if revision is None:
        create(connection)
    elif revision in REVISIONS:
        upgrade(connection)
    else:
        raise Broken(text("store.newer", found=revision, known=REVISIONS[-1]))


def stored_revision(connection: Connection) -> str | None:
    """The form the database is in; None: it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sql("SELECT version_num FROM alembic_version")).scalar()


def create(connection: Connection) -> None:
    """A new database, as all revisions together would make it."""
    for statement in _statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
    connection.execute(tables.counters.insert(), list(FIRST_ROWS))
    connection.execute(sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(sql("INSERT INTO alembic_version VALUES (:revision)"), {"revision": REVISIONS[-1]})


@cache
def _statements(dialect: str) -> tuple[str, ...]:
    """What makes all tables, in order: written out once for all databases that a process makes."""
    assert web_rooms.metadata is telegram_presses.metadata is metadata  # noqa: S101  loaded for their tables
    found: list[str] = []

    def note(statement: ExecutableDDLElement, *_: object, **__: object) -> None:
        found.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine(f"{dialect}://", note)
    metadata.create_all(engine, checkfirst=False)
    return tuple(found)


def upgrade(connection: Connection, target: str = "head") -> None:
    """Run the revisions that are missing."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, target)
