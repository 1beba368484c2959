"""A drill from STARTEX to ENDEX: who is played as absent, halting and going on, its clock."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.commands import ComeBack, GoAbsent, SetFact
from bot.domain.commands_drill import PauseDrill
from bot.domain.commands_tasks import MoreTime, Withdraw
from bot.domain.entries_course import RuleFired
from bot.domain.entries_drill import DrillPaused, DrillResumed, InjectGiven
from bot.domain.entries_tasks import Overdue
from bot.domain.ids import FactId, PersonId, TaskId
from bot.domain.parties import SYSTEM
from bot.domain.timers import timers
from tests.domain.drills import drilled, halts, pauses, resumes, state
from tests.domain.plant import HOUR, MINUTE, NOW, STRANGER, Story, actor, kinds, only, refused


def steps(story: Story) -> dict[tuple[str, str], float]:
    """All deadlines, in minutes from the opening."""
    return {(timer.step, timer.task or ""): (timer.due_at - NOW) / MINUTE for timer in timers(story.event)}


def test_it_starts_and_goes_on_as_any_event() -> None:
    story = drilled()
    assert kinds(entry.payload for entry in story.record)[:3] == ["event.opened", "drill.started", "command.passed"]
    assert story.event.confirmed
    assert story.leads == "chen"
    drill = state(story)
    assert drill.running
    assert (drill.organiser.person, drill.safety and drill.safety.person) == ("wei", "sun")
    assert drill.started_at == NOW
    assert {ref.id for ref in drill.participants} == {"office", "production", "sales", "technical"}


def test_who_is_played_as_absent_is_not_called_and_stays_away_whatever_is_said_elsewhere() -> None:
    story = drilled(absent=["chen", "lin"])
    assert story.leads == "guo"
    assert story.task("evacuate").called == 2
    assert story.event.absent == {"chen": None, "lin": None}
    assert story.does(ComeBack(actor("chen"), PersonId("chen"))) == []
    assert story.does(GoAbsent(SYSTEM, PersonId("lin"), story.now + HOUR)) == []
    assert story.event.absent == {"chen": None, "lin": None}
    story.does(GoAbsent(actor("sun"), PersonId("sun"), None))
    assert "sun" in story.event.absent


def test_the_clock_scales_rules_and_finish_limits_and_nothing_else() -> None:
    story = drilled(speed=12.0)
    due = steps(story)
    assert due["rule:2", ""] == 40
    assert due["finish", "evacuate"] == 5
    assert due["escalate:1", "evacuate"] == 5
    assert due["command", ""] == 3
    assert due["inject:1", ""] == 10 / 12
    story.answers("lin", "start", "evacuate")
    late = [each for each in story.passes(6 * MINUTE) if isinstance(each, Overdue) and each.task == "evacuate"]
    assert [each.step for each in late] == [0, 1]
    after = story.passes(33 * MINUTE + timedelta(seconds=59))
    assert not any(isinstance(each, RuleFired) for each in after)


def test_eight_hours_pass_in_forty_minutes_where_nobody_knows_how_long_it_takes() -> None:
    story = drilled(speed=12.0, injects=[])
    story.passes(40 * MINUTE - timedelta(seconds=1))
    assert "customers" not in story.event.tasks
    fired = story.passes(timedelta(seconds=1))
    assert only(RuleFired, fired).rule == 2
    assert story.task("customers").released_at == NOW + 40 * MINUTE


def test_an_inject_has_its_whole_time_whatever_the_clock() -> None:
    story = drilled(speed=60.0)
    given = only(InjectGiven, story.passes(timedelta(seconds=10)))
    assert given.answer_by == story.now + 4 * MINUTE


def test_who_may_halt_it() -> None:
    story = drilled()
    for stranger in ("tang", "chen"):
        with refused("refused.drill.control_only"):
            pauses(story, stranger)
    with refused("refused.stranger"):
        story.does(PauseDrill(STRANGER))
    assert only(DrillPaused, pauses(story, "sun")).by.person == "sun"
    assert pauses(story) == []
    assert story.event.drill is not None
    assert not story.event.drill.running


def test_no_deadline_runs_while_it_halts_and_all_move_when_it_goes_on() -> None:
    story = drilled()
    story.passes(MINUTE)
    before = steps(story)
    pauses(story)
    assert timers(story.event) == frozenset()
    assert story.passes(7 * MINUTE) == []
    assert only(DrillResumed, resumes(story, "sun")).seconds == 7 * 60
    assert resumes(story) == []
    assert steps(story) == {step: at + 7 for step, at in before.items()}
    assert story.event.began_at == NOW


def test_answers_count_while_it_halts_and_what_they_begin_starts_when_it_goes_on() -> None:
    story = drilled()
    story.passes(MINUTE)
    pauses(story)
    story.passes(10 * MINUTE)
    story.answers("lin", "done", "evacuate")
    assert story.task("evacuate").status == "done"
    story.passes(5 * MINUTE)
    resumes(story)
    assert steps(story)["escalate:1", "clear"] == 16 + 5
    assert steps(story)["finish", "clear"] == 16 + 60


def test_more_time_and_what_is_taken_back_count_from_when_it_goes_on() -> None:
    story = drilled()
    story.answers("lin", "start", "evacuate")
    story.passes(HOUR)
    pauses(story)
    story.passes(10 * MINUTE)
    story.does(MoreTime(actor("lin"), TaskId("evacuate"), 1800))
    story.answers("tang", "acknowledge", "orders")
    story.does(Withdraw(actor("tang"), story.record[-1].sequence))
    resumes(story)
    assert steps(story)["finish", "evacuate"] == 60 + 10 + 30
    assert steps(story)["escalate:1", "orders"] == 60 + 10 + 5


def test_a_rule_waits_for_the_drills_own_time_also_when_facts_are_set_while_it_halts() -> None:
    story = drilled(injects=[], speed=12.0)
    story.passes(30 * MINUTE)
    halts(story, 5 * MINUTE)
    pauses(story)
    story.passes(8 * HOUR)
    assert not any(isinstance(each, RuleFired) for each in story.does(SetFact(actor("tang"), FactId("orders"), 3)))
    resumes(story)
    assert steps(story)["rule:2", ""] == 40 + 5 + 8 * 60


def test_who_is_away_comes_back_by_the_real_clock() -> None:
    story = drilled(injects=[])
    story.does(GoAbsent(actor("lin"), PersonId("lin"), NOW + 20 * MINUTE))
    halts(story, 30 * MINUTE)
    assert steps(story)["back:lin", ""] == 20
    story.passes(timedelta(seconds=1))
    assert story.event.absent == {}
