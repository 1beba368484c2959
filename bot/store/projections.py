"""What is derived from a record: its row among the events, its deadlines, its snapshot. Rebuilt identically."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.domain.facts import place_known
from bot.domain.timers import Timer, timers
from bot.store import tables
from bot.store.codec import event_codec
from bot.store.known import Held, Stored
from bot.store.rows import Change

if TYPE_CHECKING:
    from bot.domain.event import Event
    from bot.domain.ids import EventId
    from bot.store.rows import Pending

SNAPSHOT_EVERY = 200
"""Entries between two snapshots: folding so many takes a few milliseconds."""


def settle(pending: Pending, stream: EventId, held: Held, stored: Stored) -> Stored:
    """Queue what brings the projections from `stored` to the record as it stands; what they say then."""
    snapshot = _snapshot(held, stored)
    pending.add(tables.streams, Change("update" if stored.exists else "insert", _stream_row(stream, held, snapshot)))
    snapshot_sequence = stored.snapshot_sequence if snapshot is None else held.sequence
    if held.event is None:
        return Stored(snapshot_sequence=snapshot_sequence, exists=True)
    projection = project(held.event)
    if projection != stored.projection:
        pending.add(tables.events, Change("put", projection))
    wanted = timers(held.event)
    for timer in stored.timers - wanted:
        pending.add(tables.timers, Change("delete", _key(stream, timer)))
    for timer in wanted - stored.timers:
        pending.add(tables.timers, Change("put", {**_key(stream, timer), "due_at": timer.due_at}))
    return Stored(wanted, projection, snapshot_sequence, exists=True)


def _snapshot(held: Held, stored: Stored) -> str | None:
    if held.event is None or held.sequence - stored.snapshot_sequence < SNAPSHOT_EVERY:
        return None
    return event_codec().write(held.event)


def _stream_row(stream: EventId, held: Held, snapshot: str | None) -> Mapping[str, object]:
    row: dict[str, object] = {"stream": stream, "sequence": held.sequence, "head": held.head}
    if snapshot is not None:
        row |= {"snapshot": snapshot, "snapshot_sequence": held.sequence}
    return row


def _key(stream: EventId, timer: Timer) -> dict[str, object]:
    return {"event": stream, "step": timer.step, "task": timer.task or ""}


def project(event: Event) -> Mapping[str, object]:
    """The event's row: what lists of events show and search."""
    place = place_known(event)
    return {
        "id": event.id,
        "kind": event.kind,
        "status": event.status,
        "over": int(event.over),
        "playbook": event.playbook,
        "title_zh": event.title.zh,
        "title_en": event.title.en,
        "place_zh": place.zh,
        "place_en": place.en,
        "level_zh": event.level_name.zh,
        "level_en": event.level_name.en,
        "phase": event.phase,
        "opened_at": event.opened_at,
        "closed_at": event.closed_at,
    }
