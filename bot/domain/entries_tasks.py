"""What happens to a task: it is asked of a role, answered, given away, or nobody answers in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from bot.domain.ids import DepartmentId, FileId, RoleId, TaskId
from bot.domain.parties import Member
from bot.domain.playbook import Evidence, FactValue, Phase
from bot.text import Words

AnswerWord = Literal["acknowledge", "start", "done", "cannot"]


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
