"""Silence: reminders, escalation along the chain, being late, downtime, the clock of a drill."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.commands import Due, MergeInto, SetFact, UndoMerge
from bot.domain.entries_command import CommandPassed, CommandReminded, Returned
from bot.domain.entries_course import RuleFired
from bot.domain.entries_tasks import Escalated, Overdue, Reminded
from bot.domain.ids import EventId, FactId, PersonId, TaskId
from bot.domain.playbook import Rule
from bot.domain.timers import Timer, timers
from tests.domain.plant import HOUR, MINUTE, NOW, Story, actor, only, when, with_playbook


def of_task(story: Story, task: str) -> dict[str, float]:
    """A task's timers, in minutes from the opening."""
    running = (timer for timer in timers(story.event) if timer.task == task)
    return {timer.step: (timer.due_at - NOW) / MINUTE for timer in running}


def test_the_silent_are_reminded_once_a_step_then_the_next_is_called(story: Story) -> None:
    assert of_task(story, "evacuate") == {"remind:1": 2.5, "escalate:1": 5, "finish": 60}
    said = [each for each in story.passes(4 * MINUTE) if getattr(each, "task", "") == "evacuate"]
    assert [each.to[0].person for each in said if isinstance(each, Reminded)] == ["lin"]
    assert of_task(story, "evacuate") == {"escalate:1": 5, "finish": 60}
    said = [each for each in story.passes(2 * MINUTE) if getattr(each, "task", "") == "evacuate"]
    passed = only(Escalated, said)
    assert (passed.to[0].person, passed.silent[0].person, passed.late) == ("wei", "lin", 0)
    assert of_task(story, "evacuate") == {"remind:2": 7.5, "escalate:2": 10, "finish": 60}


def test_after_the_last_stand_in_the_commander(story: Story) -> None:
    story.passes(10 * MINUTE)
    task = story.task("evacuate")
    assert task.with_commander
    assert task.acknowledge_at is None
    assert of_task(story, "evacuate") == {"finish": 60}
    story.answers("wei", "acknowledge", "evacuate")
    assert not story.task("evacuate").with_commander


def test_those_who_answered_are_not_asked_again(story: Story) -> None:
    story.answers("lin", "acknowledge")
    assert of_task(story, "evacuate") == {"finish": 60}
    assert story.does(Due("escalate:1", TaskId("evacuate"), NOW + 5 * MINUTE)) == []
    assert story.does(Due("nonsense", None, NOW)) == []


def test_late_is_told_to_those_who_work_then_to_the_commander(story: Story) -> None:
    story.answers("lin", "start", "evacuate")
    said = [each for each in story.passes(90 * MINUTE) if isinstance(each, Overdue) and each.task == "evacuate"]
    assert [(each.step, each.late) for each in said] == [(0, 0), (1, 0)]
    assert of_task(story, "evacuate") == {}
    story.answers("lin", "done", "evacuate")
    assert story.task("evacuate").overdue_steps == 2


def test_a_task_done_has_no_deadline(story: Story) -> None:
    story.answers("lin", "done", "evacuate")
    assert of_task(story, "evacuate") == {}


def test_after_downtime_the_missed_steps_become_one_and_the_next_counts_from_now(story: Story) -> None:
    said = [each for each in story.passes(2 * HOUR, punctual=False) if getattr(each, "task", "") == "evacuate"]
    passed = only(Escalated, said)
    assert len(said) == 1
    assert passed.late == 115 * 60
    assert passed.next_at == story.now + 5 * MINUTE
    assert of_task(story, "evacuate") == {"remind:2": 122.5, "escalate:2": 125, "finish": 130}


def test_both_steps_of_being_late_missed_become_one(story: Story) -> None:
    story.answers("lin", "start", "evacuate")
    said = [each for each in story.passes(3 * HOUR, punctual=False) if getattr(each, "task", "") == "evacuate"]
    assert only(Overdue, said).step == 1
    assert only(Overdue, said).late == 2 * 3600


def test_late_first_then_whoever_is_called_has_their_time_again(story: Story) -> None:
    story.now += HOUR + 2 * MINUTE
    said = story.does(Due("finish", TaskId("evacuate"), NOW + HOUR))
    assert isinstance(said[0], Escalated)
    story.answers("lin", "start", "evacuate")
    story.answers("lin", "acknowledge", "warn")


def test_a_timer_a_few_seconds_behind_is_punctual(story: Story) -> None:
    story.now += timedelta(minutes=5, seconds=3)
    said = story.does(Due("escalate:1", TaskId("evacuate"), NOW + 5 * MINUTE))
    assert [each.late for each in said if isinstance(each, Escalated)] == [0, 0, 0, 0]


def test_what_is_due_at_the_same_time_happens_in_one_breath(story: Story) -> None:
    story.now += 5 * MINUTE
    said = story.does(Due("escalate:1", TaskId("repair"), story.now))
    passed = [each.task for each in said if isinstance(each, Escalated)]
    assert passed == ["repair", "warn", "evacuate", "orders"]
    assert story.does(Due("escalate:1", TaskId("evacuate"), story.now)) == []


def test_silence_passes_acting_command_down_the_chain(story: Story) -> None:
    said = story.passes(4 * MINUTE)
    assert only(CommandReminded, [each for each in said if isinstance(each, CommandReminded)]).to.person == "chen"
    passed = next(each for each in said if isinstance(each, CommandPassed))
    assert (passed.why, passed.acting, passed.late) == ("silent", True, 0)
    assert story.leads == "guo"
    assert story.event.command.silent == ("chen",)
    story.passes(HOUR)
    assert story.leads is None
    assert story.event.command.silent == ("chen", "guo", "lin", "sun")
    assert not any(timer.step == "command" for timer in timers(story.event))


def test_command_missed_in_downtime_passes_once(story: Story) -> None:
    said = story.passes(20 * MINUTE, punctual=False)
    passed = [each for each in said if isinstance(each, CommandPassed)]
    assert [each.late for each in passed] == [17 * 60]
    assert story.event.command.answer_at == story.now + 3 * MINUTE


def test_after_eight_hours_without_a_word_sales_is_asked(story: Story) -> None:
    assert Timer("rule:2", None, NOW + 8 * HOUR) in timers(story.event)
    fired = [each for each in story.passes(9 * HOUR) if isinstance(each, RuleFired)]
    assert [(each.rule, each.late) for each in fired] == [(2, 0)]
    assert "customers" in story.event.tasks
    assert not any(timer.step.startswith("rule") for timer in timers(story.event))


def test_a_rule_in_time_waits_for_its_facts(story: Story) -> None:
    story.gives("sun", "repair", 3)
    assert not any(timer.step.startswith("rule") for timer in timers(story.event))
    story.passes(9 * HOUR)
    assert "customers" not in story.event.tasks


def test_a_rule_whose_time_has_come_fires_as_soon_as_its_facts_are_there() -> None:
    late = Rule((when("repair_hours", "at least", 2),), elapsed=HOUR, release=(TaskId("wiring"),))
    story = Story(setting=with_playbook(rules=(late,)))
    story.opens()
    story.does(SetFact(actor("lin"), FactId("repair_hours"), 1))
    story.passes(2 * HOUR)
    assert "wiring" not in story.event.tasks
    said = story.does(SetFact(actor("lin"), FactId("repair_hours"), 3))
    assert only(RuleFired, said).late == 0
    assert "wiring" in story.event.tasks


def test_a_drill_scales_elapsed_rules_and_finish_never_acknowledgement() -> None:
    drill = Story()
    drill.opens(kind="drill", clock_speed=60.0)
    assert Timer("rule:2", None, NOW + 8 * MINUTE) in timers(drill.event)
    assert of_task(drill, "repair") == {"remind:1": 2.5, "escalate:1": 5, "finish": 1}
    drill.answers("sun", "acknowledge", department="production")
    said = [each for each in drill.passes(3 * MINUTE) if isinstance(each, Overdue) and each.task == "repair"]
    assert [each.step for each in said] == [0, 1]


def test_an_absence_ends_by_itself() -> None:
    story = Story()
    story.opens(absent=[("chen", NOW + HOUR)])
    said = story.passes(2 * HOUR)
    assert only(Returned, said).person == "chen"
    assert PersonId("chen") not in story.event.absent
    assert story.leads is None


def test_a_merged_event_stops_and_counts_anew_when_the_merge_is_undone(story: Story) -> None:
    story.answers("sun", "acknowledge", department="production")
    story.does(MergeInto(actor("lin"), EventId("EV-2026-0006"), "live"))
    assert timers(story.event) == frozenset()
    assert story.does(Due("escalate:1", TaskId("evacuate"), NOW + 5 * MINUTE)) == []
    story.passes(30 * MINUTE)
    story.does(UndoMerge(actor("lin")))
    assert of_task(story, "evacuate") == {"remind:1": 32.5, "escalate:1": 35, "finish": 60}
    assert of_task(story, "repair") == {"finish": 60}
    assert Timer("command", None, story.now + 3 * MINUTE) in timers(story.event)
