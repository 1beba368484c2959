"""What a record says of one message of somebody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.entries import kind_of
from bot.domain.entries_talk import Deleted, Edited, Said
from bot.domain.record import decode
from bot.store import tables

if TYPE_CHECKING:
    from bot.domain.ids import EventId
    from bot.store.reading import Reads

KINDS = tuple(kind_of(payload) for payload in (Said, Edited, Deleted))


async def load_last_of(rows: Reads, stream: EventId, platform: str, message: str) -> Said | Edited | Deleted | None:
    """What became of a message last; None: the record does not know it."""
    columns = tables.entries.c
    query = select(columns.line).where(columns.stream == stream, columns.kind.in_(KINDS))
    for (line,) in await rows(query.order_by(columns.sequence.desc())):
        entry = decode(line)
        payload = entry.payload
        ours = entry.actor.platform == platform
        if isinstance(payload, Said | Edited | Deleted) and ours and payload.message == message:
            return payload
    return None
