"""Records inside a transaction: read, locked, and appended to."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.changed import changed
from bot.domain.fold import QUIET_KINDS, fold, start
from bot.domain.ids import EventId, TaskId
from bot.domain.record import GENESIS, decode, encode, seal
from bot.domain.timers import Timer
from bot.store import tables
from bot.store.codec import event_codec
from bot.store.known import Held, Stored
from bot.store.projections import project
from bot.store.reading import Reads
from bot.store.rows import Change

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.entries import Draft
    from bot.domain.event import Event
    from bot.domain.record import Entry
    from bot.store.unit import Unit

SALT_BYTES = 16


def new_salt() -> str:
    """A fresh salt: what is committed to cannot be guessed from the commitment."""
    return secrets.token_hex(SALT_BYTES)


async def lock(unit: Unit, stream: EventId) -> Held | None:
    """The record as it stands, nobody else's to append to until the end of the transaction. None: there is none."""
    if unit.engine == "sqlite" or stream in unit.locked:
        return unit.held(stream) or await _load(unit, stream)
    query = select(tables.streams.c.sequence).where(tables.streams.c.stream == stream).with_for_update()
    rows = await unit.rows(query)
    unit.locked.add(stream)
    held = unit.held(stream)
    if held is not None and rows and rows[0][0] == held.sequence:
        return held
    return await _load(unit, stream)


async def look(unit: Unit, stream: EventId) -> Held | None:
    """The record as it stands, without locking it."""
    if unit.engine == "sqlite" or stream in unit.locked:
        return unit.held(stream) or await _load(unit, stream)
    return await _load(unit, stream)


async def _load(unit: Unit, stream: EventId) -> Held | None:
    before = unit.held(stream)
    held = await load(unit.rows, stream, before)
    if held is None or held is before:
        return held
    unit.known.streams[stream] = held
    unit.known.stored[stream] = await _stored(unit, stream, held)
    return held


async def load(rows: Reads, stream: EventId, held: Held | None = None) -> Held | None:
    """Read a record's state: from its snapshot or from `held`, and the entries after it."""
    found = await rows(
        select(
            tables.streams.c.sequence,
            tables.streams.c.head,
            tables.streams.c.snapshot_sequence,
        ).where(tables.streams.c.stream == stream)
    )
    if not found:
        return None
    sequence, head, snapshot_sequence = found[0]
    if held is not None and held.sequence == sequence:
        return held
    event = None if held is None else held.event
    if event is None and snapshot_sequence:
        event = await _snapshot(rows, stream)
    return Held(sequence, head, await _folded(rows, stream, event, sequence))


async def _snapshot(rows: Reads, stream: EventId) -> Event | None:
    found = await rows(select(tables.streams.c.snapshot).where(tables.streams.c.stream == stream))
    line = found[0][0]
    return None if line is None else event_codec().read(line)


async def _folded(rows: Reads, stream: EventId, event: Event | None, sequence: int) -> Event | None:
    lines = await rows(
        select(tables.entries.c.line)
        .where(
            tables.entries.c.stream == stream,
            tables.entries.c.sequence > (0 if event is None else event.sequence),
            tables.entries.c.kind.not_in(QUIET_KINDS),
        )
        .order_by(tables.entries.c.sequence)
    )
    for (line,) in lines:
        entry = decode(line)
        event = start(entry) if event is None else fold(changed(event, sequence=entry.sequence - 1), entry)
    return None if event is None else changed(event, sequence=sequence)


async def _stored(unit: Unit, stream: EventId, held: Held) -> Stored:
    if held.event is None:
        return Stored(exists=True)
    found = await unit.rows(select(tables.streams.c.snapshot_sequence).where(tables.streams.c.stream == stream))
    return Stored(await load_timers(unit.rows, stream), project(held.event), found[0][0], exists=True)


async def load_timers(rows: Reads, event: EventId) -> frozenset[Timer]:
    """An event's deadlines as they stand in the database."""
    columns = tables.timers.c
    found = await rows(select(columns.step, columns.task, columns.due_at).where(columns.event == event))
    return frozenset(Timer(step, TaskId(task) if task else None, due_at) for step, task, due_at in found)


def append(unit: Unit, stream: EventId, held: Held | None, drafts: Sequence[Draft], now: datetime) -> list[Entry]:
    """Seal the drafts into the chain and fold them."""
    sequence, head, event = (0, GENESIS, None) if held is None else (held.sequence, held.head, held.event)
    added: list[Entry] = []
    for draft in drafts:
        sequence += 1
        entry = seal(draft, stream=stream, sequence=sequence, previous=head, now=now, salt=new_salt)
        head, event = entry.hash, _after(event, entry)
        unit.change(tables.entries, Change("insert", _row(entry)))
        added.append(entry)
    unit.known.streams[stream] = Held(sequence, head, event)
    unit.dirty[stream] = None
    return added


def _after(event: Event | None, entry: Entry) -> Event | None:
    if event is not None:
        return fold(event, entry)
    return None if entry.payload.kind == "house.noted" else start(entry)


def _row(entry: Entry) -> dict[str, object]:
    return {
        "stream": entry.stream,
        "sequence": entry.sequence,
        "kind": entry.payload.kind,
        "recorded_at": entry.recorded_at,
        "line": encode(entry),
    }
