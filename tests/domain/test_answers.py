"""The four answers, evidence, undo, more time, and a task given to somebody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.commands import SetFact
from bot.domain.commands_ending import AskStandDown, GiveAllClear
from bot.domain.commands_tasks import Answer, GiveEvidence, GiveTo, MoreTime, Withdraw
from bot.domain.entries_course import FactSet, RuleFired
from bot.domain.entries_ending import AllClearTaken
from bot.domain.entries_tasks import EvidenceGiven, Seen, TaskAnswered, TaskExtended, TaskGiven, TaskReleased
from bot.domain.fold import replay
from bot.domain.ids import DepartmentId, FactId, FileId, PersonId, TaskId
from bot.domain.playbook import Evidence, FactValue
from bot.domain.record import decode, encode
from bot.text import Words, same
from tests.domain.plant import HOUR, MINUTE, NOW, STRANGER, Story, actor, kinds, only, planned, refused, with_playbook

PHOTO = FileId("0" * 64)


def test_one_press_acknowledges_every_task_of_the_card(story: Story) -> None:
    said = story.answers("lin", "acknowledge")
    assert [each.task for each in said if isinstance(each, TaskAnswered)] == ["warn", "evacuate"]
    assert story.task("evacuate").status == "acknowledged"
    assert story.task("evacuate").acknowledge_at is None
    assert story.answers("lin", "acknowledge") == []


def test_a_stand_in_answers_for_the_holder(story: Story) -> None:
    story.answers("wei", "start", "evacuate")
    assert story.record[-1].actor.standing_in_for == "lin"
    story.answers("lin", "acknowledge", "warn")
    assert story.record[-1].actor.standing_in_for is None


def test_a_worker_who_presses_has_only_seen_it(story: Story) -> None:
    assert kinds(story.answers("wang", "acknowledge")) == ["task.seen"]
    assert story.answers("wang", "acknowledge") == []
    assert story.answers("wang", "acknowledge", "evacuate") == []
    assert only(Seen, story.answers("tang", "acknowledge")).member.name == Words("唐宁", "Tang Ning")
    assert story.task("evacuate").status == "waiting"
    assert len(story.event.seen[DepartmentId("office")]) == 2


def test_a_worker_does_not_answer_for_others(story: Story) -> None:
    for word in ("start", "done", "cannot"):
        with refused("refused.task_of_others"):
            story.answers("wang", word, "evacuate", reason="no key")
    with refused("refused.stranger"):
        story.does(Answer(STRANGER, "acknowledge", DepartmentId("office")))
    with refused("refused.auditor"):
        story.answers("audit", "acknowledge")


def test_an_answer_names_a_task_and_a_card_of_this_event(story: Story) -> None:
    with refused("refused.which_task"):
        story.answers("lin", "done")
    with refused("refused.no_task"):
        story.answers("lin", "done", "clear")
    with refused("refused.no_department"):
        story.answers("wang", "acknowledge", department="kitchen")


def test_those_in_command_answer_for_anybody(story: Story) -> None:
    story.answers("guo", "done", "evacuate")
    assert story.record[-2].actor.standing_in_for == "lin"
    assert story.task("evacuate").status == "done"


def test_done_releases_the_next_task(story: Story) -> None:
    said = story.answers("lin", "done", "evacuate")
    assert kinds(said) == ["task.answered", "task.released"]
    assert only(TaskReleased, said).because == "after"
    assert story.answers("lin", "done", "evacuate") == []
    for word in ("start", "cannot"):
        with refused("refused.task_done"):
            story.answers("wei", word, "evacuate", reason="late")
    assert story.answers("wei", "done", "evacuate") == []


def test_an_acknowledged_task_stays_started(story: Story) -> None:
    story.answers("lin", "start", "evacuate")
    story.answers("lin", "acknowledge", "evacuate")
    assert story.task("evacuate").status == "started"


def test_cannot_wants_a_reason_and_can_be_taken_up_again(story: Story) -> None:
    with refused("refused.reason_wanted"):
        story.answers("lin", "cannot", "evacuate", reason="  ")
    story.answers("lin", "cannot", "evacuate", reason="smoke")
    assert story.task("evacuate").status == "blocked"
    assert story.task("evacuate").answers[-1].reason == "smoke"
    assert story.answers("lin", "cannot", "evacuate", reason="smoke") == []
    assert kinds(story.answers("lin", "acknowledge")) == ["task.answered"]
    assert story.task("evacuate").status == "blocked"
    story.answers("chen", "start", "evacuate")
    assert story.task("evacuate").status == "started"


def test_a_number_is_wanted_before_done_and_becomes_a_fact(story: Story) -> None:
    with refused("refused.evidence_number"):
        story.answers("sun", "done", "repair")
    for nonsense in ("soon", "", True, float("inf"), "1e300", "-5"):
        with refused("refused.number"):
            story.gives("sun", "repair", nonsense)
    said = story.gives("sun", "repair", "7.5 h")
    assert only(EvidenceGiven, said).value == 7.5
    assert only(FactSet, said).shown == same("7.5 h")
    assert only(FactSet, said).task == "repair"
    story.answers("sun", "done", "repair")
    assert story.task("repair").status == "done"
    assert story.gives("sun", "repair", 7.5) == []


def test_eight_hours_or_more_releases_the_sales_task(story: Story) -> None:
    story.gives("sun", "repair", 7)
    assert "customers" not in story.event.tasks
    said = story.gives("sun", "repair", 8)
    assert only(RuleFired, said).rule == 1
    assert only(TaskReleased, said).because == "rule"
    story.gives("tang", "orders", 0)
    story.gives("sun", "repair", 3)
    assert "customers" in story.event.tasks


def test_known_to_be_harmless_releases_nothing(story: Story) -> None:
    story.gives("tang", "orders", 0)
    assert kinds(story.gives("sun", "repair", 9)) == ["task.evidence", "fact.set"]


def test_a_line_of_text_is_private(story: Story) -> None:
    story.gives("sun", "repair", 8)
    with refused("refused.evidence_text"):
        story.answers("tang", "done", "customers")
    with refused("refused.evidence_text"):
        story.gives("tang", "customers", " ")
    with refused("refused.evidence_text"):
        story.does(GiveEvidence(actor("tang"), TaskId("customers")))
    given = only(EvidenceGiven, story.gives("tang", "customers", " Mr Li agrees "))
    assert given.written == "Mr Li agrees"
    assert story.record[-1].private == '{"written":"Mr Li agrees"}'
    story.answers("tang", "done", "customers")
    assert "photo" in story.event.tasks


def test_a_photo_is_wanted(story: Story) -> None:
    story.gives("sun", "repair", 8)
    story.gives("tang", "customers", "x")
    story.answers("tang", "done", "customers")
    with refused("refused.evidence_photo"):
        story.answers("tang", "done", "photo")
    with refused("refused.evidence_photo"):
        story.gives("tang", "photo", "words")
    story.does(GiveEvidence(actor("tang"), TaskId("photo"), file=PHOTO))
    assert story.does(GiveEvidence(actor("tang"), TaskId("photo"), file=PHOTO)) == []
    story.answers("tang", "done", "photo")
    assert story.task("photo").given[0].file == PHOTO


def test_a_photo_or_a_line_may_come_with_any_task(story: Story) -> None:
    said = story.does(GiveEvidence(actor("lin"), TaskId("evacuate"), file=PHOTO))
    assert only(EvidenceGiven, said).evidence == "photo"
    assert only(EvidenceGiven, story.gives("lin", "evacuate", "all out")).evidence == "text"
    with refused("refused.evidence_text"):
        story.does(GiveEvidence(actor("lin"), TaskId("evacuate")))
    with refused("refused.no_task"):
        story.gives("lin", "verdict", "good")


def test_undo_within_two_minutes(story: Story) -> None:
    story.answers("lin", "done", "evacuate")
    sequence = story.task("evacuate").answers[-1].sequence
    with refused("refused.undo_of_others"):
        story.does(Withdraw(actor("wei"), sequence))
    story.now += timedelta(seconds=120)
    story.does(Withdraw(actor("lin"), sequence))
    assert story.task("evacuate").status == "waiting"
    assert story.task("evacuate").acknowledge_at == story.now + 5 * MINUTE
    assert "clear" in story.event.tasks
    assert story.does(Withdraw(actor("lin"), sequence)) == []


def test_undo_too_late_or_not_the_last(story: Story) -> None:
    story.answers("lin", "start", "evacuate")
    first = story.task("evacuate").answers[-1].sequence
    story.answers("wei", "done", "evacuate")
    with refused("refused.undo_not_last"):
        story.does(Withdraw(actor("lin"), first))
    story.now += timedelta(seconds=121)
    with refused("refused.undo_too_late"):
        story.does(Withdraw(actor("wei"), story.task("evacuate").answers[-1].sequence))


def test_undo_returns_to_the_answer_before(story: Story) -> None:
    story.answers("lin", "start", "evacuate")
    story.answers("lin", "done", "evacuate")
    story.does(Withdraw(actor("lin"), story.task("evacuate").answers[-1].sequence))
    assert story.task("evacuate").status == "started"
    assert story.task("evacuate").acknowledge_at is None


def test_undo_of_done_takes_back_the_all_clear(story: Story) -> None:
    story.answers("tang", "acknowledge", department="sales")
    story.gives("tang", "orders", 1)
    story.answers("tang", "done", "orders")
    story.does(AskStandDown(actor("chen")))
    story.does(GiveAllClear(actor("tang"), DepartmentId("sales")))
    said = story.does(Withdraw(actor("tang"), story.task("orders").answers[-1].sequence))
    assert only(AllClearTaken, said).department == "sales"


def test_a_task_nobody_holds_returns_to_the_commander_when_undone() -> None:
    story = Story()
    story.opens(facts=[("repair_hours", 30)])
    story.answers("chen", "start", "wiring")
    assert not story.task("wiring").with_commander
    assert story.record[-1].actor.standing_in_for is None
    story.does(Withdraw(actor("chen"), story.task("wiring").answers[-1].sequence))
    assert story.task("wiring").with_commander
    assert story.task("wiring").acknowledge_at is None


def test_thirty_more_minutes_acknowledge_too(story: Story) -> None:
    said = story.does(MoreTime(actor("sun"), TaskId("repair"), 1800))
    assert kinds(said) == ["task.answered", "task.extended"]
    assert only(TaskExtended, said).finish_at == NOW + HOUR + 30 * MINUTE
    story.passes(2 * HOUR)
    assert story.task("repair").overdue_steps == 2
    story.does(MoreTime(actor("sun"), TaskId("repair"), 600))
    assert story.task("repair").finish_at == story.now + 10 * MINUTE
    assert story.task("repair").overdue_steps == 0
    for seconds in (0, -5, float("nan"), 1e9):
        with refused("refused.more_time"):
            story.does(MoreTime(actor("sun"), TaskId("repair"), seconds))


def test_give_it_to_somebody_who_is_there(story: Story) -> None:
    story.answers("sun", "cannot", "repair", reason="no parts")
    said = story.does(GiveTo(actor("sun"), TaskId("repair"), PersonId("wang")))
    assert only(TaskGiven, said).to.person == "wang"
    task = story.task("repair")
    assert task.status == "waiting"
    assert [each.person for each in task.chain] == ["wang", "sun", "he"]
    assert story.does(GiveTo(actor("sun"), TaskId("repair"), PersonId("wang"))) == []
    story.answers("wang", "start", "repair")
    assert story.record[-1].actor.standing_in_for is None
    with refused("refused.no_person"):
        story.does(GiveTo(actor("sun"), TaskId("repair"), PersonId("nobody")))


def test_no_giving_to_the_absent_and_no_giving_what_is_done() -> None:
    story = Story()
    story.opens(absent=[("he", None)])
    with refused("refused.person_absent"):
        story.does(GiveTo(actor("sun"), TaskId("repair"), PersonId("he")))
    story.answers("lin", "done", "evacuate")
    with refused("refused.task_done"):
        story.does(GiveTo(actor("lin"), TaskId("evacuate"), PersonId("wei")))
    with refused("refused.task_done"):
        story.does(MoreTime(actor("lin"), TaskId("evacuate"), 600))
    with refused("refused.task_of_others"):
        story.does(GiveTo(actor("tang"), TaskId("repair"), PersonId("wei")))


@pytest.mark.parametrize(
    ("fact", "value", "kept"), [("stage", "Warned", "warned"), ("stage", "已发生", "here"), ("orders", "3", 3)]
)
def test_a_fact_is_read_as_the_playbook_asks(story: Story, fact: str, value: FactValue, kept: FactValue) -> None:
    story.does(SetFact(actor("lin"), FactId(fact), value))
    assert story.event.facts[FactId(fact)].value == kept
    assert story.does(SetFact(actor("lin"), FactId(fact), value)) == []


def test_a_fact_nobody_knows_or_out_of_the_choices(story: Story) -> None:
    with refused("refused.fact_unknown"):
        story.does(SetFact(actor("lin"), FactId("weather"), "rain"))
    with refused("refused.choice"):
        story.does(SetFact(actor("lin"), FactId("stage"), "maybe"))
    with refused("refused.value_empty"):
        story.does(SetFact(actor("lin"), FactId("place"), " "))
    with refused("refused.not_allowed"):
        story.does(SetFact(actor("wang"), FactId("stage"), "here"))


def test_a_choice_or_a_file_as_evidence() -> None:
    verdict, paper = TaskId("verdict"), TaskId("paper")
    choice = Evidence("choice", FactId("verdict"), choices={"good": Words("合格", "Good"), "bad": same("Bad")})
    story = Story(
        setting=with_playbook(
            tasks=(
                planned("verdict", "production", evidence=choice),
                planned("paper", "sales", evidence=Evidence("file")),
            )
        )
    )
    story.opens()
    with refused("refused.choice"):
        story.gives("sun", "verdict", "fair")
    said = story.gives("sun", "verdict", "合格")
    assert only(EvidenceGiven, said).words == Words("合格", "Good")
    assert only(FactSet, said).label == story.task("verdict").text
    story.answers("sun", "done", verdict)
    with refused("refused.evidence_file"):
        story.answers("tang", "done", paper)
    assert only(EvidenceGiven, story.does(GiveEvidence(actor("tang"), paper, file=PHOTO))).evidence == "file"


def test_choices_keep_the_order_of_the_plan() -> None:
    verdict = TaskId("verdict")
    choices = {"replace": same("Replacement"), "sort": same("Sorting"), "again": same("Once more")}
    wanted = Evidence("choice", FactId("verdict"), choices=choices)
    story = Story(setting=with_playbook(tasks=(planned("verdict", "production", evidence=wanted),)))
    story.opens()
    read_back = replay(decode(encode(entry)) for entry in story.record)
    for event in (story.event, read_back):
        evidence = event.tasks[verdict].evidence
        assert list((evidence and evidence.choices) or ()) == ["replace", "sort", "again"]


def test_a_rule_may_change_the_level(story: Story) -> None:
    said = story.gives("sun", "repair", 25)
    assert {each.rule for each in said if isinstance(each, RuleFired)} == {1, 3}
    assert story.event.level == "team"
