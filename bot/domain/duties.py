"""The rules of a duty: announced, put off with somebody's agreement, done, missed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.commands import Due
from bot.domain.commands_duty import DecidePostpone, EndDuty, NoteDrill, Postpone
from bot.domain.course import Course
from bot.domain.duty_plan import THE_TASK
from bot.domain.entries_duty import DutyDrill, DutyEnded, DutyNoticed, PostponeAsked, PostponeDecided
from bot.domain.entries_tasks import EvidenceGiven, TaskAnswered
from bot.domain.guard import require
from bot.domain.ids import PersonId
from bot.domain.parties import Member
from bot.domain.timers import DONE, NOTICE
from bot.errors import Refused
from bot.text import same, text

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.event import Event, Task
    from bot.domain.state import DutyState

DutyCommand = Postpone | DecidePostpone | NoteDrill | EndDuty


def decide_duty(course: Course, command: DutyCommand) -> None:
    """Carry out what somebody, or the house, asked of a duty. Raises Refused where the event is none."""
    duty, task = _duty_of(course.event), course.event.tasks[THE_TASK]
    match command:
        case Postpone():
            _postpone(course, command, duty, task)
        case DecidePostpone():
            _decide_postpone(course, command, duty, task)
        case NoteDrill():
            _note_drill(course, command, duty, task)
        case EndDuty():
            _end(course, command, task)


def duty_due(course: Course, command: Due) -> None:
    """A notice is due, or what was done is settled (steps `notice:604800`, `done`)."""
    duty, task = _duty_of(course.event), course.event.tasks[THE_TASK]
    if command.step == DONE:
        _settled(course, task, course.late(command.due_at))
    elif command.step.partition(":")[0] == NOTICE:
        _notice(course, duty)


def hour_due(course: Course) -> None:
    """The hour of its drill has come. It is said before all else that is due by now, and in place of notices."""
    duty = _duty_of(course.event)
    if duty.hour_at is not None:
        before = max((duty.due_at - duty.hour_at).total_seconds(), 0.0)
        passed = (each for each in duty.notices if _announced_at(duty, each) <= course.now)
        course.add(DutyNoticed(min([before, *passed]), course.late(duty.hour_at), hour=True))


def _duty_of(event: Event) -> DutyState:
    if event.duty is None:
        raise Refused(text("refused.duty.none", event=event.id))
    return event.duty


def _notice(course: Course, duty: DutyState) -> None:
    """Those that are due by now become one: the one nearest to the due time."""
    passed = [before for before in duty.notices if _announced_at(duty, before) <= course.now]
    if passed:
        nearest = min(passed)
        course.add(DutyNoticed(nearest, course.late(_announced_at(duty, nearest))))


def _announced_at(duty: DutyState, before: float) -> datetime:
    return duty.due_at - timedelta(seconds=before)


def _postpone(course: Course, command: Postpone, duty: DutyState, task: Task) -> None:
    """Ask for it. Asking again replaces what was asked; the deadlines run on until somebody agrees."""
    require(course, command.by, "duty.postpone", task=task)
    _require_open(task)
    reason = command.reason.strip()
    if not reason:
        raise Refused(text("refused.duty.reason"))
    if command.until <= course.now:
        raise Refused(text("refused.until_is_past"))
    if command.until <= duty.due_at:
        raise Refused(text("refused.duty.not_later"))
    who = course.member(command.by)
    asked = (duty.postpone_until, duty.postpone_reason, duty.postpone_by)
    if asked != (command.until, reason, who):
        course.add(PostponeAsked(command.until, reason, who, _approver(course, duty, who)), command.by)


def _approver(course: Course, duty: DutyState, asker: Member) -> Member:
    """The first who is there and does not ask for it; whoever asks agrees to it only where nobody else is there."""
    others = [each for each in duty.approvers if each.person != asker.person]
    present = [each for each in others if not course.absent(each.person)]
    own = [asker] if len(others) < len(duty.approvers) else []
    found = next(iter([*present, *own, *others]), None)
    if found is None:
        raise Refused(text("refused.duty.nobody_agrees", title=course.event.title))
    return found


def _decide_postpone(course: Course, command: DecidePostpone, duty: DutyState, task: Task) -> None:
    """Agree to what was asked, or not."""
    require(course, command.by, "duty.decide")
    who = course.member(command.by)
    if duty.postpone_until is None or duty.approver is None:
        raise Refused(text("refused.duty.nothing_asked", title=course.event.title))
    if duty.postpone_by is not None and duty.postpone_by.person == who.person != duty.approver.person:
        raise Refused(text("refused.duty.own_request", name=duty.approver.name))
    _require_open(task)
    if command.agreed and duty.postpone_until <= course.now:
        raise Refused(text("refused.until_is_past"))
    course.add(PostponeDecided(command.agreed, duty.postpone_until, who, command.reason.strip()), command.by)


def _require_open(task: Task) -> None:
    if not task.open:
        raise Refused(text("refused.task_done", task=task.text, name=task.answers[-1].member.name))


def _note_drill(course: Course, command: NoteDrill, duty: DutyState, task: Task) -> None:
    """A drill has begun, or been held: then what was owed is done, and the drill's record is the evidence.

    One that something real stopped leaves it open.
    """
    known, ends = command.drill in duty.drills, command.held or command.stopped
    if course.event.over or (known and (duty.held or not ends)) or (command.stopped and not duty.drill_runs):
        return
    course.add(DutyDrill(command.drill, command.held, command.stopped))
    if command.held and task.open:
        number = same(command.drill)
        course.add(EvidenceGiven(task.id, "text", words=number))
        course.add(TaskAnswered(task.id, "done", command.member or _answers(course.event, task)))


def _answers(event: Event, task: Task) -> Member:
    """Whose answer it is where the house knows no organiser: who answered last, or was called."""
    if task.answers:
        return task.answers[-1].member
    called = task.chain[task.called - 1 : task.called] or task.chain
    nobody = Member(PersonId(""), task.role_name, same(""))
    return next(iter(called), event.command.holder or nobody)


def _settled(course: Course, task: Task, late: float) -> None:
    """What was done can be taken back no more."""
    if not task.open:
        course.add(_done(course.event, task, late))


def _end(course: Course, command: EndDuty, task: Task) -> None:
    """The house ends it. What was done by now is done, whatever the calendar says."""
    if course.event.over:
        return
    if task.open:
        course.add(DutyEnded(command.outcome, task.id, command.late))
    else:
        course.add(_done(course.event, task, command.late))


def _done(event: Event, task: Task, late: float) -> DutyEnded:
    due_at = task.finish_at if event.duty is None else event.duty.due_at
    done_late = max((task.answers[-1].at - due_at).total_seconds(), 0.0)
    return DutyEnded("done", task.id, late, round(done_late, 3), task.given[-1].words if task.given else None)
