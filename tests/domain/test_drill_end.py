"""ENDEX, a real emergency, what still counts afterwards, and the three questions."""

from __future__ import annotations

import pytest

from bot.domain.commands import (
    AnyCommand,
    ChangeLevel,
    ComeBack,
    DirectsOnSite,
    GoAbsent,
    MergeInto,
    Record,
    SetFact,
    TakeCommand,
)
from bot.domain.commands_drill import AnswerHotWash, EndDrill, NextInject, PauseDrill
from bot.domain.commands_ending import AskStandDown, CallFalse, Close, StandDown
from bot.domain.commands_tasks import Answer
from bot.domain.entries_command import CommandPassed
from bot.domain.entries_drill import DrillEnded, DrillMeasured, HotWashAnswered, HotWashAsked
from bot.domain.entries_talk import Noted
from bot.domain.ids import DepartmentId, EventId, FactId, LevelId, PersonId, TaskId
from bot.domain.parties import SYSTEM
from bot.domain.proof import public, sign
from bot.domain.record import destroy
from bot.domain.timers import timers
from bot.text import same
from tests.domain.drills import LIVE_EVENT, drilled, ends, halts, inject, measured, next_one, pauses, state
from tests.domain.golden_stories import KEY
from tests.domain.plant import HOUR, MINUTE, STRANGER, Story, actor, kinds, only, refused


def closing(by: str) -> Close:
    """Sealing the record."""
    return Close(actor(by), "head", sign(KEY, "head"), public(KEY))


def test_endex_is_the_organisers_or_the_safety_persons() -> None:
    story = drilled()
    with refused("refused.drill.control_only"):
        ends(story, "tang")
    with refused("refused.stranger"):
        story.does(EndDrill(STRANGER, "ended", tuple(story.record)))
    said = ends(story, "sun")
    assert kinds(said) == ["drill.ended", "drill.measured", "drill.hot_wash"]
    assert only(DrillEnded, said).why == "ended"
    assert story.event.status == "stood_down"
    assert timers(story.event) == frozenset()
    assert story.passes(HOUR) == []
    with refused("refused.drill.ended_already"):
        ends(story)


def test_all_who_took_part_are_asked_auditors_and_those_left_out_are_not() -> None:
    story = drilled(absent=["chen"])
    story.answers("wang", "acknowledge")
    story.passes(6 * MINUTE)
    asked = only(HotWashAsked, ends(story)).people
    assert {each.person for each in asked} == {"wei", "sun", "guo", "lin", "he", "tang", "wang"}
    assert asked[0].person == "wei"


AFTER = [
    Answer(actor("tang"), "done", DepartmentId("sales"), TaskId("orders")),
    Answer(actor("tang"), "acknowledge", DepartmentId("sales")),
    SetFact(actor("tang"), FactId("orders"), 3),
    ChangeLevel(actor("chen"), LevelId("team"), "over"),
    TakeCommand(actor("chen")),
    StandDown(actor("chen"), "over"),
    PauseDrill(actor("wei")),
    NextInject(actor("wei")),
]


@pytest.mark.parametrize("command", AFTER, ids=lambda command: type(command).__name__)
def test_after_endex_nothing_is_done_any_more(command: AnyCommand) -> None:
    story = drilled()
    ends(story)
    with refused("refused.drill.ended"):
        story.does(command)


def test_after_endex_what_is_said_is_kept_and_who_is_away_concerns_other_events() -> None:
    story = drilled()
    ends(story)
    assert kinds(story.does(Record(actor("tang"), Noted(same("Tang"), "it was loud")))) == ["note.added"]
    assert story.does(GoAbsent(actor("tang"), PersonId("tang"), None)) == []
    assert story.does(ComeBack(SYSTEM, PersonId("tang"))) == []


def test_whoever_leads_answers_nothing_by_pressing_after_endex() -> None:
    story = drilled()
    ends(story)
    assert story.does(EndDrill(actor("chen"), "real", tuple(story.record))) == []


def test_a_real_emergency_ends_it_at_anybodys_word_and_nobody_is_asked_yet() -> None:
    for by in (actor("wang"), actor("audit"), STRANGER):
        story = drilled()
        said = story.does(EndDrill(by, "real", tuple(story.record), LIVE_EVENT))
        assert kinds(said) == ["drill.ended", "drill.measured"]
        ended = only(DrillEnded, said)
        assert (ended.why, ended.live, ended.by and ended.by.person) == ("real", LIVE_EVENT, by.person)
        assert ends(story, "tang", "real") == []
        with refused("refused.drill.nobody_asked"):
            story.does(AnswerHotWash(actor("tang"), "x", "", ""))


def test_a_drill_that_halts_can_be_ended() -> None:
    story = drilled()
    story.passes(5 * MINUTE)
    pauses(story)
    story.passes(20 * MINUTE)
    ends(story)
    assert measured(story).lasted == 300
    assert state(story).paused_for == 1200


def test_closing_is_the_organisers_too_and_open_tasks_need_no_reason() -> None:
    story = drilled()
    with refused("refused.close_first_stand_down"):
        story.does(closing("wei"))
    ends(story)
    with refused("refused.leaders_only"):
        story.does(closing("tang"))
    assert kinds(story.does(closing("wei"))) == ["event.closed"]
    assert ends(story, "tang", "real") == []
    with refused("refused.over"):
        ends(story)


def test_standing_down_is_part_of_the_exercise_and_endex_ends_it() -> None:
    story = drilled(injects=[inject(2 * HOUR)])
    story.passes(MINUTE)
    story.does(TakeCommand(actor("chen")))
    story.does(AskStandDown(actor("chen")))
    story.does(StandDown(actor("chen"), "simulated: nobody is left inside"))
    assert story.event.status == "stood_down"
    assert state(story).running
    with refused("refused.drill.end_first"):
        story.does(closing("chen"))
    assert kinds(next_one(story)) == ["drill.inject"]
    stood_down_at = story.event.stood_down_at
    halts(story, MINUTE)
    ends(story)
    assert story.event.stood_down_at == stood_down_at
    assert kinds(story.does(closing("chen"))) == ["event.closed"]


def test_a_drill_is_no_false_alarm_and_merges_with_nothing() -> None:
    story = drilled()
    with refused("refused.drill.no_false_alarm"):
        story.does(CallFalse(actor("chen")))
    with refused("refused.merge_kind"):
        story.does(MergeInto(actor("wei"), EventId("EV-2026-0001"), "live"))
    with refused("refused.drill.no_merge"):
        story.does(MergeInto(actor("wei"), EventId("DR-2026-0001"), "drill"))


def test_the_three_questions_are_answered_word_for_word_by_those_asked() -> None:
    story = drilled()
    with refused("refused.drill.not_ended"):
        story.does(AnswerHotWash(actor("tang"), "x", "", ""))
    ends(story)
    with refused("refused.drill.hot_wash_empty"):
        story.does(AnswerHotWash(actor("tang"), " ", "", "\n"))
    with refused("refused.drill.hot_wash_others"):
        story.does(AnswerHotWash(actor("he"), "x", "", ""))
    with refused("refused.stranger"):
        story.does(AnswerHotWash(STRANGER, "x", "", ""))
    said = only(HotWashAnswered, story.does(AnswerHotWash(actor("tang"), "  leave to where? ", "", "signs")))
    assert (said.worked, said.failed, said.change) == ("  leave to where? ", None, "signs")
    assert only(HotWashAnswered, story.does(AnswerHotWash(actor("tang"), "signs", "", ""))).worked == "signs"
    assert state(story).said == {"tang"}
    destroyed = destroy(story.record[-1]).payload
    assert isinstance(destroyed, HotWashAnswered)
    assert destroyed.worked is None
    story.does(closing("wei"))
    assert kinds(story.does(AnswerHotWash(actor("lin"), "", "late", ""))) == ["drill.said"]


def test_an_answer_to_the_questions_gives_nobody_command() -> None:
    story = drilled()
    ends(story)
    said = story.does(AnswerHotWash(actor("chen"), "", "nobody heard it", ""))
    assert not any(isinstance(each, CommandPassed) for each in said)


def test_what_is_no_drill_refuses_what_is_for_drills(story: Story) -> None:
    for command in (
        PauseDrill(actor("wei")),
        EndDrill(actor("wei"), "ended", ()),
        AnswerHotWash(actor("wei"), "x", "", ""),
    ):
        with refused("refused.drill.none"):
            story.does(command)


def test_whoever_directs_on_site_has_taken_command() -> None:
    story = drilled(injects=[])
    story.passes(2 * MINUTE)
    story.does(DirectsOnSite(actor("wang"), PersonId("chen")))
    story.passes(MINUTE)
    measures = only(DrillMeasured, ends(story)).measures
    assert measures.command_after == 120
