"""What follows by itself: tasks that are ready are asked for, rules whose conditions hold fire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bot.domain.conditions import all_hold, elapsed_at
from bot.domain.course import Course
from bot.domain.entries_course import LevelChanged, PhaseEntered, RuleFired
from bot.domain.entries_ending import AllClearTaken
from bot.domain.entries_tasks import Escalated, TaskReleased
from bot.domain.event import Event, Task
from bot.domain.ids import COMMAND_GROUP, DepartmentId, LevelId, TaskId
from bot.domain.parties import Member
from bot.domain.people import members, role_of
from bot.domain.playbook import PHASES, Phase, PlannedTask, Rule

Because = Literal["opened", "phase", "after", "rule", "standdown"]


def settle(course: Course, because: Because, late: float = 0.0) -> None:
    """Fire and release until nothing more follows. Ends, for a task is released once and a rule fires once.

    Rules first: one that enters a later phase keeps the tasks of the earlier one from being asked for.
    """
    moved = True
    while moved:
        while (fired := next(_firing(course), None)) is not None:
            _fire(course, *fired, late)
        ready = tuple(_ready(course))
        for planned, why in ready:
            release(course, planned, why or because)
        moved = bool(ready)


def _ready(course: Course) -> Iterator[tuple[PlannedTask, Because | None]]:
    event, plan = course.event, course.setting.playbook
    lifted = {task for number in event.fired if number < len(plan.rules) for task in plan.rules[number].release}
    passed_over = {planned.id for planned in plan.tasks if _passed_over(event, planned)}
    for planned in plan.tasks:
        by_rule = planned.id in lifted
        in_phase = planned.phase in event.phases and not planned.held
        if planned.id in event.tasks or not (by_rule or in_phase) or not _called(course, planned):
            continue
        if all(_done(course, earlier) or earlier in passed_over for earlier in planned.after):
            yield planned, "rule" if by_rule else "after" if planned.after else None


def _done(course: Course, task: TaskId) -> bool:
    return task in course.event.tasks and not course.event.tasks[task].open


def _passed_over(event: Event, planned: PlannedTask) -> bool:
    """A task that is asked for no more, for its phase was passed over: nothing waits for it."""
    over = planned.phase not in event.phases and PHASES.index(planned.phase) < PHASES.index(event.phase)
    return over and not planned.held and planned.id not in event.tasks


def _called(course: Course, planned: PlannedTask) -> bool:
    return course.event.confirmed or planned.role in course.setting.playbook.first_call


def _firing(course: Course) -> Iterator[tuple[int, Rule]]:
    event = course.event
    for number, rule in enumerate(course.setting.playbook.rules):
        if number not in event.fired and _in_time(course, rule) and all_hold(rule.when, event):
            yield number, rule


def _in_time(course: Course, rule: Rule) -> bool:
    if rule.elapsed is None:
        return True
    due_at = elapsed_at(course.event, rule.elapsed.total_seconds())
    return due_at <= course.clock and course.event.status != "stood_down"


def _fire(course: Course, number: int, rule: Rule, late: float) -> None:
    course.add(RuleFired(number, late))
    if rule.enter is not None:
        enter(course, rule.enter)
    if rule.level is not None:
        change_level(course, rule.level)


def enter(course: Course, phase: Phase) -> None:
    """Move on to a later phase; an earlier one is never entered again."""
    if PHASES.index(phase) > PHASES.index(course.event.phase):
        course.add(entered(course.event, phase))


def entered(event: Event, phase: Phase) -> PhaseEntered:
    """The next phase. One that is left before anything was asked in it is passed over: the typhoon is here already."""
    return PhaseEntered(phase, passed_over=all(task.phase != event.phase for task in event.tasks.values()))


def change_level(course: Course, level: LevelId) -> None:
    """The level a rule asks for, where the company knows it and it is another one."""
    levels = course.setting.company.levels
    if level in levels and level != course.event.level:
        raised = course.event.level not in levels or levels[level].severity > levels[course.event.level].severity
        course.add(LevelChanged(level, levels[level].name, raised))


def release(course: Course, planned: PlannedTask, because: Because) -> None:
    """Ask a role for a task: its first present holder is called, or the commander where nobody is there."""
    event, company = course.event, course.setting.company
    role = role_of(company, planned.role, event.place)
    people = members(company, role.holders)
    present = next((place for place, each in enumerate(people, 1) if not course.absent(each.person)), None)
    course.add(
        TaskReleased(
            task=planned.id,
            role=role.id,
            role_name=role.name,
            department=_taking_part(course, role.department),
            phase=planned.phase,
            text=planned.text,
            chain=people,
            acknowledge_for=planned.acknowledge_for.total_seconds(),
            acknowledge_at=course.after(planned.acknowledge_for.total_seconds()),
            finish_at=course.after_scaled(planned.finish_for.total_seconds()),
            evidence=planned.evidence,
            offered=() if planned.evidence is None else tuple(planned.evidence.choices or ()),
            contacts=planned.contacts,
            template=planned.template,
            covers=planned.covers,
            because=because,
            called=present or len(people),
        )
    )
    if present is None:
        escalate(course, course.event.tasks[planned.id], why="absent")
    unclear(course, course.event.tasks[planned.id])


def _taking_part(course: Course, department: DepartmentId) -> DepartmentId:
    parts = [ref.id for ref in course.event.departments]
    if department in parts or not parts:
        return department
    return COMMAND_GROUP if COMMAND_GROUP in parts else parts[0]


def unclear(course: Course, task: Task) -> None:
    """A task that is open (again) takes back its department's all clear."""
    if course.event.status == "standing_down" and task.phase != "review" and task.department in course.event.clear:
        course.add(AllClearTaken(task.department))


def escalate(course: Course, task: Task, *, why: Literal["silent", "absent"], late: float = 0.0) -> None:
    """Call the next of the chain who is there; after the last one the commander."""
    following = (
        (step, person)
        for step, person in enumerate(task.chain[task.called :], task.called + 1)
        if not course.absent(person.person)
    )
    step, person = next(following, (len(task.chain) + 1, None))
    course.add(
        Escalated(
            task=task.id,
            step=step,
            to=() if person is None else (person,),
            silent=_called_last(task),
            next_at=None if person is None else course.after(task.acknowledge_for),
            commander=person is None,
            late=late,
            why=why,
        )
    )


def _called_last(task: Task) -> tuple[Member, ...]:
    return task.chain[task.called - 1 : task.called] if task.called else ()
