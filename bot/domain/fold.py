"""What is true of an event after one more entry. Reads nothing but the event and the entry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from bot.domain.changed import changed
from bot.domain.entries import Payload, kind_of
from bot.domain.entries_command import AbsenceMarked, CommandPassed, CommandReminded, Returned
from bot.domain.entries_course import Confirmed, FactSet, LevelChanged, Opened, PhaseEntered, RuleFired
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
from bot.domain.entries_duty import DutyDrill, DutyEnded, DutyNoticed, DutyOpened, PostponeAsked, PostponeDecided
from bot.domain.entries_ending import AllClear, AllClearTaken, Closed, FalseAlarm, StandDownAsked, StoodDown
from bot.domain.entries_house import Destroyed, HouseNote
from bot.domain.entries_merging import MergedInto, MergeOffered, MergeTook, MergeUndone
from bot.domain.entries_rooms import RoomBack, RoomDark
from bot.domain.entries_talk import Deleted, Edited, FileKept, MessageFailed, MessageSent, Noted, Said
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
from bot.domain.event import Command, Event
from bot.domain.fold_command import absence, command, returned
from bot.domain.fold_drill import drill
from bot.domain.fold_duty import duty
from bot.domain.fold_rooms import rooms
from bot.domain.fold_status import clear, ended, level, merged, phase, reported, standdown, unmerged
from bot.domain.fold_tasks import fact, seen, task_changed, task_released
from bot.domain.parties import Actor
from bot.domain.record import Entry

Quiet = Said | Edited | Deleted | Noted | FileKept | MessageSent | MessageFailed | Destroyed | HouseNote
"""Entries that change nothing but the count: what was said, kept, sent."""
QUIET: tuple[type[Quiet], ...] = (
    Said, Edited, Deleted, Noted, FileKept, MessageSent, MessageFailed, Destroyed, HouseNote,
)  # fmt: skip
QUIET_KINDS = frozenset(kind_of(payload) for payload in QUIET)
"""Their `kind`s: a loader may leave these out and set `sequence` itself (`replay`)."""


class NotAnEventError(ValueError):
    """A record that does not begin with `event.opened` is nobody's event."""


def start(entry: Entry) -> Event:
    """The event after its first entry. Raises NotAnEventError."""
    if not isinstance(entry.payload, Opened):
        raise NotAnEventError(entry.payload.kind)
    return opened(entry.payload, entry.actor, entry.at)


def opened(payload: Opened, actor: Actor, at: datetime) -> Event:
    """The event as it opens: nobody commands yet and nothing is asked of anybody."""
    return Event(
        id=payload.event,
        sequence=1,
        kind=payload.event_kind,
        status="open",
        playbook=payload.playbook,
        playbook_digest=payload.playbook_digest,
        title=payload.title,
        place=payload.place,
        level=payload.level,
        level_name=payload.level_name,
        phase=payload.phase,
        reporter=payload.reporter,
        opened_at=at,
        began_at=payload.began_at,
        confirmed=payload.confirmed,
        clock_speed=payload.clock_speed,
        chain=payload.chain,
        command=Command(holder=None, acting=False, since=at, why="opened", answer_at=None),
        commander_answers_for=payload.commander_answers_for,
        departments=payload.departments,
        clear_from=payload.clear_from,
        tasks={},
        facts={},
        fired=frozenset(),
        absent={},
        clear={},
        seen={},
        revisions={**{str(department.id): 1 for department in payload.departments}, "command": 1},
        remind_at=payload.remind_at,
        overdue_again=payload.overdue_again,
        elapsed_rules=payload.elapsed_rules,
        reported_by=actor.person,
        phases=(payload.phase,),
        clear_named=bool(payload.clear_from),
    )


def fold(event: Event, entry: Entry) -> Event:
    """The event after `entry`."""
    if isinstance(entry.payload, QUIET):
        return changed(event, sequence=entry.sequence)
    return apply(event, entry.payload, entry.actor, entry.at)


def replay(entries: Iterable[Entry], sequence: int | None = None) -> Event:
    """The event that its record makes. `sequence` is the last one's where quiet entries were left out."""
    remaining = iter(entries)
    first = next(remaining, None)
    if first is None:
        raise NotAnEventError
    event, last = start(first), first.sequence
    for entry in remaining:
        last = entry.sequence
        if not isinstance(entry.payload, QUIET):
            event = apply(changed(event, sequence=last - 1), entry.payload, entry.actor, entry.at)
    return changed(event, sequence=last if sequence is None else sequence)


def apply(event: Event, payload: Payload, actor: Actor, at: datetime) -> Event:
    """The event after the next thing that happened to it, at `at`."""
    held_by = event.command.holder
    event = _change(changed(event, sequence=event.sequence + 1), payload, at)
    if (
        held_by is not None
        and actor.person == held_by.person
        and event.command.holder == held_by
        and event.command.answer_at is not None
        and not isinstance(payload, QUIET)
    ):
        event = touched(changed(event, command=changed(event.command, answer_at=None)), "command")
    return event


def touched(event: Event, *cards: str) -> Event:
    """The event with the revisions of these cards one higher."""
    return changed(event, revisions={**event.revisions, **{card: event.revisions.get(card, 0) + 1 for card in cards}})


def _everywhere(event: Event) -> Event:
    return touched(event, *chain((str(ref.id) for ref in event.departments), ["command"]))


def _change(event: Event, payload: Payload, at: datetime) -> Event:
    match payload:
        case Said() | Edited() | Deleted() | Noted() | FileKept() | MessageSent() | MessageFailed():
            return event
        case Destroyed() | HouseNote() | Opened():
            return event
        case RuleFired():
            return changed(event, fired=event.fired | {payload.rule})
        case TaskReleased():
            return touched(task_released(event, payload, at), payload.department, "command")
        case (
            TaskAnswered() | TaskExtended() | TaskGiven() | EvidenceGiven() | Reminded() | Escalated() | Overdue()
            | Withdrawn()
        ):  # fmt: skip
            return touched(task_changed(event, payload, at), event.tasks[payload.task].department, "command")
        case Seen():
            return touched(seen(event, payload), payload.department)
        case FactSet():
            return touched(fact(event, payload, at), "command")
        case CommandReminded():
            return touched(changed(event, command=changed(event.command, reminded=True)), "command")
        case AbsenceMarked():
            return touched(absence(event, payload), "command")
        case Returned():
            return touched(returned(event, payload), "command")
        case MergeOffered() | MergeTook():
            return touched(reported(event, payload), "command")
        case RoomDark() | RoomBack():
            return touched(rooms(event, payload), "command")
        case AllClear() | AllClearTaken():
            return touched(clear(event, payload), payload.department, "command")
        case DutyNoticed(hour=True):
            return duty(event, payload, at)  # its card stays untouched, for an edit at that minute would tell the hour
        case InjectGiven() | InjectAnswered() | InjectMissed() | DrillMeasured() | HotWashAsked() | HotWashAnswered():
            return touched(drill(event, payload, at), "command")
        case _:
            return _everywhere(_change_everywhere(event, payload, at))


def _change_everywhere(
    event: Event,
    payload: CommandPassed | LevelChanged | PhaseEntered | StandDownAsked | StoodDown | Confirmed | FalseAlarm
    | MergedInto | MergeUndone | Closed | DrillStarted | DrillPaused | DrillResumed | DrillEnded | DutyOpened
    | DutyNoticed | PostponeAsked | PostponeDecided | DutyDrill | DutyEnded,
    at: datetime,
) -> Event:  # fmt: skip
    match payload:
        case CommandPassed():
            return command(event, payload, at)
        case LevelChanged():
            return level(event, payload)
        case PhaseEntered():
            return phase(event, payload)
        case StandDownAsked() | StoodDown():
            return standdown(event, payload, at)
        case Confirmed():
            return changed(event, confirmed=True)
        case FalseAlarm() | Closed():
            return ended(event, payload, at)
        case MergedInto():
            return merged(event, payload)
        case MergeUndone():
            return unmerged(event, at)
        case DrillStarted() | DrillPaused() | DrillResumed() | DrillEnded():
            return drill(event, payload, at)
        case DutyOpened() | DutyNoticed() | PostponeAsked() | PostponeDecided() | DutyDrill() | DutyEnded():
            return duty(event, payload, at)
