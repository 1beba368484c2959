"""What somebody (or a due timer) wants of an event: the closed union that `decide` answers with entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.entries import Payload
from bot.domain.entries_drill import DrillStarted
from bot.domain.entries_duty import DutyOpened
from bot.domain.entries_tasks import AnswerWord
from bot.domain.ids import (
    DepartmentId,
    EventId,
    FactId,
    FileId,
    LevelId,
    PersonId,
    RoomId,
    TaskId,
)
from bot.domain.parties import Actor, EventKind, Member
from bot.domain.playbook import FactValue, Phase
from bot.domain.record import Entry
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
class Answer:
    """`task` None with "acknowledge": every released task of the department's card."""

    by: Actor
    word: AnswerWord
    department: DepartmentId
    task: TaskId | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GiveEvidence:
    """A number, a choice's id, a line of text, or a stored photo or file for a task."""

    by: Actor
    task: TaskId
    value: FactValue | None = None
    file: FileId | None = None


@dataclass(frozen=True, slots=True)
class MoreTime:
    """30 more minutes on a task's finish deadline."""

    by: Actor
    task: TaskId
    seconds: float


@dataclass(frozen=True, slots=True)
class GiveTo:
    """Give it to somebody else."""

    by: Actor
    task: TaskId
    to: PersonId


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Undo one's own answer within two minutes."""

    by: Actor
    sequence: int


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
class AskStandDown:
    """/standdown: the commander asks every department for its all clear."""

    by: Actor


@dataclass(frozen=True, slots=True)
class GiveAllClear:
    """A department's head or stand-in confirms."""

    by: Actor
    department: DepartmentId


@dataclass(frozen=True, slots=True)
class TakeAllClear:
    """… and takes it back."""

    by: Actor
    department: DepartmentId


@dataclass(frozen=True, slots=True)
class StandDown:
    """The commander ends the response. `override` is the reason for not waiting for missing all clears."""

    by: Actor
    override: str = ""


@dataclass(frozen=True, slots=True)
class CallFalse:
    """/falsealarm."""

    by: Actor
    reason: str = ""


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
class Close:
    """Seal the record. `override` is the reason where tasks are still open."""

    by: Actor
    head: str
    signature: str
    public_key: str
    override: str = ""


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
class PauseDrill:
    """The organiser or the safety person stops the clock of a drill."""

    by: Actor


@dataclass(frozen=True, slots=True)
class ResumeDrill:
    """… and lets it run on."""

    by: Actor


@dataclass(frozen=True, slots=True)
class NextInject:
    """The next inject is given now, whatever its time."""

    by: Actor


@dataclass(frozen=True, slots=True)
class AnswerInject:
    """Somebody did what an inject calls for, in their words where they have any."""

    by: Actor
    number: int
    written: str = ""


@dataclass(frozen=True, slots=True)
class EndDrill:
    """ENDEX: nothing more runs. "real": somebody pressed real emergency, reported as `live`.

    `record` is the drill's record so far: what is measured comes from it.
    """

    by: Actor
    why: Literal["ended", "real"]
    record: tuple[Entry, ...]
    live: EventId | None = None


@dataclass(frozen=True, slots=True)
class AnswerHotWash:
    """One person's answers to the three questions, unedited."""

    by: Actor
    worked: str
    failed: str
    change: str


@dataclass(frozen=True, slots=True)
class Postpone:
    """A duty should be due later. The approver decides."""

    by: Actor
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class DecidePostpone:
    """The approver agrees, or does not."""

    by: Actor
    agreed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NoteDrill:
    """The house tells a duty of the drill that was begun for it, has been held, or was stopped by something real."""

    drill: EventId
    held: bool
    member: Member | None = None
    """Whose answer it is: the drill's organiser."""
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class EndDuty:
    """The house ends a duty whose successor has come due (missed), or that the calendar dropped."""

    outcome: Literal["missed", "dropped"]
    late: float = 0.0


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

Standing = Literal[
    "stranger",
    "employee",
    "reporter",
    "member",
    "head",
    "chain",
    "commander",
    "organiser",
    "safety",
    "approver",
    "admin",
    "auditor",
    "house",
]
"""What somebody is to an event; "house" is the bot itself. "organiser" and "safety" are a drill's, "approver" a
duty's; without a drill, "organiser" is whoever holds the role that may start it."""
