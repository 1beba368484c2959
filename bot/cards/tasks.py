"""One line for each task of a card: a mark and the words that go with it, who, when or until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from bot.cards.wording import bare, minutes
from bot.chat.card import Line
from bot.text import Moment, Text, Words, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.chat.card import Mark
    from bot.domain.event import Event, Task

MOST = 6
"""Tasks shown on one card; more fold (cards.md)."""

Passed = Literal["first", "passed", "absent", "commander"]


def is_overdue(task: Task, now: datetime) -> bool:
    """Whether the finish deadline has passed without an end."""
    return task.open and now > task.finish_at


def next_task(tasks: Sequence[Task]) -> Task | None:
    """What to do first: the open task whose finish deadline comes first, blocked ones last."""
    open_tasks = [task for task in tasks if task.open]
    return min(open_tasks, key=lambda task: (task.status == "blocked", task.finish_at), default=None)


def chosen(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """At most six, open ones before done ones, in the order of their release."""
    if len(tasks) <= MOST:
        return tuple(tasks)
    order = sorted(range(len(tasks)), key=lambda place: (not tasks[place].open, place))[:MOST]
    return tuple(tasks[place] for place in sorted(order))


def task_line(event: Event, task: Task, now: datetime) -> Line:
    """One task as a line."""
    return Line(_what(task), _mark(event, task, now), _note(event, task, now))


def _mark(event: Event, task: Task, now: datetime) -> Mark:
    if is_overdue(task, now) or (task.status == "waiting" and _passed(event, task) in ("passed", "commander")):
        return "late"
    return task.status


def _what(task: Task) -> Words | Text:
    value = _evidence(task)
    if task.status != "done" or value is None:
        return bare(task.text)
    return text("task.line.value", task=bare(task.text), value=value)


def _evidence(task: Task) -> Words | None:
    """The evidence as people read it: a number with its unit, a choice's label; files are told elsewhere."""
    for given in reversed(task.given):
        if given.words is not None:
            return given.words
        if given.kind == "number" and given.value is not None:
            return measured(given.value, "" if task.evidence is None else task.evidence.unit)
    return None


def measured(value: object, unit: str) -> Words:
    """A number with its unit; "1" is the unit of a count. Symbols are the same in both languages."""
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    whole = shown if unit in ("", "1") else f"{shown} {unit}"
    return Words(whole, whole)


def _passed(event: Event, task: Task) -> Passed:
    """Whether the question has gone beyond the first of the chain, and why."""
    if task.with_commander:
        return "commander"
    if task.called <= 1:
        return "first"
    before = task.chain[: task.called - 1]
    return "absent" if all(member.person in event.absent for member in before) else "passed"


def _note(event: Event, task: Task, now: datetime) -> Text:
    late = is_overdue(task, now)
    match task.status:
        case "waiting":
            return _late_waiting(event, task, now) if late else _waiting(event, task)
        case "acknowledged":
            return _acknowledged(task, now, late=late)
        case "started":
            if late:
                return text("task.note.late_started", late=minutes((now - task.finish_at).total_seconds()))
            return text("task.note.started", at=Moment(task.finish_at))
        case "done":
            last = task.answers[-1]
            return text("task.note.done", person=last.member.name, at=Moment(last.at))
        case "blocked":
            return _blocked(task)


def _waiting(event: Event, task: Task) -> Text:
    at = Moment(task.finish_at)
    match _passed(event, task):
        case "first":
            return text("task.note.waiting", at=at)
        case "passed":
            return text("task.note.waiting_passed", person=task.chain[task.called - 1].name, at=at)
        case "absent":
            return text("task.note.waiting_absent", person=task.chain[task.called - 1].name, at=at)
        case "commander":
            return text("task.note.waiting_commander", at=at)


def _late_waiting(event: Event, task: Task, now: datetime) -> Text:
    late = minutes((now - task.finish_at).total_seconds())
    match _passed(event, task):
        case "first":
            return text("task.note.late_waiting", late=late)
        case "passed":
            return text("task.note.late_passed", late=late, person=task.chain[task.called - 1].name)
        case "absent":
            return text("task.note.late_absent", late=late, person=task.chain[task.called - 1].name)
        case "commander":
            return text("task.note.late_commander", late=late)


def _acknowledged(task: Task, now: datetime, *, late: bool) -> Text:
    person = task.answers[-1].member.name
    if late:
        span = minutes((now - task.finish_at).total_seconds())
        return text("task.note.late_acknowledged", late=span, person=person)
    return text("task.note.acknowledged", person=person, at=Moment(task.finish_at))


def _blocked(task: Task) -> Text:
    last = task.answers[-1]
    if last.reason:
        return text("task.note.blocked", reason=last.reason, person=last.member.name)
    return text("task.note.blocked_silent", person=last.member.name)
