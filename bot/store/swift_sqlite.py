"""SQLite without a hop to another thread for each small step.

aiosqlite hands every call to a thread and wakes the event loop with its result: of a press 80 calls, each dearer than
the statement it carries. Here a call runs where it is made, unless it may wait: for the disk, for a lock, for a long
answer. Those still go to the thread. Whoever waits for it may be cancelled while it goes on working: until it is done,
every call takes its turn behind it, for sqlite3 must never be used from two threads at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiosqlite import Connection

ROWS_AT_ONCE = 64
"""aiosqlite's own default for a cursor that is iterated; ours are read whole."""
WAITS_TO_WRITE = ("BEGIN", "PRAGMA", "CREATE", "DROP", "ALTER")
"""Statements of the writer that wait for a lock or for the disk."""
Connecting = Callable[[], Awaitable[Connection]]
"""SQLAlchemy's `async_creator`."""
AT_ONCE_IN_A_READER = ("cursor", "close", "rollback", "create_function")


class SwiftConnection(Connection):
    """A connection whose calls run at once where they may."""

    def __init__(self, path: str) -> None:
        """Nothing is opened before it is awaited. Its thread does not hold the process (as SQLAlchemy sets it)."""
        super().__init__(partial(sqlite3.connect, path, check_same_thread=False), ROWS_AT_ONCE)
        self._thread.daemon = True
        self._handed = 0
        self._worked = 0

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  as in aiosqlite
        idle = self._handed == self._worked
        if idle and self._running and self._connection and self.is_quick(fn.__name__, args):
            return fn(*args, **kwargs)
        self._handed += 1
        return await super()._execute(self._work, fn, *args, **kwargs)  # pyright: ignore[reportUnknownMemberType]  untyped

    def _work(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  the same
        """In the thread, which alone counts what is worked off."""
        try:
            return fn(*args, **kwargs)
        finally:
            self._worked += 1

    def is_quick(self, name: str, args: tuple[Any, ...]) -> bool:
        """Whether a method of sqlite3 returns at once."""
        raise NotImplementedError


class WritingConnection(SwiftConnection):
    """Rows are written and read within microseconds; only beginning and ending wait."""

    def is_quick(self, name: str, args: tuple[Any, ...]) -> bool:
        """All but the commit, which waits for the disk, and statements that wait for a lock."""
        return name != "commit" and not (name == "execute" and args[0].startswith(WAITS_TO_WRITE))


class ReadingConnection(SwiftConnection):
    """A reader may ask for a whole record: what fetches rows stays off the event loop, all of it in one hop."""

    def __init__(self, path: str) -> None:
        """As of any of them."""
        super().__init__(path)
        self._answer: tuple[sqlite3.Cursor, list[Any]] | None = None
        """What the last statement found, fetched along with it."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  as in aiosqlite
        cursor, name = getattr(fn, "__self__", None), fn.__name__
        answer, self._answer = self._answer, None
        if name == "fetchall" and answer is not None and answer[0] is cursor:
            return answer[1]
        if not isinstance(cursor, sqlite3.Cursor) or name != "execute" or self.is_quick(name, args):
            return await super()._execute(fn, *args, **kwargs)

        def execute_and_fetch() -> list[Any]:
            return cursor.execute(*args, **kwargs).fetchall()

        self._answer = cursor, await super()._execute(execute_and_fetch)
        return cursor

    def is_quick(self, name: str, args: tuple[Any, ...]) -> bool:
        """What touches no row."""
        return name in AT_ONCE_IN_A_READER or (name == "execute" and args[0] == "BEGIN")


def connecting(kind: type[SwiftConnection], path: str) -> Connecting:
    """What opens connections of a kind."""

    async def connect() -> Connection:
        return await kind(path)

    return connect
