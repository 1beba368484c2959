"""The shipped drills and calendar: nothing wrong with them, one drill for each playbook, every clause that is owed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from bot.domain.drill import Drill
from bot.domain.duty import Duty
from bot.domain.facts import known_facts
from bot.domain.ids import DrillId, DutyId, RoleId
from bot.domain.programme import Programme
from bot.files.drill_lint import NOT_A_DRILL, taking_part
from bot.files.playbooks import load_playbooks
from bot.files.programme import load_programme
from bot.files.source import Source
from bot.files.terms import load_vocabulary
from bot.files.texts_check import check_texts
from bot.files.yaml_source import Shelf, read_yaml
from bot.schedules import due_times
from bot.text import LANGUAGES
from tests.playbooks.shelf import KINDS, PLAYBOOKS, ROOT, playbook, settings

pytestmark = pytest.mark.uncounted

NOW = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=366)
LONGEST_ZH, LONGEST_EN = 70, 160


@cache
def programme() -> Programme:
    """Drills and calendar of the sample company; nothing may be found wrong with them."""
    read, findings = load_programme(PLAYBOOKS, settings(), load_playbooks(PLAYBOOKS, settings())[0], now=NOW)
    assert findings == []
    return read


DRILLS = [DrillId(f"{kind}-drill") for kind in KINDS]


def drill(name: DrillId) -> Drill:
    return programme().drills[name]


def duties() -> tuple[Duty, ...]:
    return tuple(programme().calendar.duties.values())


def due(duty: Duty, until: datetime) -> list[datetime]:
    return list(takewhile(lambda at: at < until, due_times(duty.schedule, NOW)))


def test_each_playbook_has_its_drill() -> None:
    assert sorted(programme().drills) == sorted(DRILLS)
    assert {each.playbook for each in programme().drills.values()} == set(KINDS)


@pytest.mark.parametrize("name", DRILLS)
def test_each_drill_can_be_held_well(name: DrillId) -> None:
    plan = drill(name)
    assert 2 <= len(plan.objectives) <= 4
    assert 3 <= len(plan.injects) <= 6
    assert timedelta(minutes=30) <= plan.lasts <= timedelta(minutes=90)
    last = max(inject.at / plan.clock_speed + inject.within for inject in plan.injects)
    assert last <= plan.lasts, "the last answer is due before the end"
    asked = playbook(plan.playbook)
    assert {inject.to for inject in plan.injects} <= set(taking_part((), asked, plan.place, settings()))
    assert {inject.fact for inject in plan.injects} - {None} <= set(known_facts(asked))
    gaps = [(later.at - earlier.at) / plan.clock_speed for earlier, later in pairwise(plan.injects)]
    assert min(gaps) >= timedelta(minutes=2), "people need time between two of them"


@pytest.mark.parametrize("name", DRILLS)
def test_each_drill_is_told_as_simulated_and_never_as_anything_else(name: DrillId) -> None:
    plan = drill(name)
    assert plan.scenario.zh.startswith("模拟：")
    assert plan.scenario.en.startswith("Simulated: ")
    for inject in plan.injects:
        assert inject.text.zh.startswith("模拟：")
        assert inject.text.en.startswith("Simulated: ")
        assert len(inject.text.zh) <= LONGEST_ZH
        assert len(inject.text.en) <= LONGEST_EN
    written = (PLAYBOOKS / "drills" / f"{name}.yaml").read_text(encoding="utf-8")
    assert NOT_A_DRILL.search(written) is None
    assert not re.search(r"\b1[12]\d\b.*(?:拨打|call)", plan.scenario.of("en"))


def test_types_hours_and_absent_leaders_vary() -> None:
    plans = programme().drills.values()
    types = Counter(plan.type for plan in plans)
    assert set(types) == {"tabletop", "single", "comprehensive"}
    assert {plan.id for plan in plans if plan.type == "comprehensive"} >= {"fire-drill", "chemical-spill-drill"}
    assert sum(plan.hidden_within is not None for plan in plans) >= 2
    first = {role.holders[0] for role in settings().company.roles.values()}
    assert sum(bool(first & set(plan.absent)) for plan in plans) >= 4


def test_the_eight_hours_of_an_outage_pass_in_forty_minutes() -> None:
    plan = drill(DrillId("it-failure-drill"))
    rules = [rule.elapsed for rule in playbook("it-failure").rules if rule.elapsed is not None]
    assert [rule / plan.clock_speed for rule in rules] == [timedelta(minutes=40)]
    assert "repair_hours" not in {inject.fact for inject in plan.injects}, "time alone decides"


def test_pictures_are_small_and_say_that_they_are_simulated() -> None:
    named = {inject.photo for plan in programme().drills.values() for inject in plan.injects} - {None}
    there = {path.name for path in (PLAYBOOKS / "drills").iterdir() if path.suffix != ".yaml"}
    assert named == there
    for name in there:
        path = PLAYBOOKS / "drills" / name
        assert path.stat().st_size < 50_000
        with Image.open(path) as picture:
            assert picture.width <= 1200


def test_every_clause_that_a_calendar_owes_is_answered() -> None:
    answered = {clause for duty in duties() for clause in duty.covers}
    assert answered >= {"G13", "G15", "G21", "P1", "P2", "P3", "P4", "P5", "P7", "P8"}


@pytest.mark.parametrize(
    ("clause", "kind", "times"),
    [("P1", "meeting", 1), ("P2", "meeting", 2), ("P3", "plan", 1), ("P5", "risk", 1), ("G13", "drill", 2),
     ("P4", "drill", 10), ("G21", "backup", 12), ("G13", "inspection", 12), ("P7", "stores", 4), ("P9", "contacts", 4)],
)  # fmt: skip
def test_it_comes_as_often_as_it_is_owed(clause: str, kind: str, times: int) -> None:
    owed = [duty for duty in duties() if duty.kind == kind and clause in duty.covers]
    for year in range(2027, 2030):
        after, until = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        assert sum(after <= at < until for duty in owed for at in due(duty, until)) >= times


def test_fire_and_spill_are_organised_by_the_office_each_year() -> None:
    roles = settings().company.roles
    for name in ("fire-drill", "chemical-spill-drill"):
        duty = programme().calendar.duties[DutyId(name)]
        assert roles[duty.owner].department == "office"
        assert len(due(duty, NOW + 3 * YEAR)) == 3


def test_there_is_a_drill_on_site_in_each_half_year() -> None:
    halves: Counter[tuple[int, bool]] = Counter()
    for duty in duties():
        if duty.drill is not None and drill(duty.drill).type != "tabletop":
            halves.update((at.year, at.month > 6) for at in due(duty, NOW + 3 * YEAR))
    assert all(halves[year, later] >= 2 for year in (2026, 2027, 2028) for later in (False, True))


def test_every_drill_has_its_turn() -> None:
    assert {duty.drill for duty in duties()} - {None} == set(DRILLS)
    assert all(duty.owner == drill(duty.drill).organiser for duty in duties() if duty.drill is not None)


def test_each_role_is_refreshed_once_a_year() -> None:
    refreshed = Counter(duty.owner for duty in duties() if duty.kind == "training")
    assert refreshed == Counter(dict.fromkeys(settings().company.roles, 1))
    assert all("P8" in duty.covers for duty in duties() if duty.kind == "training")


def test_no_two_things_are_due_in_the_same_half_hour() -> None:
    times: dict[datetime, list[DutyId]] = defaultdict(list)
    for duty in duties():
        for at in due(duty, NOW + 4 * YEAR):
            times[at.replace(minute=at.minute // 30 * 30)].append(duty.id)
    assert {at: names for at, names in times.items() if len(names) > 1} == {}


def test_everything_is_due_on_a_working_day_in_working_hours() -> None:
    zone = ZoneInfo(settings().company.time_zone)
    for duty in duties():
        assert duty.schedule.working_days is not None
        assert all(8 <= at.astimezone(zone).hour < 17 for at in due(duty, NOW + YEAR))


def test_each_entry_says_what_proves_it_who_agrees_and_is_announced_in_time() -> None:
    for duty in duties():
        assert (duty.evidence is None) == (duty.kind == "drill"), duty.id
        assert duty.approve != duty.owner
        assert duty.notices[0] >= timedelta(days=3)
        assert duty.covers
    assert {duty.evidence.kind for duty in duties() if duty.evidence is not None} == {
        "number", "text", "choice", "photo", "file",
    }  # fmt: skip


def test_the_words_are_those_of_the_field() -> None:
    vocabulary = load_vocabulary(ROOT / "locales" / "terms.csv")
    shelf = Shelf()
    for path in [*(PLAYBOOKS / "drills").glob("*.yaml"), PLAYBOOKS / "calendar.yaml"]:
        source = read_yaml(path, path.read_bytes(), shelf)
        assert isinstance(source, Source)
        assert list(check_texts(source, vocabulary)) == []
    for duty in duties():
        assert len(duty.task.zh) <= LONGEST_ZH
        assert len(duty.task.en) <= LONGEST_EN
        assert all(duty.title.of(language) for language in LANGUAGES)
        assert settings().company.roles[RoleId(duty.owner)].holders
