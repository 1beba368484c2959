"""The record of a drill played again: each step with the event as it stood, by the drill's own time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.changed import changed
from bot.domain.entries import Payload
from bot.domain.entries_course import Opened
from bot.domain.entries_drill import DrillEnded
from bot.domain.event import Event
from bot.domain.fold import QUIET, NotAnEventError, apply, opened
from bot.domain.parties import Actor
from bot.domain.record import Entry


@dataclass(frozen=True, slots=True)
class Happened:
    """What an entry tells of, also of one that is not sealed yet."""

    sequence: int
    payload: Payload
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, with the event as it stood before, and when by the drill's own time."""

    sequence: int
    payload: Payload
    actor: Actor
    before: Event
    after: Event
    at: datetime
    time: float


def happened(entries: Sequence[Entry]) -> tuple[Happened, ...]:
    """What a record tells of."""
    return tuple(Happened(entry.sequence, entry.payload, entry.actor, entry.at) for entry in entries)


def steps_of(record: Sequence[Happened]) -> tuple[Step, ...]:
    """The record from STARTEX to ENDEX, each entry with the event as it stood; what only tells of talk is left out."""
    first = record[0] if record else None
    if first is None or not isinstance(first.payload, Opened):
        raise NotAnEventError
    event, steps = opened(first.payload, first.actor, first.at), list[Step]()
    for each in record[1:]:
        if isinstance(each.payload, QUIET):
            continue
        before = changed(event, sequence=each.sequence - 1)
        event = apply(before, each.payload, each.actor, each.at)
        if event.drill is not None:
            steps.append(Step(each.sequence, each.payload, each.actor, before, event, each.at, _time(before, each.at)))
        if isinstance(each.payload, DrillEnded):
            break
    if not steps:
        raise NotAnEventError
    return tuple(steps)


def _time(before: Event, at: datetime) -> float:
    drill = before.drill
    if drill is None:
        return 0.0
    return max((before.clock(at) - drill.started_at).total_seconds() - drill.paused_for, 0.0)
