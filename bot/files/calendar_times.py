"""When an entry of the calendar is due, from how a person writes it: "half-year" from a date on, or a cron time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import islice, pairwise

from bot.config import Settings
from bot.domain.duty import Cron, Every, Schedule, Unit
from bot.files.calendar_form import EVERY, FIRST, DutyForm
from bot.schedules import due_times

WORDS: Mapping[str, tuple[int, Unit]] = {
    "day": (1, "day"),
    "week": (1, "week"),
    "month": (1, "month"),
    "quarter": (3, "month"),
    "half-year": (6, "month"),
    "year": (12, "month"),
}
DAYS: Mapping[Unit, int] = {"day": 1, "week": 7, "month": 28}
SOME = 12
"""Times that are looked at for the shortest interval of a cron time."""


def parse_every(written: str) -> tuple[int, Unit] | None:
    """An interval: "month", "2 weeks", "half-year"; None where it is none."""
    if re.match(EVERY, written.strip()) is None:
        return None
    amount, _, word = written.strip().rpartition(" ")
    times, unit = WORDS[word.removesuffix("s")]
    return times * int(amount or 1), unit


def parse_first(written: str) -> datetime | None:
    """A wall time; None where it is no date, as 2026-02-30."""
    if re.match(FIRST, written.strip()) is None:
        return None
    try:
        return datetime.fromisoformat(written.strip())
    except ValueError:
        return None


def schedule_of(form: DutyForm, settings: Settings) -> Schedule:
    """The schedule of an entry whose times are written as they should be."""
    every, first = parse_every(form.every or ""), parse_first(form.first or "")
    when = Every(*every, first) if every is not None and first is not None else Cron(form.cron or "")
    return Schedule(when, form.time_zone or settings.company.time_zone, form.working_days, form.country)


def interval(schedule: Schedule, now: datetime) -> timedelta | None:
    """The shortest time from one due time to the next; None where there is only one."""
    match schedule.when:
        case Every() as every:
            return timedelta(days=every.count * DAYS[every.unit])
        case Cron():
            times = list(islice(due_times(schedule, now), SOME))
            return min((later - earlier for earlier, later in pairwise(times)), default=None)
