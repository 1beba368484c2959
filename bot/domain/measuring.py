"""What was measured in a drill, from its record alone, so that anybody who holds the record computes the same.

**Time** is counted in seconds from STARTEX (`drill.started`) to the moment an entry tells of (`at`), without pauses:
whatever happens while the drill halts happens at the moment it halted. An answer that was taken back is no answer. The
review that follows a stand-down (phase "review") takes days and is not measured.

**A post** is a role that a task was released for. It is asked at the release of its first task, and answered by the
first answer (any of the four, by whoever) to any task of its own. Its time counts from when it was asked, so that one
asked hours into a drill makes nobody else slow. With N posts asked until ENDEX, `first`, `half`, `ninety` and `all` are
the times within which the quickest, ⌈N/2⌉, ⌈9N/10⌉ and all N of them were answered; None where so many never were.

**Silent** is who was called (for a task, for command, with an inject) while not away, and never pressed anything; a
message in a room is no answer. **Took over** is who first answered a task whose first holder was away or passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.drill_steps import Happened, Step, happened, steps_of
from bot.domain.entries_command import CommandPassed
from bot.domain.entries_course import FactSet, Opened
from bot.domain.entries_drill import (
    DrillEnded,
    DrillMeasured,
    DrillPaused,
    DrillResumed,
    DrillStarted,
    HotWashAsked,
    InjectAnswered,
    InjectGiven,
)
from bot.domain.entries_talk import MessageFailed, MessageSent
from bot.domain.entries_tasks import Escalated, TaskAnswered, TaskGiven, TaskReleased, Withdrawn
from bot.domain.event import Event, Task
from bot.domain.ids import PersonId, RoleId, TaskId
from bot.domain.measures import InjectMeasure, Measures, PostMeasure, TaskMeasure, TookOver
from bot.domain.parties import Member
from bot.domain.record import Entry
from bot.text import Words

CONTROL = (Opened, DrillStarted, DrillPaused, DrillResumed, InjectGiven, DrillEnded, DrillMeasured, HotWashAsked)
"""Entries that run a drill: whoever presses these does not take part by it."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer with its task as it stood before."""

    payload: TaskAnswered
    task: Task
    time: float


def measure(entries: Sequence[Entry]) -> Measures:
    """What the record of a drill shows, until ENDEX or until its last entry. Raises NotAnEventError for no drill's."""
    return measure_all(happened(entries))


def measure_all(record: Sequence[Happened]) -> Measures:
    """The same, also of what is not sealed yet."""
    steps = steps_of(record)
    answers = _answers(steps)
    posts = _posts(steps, answers)
    times = sorted(post.answered_after for post in posts if post.answered_after is not None)
    return Measures(
        lasted=steps[-1].time,
        posts=posts,
        first=_at(times, 1),
        half=_at(times, (len(posts) + 1) // 2),
        ninety=_at(times, (9 * len(posts) + 9) // 10),
        all=_at(times, len(posts)),
        command_after=_command(steps),
        tasks=_tasks(steps, answers),
        injects=_injects(steps),
        silent=_silent(steps),
        took_over=_took_over(answers),
        deliveries=sum(isinstance(each.payload, MessageSent) for each in record),
        deliveries_failed=sum(isinstance(each.payload, MessageFailed) for each in record),
    )


def took_part(record: Sequence[Happened]) -> tuple[PersonId, ...]:
    """Whoever was called, told or pressed something, each once, in the order they came into it."""
    steps = steps_of(record)
    people = (person for step in steps for person in (*(each.person for each in _called(step)), *_acted(step)))
    return tuple(dict.fromkeys(people))


def _answers(steps: Sequence[Step]) -> tuple[_Answer, ...]:
    """The answers that were not taken back."""
    void = {step.payload.sequence for step in steps if isinstance(step.payload, Withdrawn)}
    return tuple(
        _Answer(step.payload, step.before.tasks[step.payload.task], step.time)
        for step in steps
        if isinstance(step.payload, TaskAnswered) and step.sequence not in void
    )


@dataclass(frozen=True, slots=True)
class _Released:
    payload: TaskReleased
    time: float
    finish_limit: float


def _released(steps: Sequence[Step]) -> tuple[_Released, ...]:
    """What was asked for and when, but for the review."""
    return tuple(
        _Released(step.payload, step.time, (step.payload.finish_at - step.before.clock(step.at)).total_seconds())
        for step in steps
        if isinstance(step.payload, TaskReleased) and step.payload.phase != "review"
    )


def _posts(steps: Sequence[Step], answers: Sequence[_Answer]) -> tuple[PostMeasure, ...]:
    asked: dict[RoleId, _Released] = {}
    for each in _released(steps):
        asked.setdefault(each.payload.role, each)
    return tuple(_post(each, answers) for each in asked.values())


def _post(asked: _Released, answers: Sequence[_Answer]) -> PostMeasure:
    role = asked.payload.role
    first = next((each for each in answers if each.task.role == role and each.task.phase != "review"), None)
    return PostMeasure(
        role=role,
        name=asked.payload.role_name,
        asked_after=asked.time,
        answered_after=None if first is None else first.time - asked.time,
        by=None if first is None else first.payload.member,
    )


def _at(moments: Sequence[float], count: int) -> float | None:
    return moments[count - 1] if 0 < count <= len(moments) else None


def _command(steps: Sequence[Step]) -> float | None:
    """Until somebody led by a press of their own, or by the word of somebody on site; ending the drill is none."""
    led = (
        step.time
        for step in steps
        if step.after.command.holder is not None
        and step.after.command.answer_at is None
        and not isinstance(step.payload, DrillEnded)
    )
    return next(led, None)


def _tasks(steps: Sequence[Step], answers: Sequence[_Answer]) -> tuple[TaskMeasure, ...]:
    ended = steps[-1].after
    return tuple(
        _task(asked, ended, [each for each in answers if each.task.id == asked.payload.task])
        for asked in _released(steps)
    )


def _task(asked: _Released, ended: Event, answers: Sequence[_Answer]) -> TaskMeasure:
    """Done counts where it is the last word; more time that was agreed does not change what was planned."""
    released, department = asked.payload, asked.payload.department
    first, last = (answers[0], answers[-1]) if answers else (None, None)
    return TaskMeasure(
        task=released.task,
        text=released.text,
        department=next((ref.name for ref in ended.departments if ref.id == department), Words("", "")),
        acknowledged_after=None if first is None else first.time - asked.time,
        acknowledge_limit=released.acknowledge_for,
        finished_after=last.time - asked.time if last is not None and last.payload.answer == "done" else None,
        finish_limit=asked.finish_limit,
        by=None if last is None else last.payload.member,
        asked_after=asked.time,
    )


def _injects(steps: Sequence[Step]) -> tuple[InjectMeasure, ...]:
    drill = steps[-1].after.drill
    planned = {} if drill is None else {each.number: each for each in drill.injects}
    given = {step.payload.number: step.time for step in steps if isinstance(step.payload, InjectGiven)}
    answered = {step.payload.number: step.time for step in steps if isinstance(step.payload, InjectAnswered)}
    return tuple(
        InjectMeasure(
            number=number,
            text=planned[number].text,
            to=planned[number].role_name,
            expects=planned[number].expects,
            answered_after=answered[number] - time if number in answered else None,
            limit=planned[number].within,
        )
        for number, time in given.items()
    )


def _called(step: Step) -> tuple[Member, ...]:
    """Whom an entry calls, but for those who are away."""
    match step.payload:
        case TaskReleased():
            called = step.payload.chain[step.payload.called - 1 : step.payload.called] if step.payload.called else ()
        case Escalated() | InjectGiven():
            called = step.payload.to
        case TaskGiven():
            called = (step.payload.to,)
        case CommandPassed():
            called = step.payload.called
        case _:
            called = ()
    return tuple(each for each in called if each.person not in step.before.absent)


def _acted(step: Step) -> tuple[PersonId, ...]:
    """Who pressed something by which they take part; what was reported at the opening is part of the plan."""
    planned = isinstance(step.payload, CONTROL) or (isinstance(step.payload, FactSet) and step.time == 0)
    return () if planned or step.actor.person is None else (step.actor.person,)


def _silent(steps: Sequence[Step]) -> tuple[Member, ...]:
    called = {each.person: each for step in steps for each in _called(step)}
    acted = {person for step in steps for person in _acted(step)}
    return tuple(member for person, member in called.items() if person not in acted)


def _took_over(answers: Sequence[_Answer]) -> tuple[TookOver, ...]:
    first: dict[TaskId, _Answer] = {}
    for each in answers:
        if each.task.phase != "review":
            first.setdefault(each.task.id, each)
    return tuple(
        TookOver(each.payload.member, each.task.chain[0], each.task.text)
        for each in first.values()
        if each.task.chain
        and each.payload.member.person != each.task.chain[0].person
        and (each.task.called > 1 or each.task.with_commander)
    )
