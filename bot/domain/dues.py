"""What happens when a deadline passes. After downtime the missed steps of one task become one, said late."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.command_chain import pass_command
from bot.domain.commands import Due
from bot.domain.course import Course
from bot.domain.drilling import inject_due
from bot.domain.duties import duty_due, hour_due
from bot.domain.entries_command import CommandReminded, Returned
from bot.domain.entries_tasks import Overdue, Reminded
from bot.domain.event import Task
from bot.domain.ids import PersonId, TaskId
from bot.domain.people import member
from bot.domain.release import escalate, settle
from bot.domain.timers import (
    BACK,
    COMMAND,
    DONE,
    ESCALATE,
    FINISH,
    FINISH_AGAIN,
    HOUR,
    INJECT,
    MISSED,
    NOTICE,
    REMIND,
    RULE,
    timers,
)


def due(course: Course, command: Due) -> None:
    """Act on a timer. One that no longer applies, or was moved, does nothing.

    Whatever else is due on tasks by now is done in the same breath: a person with several silent tasks is then
    called once for all of them, and the timers of the others find nothing left to do.
    """
    running = {(timer.step, timer.task): timer.due_at for timer in timers(course.event) if timer.due_at <= course.now}
    due_at = running.get((command.step, command.task))
    if due_at is None:
        return
    if command.step == DONE:
        duty_due(course, command)
        return
    if (HOUR, None) in running:
        hour_due(course)
    if command.step == HOUR:
        return
    if command.task is not None:
        _tasks_due(course, command.task, running)
        return
    step, _, rest = command.step.partition(":")
    if step in (INJECT, MISSED):
        inject_due(course, command)
    elif step == NOTICE:
        duty_due(course, command)
    elif step == BACK:
        who = member(course.setting.company, PersonId(rest))
        course.add(Returned(who.person, who.name))
    elif step == RULE:
        settle(course, "rule", course.late(due_at))
    elif COMMAND in {each for each, _ in running}:
        pass_command(course, "silent", course.late(running[COMMAND, None]))
    elif course.event.command.holder is not None:
        course.add(CommandReminded(course.event.command.holder, course.late(due_at)))


def _tasks_due(course: Course, first: TaskId, running: dict[tuple[str, TaskId | None], datetime]) -> None:
    late = {task for step, task in running if task is not None and step != DONE}
    for task in (first, *(each for each in course.event.tasks if each in late and each != first)):
        of_task = {step.partition(":")[0]: at for (step, of), at in running.items() if of == task and step != DONE}
        _task_due(course, course.event.tasks[task], of_task)


def _task_due(course: Course, task: Task, due_at: dict[str, datetime]) -> None:
    if ESCALATE in due_at:
        escalate(course, task, why="silent", late=course.late(due_at[ESCALATE]))
    elif FINISH_AGAIN in due_at:
        course.add(Overdue(task.id, 1, course.late(due_at[FINISH_AGAIN])))
    elif FINISH in due_at:
        _overdue(course, task, due_at[FINISH])
    else:
        called = task.chain[task.called - 1 : task.called]
        course.add(Reminded(task.id, task.called, called, course.late(due_at[REMIND])))


def _overdue(course: Course, task: Task, due_at: datetime) -> None:
    again = timedelta(seconds=course.event.overdue_again / course.event.clock_speed)
    missed_both = due_at + again <= course.now
    course.add(Overdue(task.id, 1 if missed_both else 0, course.late(due_at)))
