"""What somebody (or a due timer) wants of an event: the closed union that `decide` answers with entries.

What concerns tasks, the end, a drill or a duty alone stands in `commands_…`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.commands_drill import AnswerHotWash, AnswerInject, EndDrill, NextInject, PauseDrill, ResumeDrill
from bot.domain.commands_duty import DecidePostpone, EndDuty, NoteDrill, Postpone
from bot.domain.commands_ending import AskStandDown, CallFalse, Close, GiveAllClear, StandDown, TakeAllClear
from bot.domain.commands_tasks import Answer, GiveEvidence, GiveTo, MoreTime, Withdraw
from bot.domain.entries import Payload
from bot.domain.entries_drill import DrillStarted
from bot.domain.entries_duty import DutyOpened
from bot.domain.ids import DepartmentId, EventId, FactId, LevelId, PersonId, RoomId, TaskId
from bot.domain.parties import Actor, EventKind
from bot.domain.playbook import FactValue, Phase
from bot.text import Words


@dataclass(frozen=True, slots=True)
class Open:
    """Report an event. `facts` are the reporter's answers as typed or chosen (choice ids)."""

    by: Actor
    event: EventId
    event_kind: EventKind
    place: str
    facts: tuple[tuple[FactId, FactValue], ...]
    how: str
    began_at: datetime
    confirmed: bool
    absent: tuple[tuple[PersonId, datetime | None], ...] = ()
    """Who is away as the house knows when the event opens."""
    clock_speed: float = 1.0
    starting: DrillStarted | None = None
    """Of a drill: the plan it goes by, with resolved names and photos."""
    duty: DutyOpened | None = None
    """Of a duty: which occurrence it is. Its playbook is the one task (`bot.domain.duty_plan`)."""


@dataclass(frozen=True, slots=True)
class SetFact:
    """/fact name value."""

    by: Actor
    fact: FactId
    value: FactValue


@dataclass(frozen=True, slots=True)
class ChangeLevel:
    """/level. The reason is required when lowering."""

    by: Actor
    level: LevelId
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EnterPhase:
    """The commander moves the event on (warning → response → recovery)."""

    by: Actor
    phase: Phase


@dataclass(frozen=True, slots=True)
class TakeCommand:
    """The holder confirms that they lead, or takes acting command back with one press."""

    by: Actor


@dataclass(frozen=True, slots=True)
class HandOver:
    """/handover: command goes to `to`. Only the one who has it, or somebody above in the chain."""

    by: Actor
    to: PersonId


@dataclass(frozen=True, slots=True)
class DirectsOnSite:
    """Anyone present says: `person` directs on site, told by mouth. Settles a silence (G1)."""

    by: Actor
    person: PersonId


@dataclass(frozen=True, slots=True)
class GoAbsent:
    """`person` is away until a time (None: until back)."""

    by: Actor
    person: PersonId
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ComeBack:
    """`person` is back."""

    by: Actor
    person: PersonId


@dataclass(frozen=True, slots=True)
class ConfirmReport:
    """One confirmation of a stranger's report: everybody is called."""

    by: Actor


@dataclass(frozen=True, slots=True)
class OfferMerge:
    """The house noticed that `other` was reported within the window."""

    other: EventId
    other_title: Words


@dataclass(frozen=True, slots=True)
class MergeInto:
    """This event is the same thing as `other` (which gets `TakeMerged` in the same transaction)."""

    by: Actor
    other: EventId
    other_kind: EventKind


@dataclass(frozen=True, slots=True)
class TakeMerged:
    """The other side of `MergeInto`. `confirmed`: whether the other report was; then this one is."""

    by: Actor
    other: EventId
    reporter: Words
    reported_at: datetime
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class UndoMerge:
    """The merge was wrong (given to the second event)."""

    by: Actor


@dataclass(frozen=True, slots=True)
class Record:
    """Keep what was said, edited, deleted, noted, sent or stored: an entry that changes no state.

    Refused only where the kind of payload is not one of those. After closing it is an addendum.
    """

    by: Actor
    payload: Payload
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LoseRoom:
    """The house noticed that a room takes no messages on a platform; `department` None: the command room."""

    room: RoomId
    room_name: Words
    platform: str
    since: datetime
    next: str | None
    department: DepartmentId | None = None
    in_need: bool = False


@dataclass(frozen=True, slots=True)
class RegainRoom:
    """The room takes messages there again, since `until`."""

    platform: str
    room: RoomId
    until: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A timer is due: `step` as `timers()` named it, `due_at` when it should have fired."""

    step: str
    task: TaskId | None
    due_at: datetime


AnyCommand = (
    Answer | GiveEvidence | MoreTime | GiveTo | Withdraw | SetFact | ChangeLevel | EnterPhase | TakeCommand
    | HandOver | DirectsOnSite | GoAbsent | ComeBack | AskStandDown | GiveAllClear | TakeAllClear | StandDown
    | CallFalse | ConfirmReport | OfferMerge | MergeInto | TakeMerged | UndoMerge | Close | Record | LoseRoom
    | RegainRoom | Due | PauseDrill | ResumeDrill | NextInject | AnswerInject | EndDrill | AnswerHotWash | Postpone
    | DecidePostpone | NoteDrill | EndDuty
)  # fmt: skip
"""Everything but `Open`, which has no event yet."""
