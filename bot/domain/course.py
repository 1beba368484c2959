"""A decision under way: each entry is folded at once, so that the next step sees what the last one did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.changed import changed
from bot.domain.entries import Draft, Payload
from bot.domain.event import Event, Task
from bot.domain.fold import apply
from bot.domain.ids import PersonId
from bot.domain.parties import SYSTEM, Actor, Member
from bot.domain.people import member
from bot.domain.setting import Setting


@dataclass(slots=True)
class Course:
    """The event as it will be, and the entries that make it so."""

    event: Event
    setting: Setting
    now: datetime
    drafts: list[Draft] = field(default_factory=list[Draft])

    def add(self, payload: Payload, by: Actor = SYSTEM, at: datetime | None = None) -> None:
        """One more entry, said or done by `by`."""
        self.drafts.append(Draft(payload, by, at))
        self.event = apply(self.event, payload, by, self.now)

    def member(self, by: Actor) -> Member:
        """The actor as an entry keeps them. Only for actors who are people of the company."""
        return member(self.setting.company, by.person or PersonId(""), by.name)

    def for_task(self, by: Actor, task: Task) -> Actor:
        """The actor, with the first holder they stand in for."""
        first = task.chain[0].person if task.chain else None
        return by if first in (None, by.person) else changed(by, standing_in_for=first)

    def absent(self, person: PersonId) -> bool:
        """Whether a person is known to be away."""
        return person in self.event.absent

    @property
    def clock(self) -> datetime:
        """Now as deadlines see it: while a drill halts, the moment at which it halted."""
        return self.event.clock(self.now)

    def after(self, seconds: float) -> datetime:
        """So many seconds from now. What begins while a drill halts begins when it goes on."""
        return self.clock + timedelta(seconds=seconds)

    def after_scaled(self, seconds: float) -> datetime:
        """So many seconds from now by the event's own clock (a drill's may be faster)."""
        return self.after(seconds / self.event.clock_speed)

    def late(self, due_at: datetime) -> float:
        """How many seconds behind; 0 where nobody would notice."""
        seconds = (self.now - due_at).total_seconds()
        return round(seconds, 3) if seconds > ON_TIME else 0.0


ON_TIME = 5.0
"""Seconds within which a timer counts as punctual."""
