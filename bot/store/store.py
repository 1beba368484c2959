"""The store: one writer, many readers, on SQLite or PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar, TypeVarTuple, cast

import structlog
from sqlalchemy import Row, Select, select, update
from sqlalchemy.exc import DBAPIError

from bot.domain.ids import HOUSE
from bot.errors import Broken, Refused
from bot.store import failures, queries, tables
from bot.store.bells import Bells
from bot.store.engine import (
    database_path,
    engine_name,
    parse_url,
    reading_engine,
    warn_of_wal_reset,
    writing_engine,
)
from bot.store.files import FileShelf, Folder, Rows
from bot.store.leading import lead
from bot.store.listening import listen
from bot.store.lockfile import LockFile
from bot.store.migrate import check, migrate
from bot.store.signer import Signer
from bot.store.streams import load
from bot.store.writer import Writer
from bot.text import text

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.clock import Clock
    from bot.domain.company import Person
    from bot.domain.event import Event
    from bot.domain.ids import EventId, PersonId, RoleId
    from bot.domain.playbook import PlaybookVersion
    from bot.domain.record import Entry
    from bot.store.inboxes import Update
    from bot.store.links import Links
    from bot.store.outboxes import Routes
    from bot.store.work import Work

log = structlog.get_logger(__name__)
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Store:
    """Opened by `open`, closed by `close`. Nothing is acknowledged to anybody before `write` returns."""

    def __init__(self, url: URL, engines: tuple[AsyncEngine, AsyncEngine], clock: Clock, lock: LockFile | None) -> None:
        """Use `open`."""
        self.engine = engine_name(url)
        self.bells = Bells()
        self.clock = clock
        self._writing, self._reading = engines
        self._lock = lock
        self._writer = Writer(self._writing, clock, self.bells)
        self._tasks: list[asyncio.Task[None]] = []
        self._shelf: FileShelf | None = None
        self._signer: Signer | None = None

    @classmethod
    async def open(cls, url: str, files: Path, keys: Path, clock: Clock) -> Self:
        """Take the lock, migrate, start the writer. Raises Broken: newer than the program, taken, unreachable."""
        parsed = parse_url(url)
        path = database_path(parsed)
        lock = None if path is None else LockFile(path.with_name(f"{path.name}.lock"))
        store = cls(parsed, (writing_engine(parsed), reading_engine(parsed)), clock, lock)
        try:
            await store._start(path, files, keys)
        except BaseException:
            await store.close()
            raise
        return store

    @classmethod
    async def open_to_read(cls, url: str, files: Path, keys: Path, clock: Clock) -> Self:
        """For a command line that only looks, beside a running bot or without one. Raises Broken as `open`."""
        parsed = parse_url(url)
        path = database_path(parsed)
        if path is not None and not path.exists():
            raise Broken(text("store.missing", path=str(path)))
        store = cls(parsed, (writing_engine(parsed), reading_engine(parsed)), clock, None)
        store._writer.close()
        try:
            async with store.read() as connection:
                await check(connection)
            store._keep_keys(files, keys)
        except BaseException as error:
            await store.close()
            if isinstance(error, (OSError, DBAPIError)):
                raise _broken(error) from error
            raise
        return store

    async def _start(self, path: Path | None, files: Path, keys: Path) -> None:
        if path is not None:
            warn_of_wal_reset()
            await asyncio.to_thread(path.touch, 0o600)
        try:
            async with self._writing.connect() as connection, connection.begin():
                await migrate(connection)
                if self.engine == "sqlite":
                    await _forget_leases(connection)
        except (OSError, DBAPIError) as error:
            raise _broken(error) from error
        self._keep_keys(files, keys)
        await self.links.load(self.rows)
        self._tasks.append(asyncio.create_task(self._writer.run(), name="store.writer"))
        if self.engine == "postgresql":
            self._tasks.append(asyncio.create_task(listen(self._reading, self.bells), name="store.listener"))
            self._tasks.append(asyncio.create_task(self._follow_links(), name="store.links"))

    async def _follow_links(self) -> None:
        """Another replica may have linked somebody."""
        while await self.bells.links.wait():
            self.bells.links.clear()
            try:
                await self.links.load(self.rows)
            except (OSError, DBAPIError) as error:
                log.warning("store.links_not_read", error=str(error))

    def _keep_keys(self, files: Path, keys: Path) -> None:
        self._signer = Signer(keys)
        contents = Folder(files) if self.engine == "sqlite" else Rows(self.rows, self.write)
        self._shelf = FileShelf(keys, contents, self.rows, self.write)

    async def close(self) -> None:
        """Carry out what is queued, then let go of everything."""
        self._writer.close()
        for task in self._tasks:
            if task.get_name() != "store.writer":
                task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        await self._writing.dispose()
        await self._reading.dispose()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def files(self) -> FileShelf:
        """Photos and files."""
        return cast("FileShelf", self._shelf)

    @property
    def signer(self) -> Signer:
        """The house's signature."""
        return cast("Signer", self._signer)

    @property
    def links(self) -> Links:
        """Whose account is whose."""
        return self._writer.links

    @property
    def idle(self) -> bool:
        """Whether the writer has nothing to do."""
        return self._writer.idle

    @property
    def commits(self) -> int:
        """How many transactions this process has committed."""
        return self._writer.commits

    def route(self, routes: Routes, outside: Collection[str] = ()) -> None:
        """Say which platforms a room is on; without it everything is on the built-in chat.

        `outside`: the platforms whose messages leave the house. Nothing of a drill is queued for one.
        """
        self._writer.routes = routes
        self._writer.outside = outside

    async def write(self, job: Callable[[Work], Awaitable[T]], update: Update | None = None) -> T:
        """Carry a job out in a transaction that up to fifty share, and return what it returned once it is kept.

        A job may be carried out again (a deadlock, a neighbour the database objected to), so it changes nothing
        but its `Work`. `update` is the update it answers: looked up for the whole batch at once. Raises what the
        job raised, or NotSaved. Cancelling the caller does not undo it.
        """
        return cast("T", await self._writer.put(job, update))

    async def lead(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do `work` until it ends or is cancelled, as the only one of the replicas on this database (`leading.py`)."""
        if self.engine == "postgresql":
            await lead(self._reading, name, work)
        else:
            await work()

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """A connection that sees one committed state for as long as it is used."""
        async with self._reading.connect() as connection:
            if self.engine == "postgresql":
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                yield connection

    async def rows(self, query: Select[*Ts]) -> Sequence[Row[*Ts]]:
        """All rows of one query."""
        async with self.read() as connection:
            return (await connection.execute(query)).all()

    async def event(self, event: EventId) -> Event:
        """An event as it stands. Raises Refused where there is none."""
        held = self._writer.committed.streams.get(event)
        if held is None or self.engine == "postgresql":
            held = await load(self.rows, event, held)
        if held is None or held.event is None:
            raise Refused(text("refused.no_event", event=event))
        return held.event

    async def entries(self, stream: EventId = HOUSE, after: int = 0) -> list[Entry]:
        """A record."""
        return await queries.load_entries(self.rows, stream, after)

    async def events(self) -> list[queries.EventRow]:
        """Every event, the newest first."""
        return await queries.load_events(self.rows)

    async def deliveries(self, event: EventId) -> list[queries.DeliveryRow]:
        """What became of an event's messages."""
        return await queries.load_deliveries(self.rows, event)

    async def setting(self, key: str) -> str | None:
        """A small thing that is remembered under a name."""
        known, commits = self._writer.committed.settings, self.commits
        if key in known and self.engine == "sqlite":
            return known[key]
        found = await self.rows(select(tables.settings.c.value).where(tables.settings.c.key == key))
        value = found[0][0] if found else None
        if self._lock is not None and self.commits == commits:
            known.setdefault(key, value)
        return value

    async def playbook(self, digest: str) -> PlaybookVersion | None:
        """A playbook as an event opened with it."""
        return await queries.load_playbook(self.rows, digest)

    async def people(self) -> Sequence[Person]:
        """Those taken in by imports."""
        return await queries.load_people(self.rows)

    async def posts(self) -> Mapping[RoleId, Sequence[PersonId]]:
        """The holders of the roles that imports changed, in their order."""
        return await queries.load_posts(self.rows)


async def _forget_leases(connection: AsyncConnection) -> None:
    """With SQLite nobody else delivers: the leases of the process before are void, what they sent stays in doubt."""
    lanes = tables.lanes
    await connection.execute(update(lanes).where(lanes.c.claimed_by.is_not(None)).values(free_at=None))


def _broken(error: OSError | DBAPIError) -> Broken:
    why = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    if isinstance(error, DBAPIError) and failures.locked(error):
        return Broken(text("store.locked"))
    return Broken(text("store.unreachable", why=why))
