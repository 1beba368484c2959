"""How an event begins: who leads, what is known, who is asked for what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.domain.commands import ConfirmReport, SetFact
from bot.domain.entries_command import AbsenceMarked, CommandPassed
from bot.domain.entries_course import Confirmed, FactSet, Opened, PhaseEntered
from bot.domain.entries_tasks import Escalated, TaskReleased
from bot.domain.ids import DepartmentId, FactId, LevelId, PersonId, RoleId, TaskId
from bot.domain.people import affected_department, place_of, role_of
from bot.domain.playbook import PLACE, Question, Rule
from bot.text import Words, same
from tests.domain.plant import (
    COMPANY,
    HOUR,
    NOW,
    PLAYBOOK,
    REPAIR_HOURS,
    SETTING,
    STAGE,
    STRANGER,
    Story,
    actor,
    kinds,
    only,
    planned,
    refused,
    when,
    with_playbook,
)


def test_a_worker_reports_and_everybody_is_asked() -> None:
    story = Story()
    said = story.opens()
    assert kinds(said) == [
        "event.opened", "command.passed", "fact.set", "fact.set", "rule.fired", "phase.entered",
        "task.released", "task.released", "task.released", "task.released",
    ]  # fmt: skip
    assert story.leads == "chen"
    assert list(story.event.tasks) == ["warn", "evacuate", "repair", "orders"]
    assert story.event.facts[FactId("stage")].shown == Words("已发生", "It is here")
    assert story.event.facts[FactId("stage")].label == Words("到哪一步了？", "How far is it?")
    assert story.event.facts[PLACE].value == "3号车间"
    assert story.event.place == Words("3号车间", "Workshop 3")
    assert story.event.phases == ("response",)
    assert story.event.reported_by == "wang"


def test_the_chain_of_command_and_the_departments_come_from_the_company(story: Story) -> None:
    assert [each.person for each in story.event.chain] == ["chen", "guo", "lin", "sun"]
    assert [ref.id for ref in story.event.departments] == [
        "command_group", "office", "production", "sales", "technical",
    ]  # fmt: skip
    assert story.event.named(DepartmentId("sales")) == Words("销售服务中心", "Sales")


def test_a_warning_asks_only_the_tasks_of_its_phase() -> None:
    story = Story()
    story.opens(stage="warned")
    assert list(story.event.tasks) == ["ready"]
    assert story.event.phase == "warning"


def test_a_warning_that_comes_true_keeps_its_tasks() -> None:
    story = Story()
    story.opens(stage="warned")
    said = story.does(SetFact(actor("lin"), STAGE, "here"))
    assert not only(PhaseEntered, said).passed_over
    assert story.event.phases == ("warning", "response")
    assert list(story.event.tasks) == ["ready", "warn", "evacuate", "repair", "orders"]


def test_what_waits_for_a_task_of_a_phase_that_was_passed_over_waits_no_more() -> None:
    tasks = (planned("ready", "office", "warning"), planned("evacuate", "office", after=("ready",)))
    here = Story(setting=with_playbook(tasks=tasks))
    assert only(PhaseEntered, here.opens()).passed_over
    assert list(here.event.tasks) == ["evacuate"]
    warned = Story(setting=with_playbook(tasks=tasks))
    warned.opens(stage="warned")
    warned.does(SetFact(actor("lin"), STAGE, "here"))
    assert list(warned.event.tasks) == ["ready"]
    warned.answers("lin", "done", "ready")
    assert list(warned.event.tasks) == ["ready", "evacuate"]


def test_a_task_of_a_phase_that_was_passed_over_may_still_be_asked_for_by_a_rule() -> None:
    tasks = (planned("ready", "office", "warning"), planned("customers", "sales", "warning", held=True))
    rule = Rule((when("repair_hours", "at least", 8),), release=(TaskId("customers"),))
    story = Story(setting=with_playbook(tasks=tasks, rules=(*PLAYBOOK.rules[:1], rule)))
    story.opens()
    assert story.event.tasks == {}
    story.does(SetFact(actor("lin"), REPAIR_HOURS, 8))
    assert list(story.event.tasks) == ["customers"]


def test_a_known_place_is_shown_by_the_companys_name_for_it() -> None:
    story = Story()
    story.opens(place="workshop 3")
    assert story.event.facts[PLACE].value == "workshop 3"
    assert story.event.facts[PLACE].shown == Words("3号车间", "Workshop 3")
    story.does(SetFact(actor("lin"), PLACE, "gate"))
    assert story.event.facts[PLACE].shown == Words("东门", "East Gate")
    story.does(SetFact(actor("lin"), PLACE, "behind the canteen"))
    assert story.event.facts[PLACE].shown == same("behind the canteen")
    story.does(SetFact(actor("lin"), PLACE, "a\x00\x1b[31m b\u202e"))
    assert story.event.facts[PLACE].shown == same("a[31m b")
    story.does(SetFact(actor("lin"), PLACE, 3))
    assert story.event.facts[PLACE].shown == same("3")


def test_an_absent_general_manager_does_not_lead() -> None:
    story = Story()
    said = story.opens(absent=[("chen", NOW + HOUR), ("lin", None), ("wang", None), ("guo", NOW - HOUR)])
    assert [each.person for each in said if isinstance(each, AbsenceMarked)] == ["chen", "lin"]
    assert story.leads == "guo"
    assert story.task("evacuate").called == 2
    assert story.task("evacuate").chain[1].person == "wei"


def test_nobody_there_means_nobody_commands_and_everybody_is_called() -> None:
    story = Story()
    everybody = [(person, None) for person in ("chen", "guo", "lin", "sun", "wei")]
    said = story.opens(absent=everybody)
    passed = only(CommandPassed, said)
    assert passed.to is None
    assert passed.called == story.event.chain
    assert story.task("evacuate").with_commander
    assert [each.why for each in said if isinstance(each, Escalated)] == ["absent", "absent"]


def test_the_general_manager_who_reports_has_answered() -> None:
    story = Story()
    said = story.opens(actor("chen"))
    assert [each.why for each in said if isinstance(each, CommandPassed)] == ["opened", "confirmed"]
    assert story.event.command.answer_at is None


def test_a_stranger_calls_only_the_first_call() -> None:
    story = Story()
    story.opens(STRANGER, confirmed=False)
    assert list(story.event.tasks) == ["warn", "evacuate"]
    assert story.event.reporter == same("Visitor")
    with refused("refused.stranger"):
        story.does(ConfirmReport(STRANGER))
    said = story.does(ConfirmReport(actor("wei")))
    assert isinstance(said[0], Confirmed)
    assert [each.task for each in said if isinstance(each, TaskReleased)] == ["repair", "orders"]
    assert story.does(ConfirmReport(actor("wei"))) == []


def test_a_role_with_no_holders_goes_to_the_commander() -> None:
    story = Story()
    said = story.opens(facts=[("repair_hours", 30)])
    released = next(each for each in said if isinstance(each, TaskReleased) and each.task == "wiring")
    assert released.called == 0
    assert released.chain == ()
    assert story.task("wiring").with_commander
    assert only(Escalated, said).commander


def test_a_report_is_never_refused() -> None:
    story = Story()
    story.opens(stage="??", place="", facts=[("repair_hours", "soon"), ("nonsense", "x"), ("orders", "")])
    facts = story.event.facts
    assert facts[FactId("stage")].value == "??"
    assert facts[FactId("repair_hours")].shown == same("soon")
    assert facts[FactId("nonsense")].label == same("nonsense")
    assert PLACE not in facts
    assert FactId("orders") not in facts


def test_a_place_is_known_by_id_name_or_inside_a_sentence() -> None:
    for typed in ("w3", "WORKSHOP 3", "3号车间", "在3号车间东侧", "near workshop 3, line 2"):
        found = place_of(COMPANY, typed)
        assert found is not None
        assert found.id == "w3"
    assert place_of(COMPANY, "somewhere") is None
    assert place_of(COMPANY, " ") is None
    assert affected_department(COMPANY, same("somewhere")) == "office"


def test_the_head_of_the_affected_department_clears_the_place(story: Story) -> None:
    story.answers("lin", "done", "evacuate")
    assert story.task("clear").role == "production"
    assert story.task("clear").department == "production"
    elsewhere = Story()
    elsewhere.opens(place="东门")
    elsewhere.answers("lin", "done", "evacuate")
    assert elsewhere.task("clear").role == "office"


def test_a_place_inside_a_sentence_stays_as_it_was_typed() -> None:
    story = Story()
    story.opens(place=" 3号车间东侧 ")
    assert story.event.place == same("3号车间东侧")


def test_a_role_that_a_reload_took_away_keeps_its_id() -> None:
    gone = role_of(COMPANY, RoleId("gone"), same(""))
    assert gone.holders == ()
    assert gone.department == "office"


def test_a_task_of_a_department_that_does_not_take_part_stands_with_the_command_group(story: Story) -> None:
    roles = dict(COMPANY.roles)
    roles[RoleId("production")] = replace(roles[RoleId("production")], department=DepartmentId("new"))
    story.setting = replace(SETTING, company=replace(COMPANY, roles=roles))
    story.answers("lin", "done", "evacuate")
    assert story.task("clear").department == "command_group"


def test_a_claimed_beginning_counts_but_never_in_the_future() -> None:
    story = Story()
    story.opens(began_at=NOW - 9 * HOUR)
    assert "customers" in story.event.tasks
    later = Story()
    later.opens(began_at=NOW + HOUR)
    assert later.event.began_at == NOW


def test_a_level_the_company_does_not_know_keeps_its_id() -> None:
    story = Story(setting=with_playbook(level=LevelId("odd")))
    opened = only(Opened, story.opens())
    assert opened.level_name == same("odd")


def test_a_playbook_without_first_call_still_has_a_commander() -> None:
    story = Story(setting=with_playbook(first_call=()))
    story.opens(STRANGER, confirmed=False)
    assert story.event.tasks == {}
    assert story.leads == "chen"


def test_a_report_may_ask_for_a_number() -> None:
    asked = Question(FactId("hurt"), Words("几人受伤？", "How many are hurt?"), {}, number="1")
    story = Story(setting=with_playbook(report=(asked,)))
    said = story.opens(stage=None, facts=[("hurt", "2")])
    assert [each.value for each in said if isinstance(each, FactSet)] == ["3号车间", 2]


def test_a_drill_runs_its_own_clock_and_a_live_event_never_does() -> None:
    drill = Story()
    drill.opens(kind="drill", clock_speed=60.0)
    assert drill.task("evacuate").finish_at == NOW + timedelta(minutes=1)
    assert drill.task("evacuate").acknowledge_at == NOW + timedelta(minutes=5)
    live = Story()
    live.opens(clock_speed=60.0)
    assert live.event.clock_speed == 1.0


def test_somebody_who_left_the_company_is_kept_by_id() -> None:
    roles = {**COMPANY.roles, RoleId("sales"): replace(COMPANY.roles[RoleId("sales")], holders=(PersonId("gone"),))}
    story = Story(setting=replace(SETTING, company=replace(COMPANY, roles=roles)))
    story.opens()
    assert story.task("orders").chain[0].name == same("gone")
