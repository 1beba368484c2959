"""The figures of a year, and who may see what of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.clock import VirtualClock
from bot.domain.duty import DutyKind
from bot.domain.ids import DrillId, DutyId, EventId, PersonId, RoleId
from bot.domain.parties import Member
from bot.domain.readiness import Figures, Held, Month, Shown
from bot.files.config import load_settings
from bot.i18n import Catalogs
from bot.services.house import House
from bot.services.month import days_off, month, month_after, whole_month
from bot.services.occurrences import Occurrence, State
from bot.services.readiness import by_number, readiness, seen_by
from bot.text import Words, same, text
from tests.web.a_year import a_programme

ROOT = Path(__file__).parents[2]
SHANGHAI = ZoneInfo("Asia/Shanghai")
JUNE = datetime(2026, 6, 15, 4, tzinfo=UTC)
CHEMICALS = DrillId("chemical-spill-drill")
ZHAO, STAND_IN, XU, QIN = PersonId("zhao"), PersonId("qian"), PersonId("xu"), PersonId("qin")
"""The head of the office, who organises; the stand-in; a worker without a post; an auditor."""


@pytest.fixture(scope="module")
def house(catalogs: Catalogs) -> House:
    return House(load_settings(ROOT / "config.example.toml"), {}, catalogs, VirtualClock(JUNE), a_programme())


def at(month_: int, day: int, year: int = 2026) -> datetime:
    """Five in the afternoon in Shanghai."""
    return datetime(year, month_, day, 17, tzinfo=SHANGHAI).astimezone(UTC)


def one(due_at: datetime, state: State, kind: DutyKind = "backup", duty: str = "backup") -> Occurrence:
    """Something that is owed."""
    role = RoleId("it_engineer")
    return Occurrence(
        DutyId(duty), kind, Words("备份", "Backup"), due_at, due_at, state, role, Words("IT工程师", "IT engineer"),
        (), ("G21",), timedelta(days=7),
    )  # fmt: skip


def hidden(state: State = "open") -> Occurrence:
    """A drill in the second half of June; its hour is known to the office alone."""
    found = one(at(6, 26), state, "drill", CHEMICALS)
    return replace(
        found,
        covers=("G13", "P4"),
        owners=(Member(ZHAO, same("赵敏"), same("")), Member(STAND_IN, same("钱丽"), same(""))),
        event=EventId("DU-2026-0007"),
        drill=CHEMICALS,
        hour_at=datetime(2026, 6, 23, 6, 30, tzinfo=UTC),
        hidden=True,
        window_from=at(6, 12),
    )


def test_what_each_figure_counts(house: House) -> None:
    owed = [
        one(at(1, 31), "done"),
        one(at(2, 28), "late"),
        one(at(3, 31), "missed"),
        one(at(4, 30), "dropped"),
        one(at(5, 31), "open"),
        one(at(6, 30), "open"),
        one(at(7, 31), "done"),
        one(at(8, 31), "planned"),
        one(at(1, 31, 2027), "planned"),
    ]
    ready = readiness(owed, house, JUNE)
    assert ready.kinds["backup"] == ready.whole == Figures(done=2, late=1, missed=1, overdue=1, to_come=2)
    assert (ready.whole.owed, ready.whole.fulfilled, ready.whole.missing) == (5, 3, 2)
    assert [each.due_at for each in ready.overdue] == [at(5, 31)]
    assert [each.due_at for each in ready.next] == [at(6, 30)]


def test_a_postponement_moves_when_it_is_overdue_but_not_its_year(house: House) -> None:
    put_off = replace(one(at(12, 31), "open"), due_at=at(1, 20, 2027), postponed=1)
    december = readiness([put_off], house, at(12, 31) + timedelta(hours=1))
    assert (december.whole, december.overdue) == (Figures(to_come=1), ())
    february = readiness([put_off], house, at(2, 1, 2027))
    assert february.whole == Figures()
    assert [each.standing for each in february.overdue] == ["overdue"]


def test_the_year_is_the_company_s(house: House) -> None:
    first_hour = datetime(2026, 12, 31, 17, tzinfo=UTC)
    ready = readiness([one(first_hour, "waiting")], house, first_hour - timedelta(minutes=1))
    assert (ready.year, ready.whole) == (2027, Figures(to_come=1))


def test_what_waits_although_its_time_has_passed_is_overdue(house: House) -> None:
    ready = readiness([one(at(5, 31), "waiting")], house, JUNE)
    assert ready.whole == Figures(overdue=1)


def test_ten_are_next_and_no_more(house: House) -> None:
    owed = [one(at(7, day), "planned", duty=f"backup-{day}") for day in range(1, 20)]
    assert [each.due_at for each in readiness(owed, house, JUNE).next] == [at(7, day) for day in range(1, 11)]


def test_drills_count_what_is_owed_and_what_was_held_besides(house: House) -> None:
    fire = DrillId("fire-drill")
    owed = [
        replace(one(at(5, 9), "missed", "drill", fire), drill=fire),
        replace(one(at(6, 1), "done", "drill", CHEMICALS), drill=CHEMICALS),
        replace(one(at(9, 15), "planned", "drill", "it-drill"), drill=DrillId("it-drill")),
        replace(one(at(9, 15), "planned", "drill", "nowhere"), drill=DrillId("nowhere")),
    ]
    gone = Held(EventId("DR-2026-0004"), DrillId("flood"), same("Flood"), "single", at(4, 1))
    held = [
        Held(EventId("DR-2026-0003"), CHEMICALS, same("Spill"), "comprehensive", at(5, 30)),
        Held(EventId("DR-2026-0001"), CHEMICALS, same("Spill"), "comprehensive", at(2, 2)),
        Held(EventId("DR-2025-0009"), fire, same("Fire"), "comprehensive", at(11, 9, 2025)),
        gone,
    ]
    rows = readiness(owed, house, JUNE, held=held).drills
    assert [(row.drill, row.type) for row in rows] == [
        ("it-drill", "tabletop"),
        ("flood", "single"),
        ("fire-drill", "comprehensive"),
        ("chemical-spill-drill", "comprehensive"),
    ]
    it, flood, fires, chemicals = rows
    assert (it.figures, it.held, it.last) == (Figures(to_come=1), 0, None)
    assert (flood.figures, flood.held, flood.last) == (Figures(), 1, gone)
    assert (fires.figures.missing, fires.held, fires.last) == (1, 0, None)
    assert (chemicals.figures, chemicals.held) == (Figures(done=1), 2)
    assert chemicals.last is not None
    assert chemicals.last.event == "DR-2026-0003"


def test_clauses_count_everything_that_serves_them_in_the_order_of_their_numbers(house: House) -> None:
    ready = readiness([one(at(1, 31), "done"), replace(hidden("missed"), due_at=at(6, 1))], house, JUNE)
    assert [(each.clause, each.figures) for each in ready.clauses] == [
        ("G13", Figures(missed=1)),
        ("G21", Figures(done=1)),
        ("P4", Figures(missed=1)),
    ]
    assert sorted(["P4", "G13", "G7", "own rule", "G7a"], key=by_number) == ["G7", "G13", "G7a", "P4", "own rule"]


def test_an_hour_that_is_hidden_is_its_organiser_s(house: House) -> None:
    (organiser,) = seen_by(ZHAO, [hidden()], house, JUNE)
    assert (organiser.begins_at, organiser.window_from) == (hidden().hour_at, None)
    for person in (XU, QIN, STAND_IN, PersonId("chen"), None):
        (other,) = seen_by(person, [hidden()], house, JUNE)
        assert (other.begins_at, other.window_from, other.event) == (None, at(6, 12), None)
        for over in (
            replace(hidden(), hour_at=JUNE),
            hidden("missed"),
            replace(hidden(), drills=(EventId("DR-2026-0001"),)),
        ):
            (seen,) = seen_by(person, [over], house, JUNE)
            assert (seen.begins_at, seen.window_from) == (over.hour_at, None)
    (not_drawn,) = seen_by(ZHAO, [replace(hidden("planned"), hour_at=None)], house, JUNE)
    assert (not_drawn.begins_at, not_drawn.window_from) == (None, at(6, 12))


def test_a_record_is_named_to_those_who_may_read_it(house: House) -> None:
    held = hidden("done")
    assert [seen_by(person, [held], house, JUNE)[0].event for person in (ZHAO, QIN, XU, None)] == [
        "DU-2026-0007", "DU-2026-0007", None, None,
    ]  # fmt: skip


def entries(shown: Month) -> list[tuple[date, Shown]]:
    return [(day.date, each) for week in shown.weeks for day in week if day is not None for each in day.entries]


def test_a_month_shows_a_window_by_its_ends_and_to_its_organiser_the_hour(house: House) -> None:
    owed = [hidden(), one(at(6, 30), "waiting"), one(at(7, 1), "planned")]
    june = date(2026, 6, 1)
    others = entries(month(seen_by(XU, owed, house, JUNE), house, june, JUNE))
    assert [(day.day, each.part, each.at) for day, each in others] == [
        (12, "opens", None), (26, "closes", None), (30, "due", at(6, 30)),
    ]  # fmt: skip
    organiser = entries(month(seen_by(ZHAO, owed, house, JUNE), house, june, JUNE))
    assert [(day.day, each.part, each.at) for day, each in organiser] == [
        (23, "begins", hidden().hour_at), (30, "due", at(6, 30)),
    ]  # fmt: skip


def test_a_window_from_the_month_before_opens_on_the_first(house: House) -> None:
    owed = seen_by(XU, [replace(hidden(), window_from=at(5, 20), due_at=at(6, 10))], house, JUNE)
    shown = entries(month(owed, house, date(2026, 6, 1), JUNE))
    assert [(day.day, each.part) for day, each in shown] == [(1, "opens"), (10, "closes")]


def test_what_is_due_almost_daily_shows_on_its_days_only_where_it_went_wrong(house: House) -> None:
    daily = [one(at(6, day), "missed" if day == 3 else "done" if day < 15 else "planned") for day in range(1, 31)]
    weekly = [one(at(6, day), "planned", "stores", "stores") for day in (17, 24)]
    june = month(seen_by(XU, [*daily, *weekly], house, JUNE), house, date(2026, 6, 1), JUNE)
    assert [day.day for day, _ in entries(june)] == [3, 17, 24]
    assert [(each.title.en, each.figures) for each in june.often] == [
        ("Backup", Figures(done=13, missed=1, to_come=16)),
    ]  # fmt: skip


def test_a_month_knows_its_days(house: House) -> None:
    shown = month((), house, date(2026, 2, 1), datetime(2026, 2, 14, 17, tzinfo=UTC))
    days = {day.date.day: day for week in shown.weeks for day in week if day is not None}
    assert len(days) == 28
    assert [day for day, each in days.items() if each.today] == [15]
    assert (days[17].off, days[20].off) == (Words("春节", "Chinese New Year"), house.words(text("month.day_off")))
    assert [(days[day].weekend, days[day].works) for day in (13, 14, 15)] == [
        (False, False), (True, True), (True, False),
    ]  # fmt: skip
    assert [week[0] is None for week in shown.weeks] == [True, False, False, False, False]


def test_a_country_that_nobody_knows_has_no_holidays() -> None:
    assert days_off("XX", 2026, same("")) == {}


def test_months_end_at_the_horizon(house: House) -> None:
    assert month((), house, date(2024, 1, 1), JUNE).before is None
    assert month((), house, date(2027, 12, 1), JUNE).after is None
    assert month((), house, date(2026, 12, 1), JUNE).after == month_after(date(2026, 12, 1), 1) == date(2027, 1, 1)
    begins, ends = whole_month(date(2026, 12, 1), house)
    assert (begins, ends) == (
        datetime(2026, 11, 30, 16, tzinfo=UTC),
        datetime(2026, 12, 31, 16, tzinfo=UTC),
    )
