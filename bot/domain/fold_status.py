"""What entries do to the event as a whole: level, phase, all clear, merging, the end."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.changed import changed
from bot.domain.entries_course import LevelChanged, PhaseEntered
from bot.domain.entries_ending import AllClear, AllClearTaken, Closed, FalseAlarm, StandDownAsked, StoodDown
from bot.domain.entries_merging import MergedInto, MergeOffered, MergeTook
from bot.domain.event import Event
from bot.domain.fold_tasks import recounted


def level(event: Event, payload: LevelChanged) -> Event:
    """The response level as it stands now."""
    return changed(event, level=payload.level, level_name=payload.name)


def phase(event: Event, payload: PhaseEntered) -> Event:
    """The phase as it stands now; the earlier ones stay entered, but for one that was passed over."""
    before = event.phases[:-1] if payload.passed_over else event.phases
    return changed(event, phase=payload.phase, phases=(*before, payload.phase))


def standdown(event: Event, payload: StandDownAsked | StoodDown, at: datetime) -> Event:
    """Standing down is asked, or done."""
    match payload:
        case StandDownAsked():
            return changed(event, status="standing_down", clear_from=payload.clear_from or event.clear_from)
        case StoodDown():
            return changed(event, status="stood_down", stood_down_at=at)


def clear(event: Event, payload: AllClear | AllClearTaken) -> Event:
    """A department confirms, or its all clear is void."""
    others = {department: member for department, member in event.clear.items() if department != payload.department}
    match payload:
        case AllClear():
            return changed(event, clear={**others, payload.department: payload.member})
        case AllClearTaken():
            return changed(event, clear=others)


def reported(event: Event, payload: MergeOffered | MergeTook) -> Event:
    """Another report looks like this event, or is now part of it: its reporter is kept."""
    match payload:
        case MergeOffered():
            return changed(event, merge_offers=(*event.merge_offers, payload.other))
        case MergeTook():
            return changed(event, also_reported=(*event.also_reported, payload.reporter))


def merged(event: Event, payload: MergedInto) -> Event:
    """This event goes on in the other one."""
    return changed(event, status="merged", merged_into=payload.other, status_before=event.status, dark={})


def unmerged(event: Event, at: datetime) -> Event:
    """The event goes on by itself; those who had not answered have their time again."""
    command = event.command
    if command.answer_at is not None:
        answer_at = at + timedelta(seconds=event.commander_answers_for)
        command = changed(command, answer_at=answer_at, reminded=False)
    return changed(
        event,
        status=event.status_before or "open",
        merged_into=None,
        status_before=None,
        command=command,
        tasks={key: task if task.acknowledge_at is None else recounted(task, at) for key, task in event.tasks.items()},
    )


def ended(event: Event, payload: FalseAlarm | Closed, at: datetime) -> Event:
    """Nothing more is asked of anybody."""
    match payload:
        case FalseAlarm():
            return changed(event, status="false_alarm", closed_at=at, dark={})
        case Closed():
            return changed(event, status="closed", closed_at=at, dark={})
