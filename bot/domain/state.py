"""What is true of a drill, and of a duty, besides what is true of any event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.drill import DrillType
from bot.domain.duty import DutyKind
from bot.domain.entries_drill import PlannedInject
from bot.domain.ids import DrillId, DutyId, EventId, PersonId
from bot.domain.measures import Measures
from bot.domain.parties import Member, RoleRef
from bot.text import Words

InjectStatus = Literal["given", "answered", "missed"]


@dataclass(frozen=True, slots=True)
class GivenInject:
    """An inject that has reached its role. `answered_at` None: not yet (given), or not in time (missed)."""

    number: int
    to: tuple[Member, ...]
    given_at: datetime
    answer_by: datetime
    status: InjectStatus = "given"
    answered_at: datetime | None = None
    by: Member | None = None
    late: bool = False
    """Answered, but after its time was over."""


@dataclass(frozen=True, slots=True)
class DrillState:
    """What is true of a drill besides what is true of any event."""

    drill: DrillId
    title: Words
    scenario: Words
    type: DrillType
    organiser: Member
    safety: Member | None
    stop_word: Words
    participants: tuple[RoleRef, ...]
    injects: tuple[PlannedInject, ...]
    started_at: datetime
    played_absent: frozenset[PersonId] = frozenset()
    """Away in this drill alone, whatever is said of them elsewhere."""
    given: Mapping[int, GivenInject] = field(default_factory=dict[int, GivenInject])
    paused_at: datetime | None = None
    paused_for: float = 0.0
    """Seconds of all pauses so far."""
    ended_at: datetime | None = None
    why_ended: Literal["ended", "real"] | None = None
    live: EventId | None = None
    """The real emergency that stopped it."""
    measures: Measures | None = None
    asked: tuple[Member, ...] = ()
    """Who was asked the three questions."""
    said: frozenset[PersonId] = frozenset()
    """Who has answered them."""
    duty: EventId | None = None

    @property
    def running(self) -> bool:
        """Whether its deadlines run."""
        return self.ended_at is None and self.paused_at is None


@dataclass(frozen=True, slots=True)
class DutyState:
    """What is true of a duty besides what is true of its task."""

    duty: DutyId
    kind: DutyKind
    due_at: datetime
    notices: tuple[float, ...]
    """Seconds before `due_at` of those still to come."""
    grace: float
    covers: tuple[str, ...]
    approvers: tuple[Member, ...]
    drill: DrillId | None = None
    hour_at: datetime | None = None
    hidden: bool = False
    window_from: datetime | None = None
    skipped: tuple[datetime, ...] = ()
    all_notices: tuple[float, ...] = ()
    """Before a time that was agreed to, it is announced anew."""
    postpone_until: datetime | None = None
    """Asked for, and not decided yet."""
    postpone_reason: str = ""
    postpone_by: Member | None = None
    approver: Member | None = None
    postponed: int = 0
    """How often it was agreed to."""
    drills: tuple[EventId, ...] = ()
    """The drills held for it, the last one last."""
    drill_runs: bool = False
    """Whether the last of them goes on."""
    held: bool = False
    hour_told: bool = False
    """Whether its hour has come and was said, or needs no saying: the drill has begun."""
    outcome: Literal["done", "missed", "dropped"] | None = None
