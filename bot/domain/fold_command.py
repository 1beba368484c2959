"""What entries do to who leads and to who is away."""

from __future__ import annotations

from datetime import datetime

from bot.domain.changed import changed
from bot.domain.entries_command import AbsenceMarked, CommandPassed, Returned
from bot.domain.event import Command, Event
from bot.domain.ids import PersonId


def command(event: Event, payload: CommandPassed, at: datetime) -> Event:
    """Who leads from `at`. Those passed over through silence may take it back with one press."""
    passed = Command(
        holder=payload.to,
        acting=payload.acting,
        since=_since(event.command, payload, at),
        why=payload.why,
        answer_at=payload.answer_at,
        silent=_silent(event.command, payload),
    )
    return changed(event, command=passed)


def _since(before: Command, payload: CommandPassed, at: datetime) -> datetime:
    return before.since if payload.to == before.holder and payload.acting == before.acting else at


def _silent(before: Command, payload: CommandPassed) -> tuple[PersonId, ...]:
    match payload.why:
        case "silent":
            holder = () if before.holder is None else (before.holder.person,)
            return (*before.silent, *holder)
        case "absent":
            return before.silent
        case "confirmed":
            return before.silent if payload.acting else ()
        case "opened" | "handed_over" | "taken_back" | "directs_on_site":
            return ()


def absence(event: Event, payload: AbsenceMarked) -> Event:
    """Somebody is away until a time, or until marked back."""
    return changed(event, absent={**event.absent, payload.person: payload.until})


def returned(event: Event, payload: Returned) -> Event:
    """Somebody is back; command stays where it is (G1)."""
    absent = {person: until for person, until in event.absent.items() if person != payload.person}
    return changed(event, absent=absent)
