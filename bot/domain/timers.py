"""The deadlines of an event follow from its state alone, so they are derived and never kept in two places.

Every timer here, once due, makes `decide` write an entry that removes or moves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.conditions import elapsed_at, waiting_rules
from bot.domain.entries_drill import PlannedInject
from bot.domain.event import Event, Task
from bot.domain.ids import TaskId
from bot.domain.state import DrillState, DutyState

REMIND, ESCALATE, FINISH, FINISH_AGAIN = "remind", "escalate", "finish", "finish_again"
COMMAND, COMMAND_REMIND, RULE, BACK = "command", "command_remind", "rule", "back"
INJECT, MISSED, NOTICE, HOUR, DONE = "inject", "missed", "notice", "hour", "done"
SETTLED_AFTER = 150.0
"""Seconds after which a duty that was done is ended: half a minute longer than an answer can be taken back."""


@dataclass(frozen=True, slots=True)
class Timer:
    """One deadline, unique by step and task.

    Steps: `remind:2`, `escalate:2` (how many were called), `finish`,
    `finish_again`, `command`, `command_remind`, `rule:3` (its number in the playbook), `back:lin` (who is back).
    Of a drill `inject:2` (to be given), `missed:2` (its time to answer is over). Of a duty `notice:604800` (seconds
    before it is due), `hour` (its drill is to start) and `done` (what was done can be taken back no more).
    """

    step: str
    task: TaskId | None
    due_at: datetime


def timers(event: Event) -> frozenset[Timer]:
    """Every deadline of the event as it stands; none once it is over, and none of a drill that halts or has ended."""
    if event.over or (event.drill is not None and not event.drill.running):
        return frozenset()
    if event.duty is not None:
        return frozenset(_duty_timers(event, event.duty))
    return frozenset(_timers(event))


def _timers(event: Event) -> Iterator[Timer]:
    for task in event.tasks.values():
        yield from task_timers(event, task)
    for person, until in event.absent.items():
        if until is not None:
            yield Timer(f"{BACK}:{person}", None, until)
    if event.status != "stood_down":
        yield from _command_timers(event)
        for rule in waiting_rules(event):
            yield Timer(f"{RULE}:{rule.rule}", None, elapsed_at(event, rule.seconds))
    if event.drill is not None:
        yield from _inject_timers(event, event.drill)


def _inject_timers(event: Event, drill: DrillState) -> Iterator[Timer]:
    """Injects that are still to be given by the drill's clock, and the time to answer those that were."""
    for inject in drill.injects:
        given = drill.given.get(inject.number)
        if given is None:
            yield Timer(f"{INJECT}:{inject.number}", None, inject_at(event, drill, inject))
        elif given.status == "given":
            yield Timer(f"{MISSED}:{inject.number}", None, given.answer_by)


def inject_at(event: Event, drill: DrillState, inject: PlannedInject) -> datetime:
    """When an inject is given: so long after STARTEX, whenever what is simulated began."""
    return drill.started_at + timedelta(seconds=drill.paused_for + inject.at / event.clock_speed)


def _duty_timers(event: Event, duty: DutyState) -> Iterator[Timer]:
    """The one task's deadlines, the notices still to come, and the moment at which "done" can be taken back no more."""
    for task in event.tasks.values():
        yield from task_timers(event, task)
        if not task.open:
            yield Timer(DONE, task.id, task.answers[-1].at + timedelta(seconds=SETTLED_AFTER))
    if any(task.open for task in event.tasks.values()):
        for before_due in duty.notices:
            yield Timer(f"{NOTICE}:{before_due:.0f}", None, duty.due_at - timedelta(seconds=before_due))
        yield from _hour_timer(event, duty)
    for person, until in event.absent.items():
        if until is not None:
            yield Timer(f"{BACK}:{person}", None, until)


def _hour_timer(event: Event, duty: DutyState) -> Iterator[Timer]:
    """When its drill is to start. The opening itself says so where that has passed by then."""
    told = duty.hour_told or duty.drill_runs or duty.held
    if duty.hour_at is not None and not told and duty.hour_at > event.opened_at:
        yield Timer(HOUR, None, duty.hour_at)


def task_timers(event: Event, task: Task) -> Iterator[Timer]:
    """The deadlines of one task: who is called must answer; who works on it must finish."""
    if task.status == "waiting" and task.acknowledge_at is not None:
        yield Timer(f"{ESCALATE}:{task.called}", task.id, task.acknowledge_at)
        remind_at = before(task.acknowledge_at, task.acknowledge_for, event.remind_at)
        if not task.reminded and remind_at < task.acknowledge_at:
            yield Timer(f"{REMIND}:{task.called}", task.id, remind_at)
    if task.open and task.overdue_at is not None:
        yield Timer(FINISH_AGAIN if task.overdue_steps else FINISH, task.id, task.overdue_at)


def _command_timers(event: Event) -> Iterator[Timer]:
    command = event.command
    if command.holder is None or command.answer_at is None:
        return
    yield Timer(COMMAND, None, command.answer_at)
    remind_at = before(command.answer_at, event.commander_answers_for, event.remind_at)
    if not command.reminded and remind_at < command.answer_at:
        yield Timer(COMMAND_REMIND, None, remind_at)


def before(answer_at: datetime, answer_for: float, part: float) -> datetime:
    """When the part `part` of `answer_for` seconds that end at `answer_at` has passed."""
    return answer_at - timedelta(seconds=answer_for * (1 - part))
