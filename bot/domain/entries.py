"""What can happen to an event: the closed union of entry payloads.

A payload is a fact with resolved values (ids *and* names, absolute times, the texts as sent): the fold
reads no playbook, people list, configuration or clock. Fields named in `PRIVATE` hold what the law may
ask to destroy (what people said, who was hurt); they default to None, are stored apart under their own
salted commitment, and the fold never reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import ClassVar, Literal, get_args

from bot.domain.entries_drill import (
    DrillEnded,
    DrillMeasured,
    DrillPaused,
    DrillResumed,
    DrillStarted,
    HotWashAnswered,
    HotWashAsked,
    InjectAnswered,
    InjectGiven,
    InjectMissed,
)
from bot.domain.entries_duty import DutyDrill, DutyEnded, DutyNoticed, DutyOpened, PostponeAsked, PostponeDecided
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
from bot.domain.parties import SYSTEM, Actor, DepartmentRef, EventKind, Member
from bot.domain.playbook import Condition, Evidence, FactValue, Phase
from bot.text import Words

AnswerWord = Literal["acknowledge", "start", "done", "cannot"]


@dataclass(frozen=True, slots=True)
class ElapsedRule:
    """A rule that waits: due `seconds` after the event began (before the clock's speed), if `when` holds then."""

    rule: int
    seconds: float
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """The event begins. `began_at` is when it began as claimed; `reporter` said so over `how`."""

    event: EventId
    event_kind: EventKind
    playbook: PlaybookId
    playbook_digest: str
    playbook_author: str
    playbook_saved_at: str
    title: Words
    place: Words
    level: LevelId
    level_name: Words
    phase: Phase
    reporter: Words
    how: str
    company: Words
    began_at: datetime
    chain: tuple[Member, ...]
    departments: tuple[DepartmentRef, ...]
    clear_from: tuple[DepartmentId, ...]
    commander_answers_for: float
    """Seconds until silence passes acting command to the next (G1)."""
    clock_speed: float = 1.0
    confirmed: bool = True
    """False: a stranger's report; only the first-call roles are called until somebody confirms."""
    remind_at: float = 0.5
    """The part of the acknowledge time after which the silent are reminded."""
    overdue_again: float = 600.0
    """Seconds from the finish deadline until the commander is told (before the clock's speed)."""
    elapsed_rules: tuple[ElapsedRule, ...] = ()
    kind: Literal["event.opened"] = "event.opened"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A stranger's report is confirmed: everybody is called."""

    kind: Literal["event.confirmed"] = "event.confirmed"


@dataclass(frozen=True, slots=True)
class TaskReleased:
    """A task is asked of a role. `chain` is the order of calling, the commander not included."""

    task: TaskId
    role: RoleId
    role_name: Words
    department: DepartmentId
    phase: Phase
    text: Words
    chain: tuple[Member, ...]
    acknowledge_for: float
    acknowledge_at: datetime
    finish_at: datetime
    evidence: Evidence | None = None
    offered: tuple[str, ...] = ()
    """The choices of the evidence in the plan's order: a line of the record sorts its keys. Empty in older records."""
    contacts: tuple[str, ...] = ()
    template: str | None = None
    covers: tuple[str, ...] = ()
    because: Literal["opened", "phase", "after", "rule", "standdown"] = "opened"
    called: int = 1
    """The first called is `chain[called - 1]`: those before are absent. 0: nobody holds the role."""
    kind: Literal["task.released"] = "task.released"


@dataclass(frozen=True, slots=True)
class TaskAnswered:
    """One of the four answers. `reason` belongs to "cannot"."""

    task: TaskId
    answer: AnswerWord
    member: Member
    reason: str | None = None
    kind: Literal["task.answered"] = "task.answered"


@dataclass(frozen=True, slots=True)
class TaskExtended:
    """30 more minutes: the finish deadline moves."""

    task: TaskId
    finish_at: datetime
    member: Member
    kind: Literal["task.extended"] = "task.extended"


@dataclass(frozen=True, slots=True)
class TaskGiven:
    """Give it to somebody: the task has a new owner, who is called and has the acknowledge time again."""

    task: TaskId
    to: Member
    member: Member
    acknowledge_at: datetime
    kind: Literal["task.given"] = "task.given"


@dataclass(frozen=True, slots=True)
class EvidenceGiven:
    """What a task wanted. A text may name people, so it is private; numbers and choices are kept."""

    task: TaskId
    evidence: Literal["number", "text", "choice", "photo", "file"]
    value: FactValue | None = None
    words: Words | None = None
    """A choice as its label shows."""
    file: FileId | None = None
    written: str | None = None
    kind: Literal["task.evidence"] = "task.evidence"
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"written"})


@dataclass(frozen=True, slots=True)
class Seen:
    """收到 from somebody who neither holds nor stands in for the role: kept, but it stops nothing."""

    department: DepartmentId
    member: Member
    kind: Literal["task.seen"] = "task.seen"


@dataclass(frozen=True, slots=True)
class Reminded:
    """The silent person is asked once more within a step. `late` seconds behind (after downtime)."""

    task: TaskId
    step: int
    to: tuple[Member, ...]
    late: float = 0
    kind: Literal["task.reminded"] = "task.reminded"


@dataclass(frozen=True, slots=True)
class Escalated:
    """Nobody answered, so the next is called. `to` empty with `commander` True: the chain is exhausted."""

    task: TaskId
    step: int
    to: tuple[Member, ...]
    silent: tuple[Member, ...]
    next_at: datetime | None
    commander: bool = False
    late: float = 0
    why: Literal["silent", "absent"] = "silent"
    kind: Literal["task.escalated"] = "task.escalated"


@dataclass(frozen=True, slots=True)
class Overdue:
    """The finish deadline passed. `step` 0: those who work on it are told; 1: the commander is."""

    task: TaskId
    step: int
    late: float = 0
    kind: Literal["task.overdue"] = "task.overdue"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An answer is taken back (one press, two minutes): the entry at `sequence` no longer counts."""

    sequence: int
    task: TaskId
    kind: Literal["answer.withdrawn"] = "answer.withdrawn"


CommandWhy = Literal[
    "opened",
    "absent",
    "silent",
    "handed_over",
    "taken_back",
    "directs_on_site",
    "confirmed",
]


@dataclass(frozen=True, slots=True)
class CommandPassed:
    """Who leads from now on. `acting`: through silence only (代行指挥). `to` None: nobody commands."""

    to: Member | None
    why: CommandWhy
    acting: bool = False
    answer_at: datetime | None = None
    """Until when `to` should answer before silence passes it on; None where it was taken by a press."""
    called: tuple[Member, ...] = ()
    late: float = 0
    kind: Literal["command.passed"] = "command.passed"


@dataclass(frozen=True, slots=True)
class CommandReminded:
    """The commander has not answered yet and is asked once more before silence passes command on."""

    to: Member
    late: float = 0
    kind: Literal["command.reminded"] = "command.reminded"


@dataclass(frozen=True, slots=True)
class AbsenceMarked:
    """Somebody in this event's chains is away until a time (None: until marked back)."""

    person: PersonId
    name: Words
    until: datetime | None
    kind: Literal["person.absent"] = "person.absent"


@dataclass(frozen=True, slots=True)
class Returned:
    """Somebody is back. Command is not taken by this (it is handed back by a press)."""

    person: PersonId
    name: Words
    kind: Literal["person.back"] = "person.back"


@dataclass(frozen=True, slots=True)
class FactSet:
    """A named value of the event. `label` is what people read; `task` where evidence brought it."""

    fact: FactId
    value: FactValue
    label: Words
    shown: Words
    task: TaskId | None = None
    kind: Literal["fact.set"] = "fact.set"


@dataclass(frozen=True, slots=True)
class RuleFired:
    """A rule's conditions held. What it released follows as entries of its own."""

    rule: int
    late: float = 0
    kind: Literal["rule.fired"] = "rule.fired"


@dataclass(frozen=True, slots=True)
class LevelChanged:
    """The response level moved; `raised` tells the direction."""

    level: LevelId
    name: Words
    raised: bool
    reason: str = ""
    kind: Literal["level.changed"] = "level.changed"


@dataclass(frozen=True, slots=True)
class PhaseEntered:
    """warning → response → recovery → review. `passed_over`: nothing had been asked in the phase that was left."""

    phase: Phase
    passed_over: bool = False
    kind: Literal["phase.entered"] = "phase.entered"


@dataclass(frozen=True, slots=True)
class StandDownAsked:
    """The commander wants to end the response: each department in `clear_from` confirms all clear first."""

    clear_from: tuple[DepartmentId, ...] = ()
    kind: Literal["standdown.asked"] = "standdown.asked"


@dataclass(frozen=True, slots=True)
class AllClear:
    """A department confirms."""

    department: DepartmentId
    member: Member
    kind: Literal["standdown.clear"] = "standdown.clear"


@dataclass(frozen=True, slots=True)
class AllClearTaken:
    """A department's all clear is void: a task was released later, or it took it back."""

    department: DepartmentId
    kind: Literal["standdown.unclear"] = "standdown.unclear"


@dataclass(frozen=True, slots=True)
class StoodDown:
    """The response ends. `override`: the commander's reason for not waiting for `missing`."""

    by: Member
    override: str | None = None
    missing: tuple[DepartmentRef, ...] = ()
    kind: Literal["event.stood_down"] = "event.stood_down"


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """There was no event. Everybody who was called gets the correction."""

    by: Member
    reason: str = ""
    kind: Literal["event.false_alarm"] = "event.false_alarm"


@dataclass(frozen=True, slots=True)
class MergeOffered:
    """This report looks like `other`, opened within the window: one tap merges them."""

    other: EventId
    other_title: Words
    kind: Literal["merge.offered"] = "merge.offered"


@dataclass(frozen=True, slots=True)
class MergedInto:
    """This event closes as merged into the first; its timers stop and its cards point there."""

    other: EventId
    kind: Literal["merge.into"] = "merge.into"


@dataclass(frozen=True, slots=True)
class MergeTook:
    """The first event keeps who else reported it."""

    other: EventId
    reporter: Words
    reported_at: datetime
    kind: Literal["merge.took"] = "merge.took"


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """The merge was wrong: the second event goes on by itself."""

    other: EventId
    kind: Literal["merge.undone"] = "merge.undone"


@dataclass(frozen=True, slots=True)
class Closed:
    """The record is sealed; an addendum goes on in the same chain. `head`: hash of the entry before this one."""

    by: Member
    head: str
    signature: str
    public_key: str
    override: str | None = None
    kind: Literal["event.closed"] = "event.closed"


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody said something that belongs to the event. `message` is the platform's id of it."""

    message: str
    room: RoomId
    room_name: Words
    speaker: Words
    department: DepartmentId | None = None
    """The department whose card it replies to, where it does."""
    task: TaskId | None = None
    files: tuple[FileId, ...] = ()
    words: str | None = None
    kind: Literal["message.said"] = "message.said"
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"words"})


@dataclass(frozen=True, slots=True)
class Edited:
    """A message was edited: the old text stays where it was, the new one is here. Never changes an answer."""

    message: str
    speaker: Words
    words: str | None = None
    kind: Literal["message.edited"] = "message.edited"
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"words"})


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message was deleted on the platform; the record keeps what it said."""

    message: str
    speaker: Words
    kind: Literal["message.deleted"] = "message.deleted"


@dataclass(frozen=True, slots=True)
class Noted:
    """/note. Where the entry's `at` is earlier than `recorded_at` it is a late entry and marked as such."""

    speaker: Words
    words: str | None = None
    kind: Literal["note.added"] = "note.added"
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"words"})


@dataclass(frozen=True, slots=True)
class FileKept:
    """A photo or file arrived, stored under its SHA-256, linked to the task it answers where it does."""

    file: FileId
    media_type: str
    size: int
    speaker: Words
    task: TaskId | None = None
    name: str | None = None
    kind: Literal["file.kept"] = "file.kept"
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"name"})


@dataclass(frozen=True, slots=True)
class MessageSent:
    """A message of the bot was accepted by a platform for the first time, with the texts as sent."""

    message: str
    room: RoomId
    room_name: Words
    platform: str
    shown: Words
    queued_at: datetime
    kind: Literal["message.sent"] = "message.sent"


STAYS_INSIDE = "drill.outside"
"""Why a message of a drill was not sent: it would have left the house."""


@dataclass(frozen=True, slots=True)
class MessageFailed:
    """A message of the bot will not arrive. `why` as the platform says it, or `STAYS_INSIDE`."""

    message: str
    room: RoomId
    room_name: Words
    platform: str
    why: str
    kind: Literal["message.failed"] = "message.failed"


@dataclass(frozen=True, slots=True)
class RoomDark:
    """A room takes no messages on `platform`: its people are reached on `next` (None: by telephone alone).

    Said again where `next` changes while the room stays dark.
    """

    room: RoomId
    room_name: Words
    platform: str
    since: datetime
    next: str | None
    department: DepartmentId | None = None
    """None: the event's own command room."""
    people: tuple[Member, ...] = ()
    """The department's head and stand-ins, in the order they are rung."""
    in_need: bool = False
    """`next` is used only now (e-mail), so what waits for the room is sent there as well."""
    kind: Literal["room.dark"] = "room.dark"


@dataclass(frozen=True, slots=True)
class RoomBack:
    """The room takes messages on `platform` again; meanwhile its people were reached on `next`."""

    room: RoomId
    room_name: Words
    platform: str
    since: datetime
    until: datetime
    next: str | None
    department: DepartmentId | None = None
    kind: Literal["room.back"] = "room.back"


@dataclass(frozen=True, slots=True)
class Destroyed:
    """Personal data of the named entries and files was destroyed, on what ground (应对法 85, 个人信息保护法 28)."""

    sequences: tuple[int, ...]
    files: tuple[FileId, ...]
    ground: str
    kind: Literal["data.destroyed"] = "data.destroyed"


@dataclass(frozen=True, slots=True)
class HouseNote:
    """Something of the house itself (stream HOUSE): an import, a reload, an invitation, a permission used.

    `what` is a catalog key, `about` its parameters as strings.
    """

    what: str
    about: Mapping[str, str]
    kind: Literal["house.noted"] = "house.noted"


Payload = (
    Opened | Confirmed | TaskReleased | TaskAnswered | TaskExtended | TaskGiven | EvidenceGiven | Seen
    | Reminded | Escalated | Overdue | Withdrawn | CommandPassed | CommandReminded | AbsenceMarked | Returned | FactSet
    | RuleFired | LevelChanged | PhaseEntered | StandDownAsked | AllClear | AllClearTaken | StoodDown
    | FalseAlarm | MergeOffered | MergedInto | MergeTook | MergeUndone | Closed | Said | Edited | Deleted
    | Noted | FileKept | MessageSent | MessageFailed | RoomDark | RoomBack | Destroyed | HouseNote
    | DrillStarted | DrillPaused | DrillResumed | InjectGiven | InjectAnswered | InjectMissed | DrillEnded
    | DrillMeasured | HotWashAsked | HotWashAnswered
    | DutyOpened | DutyNoticed | PostponeAsked | PostponeDecided | DutyDrill | DutyEnded
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry not yet in the chain. `at` is when it happened; None: now."""

    payload: Payload
    actor: Actor = SYSTEM
    at: datetime | None = None


def kind_of(payload: type[Payload]) -> str:
    """The `kind` of a class of payloads (with slots the class itself does not tell it)."""
    return next(str(each.default) for each in fields(payload) if each.name == "kind")


def payload_kinds() -> tuple[str, ...]:
    """The `kind` of every payload, in the order of the union."""
    return tuple(kind_of(payload) for payload in get_args(Payload))
