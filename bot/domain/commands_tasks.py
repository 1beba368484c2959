"""What somebody wants of a task: to answer it, to show what it wants, to have more time, to give it away."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.entries_tasks import AnswerWord
from bot.domain.ids import DepartmentId, FileId, PersonId, TaskId
from bot.domain.parties import Actor
from bot.domain.playbook import FactValue


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
