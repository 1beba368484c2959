"""What is owed on schedule: the entries of `playbooks/calendar.yaml` in their normal form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.ids import DrillId, DutyId, RoleId
from bot.domain.playbook import Evidence
from bot.text import Words

DutyKind = Literal["drill", "meeting", "plan", "risk", "backup", "inspection", "stores", "contacts", "training"]
"""演练 · 会议 · 预案修订 · 风险评估 · 备份 · 设施检查 · 物资检查 · 通讯录核对 · 培训. What readiness counts by."""
Unit = Literal["day", "week", "month"]
DEFAULT_NOTICES = (timedelta(days=14), timedelta(days=7), timedelta(days=1), timedelta(hours=1))
LONGEST_INTERVAL = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many days, weeks or months from `first` on (wall time of the entry's zone, without one of its own).

    Counted from `first` each time, so that the 31st stays the 31st where the month has one.
    """

    count: int
    unit: Unit
    first: datetime


@dataclass(frozen=True, slots=True)
class Cron:
    """Five fields: minute, hour, day, month, day of the week (mon … sun; 0 is Monday for APScheduler, so names)."""

    expression: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an entry is due, as wall time of a zone.

    `working_days`: where it would fall on a weekend or a holiday of `country`, it moves to the next or the previous
    working day; None: as it falls.
    """

    when: Every | Cron
    zone: str
    working_days: Literal["next", "previous"] | None = None
    country: str = "CN"


@dataclass(frozen=True, slots=True)
class Duty:
    """One entry of the calendar."""

    id: DutyId
    kind: DutyKind
    title: Words
    task: Words
    """What to do, as the card says it."""
    schedule: Schedule
    owner: RoleId
    approve: RoleId
    """Who agrees to a postponement, and is told when it is overdue."""
    covers: tuple[str, ...]
    notices: tuple[timedelta, ...] = DEFAULT_NOTICES
    acknowledge_for: timedelta = timedelta(days=2)
    grace: timedelta = timedelta(days=7)
    """From `due_at` until it is told to `approve` and counts as overdue."""
    evidence: Evidence | None = None
    drill: DrillId | None = None
    """The drill to hold, for kind "drill"."""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class DutyCalendar:
    """All that is owed, in the order of the file."""

    duties: Mapping[DutyId, Duty] = field(default_factory=dict[DutyId, Duty])
    whole: bool = True
    """False where entries had mistakes and were left out: one that is missing may still be owed, so none is dropped."""
