"""Asks the permission table, and says no in a sentence that names who can."""

from __future__ import annotations

from bot.domain.course import Course
from bot.domain.duty_guard import require_sense
from bot.domain.event import Event, Task
from bot.domain.ids import DepartmentId
from bot.domain.parties import SYSTEM, Actor
from bot.domain.people import listed, members
from bot.domain.permissions import COMMANDER, CONTROL, LEADERS, ORGANISERS, TABLE, Action, Standing, allowed, standings
from bot.errors import Refused
from bot.text import Text, text


def require(
    course: Course, by: Actor, action: Action, *, task: Task | None = None, department: DepartmentId | None = None
) -> None:
    """Return where `by` may do this to the event now. Raises Refused with what is wrong and what to do."""
    require_sense(course.event, action)
    during = TABLE[action].during
    if during is not None and course.event.status not in during:
        raise Refused(wrong_time(course.event, action))
    if not permitted(course, by, action, task=task, department=department):
        raise Refused(_who_can(course, by, action, task, department))


def permitted(
    course: Course, by: Actor, action: Action, *, task: Task | None = None, department: DepartmentId | None = None
) -> bool:
    """Whether the table lets `by` do this to the event now."""
    return allowed(standings_of(course, by, task=task, department=department), action, course.event.status)


def standings_of(
    course: Course, by: Actor, *, task: Task | None = None, department: DepartmentId | None = None
) -> frozenset[Standing]:
    """What the actor is to the event; the bot itself is "house"."""
    if by == SYSTEM:
        return frozenset({"house"})
    return standings(course.event, by.person, course.setting.company, task=task, department=department)


def wrong_time(event: Event, action: Action) -> Text:
    """Why the event is not in a state for this."""
    if action == "event.close" and not event.over:
        return text("refused.close_first_stand_down")
    if action == "merge.undo":
        return text("refused.not_merged", event=event.id)
    match event.status:
        case "merged":
            return text("refused.merged", event=event.id, other=event.merged_into or "")
        case "closed" | "false_alarm":
            return text("refused.over", event=event.id)
        case "open" | "standing_down" | "stood_down":
            return text("refused.stood_down", event=event.id)


def _who_can(course: Course, by: Actor, action: Action, task: Task | None, department: DepartmentId | None) -> Text:
    event, company = course.event, course.setting.company
    who = TABLE[action].who
    if by.person is None or by.person not in company.people:
        return text("refused.stranger")
    if company.people[by.person].access == "auditor":
        return text("refused.auditor")
    if task is not None:
        role = company.roles.get(task.role)
        holders = () if role is None else members(company, role.holders)
        names = dict.fromkeys([*(each.name for each in task.chain), *(each.name for each in holders)])
        return text("refused.task_of_others", task=task.text, names=listed(names or [task.role_name]))
    if department is not None:
        return text("refused.department_of_others", department=event.named(department))
    if action == "duty.decide" and event.duty is not None:
        return text("refused.duty.approver_only", names=listed(each.name for each in event.duty.approvers))
    if who == COMMANDER:
        return commander_only(event)
    if who <= CONTROL and event.drill is not None:
        safety = () if who == ORGANISERS or event.drill.safety is None else (event.drill.safety,)
        runs = (event.drill.organiser, *safety)
        return text("refused.drill.control_only", names=listed(dict.fromkeys(each.name for each in runs)))
    if who - CONTROL <= LEADERS:
        return text("refused.leaders_only", names=listed(each.name for each in event.chain))
    return text("refused.not_allowed")


def commander_only(event: Event) -> Text:
    """The sentence for what only the one who leads may do."""
    if event.command.holder is None:
        return text("refused.nobody_commands", names=listed(each.name for each in event.chain))
    return text("refused.commander_only", name=event.command.holder.name)
