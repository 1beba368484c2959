"""What the store knows of drills that were held before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.ids import EventId, PlaybookId
from bot.store import tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.event import Event
    from bot.store.reading import Reads


async def load_last_held(rows: Reads) -> Mapping[PlaybookId, datetime]:
    """When a drill of each playbook began last."""
    columns = tables.events.c
    query = select(columns.playbook, columns.opened_at).where(columns.kind == "drill").order_by(columns.opened_at)
    found = await rows(query)
    return {PlaybookId(row[0]): row[1] for row in found}


async def load_before(rows: Reads, drill: Event, limit: int) -> Sequence[tuple[EventId, datetime]]:
    """The drills of the same playbook that began before this one, the newest first."""
    columns = tables.events.c
    query = (
        select(columns.id, columns.opened_at)
        .where(columns.kind == "drill", columns.playbook == drill.playbook, columns.id != drill.id)
        .where(columns.opened_at <= drill.opened_at)
        .order_by(columns.opened_at.desc(), columns.id.desc())
        .limit(limit)
    )
    return [(EventId(number), opened_at) for number, opened_at in await rows(query)]
