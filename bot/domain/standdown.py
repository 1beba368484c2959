"""The end: all clear from each department, standing down, false alarm, closing the record."""

from __future__ import annotations

from bot.domain.commands_ending import AskStandDown, CallFalse, Close, GiveAllClear, StandDown, TakeAllClear
from bot.domain.course import Course
from bot.domain.entries_ending import AllClear, AllClearTaken, Closed, FalseAlarm, StandDownAsked, StoodDown
from bot.domain.event import Event, Task
from bot.domain.guard import require
from bot.domain.ids import DepartmentId
from bot.domain.parties import DepartmentRef
from bot.domain.people import listed
from bot.domain.release import enter, settle
from bot.domain.review import ask_review
from bot.errors import Refused
from bot.text import plural, text


def clear_needed(event: Event) -> tuple[DepartmentId, ...]:
    """The departments whose all clear is needed: those the playbook names, else those with a task."""
    if event.clear_named or event.status != "open":
        return event.clear_from
    asked = {task.department for task in event.tasks.values() if task.phase != "review"}
    return tuple(ref.id for ref in event.departments if ref.id in asked)


def clear_missing(event: Event) -> tuple[DepartmentId, ...]:
    """Those who have not confirmed yet."""
    return tuple(department for department in clear_needed(event) if department not in event.clear)


def ask_stand_down(course: Course, command: AskStandDown) -> None:
    """/standdown: every department is asked for its all clear."""
    require(course, command.by, "standdown.ask")
    if course.event.status == "open":
        course.add(StandDownAsked(clear_needed(course.event)), command.by)


def give_all_clear(course: Course, command: GiveAllClear) -> None:
    """A department confirms. It needs every task of the department done."""
    department = command.department
    event = course.event
    if department not in {ref.id for ref in event.departments}:
        raise Refused(text("refused.no_department", event=event.id))
    require(course, command.by, "standdown.clear", department=department)
    if event.status == "open":
        raise Refused(text("refused.clear_not_asked"))
    if department in event.clear:
        return
    unfinished = open_tasks(event, department)
    if unfinished:
        raise Refused(plural("refused.clear_open_tasks", len(unfinished), task=unfinished[0].text))
    course.add(AllClear(department, course.member(command.by)), command.by)


def open_tasks(event: Event, department: DepartmentId | None = None) -> tuple[Task, ...]:
    """The tasks still to be done (of one department: those before the review)."""
    return tuple(
        task
        for task in event.tasks.values()
        if task.open and (department is None or (task.department == department and task.phase != "review"))
    )


def take_all_clear(course: Course, command: TakeAllClear) -> None:
    """… and takes it back."""
    event = course.event
    if command.department not in {ref.id for ref in event.departments}:
        raise Refused(text("refused.no_department", event=event.id))
    require(course, command.by, "standdown.unclear", department=command.department)
    if command.department in event.clear:
        course.add(AllClearTaken(command.department), command.by)


def stand_down(course: Course, command: StandDown) -> None:
    """The commander ends the response: after every all clear, or over the missing ones with a reason."""
    override = command.override.strip()
    require(course, command.by, "standdown.override" if override else "standdown.confirm")
    event = course.event
    if event.status == "open" and not override:
        raise Refused(text("refused.stand_down_not_asked"))
    missing = tuple(DepartmentRef(department, event.named(department)) for department in clear_missing(event))
    if missing and not override:
        raise Refused(text("refused.clear_missing", names=listed(ref.name for ref in missing)))
    course.add(StoodDown(course.member(command.by), override or None, missing), command.by)
    _go_on(course)


def _go_on(course: Course) -> None:
    """To recovery where there is anything of it; a warning that is lifted leaves nothing to recover from."""
    recovering = any(
        task.phase == "recovery" and not task.held and task.id not in course.event.tasks
        for task in course.setting.playbook.tasks
    )
    started = any(task.phase == "recovery" and task.open for task in course.event.tasks.values())
    warned_only = course.event.phase == "warning"
    enter(course, "recovery" if (recovering or started) and not warned_only else "review")
    settle(course, "phase")
    ask_review(course)


def call_false(course: Course, command: CallFalse) -> None:
    """/falsealarm: everybody who was called gets the correction."""
    require(course, command.by, "event.false_alarm")
    if course.event.drill is not None:
        raise Refused(text("refused.drill.no_false_alarm", name=course.event.drill.organiser.name))
    course.add(FalseAlarm(course.member(command.by), command.reason.strip()), command.by)


def close(course: Course, command: Close) -> None:
    """Seal the record: after standing down, with every task done or a reason. A drill leaves nothing to be done."""
    if course.event.status == "closed":
        return
    require(course, command.by, "event.close")
    drill = course.event.drill
    if drill is not None and drill.ended_at is None:
        raise Refused(text("refused.drill.end_first", name=drill.organiser.name))
    unfinished = open_tasks(course.event) if drill is None else ()
    override = command.override.strip()
    if unfinished and not override:
        raise Refused(plural("refused.close_open_tasks", len(unfinished), task=unfinished[0].text))
    closed = Closed(course.member(command.by), command.head, command.signature, command.public_key, override or None)
    course.add(closed, command.by)
