"""A press on a card becomes commands: which task is meant, what it wants first, and how to take it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.commands_tasks import Answer, GiveEvidence, GiveTo, MoreTime, Withdraw
from bot.domain.course import Course
from bot.domain.entries_tasks import TaskAnswered
from bot.domain.guard import require
from bot.domain.ids import DepartmentId, TaskId
from bot.errors import Refused
from bot.services.acting import act
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.domain.company import Company
    from bot.domain.entries_tasks import AnswerWord
    from bot.domain.event import Event, Task
    from bot.domain.ids import FileId, PersonId
    from bot.domain.permissions import Action
    from bot.domain.playbook import FactValue
    from bot.domain.record import Entry
    from bot.services.context import Context


@dataclass(frozen=True, slots=True)
class Target:
    """What a card's button points at: a department, or one of its tasks."""

    department: DepartmentId
    task: TaskId | None


def read_target(event: Event, target: str) -> Target:
    """Read `department` or `department/task`. Raises Refused where the event knows no such thing."""
    department, _, task = target.partition("/")
    known = any(ref.id == department for ref in event.departments)
    if not known or (task and TaskId(task) not in event.tasks):
        raise Refused(text("refused.old_card"))
    return Target(DepartmentId(department), TaskId(task) if task else None)


def open_to(event: Event, target: Target, word: AnswerWord | None) -> tuple[Task, ...]:
    """The tasks that may still be answered so; `word` None: any open one. Raises Refused where there is none."""
    tasks = event.of_department(target.department)
    if target.task is not None:
        return (event.tasks[target.task],)
    able = tuple(task for task in tasks if _takes(task, word))
    if not able:
        raise Refused(text("refused.no_open_task"))
    return able


def _takes(task: Task, word: AnswerWord | None) -> bool:
    match word:
        case "acknowledge":
            return task.status == "waiting"
        case "start":
            return task.status in ("waiting", "acknowledged", "blocked")
        case "cannot":
            return task.open and task.status != "blocked"
        case "done" | None:
            return task.open


async def answer(
    context: Context, event: Event, word: AnswerWord, target: Target, *, reason: str = ""
) -> tuple[Entry, ...]:
    """Give one of the four answers. 收到 without a task is for every released task of the department's card."""
    _, written = await act(
        context, event.id, Answer(context.actor, word, target.department, target.task, reason.strip())
    )
    return written


async def give_evidence(
    context: Context, event: Event, task: TaskId, *, value: FactValue | None = None, file: FileId | None = None
) -> Event:
    """Hand over what a task wants before it is done."""
    after, _ = await act(context, event.id, GiveEvidence(context.actor, task, value, file))
    return after


def wants_evidence(task: Task) -> bool:
    """Whether something is still to be given before this task can be done."""
    return task.evidence is not None and all(given.kind != task.evidence.kind for given in task.given)


async def decline(context: Context, event: Event, target: Target, reason: str) -> tuple[Entry, ...]:
    """Say "Can't take it": the next of the chain is asked at once, after the last one the commander."""
    written: tuple[Entry, ...] = ()
    for task in open_to(event, target, "acknowledge"):
        following = next_holder(context.house.company, event, task, context.actor.person)
        if following is None:
            command = Answer(context.actor, "cannot", task.department, task.id, reason)
            written += (await act(context, event.id, command))[1]
        else:
            written += (await act(context, event.id, GiveTo(context.actor, task.id, following)))[1]
    return written


def next_holder(company: Company, event: Event, task: Task, person: PersonId | None) -> PersonId | None:
    """Who comes after this person in the order of the task's role, as far as they are there."""
    role = company.roles.get(task.role)
    holders = () if role is None else role.holders
    later = holders[holders.index(person) + 1 :] if person in holders else holders
    return next((each for each in later if each != person and each not in event.absent), None)


async def more_time(context: Context, event: Event, task: TaskId, minutes: float) -> tuple[Entry, ...]:
    """Ask for "30 more minutes"."""
    return (await act(context, event.id, MoreTime(context.actor, task, minutes * 60)))[1]


async def give_to(context: Context, event: Event, task: TaskId, to: PersonId) -> tuple[Entry, ...]:
    """Give it to somebody else."""
    return (await act(context, event.id, GiveTo(context.actor, task, to)))[1]


async def withdraw(context: Context, event: Event, sequences: Iterable[int]) -> tuple[Entry, ...]:
    """Undo one press: every answer it gave."""
    written: tuple[Entry, ...] = ()
    for sequence in sequences:
        written += (await act(context, event.id, Withdraw(context.actor, sequence)))[1]
    return written


def answered(entries: Sequence[Entry]) -> tuple[int, ...]:
    """The sequences of the answers among what was written: what an undo takes back."""
    return tuple(entry.sequence for entry in entries if isinstance(entry.payload, TaskAnswered))


ACTION: Mapping[str, Action] = {
    "task.start": "task.start",
    "task.done": "task.done",
    "task.cannot": "task.cannot",
    "task.more_time": "task.more_time",
    "task.give": "task.give",
}


async def require_task(context: Context, event: Event, task: Task, action: str) -> None:
    """Ask the table before a form is shown: nobody fills one in vain. Raises Refused."""
    setting = context.house.setting(await context.work.playbook(event.playbook_digest))
    require(Course(event, setting, context.now), context.actor, ACTION[action], task=task)
