"""A unit of work in layers: the batch, each of its jobs, and a part of a job that may fail by itself.

Rows are collected in memory. They reach the database when the batch ends, or before a read that could see
them; a job that has to flush early does it behind a savepoint, so that it can still contribute nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVarTuple, cast

from sqlalchemy import Connection, Row, Select, Table
from sqlalchemy.sql.visitors import ExternallyTraversible, iterate

from bot.domain.ids import EventId
from bot.store import tables
from bot.store.known import Held, Known, Stored
from bot.store.projections import settle
from bot.store.rows import Change, Key, Pending

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

Ts = TypeVarTuple("Ts")

PROJECTED = frozenset({tables.streams, tables.events, tables.timers})
"""What is behind while a record is dirty."""


class Unit:
    """One layer of a transaction."""

    def __init__(self, connection: AsyncConnection, committed: Known, below: Unit | None = None) -> None:
        """`committed` is what is known from earlier transactions; `below` is the unit this one belongs to."""
        self.connection = connection
        self.committed = committed
        self.known = Known()
        self.below = below
        self.pending = Pending()
        self.dirty: dict[EventId, None] = {}
        """Records whose projections are behind their last entry."""
        self.locked: set[EventId] = set() if below is None else below.locked
        self.bells: set[str] = set()
        self.after_commit: list[Callable[[], None]] = []
        self._savepoint: str | None = None
        self._locked_before: frozenset[EventId] = frozenset()

    @property
    def engine(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.connection.dialect.name

    def above(self) -> Unit:
        """A unit on top of this one that may still come to nothing."""
        return Unit(self.connection, self.committed, self)

    def layers(self) -> Iterator[Known]:
        """What is known, newest first."""
        unit: Unit | None = self
        while unit is not None:
            yield unit.known
            unit = unit.below
        yield self.committed

    def held(self, stream: EventId) -> Held | None:
        """The record as this unit sees it."""
        return next((known.streams[stream] for known in self.layers() if stream in known.streams), None)

    def stored(self, stream: EventId) -> Stored:
        """What stands in its projections."""
        return next((known.stored[stream] for known in self.layers() if stream in known.stored), Stored())

    def change(self, table: Table, change: Change) -> None:
        """One more change."""
        self.pending.add(table, change)

    def find(self, table: Table, key: Key) -> Change | None:
        """The newest change that waits for a row, in this unit or below."""
        found = self.pending.find(table, key)
        return found if found is not None or self.below is None else self.below.find(table, key)

    async def rows(self, query: Select[*Ts]) -> Sequence[Row[*Ts]]:
        """Read inside the transaction, what waits included."""
        await self._show(query)
        return (await self.connection.execute(query)).all()

    async def mapping(self, query: Select[*Ts]) -> Mapping[str, object] | None:
        """The first row, by the names of its columns."""
        await self._show(query)
        found = (await self.connection.execute(query)).mappings().first()
        return None if found is None else {str(name): value for name, value in found.items()}

    async def _show(self, query: ExternallyTraversible) -> None:
        if self._touches(tables_of(query)):
            await self.flush()

    def _touches(self, read: frozenset[Table]) -> bool:
        if (self.dirty and not read.isdisjoint(PROJECTED)) or self.pending.touches(read):
            return True
        return self.below is not None and self.below._touches(read)  # noqa: SLF001  the same class

    async def flush(self) -> None:
        """Send everything that waits, what is below first."""
        if self.below is not None:
            await self.below.flush()
        self.settle()
        if self.pending:
            await self._save()
            await self.connection.run_sync(self._flush)

    def _flush(self, connection: Connection) -> None:
        self.pending.flush(connection)

    def settle(self) -> None:
        """Bring the projections of changed records up to their last entry."""
        for stream in self.dirty:
            held = self.held(stream)
            if held is not None:
                before = self.stored(stream)
                after = self.known.stored[stream] = settle(self.pending, stream, held, before)
                if after.timers != before.timers:
                    self.bells.add("timers")
        self.dirty.clear()

    async def _save(self) -> None:
        if self.below is not None and self._savepoint is None:
            self._savepoint = f"job_{id(self):x}"
            self._locked_before = frozenset(self.locked)
            await self.connection.exec_driver_sql(f"SAVEPOINT {self._savepoint}")

    async def keep(self) -> None:
        """It went well: all of it belongs to the unit below now."""
        below = self.below
        if below is None:
            return
        if self._savepoint is not None:
            await self.connection.exec_driver_sql(f"RELEASE SAVEPOINT {self._savepoint}")
            self._savepoint = None
        below.pending.take(self.pending)
        below.known.take(self.known)
        below.dirty.update(self.dirty)
        below.bells |= self.bells
        below.after_commit.extend(self.after_commit)

    async def drop(self) -> None:
        """It came to nothing. PostgreSQL gives row locks taken behind a savepoint back with it."""
        if self._savepoint is not None:
            await self.connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {self._savepoint}")
            await self.connection.exec_driver_sql(f"RELEASE SAVEPOINT {self._savepoint}")
            self._savepoint = None
            self.locked.intersection_update(self._locked_before)


@lru_cache(maxsize=256)
def tables_of(query: ExternallyTraversible) -> frozenset[Table]:
    """The tables a query reads."""
    return frozenset(cast("Table", part) for part in iterate(query) if part.__visit_name__ == "table")
