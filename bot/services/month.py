"""One month of the calendar, day by day, with the days off; a hidden hour stays a window here too."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.domain.readiness import Day, Month, Often, Shown, Standing
from bot.schedules import is_working_day
from bot.services.readiness import figures
from bot.text import Words, text

if TYPE_CHECKING:
    from bot.domain.ids import DutyId
    from bot.domain.readiness import Owed
    from bot.services.house import House

COUNTRY: Final = "CN"
"""Whose holidays are shown where the calendar names none."""
MONTHS: Final = 12
OFTEN: Final = 8
"""Times in a month; what is due every week still stands on its days."""
WRONG: Final[frozenset[Standing]] = frozenset({"overdue", "missed", "late"})
_SATURDAY: Final = 5
_LAST_MONTH: Final = 12


def month(owed: Sequence[Owed], house: House, first: date, now: datetime) -> Month:
    """The month that begins on `first`."""
    today = now.astimezone(house.zone).date()
    country = country_of(house)
    by_day: dict[date, list[Shown]] = {}
    often = _often(owed, house, first)
    for each in owed:
        for day, shown in () if each.duty in often and each.standing not in WRONG else _shown(each, house, first):
            by_day.setdefault(day, []).append(shown)
    named = days_off(country, first.year, house.words(text("month.day_off")))

    def day_of(day: date) -> Day | None:
        return _day(day, today, named, country, by_day.get(day, ())) if day.month == first.month else None

    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    earliest, latest = bounds(today)
    before, after = month_after(first, -1), month_after(first, 1)
    return Month(
        first=first,
        weeks=tuple(tuple(map(day_of, week)) for week in weeks),
        often=tuple(Often(each[0].title, each[0].post, figures(each)) for each in often.values()),
        before=before if before >= earliest else None,
        after=after if after <= latest else None,
    )


def _often(owed: Sequence[Owed], house: House, first: date) -> Mapping[DutyId, list[Owed]]:
    """What is due more often in this month than its days should show."""
    found: dict[DutyId, list[Owed]] = {}
    for each in owed:
        due = each.due_at.astimezone(house.zone)
        if (due.year, due.month) == (first.year, first.month):
            found.setdefault(each.duty, []).append(each)
    return {duty: each for duty, each in found.items() if len(each) > OFTEN}


def bounds(today: date) -> tuple[date, date]:
    """The months that can be looked at: from January of the year before last to December of the next year."""
    return date(today.year - 2, 1, 1), date(today.year + 1, _LAST_MONTH, 1)


def country_of(house: House) -> str:
    """Whose holidays: the country that most of the calendar goes by."""
    countries = [each.schedule.country for each in house.programme.calendar.duties.values()]
    return max(countries, key=countries.count, default=COUNTRY)


def _day(day: date, today: date, named: Mapping[date, Words], country: str, entries: Iterable[Shown]) -> Day:
    weekend = day.weekday() >= _SATURDAY
    return Day(
        date=day,
        today=day == today,
        weekend=weekend,
        works=weekend and is_working_day(day, country),
        off=named.get(day),
        entries=tuple(sorted(entries, key=_order)),
    )


def _order(shown: Shown) -> tuple[datetime, str]:
    return shown.at or shown.owed.due_at, shown.owed.duty


def _shown(owed: Owed, house: House, first: date) -> Iterator[tuple[date, Shown]]:
    """Where it stands: at its hour, or on the first and last day of its window, or when it is due."""
    due = owed.due_at.astimezone(house.zone).date()
    if owed.window_from is not None:
        opens = max(owed.window_from.astimezone(house.zone).date(), min(first, due))
        if opens < due:
            yield opens, Shown(owed, None, "opens")
        yield due, Shown(owed, None, "closes")
    elif owed.begins_at is not None:
        yield owed.begins_at.astimezone(house.zone).date(), Shown(owed, owed.begins_at, "begins")
    else:
        yield due, Shown(owed, owed.due_at, "due")


@lru_cache(maxsize=16)
def days_off(country: str, year: int, exchanged: Words) -> Mapping[date, Words]:
    """The holidays of a year by their names; none where the library does not know the country.

    `exchanged`: how a day off is called that the library names by the date it was exchanged for.
    """
    import holidays

    def named(language: str) -> Mapping[date, str]:
        return holidays.country_holidays(country, years=year, language=language)

    try:
        own, english = named("zh_CN"), named("en_US")
    except NotImplementedError:
        return {}
    return {day: _called(own.get(day, english[day]), english[day], exchanged) for day in sorted(english)}


def _called(own: str, english: str, exchanged: Words) -> Words:
    if any(character.isdigit() for character in english):
        return exchanged
    return Words(own.partition("（")[0], english.partition(" (")[0])


def month_after(first: date, months: int) -> date:
    """The first day of the month so many months later."""
    number = first.year * MONTHS + first.month - 1 + months
    return date(number // MONTHS, number % MONTHS + 1, 1)


def whole_month(first: date, house: House) -> tuple[datetime, datetime]:
    """When it begins, and when the next one does, by the company's clock."""
    begins, ends = (
        datetime(day.year, day.month, 1, tzinfo=house.zone).astimezone(UTC) for day in (first, month_after(first, 1))
    )
    return begins, ends
