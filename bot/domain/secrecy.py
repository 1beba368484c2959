"""The hour of a drill that is to surprise people stands in the record of its duty: until then few may read that."""

from __future__ import annotations

from datetime import datetime

from bot.domain.event import Event
from bot.domain.ids import PersonId


def kept_from(event: Event, person: PersonId | None, now: datetime) -> bool:
    """Whether a duty's record is no reading for this person yet: only those who were asked to hold the drill know."""
    duty = event.duty
    if duty is None or not duty.hidden or duty.hour_at is None or now >= duty.hour_at or event.over or duty.drills:
        return False
    asked = {member.person for task in event.tasks.values() for member in task.chain[: task.called]}
    return person not in asked
