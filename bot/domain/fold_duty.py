"""What entries do to a duty: it is announced, put off, fulfilled by a drill, ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.changed import changed
from bot.domain.entries_duty import DutyDrill, DutyEnded, DutyNoticed, DutyOpened, PostponeAsked, PostponeDecided
from bot.domain.event import Event, Task
from bot.domain.state import DutyState

DutyEntry = DutyOpened | DutyNoticed | PostponeAsked | PostponeDecided | DutyDrill | DutyEnded


def duty(event: Event, payload: DutyEntry, at: datetime) -> Event:
    """The duty after an entry about it."""
    if isinstance(payload, DutyOpened):
        return changed(event, duty=_opened(payload))
    state = event.duty
    if state is None:
        return event
    match payload:
        case DutyNoticed():
            left = tuple(before for before in state.notices if before < payload.before)
            return changed(event, duty=changed(state, notices=left, hour_told=state.hour_told or payload.hour))
        case PostponeAsked():
            asked = changed(
                state,
                postpone_until=payload.until,
                postpone_reason=payload.reason,
                postpone_by=payload.member,
                approver=payload.approver,
            )
            return changed(event, duty=asked)
        case PostponeDecided():
            return _decided(event, state, payload, at)
        case DutyDrill():
            return changed(event, duty=_drilled(state, payload))
        case DutyEnded():
            return changed(event, status="closed", closed_at=at, dark={}, duty=changed(state, outcome=payload.outcome))


def _opened(payload: DutyOpened) -> DutyState:
    return DutyState(
        duty=payload.duty,
        kind=payload.duty_kind,
        due_at=payload.due_at,
        notices=payload.notices[1:],
        all_notices=payload.notices,
        grace=payload.grace,
        covers=payload.covers,
        approvers=payload.approvers,
        drill=payload.drill,
        hour_at=payload.hour_at,
        hidden=payload.hidden,
        window_from=payload.window_from,
        skipped=payload.skipped,
    )


def _drilled(state: DutyState, payload: DutyDrill) -> DutyState:
    """A drill that something real stopped leaves all as it was before, but for the hour: that has been."""
    return changed(
        state,
        drills=state.drills if payload.drill in state.drills else (*state.drills, payload.drill),
        drill_runs=not payload.held and not payload.stopped,
        held=state.held or payload.held,
        hour_told=True,
    )


def _decided(event: Event, state: DutyState, payload: PostponeDecided, at: datetime) -> Event:
    """Agreed: all deadlines count from the new time. A hidden hour becomes an open one, for it has to be set anew."""
    undecided = changed(state, postpone_until=None, postpone_reason="", postpone_by=None, approver=None)
    if not payload.agreed:
        return changed(event, duty=undecided)
    later = changed(
        undecided,
        due_at=payload.until,
        notices=tuple(before for before in state.all_notices if payload.until - timedelta(seconds=before) > at),
        hour_at=None if state.hour_at is None else payload.until,
        hour_told=False,
        hidden=False,
        window_from=None,
        postponed=state.postponed + 1,
    )
    tasks = {key: _later(task, payload.until) for key, task in event.tasks.items()}
    return changed(event, duty=later, tasks=tasks)


def _later(task: Task, until: datetime) -> Task:
    return changed(task, finish_at=until, overdue_at=until, overdue_steps=0) if task.open else task
