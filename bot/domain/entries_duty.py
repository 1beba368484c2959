"""What happens to a duty besides what happens to the one task it asks for (G13, G21, P1–P5, P7, P8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.duty import DutyKind
from bot.domain.ids import DrillId, DutyId, EventId, TaskId
from bot.domain.parties import Member
from bot.text import Words


@dataclass(frozen=True, slots=True)
class DutyOpened:
    """Follows `event.opened` of a duty: one occurrence of an entry of the calendar.

    `skipped`: earlier occurrences that passed while nothing ran; they count as missed.
    """

    duty: DutyId
    duty_kind: DutyKind
    due_at: datetime
    notices: tuple[float, ...]
    """Seconds before `due_at` at which it is announced, the longest first; the first one is this opening."""
    grace: float
    covers: tuple[str, ...]
    approvers: tuple[Member, ...]
    """Who may agree to a postponement, in order."""
    drill: DrillId | None = None
    hour_at: datetime | None = None
    """When a drill is to start: `due_at` where it is announced, else an hour that only the organiser knows."""
    hidden: bool = False
    window_from: datetime | None = None
    """A drill with a hidden hour: the window begins then and ends at `due_at`."""
    skipped: tuple[datetime, ...] = ()
    late: float = 0
    kind: Literal["duty.opened"] = "duty.opened"


@dataclass(frozen=True, slots=True)
class DutyNoticed:
    """It is announced again, `before` seconds before it is due (0: now). Missed notices become one, said late."""

    before: float
    late: float = 0
    hour: bool = False
    """The hour of its drill has come: whoever has it may start."""
    kind: Literal["duty.noticed"] = "duty.noticed"


@dataclass(frozen=True, slots=True)
class PostponeAsked:
    """Somebody wants it later, and why; `approver` decides. The deadlines run on meanwhile."""

    until: datetime
    reason: str
    member: Member
    approver: Member
    kind: Literal["duty.postpone_asked"] = "duty.postpone_asked"


@dataclass(frozen=True, slots=True)
class PostponeDecided:
    """Agreed: it is due at `until` from now on. Refused: nothing changes."""

    agreed: bool
    until: datetime
    member: Member
    reason: str = ""
    kind: Literal["duty.postponed"] = "duty.postponed"


@dataclass(frozen=True, slots=True)
class DutyDrill:
    """The drill that this duty asks for has begun, or has been held (`held`: its record is the evidence).

    `stopped`: something real ended it. It counts for nothing and can be started again.
    """

    drill: EventId
    held: bool = False
    stopped: bool = False
    kind: Literal["duty.drill"] = "duty.drill"


@dataclass(frozen=True, slots=True)
class DutyEnded:
    """Nothing more is asked. done: its task was done and nobody took it back; missed: the next one has come due.

    dropped: the calendar asks for it no more.
    """

    outcome: Literal["done", "missed", "dropped"]
    task: TaskId
    late: float = 0
    done_late: float = 0
    """Done after its due time, by so many seconds."""
    evidence: Words | None = None
    kind: Literal["duty.ended"] = "duty.ended"
