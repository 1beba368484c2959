"""What entries do to the tasks of an event, to its facts and to who has seen it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.changed import changed
from bot.domain.entries_course import FactSet
from bot.domain.entries_tasks import (
    Escalated,
    EvidenceGiven,
    Overdue,
    Reminded,
    Seen,
    TaskAnswered,
    TaskExtended,
    TaskGiven,
    TaskReleased,
    Withdrawn,
)
from bot.domain.event import Answer, Event, Fact, GivenEvidence, Task
from bot.domain.playbook import Evidence

TaskChange = (
    TaskAnswered | TaskExtended | TaskGiven | EvidenceGiven | Reminded | Escalated | Overdue | Withdrawn
)  # fmt: skip


def task_released(event: Event, payload: TaskReleased, at: datetime) -> Event:
    """A task is asked for, the first time or anew (a review that was sent back)."""
    task = Task(
        id=payload.task,
        role=payload.role,
        role_name=payload.role_name,
        department=payload.department,
        phase=payload.phase,
        text=payload.text,
        chain=payload.chain,
        called=payload.called,
        acknowledge_for=payload.acknowledge_for,
        acknowledge_at=payload.acknowledge_at if payload.called else None,
        reminded=False,
        finish_at=payload.finish_at,
        released_at=at,
        evidence=_in_order(payload),
        contacts=payload.contacts,
        template=payload.template,
        covers=payload.covers,
        with_commander=payload.called == 0,
        overdue_at=payload.finish_at,
    )
    return _must_be_clear(changed(event, tasks={**event.tasks, task.id: task}), task)


def _in_order(payload: TaskReleased) -> Evidence | None:
    """What is wanted, its choices as the plan has them."""
    wants = payload.evidence
    if wants is None or wants.choices is None or set(payload.offered) != set(wants.choices):
        return wants
    return changed(wants, choices={choice: wants.choices[choice] for choice in payload.offered})


def _must_be_clear(event: Event, task: Task) -> Event:
    asked = event.status == "standing_down" and not event.clear_named and task.phase != "review"
    if not asked or task.department in event.clear_from:
        return event
    return changed(event, clear_from=(*event.clear_from, task.department))


def task_changed(event: Event, payload: TaskChange, at: datetime) -> Event:
    """One task after an entry about it."""
    task = _changed(event, event.tasks[payload.task], payload, at)
    return changed(event, tasks={**event.tasks, task.id: task})


def _changed(event: Event, task: Task, payload: TaskChange, at: datetime) -> Task:
    match payload:
        case TaskAnswered():
            return _answered(event, task, payload, at)
        case Withdrawn():
            return _withdrawn(task, payload, event.clock(at))
        case EvidenceGiven():
            given = GivenEvidence(payload.evidence, payload.value, payload.words, payload.file, at)
            return changed(task, given=(*task.given, given))
        case TaskExtended():
            return changed(task, finish_at=payload.finish_at, overdue_at=payload.finish_at, overdue_steps=0)
        case TaskGiven():
            return _given(task, payload)
        case Reminded():
            return changed(task, reminded=True)
        case Escalated():
            return _escalated(event, task, payload, at)
        case Overdue():
            return _overdue(event, task, payload, at)


def _answered(event: Event, task: Task, payload: TaskAnswered, at: datetime) -> Task:
    answer = Answer(event.sequence, payload.answer, payload.member, at, payload.reason or "")
    return changed(task, answers=(*task.answers, answer), acknowledge_at=None, with_commander=False)


def _withdrawn(task: Task, payload: Withdrawn, at: datetime) -> Task:
    answers = tuple(answer for answer in task.answers if answer.sequence != payload.sequence)
    if answers:
        return changed(task, answers=answers)
    return recounted(changed(task, answers=()), at)


def recounted(task: Task, at: datetime) -> Task:
    """A task nobody answers: whoever is called has the whole acknowledge time again from `at`."""
    if not task.called:
        return changed(task, acknowledge_at=None, with_commander=True)
    return changed(task, acknowledge_at=at + timedelta(seconds=task.acknowledge_for), reminded=False)


def _given(task: Task, payload: TaskGiven) -> Task:
    rest = tuple(member for member in task.chain if member.person != payload.to.person)
    return changed(
        task,
        chain=(payload.to, *rest),
        called=1,
        answers=(),
        acknowledge_at=payload.acknowledge_at,
        reminded=False,
        with_commander=False,
    )


def _escalated(event: Event, task: Task, payload: Escalated, at: datetime) -> Task:
    task = changed(
        task,
        called=task.called if payload.commander else payload.step,
        acknowledge_at=payload.next_at,
        reminded=False,
        with_commander=payload.commander,
    )
    if payload.late and task.overdue_at is not None and task.overdue_at <= at:
        return changed(task, overdue_at=overdue_again_at(event, at))
    return task


def _overdue(event: Event, task: Task, payload: Overdue, at: datetime) -> Task:
    task = changed(
        task,
        overdue_steps=payload.step + 1,
        overdue_at=overdue_again_at(event, at) if payload.step == 0 else None,
    )
    if payload.late and task.acknowledge_at is not None and task.acknowledge_at <= at:
        return recounted(task, at)
    return task


def overdue_again_at(event: Event, at: datetime) -> datetime:
    """When the next step of being late falls due, counted from `at` by the event's own clock."""
    return at + timedelta(seconds=event.overdue_again / event.clock_speed)


def seen(event: Event, payload: Seen) -> Event:
    """Somebody who could not answer has seen the card."""
    members = event.seen.get(payload.department, ())
    return changed(event, seen={**event.seen, payload.department: (*members, payload.member)})


def fact(event: Event, payload: FactSet, at: datetime) -> Event:
    """A named value, with how people read it."""
    value = Fact(payload.value, payload.label, payload.shown, at)
    return changed(event, facts={**event.facts, payload.fact: value})
