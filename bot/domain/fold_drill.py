"""What entries do to a drill: it starts, halts and goes on, injects are given and answered, it ends and is measured."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.changed import changed
from bot.domain.entries_drill import (
    DrillEnded,
    DrillMeasured,
    DrillPaused,
    DrillResumed,
    DrillStarted,
    HotWashAnswered,
    HotWashAsked,
    InjectAnswered,
    InjectGiven,
    InjectMissed,
)
from bot.domain.event import Event, Task
from bot.domain.state import DrillState, GivenInject

DrillEntry = (
    DrillStarted | DrillPaused | DrillResumed | InjectGiven | InjectAnswered | InjectMissed | DrillEnded
    | DrillMeasured | HotWashAsked | HotWashAnswered
)  # fmt: skip


def drill(event: Event, payload: DrillEntry, at: datetime) -> Event:
    """The drill after an entry about it. One that has not started knows of nothing else."""
    if isinstance(payload, DrillStarted):
        return changed(event, drill=_started(payload, at))
    if event.drill is None:
        return event
    if isinstance(payload, DrillResumed):
        return _resumed(event, event.drill, payload)
    state = _changed(event.drill, payload, at)
    if isinstance(payload, DrillEnded):
        return changed(event, drill=state, status="stood_down", stood_down_at=event.stood_down_at or at)
    return changed(event, drill=state)


def _started(payload: DrillStarted, at: datetime) -> DrillState:
    return DrillState(
        drill=payload.drill,
        title=payload.title,
        scenario=payload.scenario,
        type=payload.drill_type,
        organiser=payload.organiser,
        safety=payload.safety,
        stop_word=payload.stop_word,
        participants=payload.participants,
        injects=payload.injects,
        started_at=at,
        played_absent=frozenset(each.person for each in payload.played_absent),
        duty=payload.duty,
    )


def _changed(
    state: DrillState,
    payload: DrillPaused | InjectGiven | InjectAnswered | InjectMissed | DrillEnded | DrillMeasured | HotWashAsked
    | HotWashAnswered,
    at: datetime,
) -> DrillState:  # fmt: skip
    match payload:
        case DrillPaused():
            return changed(state, paused_at=at)
        case InjectGiven():
            given = GivenInject(payload.number, payload.to, at, payload.answer_by)
            return changed(state, given={**state.given, payload.number: given})
        case InjectAnswered():
            answered = {"answered_at": at, "by": payload.member, "late": payload.late}
            return _inject(state, payload.number, status="answered", **answered)
        case InjectMissed():
            return _inject(state, payload.number, status="missed")
        case DrillEnded():
            halted = 0.0 if state.paused_at is None else (at - state.paused_at).total_seconds()
            return changed(
                state,
                ended_at=at,
                why_ended=payload.why,
                live=payload.live,
                paused_at=None,
                paused_for=state.paused_for + halted,
            )
        case DrillMeasured():
            return changed(state, measures=payload.measures)
        case HotWashAsked():
            return changed(state, asked=payload.people)
        case HotWashAnswered():
            return changed(state, said=state.said | {payload.member.person})


def _inject(state: DrillState, number: int, **fields: object) -> DrillState:
    return changed(state, given={**state.given, number: changed(state.given[number], **fields)})


def _resumed(event: Event, state: DrillState, payload: DrillResumed) -> Event:
    """Every deadline that still runs moves by the length of the pause; what has been answered stays.

    Rules and injects that wait for a time find the pause in `paused_for`; who is away comes back by the real clock.
    """
    pause = timedelta(seconds=payload.seconds)
    command = event.command
    return changed(
        event,
        drill=changed(
            state,
            paused_at=None,
            paused_for=state.paused_for + payload.seconds,
            given={number: changed(each, answer_by=each.answer_by + pause) if each.status == "given" else each
                   for number, each in state.given.items()},
        ),
        command=changed(command, answer_at=_moved(command.answer_at, pause)),
        tasks={key: _moved_task(task, pause) if task.open else task for key, task in event.tasks.items()},
    )  # fmt: skip


def _moved(at: datetime | None, pause: timedelta) -> datetime | None:
    return None if at is None else at + pause


def _moved_task(task: Task, pause: timedelta) -> Task:
    return changed(
        task,
        acknowledge_at=_moved(task.acknowledge_at, pause),
        finish_at=task.finish_at + pause,
        overdue_at=_moved(task.overdue_at, pause),
    )
