"""Changes that wait for their flush: one per row, so that fifty presses on one event cost a handful of statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, Dialect, Executable, MetaData, Table, bindparam, case, delete, insert, update
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

Row = Mapping[str, object]
Key = tuple[object, ...]
Kind = Literal["insert", "put", "keep", "update", "delete"]
"""insert: must be new; put: new, or over what stands there; keep: new, or as it stands; update: it exists."""


class DuplicateRowError(ValueError):
    """Two rows with one key in one transaction: a mistake of ours."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one row."""

    kind: Kind
    values: Row


@dataclass(slots=True)
class Pending:
    """Changes of one job, or of all jobs of a batch so far."""

    changes: dict[Table, dict[Key, Change]] = field(default_factory=dict[Table, dict[Key, Change]])
    conditional: dict[Table, list[Row]] = field(default_factory=dict[Table, list[Row]])
    """Deletions by more than the key: rows that still look as they were read."""

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self.changes or self.conditional)

    def touches(self, tables: frozenset[Table]) -> bool:
        """Whether anything waits in these tables."""
        return not tables.isdisjoint(self.changes) or not tables.isdisjoint(self.conditional)

    def find(self, table: Table, key: Key) -> Change | None:
        """What waits for one row."""
        return self.changes.get(table, {}).get(key)

    def add(self, table: Table, change: Change) -> None:
        """Take one more change in, merged with what waits for the same row."""
        waiting = self.changes.setdefault(table, {})
        key = tuple(change.values[name] for name in key_of(table))
        before = waiting.get(key)
        after = change if before is None else _merged(table, before, change)
        if after is None:
            del waiting[key]
        else:
            waiting[key] = after

    def delete_if(self, table: Table, values: Row) -> None:
        """Delete the row that has all these values, if it still has them at the flush."""
        self.conditional.setdefault(table, []).append(values)

    def take(self, other: Pending) -> None:
        """Everything of a later job on top. `other` is of no use afterwards."""
        for table, changes in other.changes.items():
            if self.changes.setdefault(table, changes) is not changes:
                for change in changes.values():
                    self.add(table, change)
        for table, rows in other.conditional.items():
            self.conditional.setdefault(table, []).extend(rows)

    def clear(self) -> None:
        """Nothing waits any more."""
        self.changes.clear()
        self.conditional.clear()

    def flush(self, connection: Connection) -> None:
        """Write everything with one statement per table, kind and set of columns, then forget it."""
        for table, rows in self.conditional.items():
            connection.execute(_delete(table, tuple(rows[0])), [_bound(row) for row in rows])
        for table, kind, columns, rows in self._groups():
            connection.execute(_statement(table, kind, columns, connection.dialect), rows)
        self.clear()

    def _groups(self) -> Iterator[tuple[Table, Kind, tuple[str, ...], list[Row]]]:
        for table, changes in sorted(self.changes.items(), key=_parents_first):
            groups: dict[tuple[Kind, tuple[str, ...]], list[Row]] = {}
            for change in changes.values():
                values = change.values
                bound = _bound(values) if change.kind in {"update", "delete"} else values
                groups.setdefault((change.kind, tuple(values)), []).append(bound)
            for (kind, columns), rows in sorted(groups.items(), key=_deletions_first):
                yield table, kind, columns, rows


def key_of(table: Table) -> tuple[str, ...]:
    """The columns by which the house knows a row."""
    return _key_of(table)


@cache
def _key_of(table: Table) -> tuple[str, ...]:
    named: tuple[str, ...] | None = table.info.get("key")
    return named or tuple(column.name for column in table.primary_key)


def _parents_first(change: tuple[Table, dict[Key, Change]]) -> int:
    return _places(change[0].metadata)[change[0].name]


@cache
def _places(metadata: MetaData) -> Mapping[str, int]:
    return {table.name: place for place, table in enumerate(metadata.sorted_tables)}


def _deletions_first(group: tuple[tuple[Kind, tuple[str, ...]], list[Row]]) -> bool:
    return group[0][0] != "delete"


def _merged(table: Table, before: Change, after: Change) -> Change | None:
    values = {**before.values, **after.values}
    match before.kind, after.kind:
        case "insert" | "put" | "update", "insert":
            raise DuplicateRowError(table.name)
        case "insert", "delete":
            return None
        case "insert" | "put" | "keep" | "update", "keep":
            return before
        case _, "delete":
            return Change("delete", {name: after.values[name] for name in key_of(table)})
        case ("delete", _) | ("keep", _):
            return Change("put", values)
        case "update", "put":
            return after
        case _:
            return Change(before.kind, _least(table, before, values))


def _least(table: Table, before: Change, values: dict[str, object]) -> Row:
    names: tuple[str, ...] = table.info.get("least", ())
    for name in names:
        old, new = before.values.get(name), values.get(name)
        match old, new:
            case (int(), int()) | (datetime(), datetime()):
                values[name] = min(old, new)
            case _:
                pass
    return values


def _bound(values: Row) -> Row:
    """Parameters of an UPDATE or DELETE need names that are no columns' names."""
    return {f"b_{name}": value for name, value in values.items()}


@cache
def _delete(table: Table, columns: tuple[str, ...]) -> Executable:
    return delete(table).where(*(table.c[name] == bindparam(f"b_{name}") for name in columns))


@cache
def _updated(table: Table, columns: tuple[str, ...]) -> Executable:
    key = key_of(table)
    return (
        update(table)
        .where(*(table.c[name] == bindparam(f"b_{name}") for name in key))
        .values({name: bindparam(f"b_{name}") for name in columns if name not in key})
    )


@cache
def _put(table: Table, columns: tuple[str, ...], engine: str, *, over: bool = True) -> Executable:
    key, least = key_of(table), table.info.get("least", ())
    statement = _upsert(table, engine).inline()
    replaced = {
        name: case((statement.excluded[name] < table.c[name], statement.excluded[name]), else_=table.c[name])
        if name in least
        else statement.excluded[name]
        for name in columns
        if name not in key and over
    }
    if not replaced:
        return statement.on_conflict_do_nothing(index_elements=list(key))
    return statement.on_conflict_do_update(index_elements=list(key), set_=replaced)


def _upsert(table: Table, engine: str) -> postgresql.Insert | sqlite.Insert:
    if engine == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def _statement(table: Table, kind: Kind, columns: tuple[str, ...], dialect: Dialect) -> Executable:
    match kind:
        case "insert":
            return _insert(table)
        case "put":
            return _put(table, columns, dialect.name)
        case "keep":
            return _put(table, columns, dialect.name, over=False)
        case "update":
            return _updated(table, columns)
        case "delete":
            return _delete(table, key_of(table))


@cache
def _insert(table: Table) -> Executable:
    return insert(table).inline()
