"""Projections and deadlines made anew from the records alone: there is no second truth to drift."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.fold import replay
from bot.domain.ids import EventId
from bot.domain.record import decode
from bot.store import tables
from bot.store.known import Held, Stored
from bot.store.projections import project, settle
from bot.store.rows import Change, Pending
from bot.store.streams import load_timers

if TYPE_CHECKING:
    from bot.store.store import Store
    from bot.store.unit import Unit
    from bot.store.work import Work


async def rebuild(store: Store) -> tuple[EventId, ...]:
    """Make every record's projections anew; the records whose projections had been wrong (none, ever)."""
    wrong: list[EventId] = []
    for (name,) in await store.rows(select(tables.streams.c.stream).order_by(tables.streams.c.stream)):
        stream = EventId(name)
        if await store.write(partial(_rebuild, stream)):
            wrong.append(stream)
    return tuple(wrong)


async def _rebuild(stream: EventId, work: Work) -> bool:
    return await work.rebuild(stream)


async def rebuild_stream(unit: Unit, stream: EventId) -> bool:
    """One record's; whether anything was wrong."""
    columns = tables.entries.c
    lines = await unit.rows(select(columns.line).where(columns.stream == stream).order_by(columns.sequence))
    entries = [decode(line) for (line,) in lines]
    event = replay(entries) if entries[0].payload.kind == "event.opened" else None
    held = Held(entries[-1].sequence, entries[-1].hash, event)
    stored = await _stored(unit, stream, held)
    fresh = settle(Pending(), stream, held, Stored(exists=True))
    wrong = stored is None or (stored.timers, stored.projection) != (fresh.timers, fresh.projection)
    unit.known.streams[stream] = held
    unit.known.stored[stream] = Stored(frozenset() if stored is None else stored.timers, None, 0, exists=True)
    unit.known.opened = None
    unit.change(tables.streams, Change("update", {"stream": stream, "snapshot": None, "snapshot_sequence": 0}))
    unit.dirty[stream] = None
    await unit.flush()
    return wrong


async def _stored(unit: Unit, stream: EventId, held: Held) -> Stored | None:
    """What stands in the database; None where the record's end itself is wrong there."""
    columns = tables.streams.c
    row = await unit.rows(select(columns.sequence, columns.head).where(columns.stream == stream))
    if [tuple(each) for each in row] != [(held.sequence, held.head)]:
        return None
    if held.event is None:
        return Stored(exists=True)
    found = await unit.mapping(select(tables.events).where(tables.events.c.id == stream))
    same = found == project(held.event)
    return Stored(await load_timers(unit.rows, stream), found if not same else project(held.event), exists=True)
