"""Rows of a transaction, whoever's they are: collected in memory, seen by every later read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVarTuple

from sqlalchemy import Row, Select, Table, select

from bot.store.rows import Change, key_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.store.unit import Unit

Ts = TypeVarTuple("Ts")


class Transaction:
    """One job's share of it, by tables and rows."""

    def __init__(self, unit: Unit, now: datetime) -> None:
        """`now` is the time of everything the job does."""
        self.now = now
        self._unit = unit

    @property
    def connection(self) -> AsyncConnection:
        """The transaction itself, for statements that no method here covers. It does not see what waits in memory."""
        return self._unit.connection

    async def rows(self, query: Select[*Ts]) -> Sequence[Row[*Ts]]:
        """Read inside the transaction: this job's and earlier jobs' rows are seen."""
        return await self._unit.rows(query)

    async def row(self, table: Table, **key: object) -> Mapping[str, object] | None:
        """One row by its key, without a flush where it waits whole."""
        waiting = self._unit.find(table, tuple(key[name] for name in key_of(table)))
        if waiting is not None and waiting.kind == "delete":
            return None
        if waiting is not None and waiting.kind in {"insert", "put"} and len(waiting.values) == len(table.c):
            return waiting.values
        return await self._unit.mapping(select(table).where(*(table.c[name] == value for name, value in key.items())))

    def insert(self, table: Table, row: Mapping[str, object]) -> None:
        """A new row; its key must be new."""
        self._unit.change(table, Change("insert", row))

    def put(self, table: Table, row: Mapping[str, object]) -> None:
        """A new row, or these columns over what stands under its key."""
        self._unit.change(table, Change("put", row))

    def update(self, table: Table, key: Mapping[str, object], values: Mapping[str, object]) -> None:
        """Some columns of the row that has this key."""
        self._unit.change(table, Change("update", {**key, **values}))

    def delete(self, table: Table, key: Mapping[str, object]) -> None:
        """Remove the row that has this key."""
        self._unit.change(table, Change("delete", key))

    def delete_if(self, table: Table, values: Mapping[str, object]) -> None:
        """Remove the row that still has all these values when the transaction ends."""
        self._unit.pending.delete_if(table, values)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call it once the transaction is kept."""
        self._unit.after_commit.append(callback)

    def ring(self, *bells: str) -> None:
        """Ring these after the commit: `relay`, `timers`, `feed`."""
        self._unit.bells.update(bells)
