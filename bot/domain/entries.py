"""What can happen to an event: the closed union of entry payloads. Each kind stands with its like in `entries_…`.

A payload is a fact with resolved values (ids *and* names, absolute times, the texts as sent): the fold
reads no playbook, people list, configuration or clock. Fields named in `PRIVATE` hold what the law may
ask to destroy (what people said, who was hurt); they default to None, are stored apart under their own
salted commitment, and the fold never reads them.

Whoever needs a few kinds imports them from where they stand; whoever goes through all of them says
`from bot.domain import entries as e`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import get_args

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
from bot.domain.parties import SYSTEM, Actor

Payload = (
    Opened | Confirmed | TaskReleased | TaskAnswered | TaskExtended | TaskGiven | EvidenceGiven | Seen
    | Reminded | Escalated | Overdue | Withdrawn | CommandPassed | CommandReminded | AbsenceMarked | Returned | FactSet
    | RuleFired | LevelChanged | PhaseEntered | StandDownAsked | AllClear | AllClearTaken | StoodDown
    | FalseAlarm | MergeOffered | MergedInto | MergeTook | MergeUndone | Closed | Said | Edited | Deleted
    | Noted | FileKept | MessageSent | MessageFailed | RoomDark | RoomBack | Destroyed | HouseNote
    | DrillStarted | DrillPaused | DrillResumed | InjectGiven | InjectAnswered | InjectMissed | DrillEnded
    | DrillMeasured | HotWashAsked | HotWashAnswered
    | DutyOpened | DutyNoticed | PostponeAsked | PostponeDecided | DutyDrill | DutyEnded
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry not yet in the chain. `at` is when it happened; None: now."""

    payload: Payload
    actor: Actor = SYSTEM
    at: datetime | None = None


def kind_of(payload: type[Payload]) -> str:
    """The `kind` of a class of payloads (with slots the class itself does not tell it)."""
    return next(str(each.default) for each in fields(payload) if each.name == "kind")


def payload_kinds() -> tuple[str, ...]:
    """The `kind` of every payload, in the order of the union."""
    return tuple(kind_of(payload) for payload in get_args(Payload))
