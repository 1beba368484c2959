"""Rows that nobody needs any more. Records, deliveries and dead letters stay."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.store import tables

if TYPE_CHECKING:
    from bot.store.store import Store
    from bot.store.work import Work

AT_ONCE = 500
"""Rows of one transaction: people's presses wait no longer than that takes."""


async def sweep(store: Store, before: datetime) -> int:
    """Remove updates that were answered before a time; how many."""
    columns = tables.inbox.c
    query = select(columns.platform, columns.update).where(columns.state == "done", columns.received_at < before)

    async def job(work: Work) -> int:
        found = await work.rows(query.limit(AT_ONCE))
        for platform, update in found:
            work.delete(tables.inbox, {"platform": platform, "update": update})
        return len(found)

    removed = 0
    while (gone := await store.write(job)) > 0:
        removed += gone
    return removed
