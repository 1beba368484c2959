"""What is measured comes from the record alone, and makes sense whatever happened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.commands import Record, TakeCommand
from bot.domain.commands_drill import AnswerInject
from bot.domain.commands_ending import StandDown
from bot.domain.commands_tasks import GiveTo, Withdraw
from bot.domain.entries_talk import MessageFailed, MessageSent, Said
from bot.domain.fold import NotAnEventError
from bot.domain.ids import PersonId, RoomId, TaskId
from bot.domain.measures import PostMeasure, TaskMeasure
from bot.domain.measuring import measure
from bot.domain.people import member
from bot.text import same
from tests.domain.drills import drilled, ends, halts, inject, measured, pauses, resumes
from tests.domain.plant import COMPANY, HOUR, MINUTE, Story, actor

ROOM, NAME = RoomId("office"), same("Office")


def post(story: Story, role: str) -> PostMeasure:
    """One role."""
    return next(each for each in measured(story).posts if each.role == role)


def task(story: Story, name: str) -> TaskMeasure:
    """One task."""
    return next(each for each in measured(story).tasks if each.task == name)


def after(story: Story, seconds: float) -> Story:
    """Time goes by."""
    story.passes(timedelta(seconds=seconds))
    return story


def test_posts_are_counted_from_when_they_were_asked() -> None:
    story = drilled(injects=[])
    after(story, 40).answers("sun", "acknowledge", "repair")
    after(story, 20).answers("wei", "acknowledge", "evacuate")
    after(story, 30).answers("lin", "done", "warn")
    after(story, 130).answers("tang", "start", "orders")
    after(story, 80)
    ends(story)
    measures = measured(story)
    assert measures.lasted == 300
    assert [(each.role, each.answered_after) for each in measures.posts] == [
        ("office", 60), ("production", 40), ("sales", 220),
    ]  # fmt: skip
    assert (measures.first, measures.half, measures.ninety, measures.all) == (40, 60, 220, 220)
    assert (measures.answered, len(measures.posts)) == (3, 3)
    assert post(story, "office").by == member(COMPANY, PersonId("wei"))


def test_a_post_that_is_asked_later_counts_from_then() -> None:
    story = drilled(injects=[inject(10 * MINUTE, fact="repair_hours", value=30)])
    for person, name in (("sun", "repair"), ("lin", "warn"), ("tang", "orders")):
        after(story, 60).answers(person, "acknowledge", name)
    after(story, 600)
    story.answers("chen", "acknowledge", "wiring")
    ends(story)
    assert (post(story, "technical").asked_after, post(story, "technical").answered_after) == (600, 180)
    measures = measured(story)
    assert (measures.first, measures.half, measures.ninety, measures.all) == (60, 120, 180, 180)


def test_what_was_never_reached_is_none() -> None:
    story = drilled(injects=[])
    after(story, 60).answers("sun", "acknowledge", "repair")
    after(story, 60)
    ends(story)
    measures = measured(story)
    assert (measures.first, measures.half, measures.ninety, measures.all) == (60, None, None, None)
    assert post(story, "sales").answered_after is None
    empty = drilled(injects=[])
    ends(empty)
    assert measured(empty).first is None
    assert measured(empty).command_after is None


def test_pauses_are_no_time() -> None:
    story = drilled()
    after(story, 60)
    halts(story, HOUR)
    after(story, 30).answers("tang", "start", "orders")
    pauses(story)
    after(story, 500).answers("sun", "acknowledge", "repair")
    after(story, 10)
    resumes(story)
    after(story, 30)
    story.gives("tang", "orders", 3)
    story.answers("tang", "done", "orders")
    ends(story)
    assert measured(story).lasted == 120
    assert post(story, "sales").answered_after == 90
    assert post(story, "production").answered_after == 90
    assert task(story, "orders").finished_after == 120


def test_an_answer_that_was_taken_back_is_none() -> None:
    story = drilled(injects=[])
    after(story, 10).answers("tang", "acknowledge", "orders")
    story.does(Withdraw(actor("tang"), story.record[-1].sequence))
    after(story, 20).answers("lin", "done", "warn")
    story.does(
        Withdraw(actor("lin"), next(e.sequence for e in reversed(story.record) if e.payload.kind == "task.answered"))
    )
    ends(story)
    assert measured(story).answered == 0
    assert task(story, "warn").finished_after is None
    assert task(story, "warn").by is None


def test_tasks_stand_against_their_limits_as_the_drills_clock_has_them() -> None:
    story = drilled(speed=12.0, injects=[])
    after(story, 30).answers("lin", "acknowledge", "evacuate")
    after(story, 90).answers("lin", "done", "evacuate")
    story.does(GiveTo(actor("sun"), TaskId("repair"), PersonId("he")))
    after(story, 30).answers("he", "cannot", "repair", "no key")
    ends(story)
    done = task(story, "evacuate")
    assert (done.acknowledged_after, done.acknowledge_limit) == (30, 300)
    assert (done.finished_after, done.finish_limit) == (120, 300)
    assert done.department.en == "Office"
    blocked = task(story, "repair")
    assert (blocked.acknowledged_after, blocked.finished_after) == (150, None)
    assert blocked.by is not None
    assert blocked.by.person == "he"
    assert task(story, "clear").acknowledged_after is None


def test_command_is_taken_with_the_first_press_of_whoever_leads() -> None:
    story = drilled(injects=[])
    after(story, 200)
    assert story.leads == "guo"
    after(story, 40)
    story.does(TakeCommand(actor("chen")))
    ends(story)
    assert measured(story).command_after == 240


def test_silent_people_and_those_who_took_over() -> None:
    story = drilled(injects=[inject(9 * MINUTE, "production")], absent=["chen"])
    after(story, 60).answers("wei", "acknowledge", "warn")
    after(story, 260).answers("wei", "start", "evacuate")
    after(story, 10).answers("he", "acknowledge", "repair")
    after(story, 300)
    story.does(Record(actor("tang"), Said("m", ROOM, NAME, same("Tang"), words="is this real?")))
    ends(story)
    measures = measured(story)
    assert [(each.member.person, each.instead_of.person, each.task.en) for each in measures.took_over] == [
        ("wei", "lin", "Task evacuate"), ("he", "sun", "Task repair"),
    ]  # fmt: skip
    silent = {each.person for each in measures.silent}
    assert {"tang", "sun", "lin", "guo"} <= silent
    assert not silent & {"chen", "wei", "he"}


def test_injects_in_time_late_and_never() -> None:
    story = drilled(injects=[inject(MINUTE), inject(2 * MINUTE), inject(3 * MINUTE), inject(2 * HOUR)])
    after(story, 90)
    story.does(AnswerInject(actor("tang"), 1))
    after(story, 330)
    story.does(AnswerInject(actor("tang"), 2))
    after(story, 60)
    ends(story)
    assert [(each.number, each.answered_after, each.in_time) for each in measured(story).injects] == [
        (1, 30, True), (2, 300, False), (3, None, False),
    ]  # fmt: skip


def test_deliveries_are_those_of_the_record() -> None:
    story = drilled(injects=[])
    for _ in range(3):
        story.does(Record(actor("chen"), MessageSent("m", ROOM, NAME, "web", same("x"), story.now)))
    story.does(Record(actor("chen"), MessageFailed("m", ROOM, NAME, "web", "gone")))
    ends(story)
    assert (measured(story).deliveries, measured(story).deliveries_failed) == (3, 1)


def test_the_review_after_a_stand_down_is_not_measured() -> None:
    story = drilled(injects=[])
    story.does(StandDown(actor("chen"), "simulated"))
    assert "review" in story.event.tasks
    ends(story)
    assert "review" not in {each.task for each in measured(story).tasks}


def test_a_peer_with_the_record_computes_the_same() -> None:
    story = drilled()
    after(story, 700).answers("tang", "start", "orders")
    ends(story)
    after(story, 700)
    assert measure(story.record) == measured(story)


def test_what_is_no_drill_cannot_be_measured(story: Story) -> None:
    for record in (story.record, [], drilled().record[1:]):
        with pytest.raises(NotAnEventError):
            measure(record)
