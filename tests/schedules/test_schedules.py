"""When something is due: whatever the rule, the zone and the day of asking."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.duty import Cron, Every, Schedule
from bot.schedules import due_times, in_zone, is_working_day


def wall(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A time of the entry's own zone."""
    return datetime.fromisoformat(f"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}")


def line(*fields: str) -> Cron:
    return Cron(" ".join(fields))


ZONES = ("Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "UTC")
WALLS = st.datetimes(wall(2023, 1, 1), wall(2030, 12, 31)).map(lambda at: at.replace(second=0, microsecond=0))
EVERY = st.builds(Every, st.integers(1, 13), st.sampled_from(["day", "week", "month"]), WALLS)
CRON = st.builds(
    line,
    st.sampled_from(["0", "30", "*/20", "5-10"]),
    st.sampled_from(["2", "9", "0", "*", "1-3"]),
    st.sampled_from(["*", "1", "29", "31", "last", "1-7"]),
    st.sampled_from(["*", "2", "jan,jul", "4", "*/6"]),
    st.sampled_from(["*", "mon", "sat,sun", "mon-fri"]),
)
SCHEDULES = st.builds(
    Schedule, EVERY | CRON, st.sampled_from(ZONES), st.sampled_from([None, None, "next", "previous"]), st.just("CN")
)
ASKED = st.datetimes(wall(2024, 1, 1), wall(2028, 12, 31), timezones=st.just(UTC))
MANY = 12


def walls(schedule: Schedule, after: datetime, many: int = 5) -> list[str]:
    zone = ZoneInfo(schedule.zone)
    return [f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in islice(due_times(schedule, after), many)]


def cron(expression: str, zone: str = "Asia/Shanghai") -> Schedule:
    return Schedule(Cron(expression), zone)


@settings(deadline=None)
@given(SCHEDULES, ASKED)
def test_it_only_goes_forward(schedule: Schedule, after: datetime) -> None:
    times = [after, *islice(due_times(schedule, after), MANY)]
    assert all(earlier < later for earlier, later in pairwise(times))
    assert all(at.tzinfo is UTC for at in times[1:])


@settings(deadline=None)
@given(SCHEDULES, ASKED, st.integers(0, MANY - 1), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_who_asks_later_hears_the_rest_of_the_same(
    schedule: Schedule, after: datetime, number: int, more: timedelta
) -> None:
    times = list(islice(due_times(schedule, after), MANY))
    if len(times) == MANY:
        later = min(times[number] + more, times[-1])
        assert list(takewhile(lambda at: at <= times[-1], due_times(schedule, later))) == [
            at for at in times if at > later
        ]


@settings(deadline=None)
@given(EVERY | CRON, st.sampled_from(ZONES), ASKED)
def test_nine_oclock_stays_nine_oclock(rule: Every | Cron, zone: str, after: datetime) -> None:
    for at in islice(due_times(Schedule(rule, zone), after), MANY):
        local = at.astimezone(ZoneInfo(zone))
        before = (at - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
        put_forward = local.utcoffset() != before.utcoffset()
        first_of_two = in_zone(local.replace(tzinfo=None), ZoneInfo(zone)) == at
        assert first_of_two
        if isinstance(rule, Every):
            assert local.time() == rule.first.time() or put_forward


@pytest.mark.parametrize(
    ("zone", "hour", "after", "expected"),
    [
        ("Europe/Berlin", "30 2", "2026-03-28", ["03-28 02:30", "03-29 03:00", "03-30 02:30"]),
        ("Europe/Berlin", "30 2", "2026-10-24", ["10-24 02:30", "10-25 02:30", "10-26 02:30"]),
        ("America/New_York", "30 2", "2026-03-07", ["03-07 02:30", "03-08 03:00", "03-09 02:30"]),
        ("America/New_York", "0 1", "2026-10-31", ["10-31 01:00", "11-01 01:00", "11-02 01:00"]),
        ("Asia/Shanghai", "30 2", "2026-03-28", ["03-28 02:30", "03-29 02:30", "03-30 02:30"]),
        ("Australia/Lord_Howe", "15 2", "2026-10-03", ["10-03 02:15", "10-04 02:30", "10-05 02:15"]),
    ],
)
def test_when_the_clocks_change(zone: str, hour: str, after: str, expected: list[str]) -> None:
    midnight = datetime.fromisoformat(after).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    minutes, hours = hour.split()
    every = Schedule(Every(1, "day", wall(2026, 1, 1, int(hours), int(minutes))), zone)
    for schedule in (cron(f"{hour} * * *", zone), every):
        assert [each.removeprefix("2026-") for each in walls(schedule, midnight, 3)] == expected


def test_a_rule_by_the_hour_is_never_due_twice_at_one_hour() -> None:
    midnight = datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert walls(cron("0 * * * *", "Europe/Berlin"), midnight, 4) == [
        "2026-10-25 01:00",
        "2026-10-25 02:00",
        "2026-10-25 03:00",
        "2026-10-25 04:00",
    ]


def test_the_31st_stays_the_31st_where_the_month_has_one() -> None:
    monthly = Schedule(Every(1, "month", wall(2025, 8, 31, 9)), "Asia/Shanghai")
    assert walls(monthly, datetime(2026, 1, 31, 2, tzinfo=UTC)) == [
        "2026-02-28 09:00",
        "2026-03-31 09:00",
        "2026-04-30 09:00",
        "2026-05-31 09:00",
        "2026-06-30 09:00",
    ]


def test_a_leap_day_comes_back() -> None:
    yearly = Schedule(Every(12, "month", wall(2024, 2, 29, 9)), "Asia/Shanghai")
    after = datetime(2026, 3, 1, tzinfo=UTC)
    assert walls(yearly, after, 3) == ["2027-02-28 09:00", "2028-02-29 09:00", "2029-02-28 09:00"]
    assert walls(cron("0 9 29 2 *"), after, 2) == ["2028-02-29 09:00", "2032-02-29 09:00"]


def test_what_begins_later_is_first_due_then() -> None:
    weekly = Schedule(Every(2, "week", wall(2027, 5, 3, 9)), "Asia/Shanghai")
    assert walls(weekly, datetime(2026, 1, 1, tzinfo=UTC), 2) == ["2027-05-03 09:00", "2027-05-17 09:00"]


def test_30_february_never_comes_and_nobody_waits_for_it() -> None:
    for never in ("0 9 30 2 *", "0 9 31 2,4,6,9,11 *"):
        assert list(due_times(cron(never), datetime(2026, 1, 1, tzinfo=UTC))) == []


def test_a_day_that_comes_once_in_a_generation_comes() -> None:
    assert walls(cron("0 9 29 2 mon"), datetime(2073, 1, 1, tzinfo=UTC), 1) == ["2112-02-29 09:00"]


def test_days_off_move_it_and_saturdays_that_were_made_working_days_do_not() -> None:
    daily = Every(1, "day", wall(2026, 1, 1, 9))
    after = datetime(2026, 2, 13, tzinfo=UTC)
    moved = Schedule(daily, "Asia/Shanghai", "next")
    assert walls(moved, after, 5) == [
        "2026-02-13 09:00",
        "2026-02-14 09:00",
        "2026-02-24 09:00",
        "2026-02-25 09:00",
        "2026-02-26 09:00",
    ]
    national_day = Schedule(Every(12, "month", wall(2025, 10, 3, 9)), "Asia/Shanghai", "previous")
    assert walls(national_day, after, 1) == ["2026-09-30 09:00"]
    assert is_working_day(date(2026, 2, 28), "CN")
    assert not is_working_day(date(2026, 2, 21), "CN")
    assert is_working_day(date(2006, 12, 30), "CN"), "made a working day for the sake of the next year's holiday"


def test_without_being_asked_days_off_move_nothing() -> None:
    assert walls(cron("0 9 1 10 *"), datetime(2026, 1, 1, tzinfo=UTC), 1) == ["2026-10-01 09:00"]


@pytest.mark.parametrize(
    "schedule",
    [
        *map(cron, ["", "0 9 * *", "0 9 * * * *", "61 9 * * *", "0 24 * * *", "0 9 0 * *", "0 9 32 * *", "0 9 * 13 *"]),
        *map(cron, ["0 9 * * 1", "0 9 * * foo", "0 9 * foo *", "0 9 * * fri-mon", "0 9 * * mon-fri/2", "*/0 9 * * *"]),
        *map(cron, ["0 9 1, * *", "0 9 ,1 * *", "0 9 last5 * *", "a 9 * * *", "0 9 -1 * *", "0 9 ١ * *"]),
        cron("0 9 * * *", "Nowhere/Here"),
        cron("0 9 * * *", "../../etc/passwd"),
        cron("0 9 * * *", ""),
        Schedule(Cron("0 9 * * *"), "UTC", "next", "XX"),
        Schedule(Every(0, "day", wall(2026, 1, 1)), "UTC"),
        Schedule(Every(-1, "month", wall(2026, 1, 1)), "UTC"),
        Schedule(Every(1, "day", datetime(2026, 1, 1, tzinfo=UTC)), "UTC"),
    ],
)
def test_what_cannot_be_read_is_said_at_once(schedule: Schedule) -> None:
    with pytest.raises(ValueError, match=r".+"):
        due_times(schedule, datetime(2026, 1, 1, tzinfo=UTC))
