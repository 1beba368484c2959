"""An event is what its record says: the state, and nothing but, of folding the entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.entries_course import ElapsedRule
from bot.domain.entries_tasks import AnswerWord
from bot.domain.ids import (
    DepartmentId,
    EventId,
    FactId,
    FileId,
    LevelId,
    PersonId,
    PlaybookId,
    RoleId,
    RoomId,
    TaskId,
)
from bot.domain.parties import DepartmentRef, EventKind, Marked, Member
from bot.domain.playbook import Evidence, FactValue, Phase
from bot.domain.state import DrillState, DutyState
from bot.text import Words

TaskStatus = Literal["waiting", "acknowledged", "started", "done", "blocked"]
STATUS_AFTER: Mapping[AnswerWord, TaskStatus] = {
    "acknowledge": "acknowledged",
    "start": "started",
    "done": "done",
    "cannot": "blocked",
}
EventStatus = Literal["open", "standing_down", "stood_down", "closed", "false_alarm", "merged"]
"""open → standing_down (all clear asked) → stood_down (recovery, review) → closed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that counts, with the sequence it can be withdrawn by."""

    sequence: int
    word: AnswerWord
    member: Member
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GivenEvidence:
    """Evidence that a task has; a text's words stay in the private part of the record."""

    kind: Literal["number", "text", "choice", "photo", "file"]
    value: FactValue | None
    words: Words | None
    file: FileId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """One released task. `answers` in order; the status is that of the last one."""

    id: TaskId
    role: RoleId
    role_name: Words
    department: DepartmentId
    phase: Phase
    text: Words
    chain: tuple[Member, ...]
    called: int
    """How many of the chain have been called; the last called is `chain[called - 1]`."""
    acknowledge_for: float
    acknowledge_at: datetime | None
    """When silence passes it on; None once answered or with the commander."""
    reminded: bool
    finish_at: datetime
    released_at: datetime
    evidence: Evidence | None
    contacts: tuple[str, ...]
    template: str | None
    covers: tuple[str, ...]
    answers: tuple[Answer, ...] = ()
    given: tuple[GivenEvidence, ...] = ()
    with_commander: bool = False
    overdue_steps: int = 0
    overdue_at: datetime | None = None
    """When the next step of being late falls due; None once both were taken."""

    @property
    def status(self) -> TaskStatus:
        """Where the task stands."""
        if not self.answers:
            return "waiting"
        return STATUS_AFTER[self.answers[-1].word]

    @property
    def open(self) -> bool:
        """Whether something is still to be done."""
        return self.status != "done"


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value with how people read it and when it was set."""

    value: FactValue
    label: Words
    shown: Words
    at: datetime


@dataclass(frozen=True, slots=True)
class Command:
    """Who leads. `holder` None: nobody commands."""

    holder: Member | None
    acting: bool
    since: datetime
    why: str
    answer_at: datetime | None
    """Silence passes it on then; None once the holder has pressed anything."""
    silent: tuple[PersonId, ...] = ()
    """Those passed over through silence: one press takes it back."""
    reminded: bool = False


@dataclass(frozen=True, slots=True)
class DarkRoom:
    """A room that takes no messages on one platform now, as `room.dark` said."""

    room: RoomId
    room_name: Words
    platform: str
    since: datetime
    next: str | None
    department: DepartmentId | None
    people: tuple[Member, ...]
    in_need: bool
    revision: int
    """Of the department's card when it was said last: what `next` has been told with that."""


def marked(kind: EventKind) -> Marked | None:
    """The mark of a kind of event."""
    match kind:
        case "live" | "drill":
            return kind
        case "duty":
            return None


def dark_key(platform: str, room: RoomId) -> str:
    """The name of a room on one platform, in `Event.dark`."""
    return f"{platform}/{room}"


@dataclass(frozen=True, slots=True)
class Event:
    """The state of one event after `sequence` entries."""

    id: EventId
    sequence: int
    kind: EventKind
    status: EventStatus
    playbook: PlaybookId
    playbook_digest: str
    title: Words
    place: Words
    level: LevelId
    level_name: Words
    phase: Phase
    reporter: Words
    opened_at: datetime
    began_at: datetime
    confirmed: bool
    clock_speed: float
    chain: tuple[Member, ...]
    command: Command
    commander_answers_for: float
    departments: tuple[DepartmentRef, ...]
    clear_from: tuple[DepartmentId, ...]
    tasks: Mapping[TaskId, Task]
    facts: Mapping[FactId, Fact]
    fired: frozenset[int]
    absent: Mapping[PersonId, datetime | None]
    clear: Mapping[DepartmentId, Member]
    seen: Mapping[DepartmentId, tuple[Member, ...]]
    merged_into: EventId | None = None
    merge_offers: tuple[EventId, ...] = ()
    also_reported: tuple[Words, ...] = ()
    stood_down_at: datetime | None = None
    closed_at: datetime | None = None
    revisions: Mapping[str, int] = field(default_factory=dict[str, int])
    """How often each card's content changed: department id → count, and "command"."""
    remind_at: float = 0.5
    overdue_again: float = 600.0
    elapsed_rules: tuple[ElapsedRule, ...] = ()
    reported_by: PersonId | None = None
    phases: tuple[Phase, ...] = ()
    """The phases entered so far; their tasks are released as they become ready."""
    clear_named: bool = False
    """Whether the playbook names `clear_from`; otherwise every department with a task is asked."""
    status_before: EventStatus | None = None
    """What the status was before the event was merged away, for undoing it."""
    dark: Mapping[str, DarkRoom] = field(default_factory=dict[str, DarkRoom])
    """Rooms of the event that take no messages now, by `dark_key`, in the order they fell silent."""
    drill: DrillState | None = None
    """Of a drill, from its start on."""
    duty: DutyState | None = None
    """Of a duty, from its opening on."""

    def of_department(self, department: DepartmentId) -> tuple[Task, ...]:
        """A department's released tasks in the order of their release."""
        return tuple(task for task in self.tasks.values() if task.department == department)

    def named(self, department: DepartmentId) -> Words:
        """The name a department went by when the event opened."""
        return next(ref.name for ref in self.departments if ref.id == department)

    @property
    def live(self) -> bool:
        """True for a real event, False for a drill or a duty."""
        return self.kind == "live"

    @property
    def mark(self) -> Marked | None:
        """Whose mark its cards carry; a duty's carry none."""
        return marked(self.kind)

    def clock(self, at: datetime) -> datetime:
        """The moment as deadlines see it: while a drill halts, that at which it halted."""
        halted = None if self.drill is None else self.drill.paused_at
        return at if halted is None else min(at, halted)

    @property
    def halted_for(self) -> float:
        """Seconds for which a drill halted so far, which count towards nothing."""
        return 0.0 if self.drill is None else self.drill.paused_for

    @property
    def over(self) -> bool:
        """Whether nothing more is asked of anybody."""
        return self.status in ("closed", "false_alarm", "merged")
