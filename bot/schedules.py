"""When something that is owed on schedule is due: intervals and cron times, in a zone, on working days where asked.

Wall time decides: nine o'clock stays nine o'clock when the clocks change. A time that does not exist that day moves to
the first that does; one that comes twice is the first of the two. The libraries are imported where they are used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from typing import Literal, Protocol, cast
from zoneinfo import ZoneInfo

from bot.domain.duty import Cron, Every, Schedule

EARLIER = timedelta(days=1)
"""How long before `after` the search begins: clocks are put forward by less, and what moves past `after` is seen."""
DAYS_OFF = timedelta(days=25)
"""The same where it moves on over days off: no run of them is so long."""
NEVER = timedelta(days=50 * 366)
"""What has not come by then never comes: the longest wait is 40 years, for 29 February on one day of the week."""
FIELDS = 5
_MINUTE_TO_MONTH = re.compile(r"(\*(/\d+)?|\d+(-\d+)?(/\d+)?|[a-z]{3}(-[a-z]{3})?|last)(,(?!$)|$)", re.ASCII)
_WEEKDAY = re.compile(r"(\*(/\d+)?|[a-z]{3}(-[a-z]{3})?)(,(?!$)|$)", re.ASCII)


class _Trigger(Protocol):
    """What is used of APScheduler's."""

    end_date: datetime

    def get_next_fire_time(self, previous_fire_time: None, now: datetime) -> datetime | None: ...


class _Holidays(Protocol):
    """What is used of the library `holidays`."""

    def __contains__(self, day: date) -> bool: ...

    def is_working_day(self, key: date) -> bool: ...


def due_times(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Every time it is due after `after`, in UTC, in order; none where it never comes (30 February).

    Raises ValueError at once where the schedule cannot be read.
    """
    zone = zone_named(schedule.zone)
    since = after.astimezone(zone).replace(tzinfo=None)
    since -= DAYS_OFF if schedule.working_days == "next" else EARLIER
    match schedule.when:
        case Every() as every:
            walls = _every(every, since)
        case Cron() as cron:
            walls = _cron(_trigger(cron.expression), since)
    if schedule.working_days is not None:
        walls = _moved(walls, _working_days(schedule.country), schedule.working_days)
    return _increasing((in_zone(wall, zone) for wall in walls), after)


def zone_named(name: str) -> ZoneInfo:
    """A time zone by its name. Raises ValueError where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        message = f"no time zone {name!r}"
        raise ValueError(message) from error


def in_zone(wall: datetime, zone: ZoneInfo) -> datetime:
    """A wall time as UTC: the first of two, or the first moment after one that does not exist."""
    found = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall:
        return found
    return _after_gap(wall, zone)


def _after_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks are put forward past `wall`: fold tells the offsets before and after."""
    before, after = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    low, high = after.astimezone(UTC), before.astimezone(UTC)
    offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def is_working_day(day: date, country: str) -> bool:
    """Whether people work that day; a weekend day that was made one (调休) counts where the library knows of it."""
    return _working_days(country)(day)


def _increasing(times: Iterator[datetime], after: datetime) -> Iterator[datetime]:
    """Those after `after`, each once: several may have moved to one day, or to one moment after a gap."""
    last = after
    for each in times:
        if each > last:
            last = each
            yield each


def _every(every: Every, since: datetime) -> Iterator[datetime]:
    from dateutil.relativedelta import relativedelta

    if every.count < 1 or every.first.tzinfo is not None:
        message = "an interval is counted in whole steps from a wall time"
        raise ValueError(message)
    step = {"day": 1, "week": 7, "month": 28}[every.unit] * every.count
    months = 12 * (since.year - every.first.year) + since.month - every.first.month
    passed = months // every.count if every.unit == "month" else (since - every.first).days // step

    def walls() -> Iterator[datetime]:
        for number in count(max(passed - 1, 0)):
            try:
                yield every.first + relativedelta(**{f"{every.unit}s": number * every.count})  # pyright: ignore[reportArgumentType]
            except (OverflowError, ValueError):
                return

    return walls()


def _cron(trigger: _Trigger, since: datetime) -> Iterator[datetime]:
    """Wall times, reckoned as if the zone were UTC: APScheduler loses or doubles some where the clocks change."""
    now = since.replace(tzinfo=UTC)
    while (until := _later(now)) is not None:
        trigger.end_date = until
        found = trigger.get_next_fire_time(None, now)
        if found is None:
            return
        yield found.replace(tzinfo=None)
        now = found + timedelta(seconds=1)


def _later(now: datetime) -> datetime | None:
    try:
        return now + NEVER
    except OverflowError:
        return None


def _trigger(expression: str) -> _Trigger:
    from apscheduler.triggers.cron import CronTrigger  # pyright: ignore[reportMissingTypeStubs]  it has none

    fields = expression.lower().split()
    if len(fields) != FIELDS:
        message = f"{len(fields)} fields instead of minute, hour, day, month and day of the week"
        raise ValueError(message)
    for field, pattern in zip(fields, [*[_MINUTE_TO_MONTH] * 4, _WEEKDAY], strict=True):
        if not _matches(pattern, field):
            message = f"{field!r} cannot be read; days of the week are mon to sun"
            raise ValueError(message)
    minute, hour, day, month, weekday = fields
    made: object = CronTrigger(minute=minute, hour=hour, day=day, month=month, day_of_week=weekday, timezone=UTC)  # pyright: ignore[reportUnknownMemberType]
    return cast("_Trigger", made)


def _matches(pattern: re.Pattern[str], field: str) -> bool:
    """Whether a comma list consists of such parts. APScheduler reads "mon-fri/2" as "mon-fri" and says nothing."""
    place = 0
    while place < len(field) and (part := pattern.match(field, place)) is not None:
        place = part.end()
    return place == len(field) > 0


class _Works(Protocol):
    def __call__(self, day: date, /) -> bool: ...


@cache
def _working_days(country: str) -> _Works:
    import holidays

    try:
        found: object = holidays.country_holidays(country)
    except NotImplementedError as error:
        message = f"no holidays are known for {country!r}"
        raise ValueError(message) from error
    calendar = cast("_Holidays", found)

    @cache
    def known(year: int) -> bool:
        """Have the library read up a year: before that it knows no weekend day on which people work."""
        return date(year, 1, 1) in calendar

    def works(day: date) -> bool:
        known(day.year)
        known(day.year + 1)
        return calendar.is_working_day(day)

    return works


def _moved(walls: Iterator[datetime], works: _Works, to: Literal["next", "previous"]) -> Iterator[datetime]:
    step = timedelta(days=1 if to == "next" else -1)
    for wall in walls:
        day = wall
        while not works(day.date()):
            day += step
        yield day
