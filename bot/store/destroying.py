"""Destroying what the law asks to destroy (应对法 85, 个人信息保护法 28): the chain still verifies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.record import decode, destroy, encode
from bot.store import tables
from bot.store.rows import Change

if TYPE_CHECKING:
    from bot.domain.ids import EventId
    from bot.store.unit import Unit


async def destroy_parts(unit: Unit, stream: EventId, sequences: Sequence[int]) -> None:
    """Rewrite these entries without their private part."""
    columns = tables.entries.c
    query = select(columns.line).where(columns.stream == stream, columns.sequence.in_(sequences))
    for (line,) in await unit.rows(query):
        entry = destroy(decode(line))
        row = {"stream": stream, "sequence": entry.sequence, "line": encode(entry)}
        unit.change(tables.entries, Change("update", row))
