"""Rows that nobody needs any more. Records, deliveries, presses and dead letters stay."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.store import tables

if TYPE_CHECKING:
    from bot.store.store import Store
    from bot.store.work import Work

PRESS = '"kind":"pressed"'
"""How a press reads as it is stored; in what people typed the quotation marks are escaped."""
AT_ONCE = 500
"""Rows of one transaction: people's presses wait no longer than that takes."""


async def sweep(store: Store, before: datetime) -> int:
    """Remove updates that were answered before a time; how many.

    A press with its answer stays: one that was refused or came twice stands in no record (docs/decisions/0005).
    """
    columns = tables.inbox.c
    query = select(columns.platform, columns.update).where(columns.state == "done", columns.received_at < before)
    query = query.where(columns.payload.not_like(f"%{PRESS}%"))

    async def job(work: Work) -> int:
        found = await work.rows(query.limit(AT_ONCE))
        for platform, update in found:
            work.delete(tables.inbox, {"platform": platform, "update": update})
        return len(found)

    removed = 0
    while (gone := await store.write(job)) > 0:
        removed += gone
    return removed
