"""What a database error means to whoever sent the update."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

UNSAVED_SQLITE = frozenset({
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
})  # fmt: skip
"""https://sqlite.org/rescode.html, primary codes."""
UNSAVED_POSTGRESQL = ("08", "25006", "53", "55P03", "57P", "58")
"""Connection, read only, resources, lock not available, shutting down, system (PostgreSQL manual, appendix A)."""
AGAIN_POSTGRESQL = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock: the same transaction may go well the next time."""
PRIMARY = 0xFF


def unsaved(error: DBAPIError) -> bool:
    """Whether nothing could be kept for want of space, of a connection or of a lock."""
    code = _sqlite_code(error)
    if code is not None:
        return code & PRIMARY in UNSAVED_SQLITE
    return error.connection_invalidated or _state(error).startswith(UNSAVED_POSTGRESQL)


def locked(error: DBAPIError) -> bool:
    """Whether another process holds the database."""
    code = _sqlite_code(error)
    return code is not None and code & PRIMARY in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def again(error: DBAPIError) -> bool:
    """Whether the transaction was only the victim that broke a deadlock."""
    return _state(error) in AGAIN_POSTGRESQL


def _sqlite_code(error: DBAPIError) -> int | None:
    code: object = getattr(error.orig, "sqlite_errorcode", None)
    return code if isinstance(code, int) else None


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")
