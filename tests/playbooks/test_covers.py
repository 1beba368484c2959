"""What the shipped playbooks carry: every clause, every department, both languages, short enough to read in a hurry."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.domain.ids import DepartmentId, TaskId
from bot.domain.people import role_of
from bot.domain.playbook import PLACE, Playbook
from bot.files.terms import load_vocabulary
from bot.files.wording import impure
from bot.text import Words
from tests.playbooks.shelf import (
    KINDS,
    NATURAL,
    PLAYBOOKS,
    ROOT,
    SITE_WIDE,
    clauses,
    files,
    playbook,
    playbooks,
    raw,
    settings,
    texts,
)

pytestmark = pytest.mark.uncounted

EVERY_CLAUSE = {f"G{number}" for number in range(1, 25)}
LONGEST_ZH, LONGEST_EN = 40, 90
OPEN_AT_ONCE = 6
WORKSHOP = Words("3号车间", "Workshop 3")


def test_all_sixteen_kinds_are_there_and_nothing_is_wrong_with_them() -> None:
    assert set(playbooks()) == set(KINDS)


def test_every_clause_of_the_procedure_is_carried() -> None:
    carried = {clause for path in files() for clause in clauses(raw(path))}
    assert EVERY_CLAUSE - carried == set()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("utility-outage", "G15"), ("labour-shortage", "G16"), ("equipment-failure", "G17"),
        ("transport-damage", "G18"), ("material-shortage", "G19"), ("major-complaint", "G20"), ("it-failure", "G21"),
        ("fire", "G13"), ("chemical-spill", "G13"), ("general", "G10"), ("service-interruption", "P6"),
        ("cyber-attack", "P12"), *((kind, "G7") for kind in NATURAL), *((kind, "G8") for kind in SITE_WIDE),
        *((kind, "G22") for kind in KINDS),
    ],
)  # fmt: skip
def test_each_kind_answers_its_own_clause_with_a_task(kind: str, expected: str) -> None:
    plan = playbook(kind)
    assert expected in plan.covers
    if expected != "G22":  # the review after every event is a task the house makes by itself
        assert any(expected in task.covers for task in plan.tasks)


@pytest.mark.parametrize("kind", SITE_WIDE)
def test_a_site_wide_event_asks_every_department_at_once_in_each_phase(kind: str) -> None:
    plan, everybody = playbook(kind), set(settings().company.departments)
    phases = [phase for phase in ("warning", "response", "recovery") if phase != "warning" or plan.opens == "warning"]
    for phase in phases:
        assert set(_at_once(plan, phase)) == everybody


@pytest.mark.parametrize("kind", NATURAL)
def test_a_disaster_that_is_announced_opens_with_the_warning(kind: str) -> None:
    plan = playbook(kind)
    assert plan.opens == "warning"
    assert any(rule.enter == "response" for rule in plan.rules)


@pytest.mark.parametrize("kind", KINDS)
def test_no_department_is_asked_more_than_a_card_shows(kind: str) -> None:
    plan = playbook(kind)
    for phase in ("warning", "response", "recovery"):
        assert max(_at_once(plan, phase).values(), default=0) <= OPEN_AT_ONCE


@pytest.mark.parametrize("kind", KINDS)
def test_the_report_asks_where_and_one_thing_more(kind: str) -> None:
    facts = [question.fact for question in playbook(kind).report]
    assert PLACE in facts
    assert len(facts) == 2


@pytest.mark.parametrize("kind", SITE_WIDE)
def test_clearing_repair_and_assessment_wait_for_the_count(kind: str) -> None:
    tasks = {task.id: task for task in playbook(kind).tasks}

    def waits_for(task: str) -> set[str]:
        earlier = set(tasks[TaskId(task)].after)
        return earlier.union(*map(waits_for, earlier))

    for task in ("patrol", "assess-loss", "release-scene", "clear-site", "repair", "count-stock"):
        assert {"evacuate", "count-heads", "expected-list", "name-missing"} <= waits_for(task)
    for task in ("clear-site", "repair", "list-parts", "count-stock"):
        assert "release-scene" in waits_for(task)


def test_a_text_is_short_enough_to_act_on() -> None:
    long = [
        (plan.id, task.id, len(task.text.zh), len(task.text.en))
        for plan in playbooks().values()
        for task in plan.tasks
        if len(task.text.zh) > LONGEST_ZH or len(task.text.en) > LONGEST_EN
    ]
    assert long == []


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PLAYBOOKS)))
def test_both_languages_are_pure_and_keep_to_the_terms(path: Path) -> None:
    vocabulary = load_vocabulary(ROOT / "locales" / "terms.csv")
    wrong = [
        (trail, found) for trail, words in texts(raw(path)) for found in (*impure(words), *vocabulary.departures(words))
    ]
    assert wrong == []


def test_the_sample_company_keeps_to_the_terms_too() -> None:
    company = settings().company
    vocabulary = load_vocabulary(ROOT / "locales" / "terms.csv")
    named = [
        company.name,
        *(department.name for department in company.departments.values()),
        *(role.name for role in company.roles.values()),
        *(place.name for place in company.places.values()),
        *(level.name for level in company.levels.values()),
        *(contact.name for contact in company.contacts.values()),
        *(person.position for person in company.people.values()),
    ]
    assert [found for words in named for found in (*impure(words), *vocabulary.departures(words))] == []


def test_every_template_is_used_and_marks_what_is_only_a_draft() -> None:
    templates = {name: template for plan in playbooks().values() for name, template in (plan.templates or {}).items()}
    used = {task.template for plan in playbooks().values() for task in plan.tasks} - {None}
    assert used == set(templates)
    for name in ("accident-report", "regulator-report"):
        assert templates[name].body.zh.startswith("草稿，未报送，核实后由本人报送")
        assert templates[name].body.en.startswith("DRAFT, not sent. Check, then submit it yourself")


def test_no_two_kinds_go_by_the_same_word() -> None:
    words = Counter(word.casefold() for plan in playbooks().values() for word in {*plan.aliases, plan.id})
    assert [word for word, times in words.items() if times > 1] == []


def _at_once(plan: Playbook, phase: str) -> Counter[DepartmentId]:
    """How many tasks each department gets in one stroke as a phase begins, when Workshop 3 is hit."""
    company = settings().company
    return Counter(
        role_of(company, task.role, WORKSHOP).department
        for task in plan.tasks
        if task.phase == phase and not task.held and not task.after
    )
