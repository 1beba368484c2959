"""The four answers, seen, undo, more time, and giving a task to somebody else."""

from __future__ import annotations

from datetime import timedelta
from math import isfinite

from bot.domain.commands_tasks import Answer, GiveTo, MoreTime, Withdraw
from bot.domain.course import Course
from bot.domain.duty_guard import require_drill
from bot.domain.entries_tasks import AnswerWord, Seen, TaskAnswered, TaskExtended, TaskGiven, Withdrawn
from bot.domain.event import Event, Task
from bot.domain.evidence import require_evidence
from bot.domain.guard import permitted, require
from bot.domain.ids import DepartmentId, TaskId
from bot.domain.parties import Actor, Member
from bot.domain.people import member
from bot.domain.permissions import Action
from bot.domain.release import settle, unclear
from bot.domain.review import after_done
from bot.errors import Refused
from bot.text import Span, text

ACTION_OF: dict[AnswerWord, Action] = {
    "acknowledge": "task.acknowledge",
    "start": "task.start",
    "done": "task.done",
    "cannot": "task.cannot",
}
LONGEST_EXTENSION = timedelta(days=90).total_seconds()


def task_of(event: Event, task: TaskId) -> Task:
    """A released task. Raises Refused where the event has no such task."""
    if task not in event.tasks:
        raise Refused(text("refused.no_task", event=event.id))
    return event.tasks[task]


def answer(course: Course, command: Answer) -> None:
    """收到, 开始, 完成 or 无法完成. The same press twice adds nothing."""
    if command.word == "acknowledge":
        _acknowledge(course, command)
        return
    if command.task is None:
        raise Refused(text("refused.which_task"))
    task = task_of(course.event, command.task)
    require(course, command.by, ACTION_OF[command.word], task=task)
    if task.answers and task.answers[-1].word == command.word and task.answers[-1].reason == command.reason.strip():
        return
    if task.status == "done":
        raise Refused(text("refused.task_done", task=task.text, name=task.answers[-1].member.name))
    _work(course, command, task)


def _work(course: Course, command: Answer, task: Task) -> None:
    reason = command.reason.strip()
    if command.word == "cannot" and not reason:
        raise Refused(text("refused.reason_wanted"))
    if command.word == "done":
        require_drill(course.event)
        require_evidence(task)
    _say(course, command.by, task, command.word, reason)
    if command.word == "done":
        settle(course, "after")
        after_done(course, task.id)
        settle(course, "phase")


def _say(course: Course, by: Actor, task: Task, word: AnswerWord, reason: str = "") -> None:
    course.add(TaskAnswered(task.id, word, course.member(by), reason or None), course.for_task(by, task))


def _acknowledge(course: Course, command: Answer) -> None:
    by = command.by
    require(course, by, "task.see")
    department = command.department
    if command.task is not None:
        task = task_of(course.event, command.task)
        department, tasks = task.department, (task,)
    else:
        tasks = course.event.of_department(department)
    mine = [task for task in tasks if permitted(course, by, "task.acknowledge", task=task)]
    for task in mine:
        if task.status == "waiting":
            _say(course, by, task, "acknowledge")
    if not mine:
        _see(course, by, department)


def _see(course: Course, by: Actor, department: DepartmentId) -> None:
    known = {ref.id for ref in course.event.departments}
    if department not in known:
        raise Refused(text("refused.no_department", event=course.event.id))
    already = {each.person for each in course.event.seen.get(department, ())}
    if by.person not in already:
        course.add(Seen(department, course.member(by)), by)


def withdraw(course: Course, command: Withdraw) -> None:
    """Undo one's own last answer of a task, for two minutes; what it released stays released."""
    require(course, command.by, "answer.withdraw")
    found = _answered_at(course.event, command.sequence)
    if found is None:
        return
    task, who = found
    if who.person != command.by.person:
        raise Refused(text("refused.undo_of_others", name=who.name))
    last = task.answers[-1]
    if last.sequence != command.sequence:
        raise Refused(text("refused.undo_not_last", task=task.text))
    if course.now - last.at > timedelta(seconds=course.setting.undo_for):
        raise Refused(text("refused.undo_too_late", span=Span(course.setting.undo_for)))
    course.add(Withdrawn(command.sequence, task.id), course.for_task(command.by, task))
    if course.event.tasks[task.id].open:
        unclear(course, course.event.tasks[task.id])


def _answered_at(event: Event, sequence: int) -> tuple[Task, Member] | None:
    for task in event.tasks.values():
        for each in task.answers:
            if each.sequence == sequence:
                return task, each.member
    return None


def more_time(course: Course, command: MoreTime) -> None:
    """30 more minutes, from the deadline or from now where that has passed; it acknowledges the task too."""
    task = task_of(course.event, command.task)
    require(course, command.by, "task.more_time", task=task)
    _require_open(task)
    if not isfinite(command.seconds) or not 0 < command.seconds <= LONGEST_EXTENSION:
        raise Refused(text("refused.more_time"))
    if task.status == "waiting":
        _say(course, command.by, task, "acknowledge")
    seconds = command.seconds / course.event.clock_speed
    finish_at = max(task.finish_at, course.clock) + timedelta(seconds=seconds)
    course.add(TaskExtended(task.id, finish_at, course.member(command.by)), course.for_task(command.by, task))


def give(course: Course, command: GiveTo) -> None:
    """Give it to somebody else: the new owner is called and has the whole acknowledge time."""
    task = task_of(course.event, command.task)
    require(course, command.by, "task.give", task=task)
    _require_open(task)
    company = course.setting.company
    if command.to not in company.people:
        raise Refused(text("refused.no_person", person=command.to))
    to = member(company, command.to)
    if course.absent(command.to):
        raise Refused(text("refused.person_absent", name=to.name))
    if task.status == "waiting" and not task.with_commander and task.chain[task.called - 1].person == command.to:
        return
    course.add(
        TaskGiven(task.id, to, course.member(command.by), course.after(task.acknowledge_for)),
        course.for_task(command.by, task),
    )


def _require_open(task: Task) -> None:
    if not task.open:
        raise Refused(text("refused.task_done", task=task.text, name=task.answers[-1].member.name))
