"""Injects: given by the clock or by hand, also late; answered by a press, a task or a fact; missed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.commands import Due, GoAbsent, SetFact
from bot.domain.commands_drill import AnswerInject
from bot.domain.commands_tasks import MoreTime
from bot.domain.entries_course import FactSet
from bot.domain.entries_drill import InjectAnswered, InjectGiven, InjectMissed
from bot.domain.entries_tasks import TaskReleased
from bot.domain.ids import FactId, PersonId, TaskId
from bot.domain.state import GivenInject
from bot.domain.timers import timers
from tests.domain.drills import drilled, ends, given, halts, inject, next_one, pauses, state
from tests.domain.plant import HOUR, MINUTE, NOW, STRANGER, Story, actor, kinds, only, refused

SECOND = timedelta(seconds=1)


def press(story: Story, person: str, number: int = 1, written: str = "") -> InjectAnswered | None:
    """Somebody says that they acted."""
    said = story.does(AnswerInject(actor(person), number, written))
    return only(InjectAnswered, said) if said else None


def of(kind: type[InjectGiven | InjectAnswered | InjectMissed], story: Story) -> list[int]:
    """The numbers of the injects of which the record says this."""
    return [entry.payload.number for entry in story.record if isinstance(entry.payload, kind)]


def stands(story: Story, number: int = 1) -> tuple[str, bool]:
    """How an inject stands."""
    found: GivenInject = given(story, number)
    return found.status, found.late


def test_each_reaches_the_first_of_its_role_who_is_there() -> None:
    story = drilled(absent=["sun"])
    story.passes(10 * MINUTE)
    assert [each.person for each in given(story, 1).to] == ["tang"]
    story.passes(10 * MINUTE)
    assert [each.person for each in given(story, 2).to] == ["he"]
    assert given(story, 2).answer_by == NOW + 24 * MINUTE


def test_where_nobody_is_there_it_is_given_to_nobody_and_missed() -> None:
    story = drilled(absent=["tang"])
    said = story.passes(15 * MINUTE)
    assert only(InjectGiven, said).to == ()
    assert only(InjectMissed, said).late == 0
    ends(story)
    measures = state(story).measures
    assert measures is not None
    assert [(each.number, each.answered_after, each.in_time) for each in measures.injects] == [(1, None, False)]


def test_what_it_says_is_a_fact_that_rules_read() -> None:
    story = drilled()
    story.does(SetFact(actor("tang"), FactId("orders"), 3))
    said = story.passes(30 * MINUTE)
    assert only(FactSet, said).value == 10
    assert "customers" in {each.task for each in said if isinstance(each, TaskReleased)}
    assert story.event.facts[FactId("repair_hours")].shown.en == "10 h"


def test_a_fact_that_is_known_already_is_not_said_again() -> None:
    story = drilled(injects=[inject(MINUTE, fact="repair_hours", value=10)])
    story.does(SetFact(actor("tang"), FactId("repair_hours"), 10))
    assert not any(isinstance(each, FactSet) for each in story.passes(MINUTE))


def test_missed_while_nothing_ran_each_is_given_once_and_late() -> None:
    story = drilled()
    said = [each for each in story.passes(2 * HOUR, punctual=False) if isinstance(each, InjectGiven)]
    assert [(each.number, each.late) for each in said] == [(1, 6600), (2, 6000), (3, 5400)]
    assert given(story, 1).answer_by == story.now + 4 * MINUTE
    assert len(of(InjectGiven, story)) == 3


def test_the_organiser_lets_the_next_one_happen_now() -> None:
    story = drilled()
    with refused("refused.drill.control_only"):
        next_one(story, "sun")
    assert only(InjectGiven, next_one(story)).by_hand
    assert story.does(Due("inject:1", None, NOW + 10 * MINUTE)) == []
    story.passes(20 * MINUTE)
    assert of(InjectGiven, story) == [1, 2]
    next_one(story)
    with refused("refused.drill.no_more_injects"):
        next_one(story)


def test_the_next_one_is_the_next_in_time_not_in_the_file() -> None:
    story = drilled(injects=[inject(20 * MINUTE), inject(10 * MINUTE)])
    assert only(InjectGiven, next_one(story)).number == 2


def test_none_is_given_while_it_halts() -> None:
    story = drilled()
    story.passes(9 * MINUTE)
    pauses(story)
    assert story.passes(HOUR) == []
    with refused("refused.drill.paused"):
        next_one(story)


def test_the_time_to_answer_waits_for_the_drill_to_go_on() -> None:
    story = drilled()
    story.passes(12 * MINUTE)
    halts(story, 10 * MINUTE)
    assert given(story, 1).answer_by == NOW + 24 * MINUTE
    story.passes(2 * MINUTE - SECOND)
    assert stands(story) == ("given", False)
    assert only(InjectMissed, story.passes(SECOND)).number == 1


def test_an_answer_while_it_halts_is_in_time() -> None:
    story = drilled()
    story.passes(12 * MINUTE)
    pauses(story)
    story.passes(10 * MINUTE)
    answered = press(story, "tang")
    assert answered is not None
    assert not answered.late


@pytest.mark.parametrize("person", ["sun", "he", "chen", "guo", "lin"])
def test_it_is_answered_by_whoever_was_told_others_of_the_role_and_those_who_lead(person: str) -> None:
    story = drilled()
    story.passes(21 * MINUTE)
    answered = press(story, person, 2, " all out ")
    assert answered is not None
    assert (answered.how, answered.written, answered.late) == ("press", "all out", False)
    stands_in = story.record[-1].actor.standing_in_for
    assert stands_in == (None if person == "sun" else "sun")
    assert press(story, "sun", 2) is None
    assert not any(timer.step == "missed:2" for timer in timers(story.event))


def test_others_do_not_answer_it() -> None:
    story = drilled()
    with refused("refused.drill.no_inject"):
        press(story, "tang")
    with refused("refused.drill.no_inject"):
        press(story, "tang", 9)
    story.passes(11 * MINUTE)
    for person in ("wei", "wang", "he"):
        with refused("refused.drill.inject_of_others"):
            press(story, person)
    with refused("refused.auditor"):
        press(story, "audit")
    with refused("refused.stranger"):
        story.does(AnswerInject(STRANGER, 1))


def test_an_answer_after_its_time_is_kept_as_late() -> None:
    story = drilled()
    story.passes(15 * MINUTE)
    assert stands(story) == ("missed", False)
    answered = press(story, "tang")
    assert answered is not None
    assert answered.late
    assert stands(story) == ("answered", True)
    assert press(story, "tang") is None


def test_late_is_late_also_where_nothing_ran_to_say_so() -> None:
    story = drilled()
    story.passes(10 * MINUTE)
    story.now += 5 * MINUTE
    answered = press(story, "tang")
    assert answered is not None
    assert answered.late


def test_a_task_answers_the_inject_that_names_it_from_when_it_was_given() -> None:
    story = drilled()
    story.answers("sun", "acknowledge", "repair")
    story.passes(20 * MINUTE)
    assert stands(story, 2) == ("given", False)
    answered = only(InjectAnswered, story.answers("he", "start", "repair"))
    assert (answered.number, answered.how, answered.member.person) == (2, "task", "he")
    assert story.record[-1].actor.standing_in_for == "sun"
    assert not any(isinstance(each, InjectAnswered) for each in story.answers("he", "cannot", "repair", "no key"))


def test_more_time_answers_the_task_and_so_the_inject() -> None:
    story = drilled(injects=[inject(MINUTE, "production", task="repair")])
    story.passes(MINUTE)
    said = story.does(MoreTime(actor("sun"), TaskId("repair"), 600))
    assert kinds(said) == ["task.answered", "task.extended", "drill.answered"]


def test_a_fact_it_asks_for_answers_it_when_somebody_reports_it() -> None:
    story = drilled(
        injects=[inject(MINUTE, "sales", fact="orders"), inject(3 * MINUTE, "office", fact="orders", value=9)]
    )
    story.passes(MINUTE)
    answered = only(InjectAnswered, story.does(SetFact(actor("tang"), FactId("orders"), 3)))
    assert (answered.number, answered.how) == (1, "fact")
    story.passes(2 * MINUTE)
    assert story.event.facts[FactId("orders")].value == 9
    said = story.does(SetFact(actor("tang"), FactId("orders"), 4))
    assert not any(isinstance(each, InjectAnswered) for each in said)


def test_what_the_house_sets_answers_nothing() -> None:
    story = drilled(
        injects=[inject(MINUTE, "sales", fact="orders"), inject(2 * MINUTE, "office", fact="orders", value=9)]
    )
    story.passes(3 * MINUTE)
    assert stands(story, 1) == ("given", False)


def test_stale_deadlines_change_nothing() -> None:
    story = drilled()
    for step in ("inject:1", "missed:1", "inject:99", "missed:x"):
        assert story.does(Due(step, None, NOW)) == []


def test_a_role_that_lost_its_people_is_nobody() -> None:
    story = drilled(injects=[inject(MINUTE)])
    story.does(GoAbsent(actor("tang"), PersonId("tang"), None))
    assert only(InjectGiven, story.passes(MINUTE)).to == ()
    answered = press(story, "guo")
    assert answered is not None
    assert story.record[-1].actor.standing_in_for is None
