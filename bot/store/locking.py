"""One row for one transaction alone, also where replicas share a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Table

    from bot.store.transaction import Transaction


async def lock_row(work: Transaction, table: Table, **key: object) -> Mapping[str, object] | None:
    """The row as it stands, nobody else's to use or change until the end of the transaction. None: there is none.

    PostgreSQL waits for whoever has it now. SQLite has one writer, and passes over the lock.
    """
    columns = [table.c[name] for name in key]
    await work.rows(select(*columns).where(*(table.c[name] == value for name, value in key.items())).with_for_update())
    return await work.row(table, **key)
