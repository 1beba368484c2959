"""The one table of who may do what, asked by chat, web and CLI."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from bot.domain.conditions import holds, number
from bot.domain.facts import asked, known_facts
from bot.domain.ids import DepartmentId, FactId, PersonId, TaskId
from bot.domain.permissions import TABLE, Action, allowed, may, standings
from bot.domain.playbook import FactValue
from tests.domain.drills import drilled
from tests.domain.plant import COMPANY, PLAYBOOK, Story, when


def of(person: str | None, story: Story | None = None, **about: object) -> set[str]:
    """What somebody is."""
    event = None if story is None else story.event
    task = None if story is None or "task" not in about else story.event.tasks[TaskId(str(about["task"]))]
    department = DepartmentId(str(about["department"])) if "department" in about else None
    known = None if person is None else PersonId(person)
    return set(standings(event, known, COMPANY, task=task, department=department))


def test_every_action_is_in_the_table() -> None:
    assert set(TABLE) == set(get_args(Action))


def test_what_somebody_is_without_an_event() -> None:
    assert of(None) == {"stranger"}
    assert of("nobody") == {"stranger"}
    assert of("wang") == {"employee"}
    assert of("admin") == {"employee", "admin"}
    assert of("audit") == {"auditor"}
    assert of("tang") == {"employee", "member", "head"}


def test_what_somebody_is_to_an_event(story: Story) -> None:
    assert of("wang", story) == {"employee", "reporter"}
    assert of("chen", story) == {"employee", "member", "head", "chain", "commander"}
    assert of("tang", story, department="office") == {"employee"}
    assert of("tang", story, task="orders") == {"employee", "member", "head"}
    assert of("he", story, task="repair") == {"employee", "member", "head"}
    assert of("tang", story, task="repair") == {"employee"}


def test_an_auditor_reads_and_reports_a_fire_like_anybody() -> None:
    free = {action for action in TABLE if may("auditor", action, "open")}
    reads = {"event.read", "record.read", "record.export", "contacts.read", "drill.read", "duty.read", "calendar.feed"}
    assert free == reads | {"event.report", "record.keep", "drill.real"}


def test_the_state_of_the_event_counts() -> None:
    assert may("commander", "standdown.ask", "open")
    assert not may("commander", "standdown.ask", "stood_down")
    assert not may("commander", "standdown.ask")
    assert may("commander", "event.close", "stood_down")
    assert not may("member", "event.close", "stood_down")
    assert may("employee", "record.note", "closed")
    assert allowed(frozenset({"employee", "admin"}), "people.invite")
    assert not allowed(frozenset({"employee"}), "people.invite")


def test_what_somebody_is_to_a_drill() -> None:
    story = drilled()
    assert of("wei", story) == {"employee", "member", "head", "reporter", "organiser"}
    assert of("sun", story) == {"employee", "member", "head", "chain", "safety"}
    assert "organiser" not in of("wei", None)


def test_a_drill_is_halted_and_ended_by_those_who_run_it_also_once_it_stood_down() -> None:
    for action in ("drill.pause", "drill.end"):
        assert TABLE[action].who == {"organiser", "safety"}
    assert TABLE["drill.inject"].who == TABLE["drill.start"].who == {"organiser"}
    for status in ("open", "standing_down", "stood_down"):
        assert may("organiser", "drill.end", status)
        assert may("safety", "drill.pause", status)
        assert may("member", "drill.answer", status)
    assert not may("organiser", "drill.end", "closed")
    assert not may("commander", "drill.end", "open")
    assert may("organiser", "event.close", "stood_down")


def test_a_real_emergency_is_anybodys() -> None:
    assert TABLE["drill.real"].who == TABLE["event.report"].who
    assert TABLE["drill.real"].during is None


def test_nobody_who_is_no_admin_administers() -> None:
    for action in ("people.invite", "people.import", "playbook.reload", "data.destroy"):
        assert TABLE[action].who == {"admin"}


def test_comparisons_include_the_number() -> None:
    def check(operator: str, bound: FactValue | None, value: FactValue | None, *, or_unknown: bool = False) -> bool:
        values = {} if value is None else {FactId("x"): value}
        return holds(when("x", operator, bound, or_unknown=or_unknown), values)

    assert check("at least", 8, 8)
    assert check("at least", 8, "8")
    assert not check("at least", 8, 7.99)
    assert check("at most", 8, 8)
    assert not check("more than", 8, 8)
    assert check("more than", 8, 8.5)
    assert check("less than", 8, 7)
    assert not check("at least", 8, "soon")
    assert not check("at least", "soon", 8)
    assert check("is", "here", " HERE ")
    assert check("is", 8, 8.0)
    assert not check("is", "here", "there")
    assert check("is not", "here", "there")
    assert not check("is not", "here", None)
    assert check("is not", "here", None, or_unknown=True)
    assert not check("is", None, "there")
    assert not check("at least", 8, None)
    assert check("at least", 8, None, or_unknown=True)
    assert check("known", None, 0)
    assert check("unknown", None, None)
    assert not check("unknown", None, 0)


def test_what_is_a_number() -> None:
    assert number("７.5") == 7.5
    for no_number in (None, True, "x", "nan", "inf", 10**400):
        assert number(no_number) is None


def test_the_facts_a_playbook_speaks_of() -> None:
    assert known_facts(PLAYBOOK) == ("stage", "place", "repair_hours", "orders")
    only_in_a_rule = replace(PLAYBOOK, report=(), tasks=())
    stage = asked(only_in_a_rule, FactId("stage"))
    assert stage is not None
    assert stage.label.en == "stage"
    assert asked(only_in_a_rule, FactId("nothing")) is None
