"""All clear, standing down, the review, closing; false alarm; merging; what may still be written down."""

from __future__ import annotations

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.domain.commands import EnterPhase, GoAbsent, MergeInto, OfferMerge, Record, SetFact, TakeMerged, UndoMerge
from bot.domain.commands_ending import AskStandDown, CallFalse, Close, GiveAllClear, StandDown, TakeAllClear
from bot.domain.entries import Payload
from bot.domain.entries_course import FactSet
from bot.domain.entries_ending import AllClearTaken, StoodDown
from bot.domain.entries_house import Destroyed
from bot.domain.entries_talk import Noted, Said
from bot.domain.entries_tasks import TaskReleased
from bot.domain.ids import DepartmentId, EventId, FactId, PersonId, RoomId
from bot.domain.proof import public, sign, verify
from bot.domain.standdown import clear_missing, clear_needed
from bot.domain.timers import timers
from bot.text import same
from tests.domain.plant import HOUR, NOW, STRANGER, Story, actor, kinds, only, refused, with_playbook

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = EventId("EV-2026-0006")


def finish(story: Story) -> None:
    """Everybody does what is asked so far."""
    for task in ("warn", "evacuate"):
        story.answers("lin", "done", task)
    story.gives("sun", "repair", 2)
    story.gives("tang", "orders", 3)
    for person, task in (("sun", "repair"), ("tang", "orders"), ("sun", "clear")):
        story.answers(person, "done", task)


def stand_down(story: Story) -> None:
    """… and the response ends."""
    finish(story)
    story.does(AskStandDown(actor("chen")))
    for person, department in (("lin", "office"), ("sun", "production"), ("tang", "sales")):
        story.does(GiveAllClear(actor(person), DepartmentId(department)))
    story.does(StandDown(actor("chen")))


def closes(story: Story, override: str = "") -> list[Payload]:
    """The commander seals the record."""
    head = story.record[-1].hash
    return story.does(Close(actor("chen"), head, sign(KEY, head), public(KEY), override))


def test_every_department_with_a_task_gives_its_all_clear(story: Story) -> None:
    finish(story)
    assert clear_needed(story.event) == ("office", "production", "sales")
    with refused("refused.stand_down_not_asked"):
        story.does(StandDown(actor("chen")))
    with refused("refused.clear_not_asked"):
        story.does(GiveAllClear(actor("lin"), DepartmentId("office")))
    story.does(AskStandDown(actor("chen")))
    assert story.does(AskStandDown(actor("chen"))) == []
    with refused("refused.clear_missing"):
        story.does(StandDown(actor("chen")))
    story.does(GiveAllClear(actor("wei"), DepartmentId("office")))
    assert story.does(GiveAllClear(actor("lin"), DepartmentId("office"))) == []
    assert clear_missing(story.event) == ("production", "sales")


def test_open_tasks_stand_in_the_way_of_an_all_clear(story: Story) -> None:
    story.does(AskStandDown(actor("chen")))
    with refused("refused.clear_open_tasks"):
        story.does(GiveAllClear(actor("sun"), DepartmentId("production")))
    with refused("refused.department_of_others"):
        story.does(GiveAllClear(actor("wang"), DepartmentId("production")))
    with refused("refused.no_department"):
        story.does(GiveAllClear(actor("sun"), DepartmentId("kitchen")))
    with refused("refused.no_department"):
        story.does(TakeAllClear(actor("sun"), DepartmentId("kitchen")))


def test_an_all_clear_is_taken_back_by_hand_or_by_a_new_task(story: Story) -> None:
    finish(story)
    story.does(AskStandDown(actor("chen")))
    story.does(GiveAllClear(actor("tang"), DepartmentId("sales")))
    story.does(TakeAllClear(actor("tang"), DepartmentId("sales")))
    assert story.does(TakeAllClear(actor("tang"), DepartmentId("sales"))) == []
    story.does(GiveAllClear(actor("tang"), DepartmentId("sales")))
    said = story.does(SetFact(actor("lin"), FactId("repair_hours"), 12))
    assert only(AllClearTaken, said).department == "sales"
    assert clear_missing(story.event) == ("office", "production", "sales")


def test_a_department_asked_later_must_be_clear_too(story: Story) -> None:
    finish(story)
    story.does(AskStandDown(actor("chen")))
    story.does(SetFact(actor("lin"), FactId("repair_hours"), 30))
    assert clear_needed(story.event) == ("office", "production", "sales", "technical")


def test_only_the_departments_that_the_playbook_names() -> None:
    story = Story(setting=with_playbook(all_clear=(DepartmentId("office"),)))
    story.opens()
    assert clear_needed(story.event) == ("office",)
    finish(story)
    story.does(AskStandDown(actor("chen")))
    story.does(SetFact(actor("lin"), FactId("repair_hours"), 30))
    story.does(GiveAllClear(actor("lin"), DepartmentId("office")))
    story.does(StandDown(actor("chen")))
    assert story.event.status == "stood_down"


def test_a_department_that_the_company_no_longer_has_is_not_waited_for() -> None:
    story = Story(setting=with_playbook(all_clear=(DepartmentId("gone"), DepartmentId("office"))))
    story.opens()
    assert clear_needed(story.event) == ("office",)
    assert [ref.id for ref in only(StoodDown, story.does(StandDown(actor("chen"), "told by radio"))).missing] == [
        "office"
    ]


def test_a_department_without_a_task_may_be_named_for_its_all_clear() -> None:
    quiet = tuple(task for task in with_playbook().playbook.tasks if task.role != "sales")
    story = Story(setting=with_playbook(tasks=quiet, all_clear=(DepartmentId("sales"),)))
    story.opens()
    story.does(AskStandDown(actor("chen")))
    with refused("refused.clear_missing"):
        story.does(StandDown(actor("chen")))
    story.does(GiveAllClear(actor("tang"), DepartmentId("sales")))
    story.does(StandDown(actor("chen")))
    assert story.event.status == "stood_down"


def test_standing_down_enters_recovery_and_asks_for_the_review(story: Story) -> None:
    stand_down(story)
    assert story.event.status == "stood_down"
    assert story.event.phase == "recovery"
    assert [task for task in story.event.tasks if task in ("restart", "review")] == ["restart", "review"]
    assert story.task("review").finish_at == story.now + timedelta(days=7)
    assert not any(timer.step in ("command", "command_remind") for timer in timers(story.event))
    with refused("refused.stood_down"):
        story.does(AskStandDown(actor("chen")))
    story.answers("sun", "done", "restart")
    assert story.event.phase == "review"


def test_without_recovery_the_review_begins_at_once() -> None:
    story = Story()
    tasks = tuple(task for task in story.setting.playbook.tasks if task.phase != "recovery")
    story.setting = with_playbook(tasks=tasks)
    story.opens()
    stand_down(story)
    assert story.event.phase == "review"


def test_lifting_a_warning_leaves_nothing_to_recover_from() -> None:
    story = Story()
    story.opens(stage="warned")
    story.answers("lin", "done", "ready")
    story.does(AskStandDown(actor("chen")))
    story.does(GiveAllClear(actor("lin"), DepartmentId("office")))
    story.does(StandDown(actor("chen")))
    assert story.event.phase == "review"
    assert list(story.event.tasks) == ["ready", "review"]


def test_the_commander_overrides_with_a_reason(story: Story) -> None:
    with refused("refused.commander_only"):
        story.does(StandDown(actor("guo"), "enough"))
    said = story.does(StandDown(actor("chen"), "told by radio"))
    stood_down = only(StoodDown, said)
    assert stood_down.override == "told by radio"
    assert [ref.id for ref in stood_down.missing] == ["office", "production", "sales"]
    story.does(GoAbsent(actor("chen"), PersonId("chen"), None))
    assert story.leads == "chen"


def test_recovery_that_began_before_goes_on(story: Story) -> None:
    story.does(EnterPhase(actor("chen"), "recovery"))
    story.does(StandDown(actor("chen"), "enough"))
    assert story.event.phase == "recovery"


def test_the_review_is_approved_or_sent_back(story: Story) -> None:
    stand_down(story)
    story.answers("sun", "done", "restart")
    with refused("refused.evidence_text"):
        story.answers("lin", "done", "review")
    story.gives("lin", "review", "The pump failed.")
    story.answers("lin", "done", "review")
    with refused("refused.evidence_choice"):
        story.answers("chen", "done", "review-approve")
    story.gives("chen", "review-approve", "Send back")
    said = story.answers("chen", "done", "review-approve")
    assert only(TaskReleased, said).task == "review"
    assert story.task("review").status == "waiting"
    with refused("refused.evidence_text"):
        story.answers("lin", "done", "review")
    story.gives("lin", "review", "The pump failed for want of oil.")
    story.answers("lin", "done", "review")
    story.gives("chen", "review-approve", "approve")
    story.answers("chen", "done", "review-approve")
    assert kinds(closes(story)) == ["event.closed"]


def test_closing_seals_the_record(story: Story) -> None:
    with refused("refused.close_first_stand_down"):
        closes(story)
    stand_down(story)
    with refused("refused.close_open_tasks"):
        closes(story)
    closes(story, override="the review follows on paper")
    assert story.event.status == "closed"
    assert closes(story) == []
    assert verify(story.record, public(KEY)).signed_by == public(KEY)
    with refused("refused.over"):
        story.answers("lin", "done", "review")
    story.does(Record(actor("lin"), Noted(same("林晓"), "An addendum."), at=NOW - HOUR))
    assert story.record[-1].late
    assert verify(story.record, public(KEY)).good


def test_a_false_alarm_ends_it(story: Story) -> None:
    with refused("refused.leaders_only"):
        story.does(CallFalse(actor("wang")))
    story.does(CallFalse(actor("guo"), " steam "))
    assert story.event.status == "false_alarm"
    assert timers(story.event) == frozenset()
    with refused("refused.over"):
        story.does(CallFalse(actor("guo")))
    with refused("refused.over"):
        story.answers("lin", "acknowledge")


def test_two_reports_of_the_same_thing(story: Story) -> None:
    assert kinds(story.does(OfferMerge(OTHER, same("Outage")))) == ["merge.offered"]
    assert story.does(OfferMerge(OTHER, same("Outage"))) == []
    with refused("refused.merge_itself"):
        story.does(MergeInto(actor("wang"), story.event.id, "live"))
    with refused("refused.merge_kind"):
        story.does(MergeInto(actor("wang"), OTHER, "drill"))
    with refused("refused.not_allowed"):
        story.does(MergeInto(actor("admin"), OTHER, "live"))
    story.does(MergeInto(actor("wang"), OTHER, "live"))
    assert story.event.merged_into == OTHER
    assert story.does(MergeInto(actor("wang"), OTHER, "live")) == []
    with refused("refused.merged"):
        story.answers("lin", "acknowledge")
    assert story.does(OfferMerge(EventId("EV-2026-0005"), same("x"))) == []


def test_the_first_event_keeps_both_reporters(story: Story) -> None:
    story.does(TakeMerged(actor("wang"), OTHER, same("Tang Ning"), NOW))
    assert story.event.also_reported == (same("Tang Ning"),)
    story.does(CallFalse(actor("chen")))
    with refused("refused.merge_over"):
        story.does(TakeMerged(actor("wang"), OTHER, same("Tang Ning"), NOW))


def test_a_strangers_report_is_confirmed_by_an_employees_that_joins_it() -> None:
    """Whoever the second event had called must not be lost to a first one that calls only a few."""
    story = Story()
    story.opens(STRANGER, confirmed=False)
    assert list(story.event.tasks) == ["warn", "evacuate"]
    said = story.does(TakeMerged(actor("wang"), OTHER, same("Tang Ning"), NOW, confirmed=True))
    assert kinds(said) == ["merge.took", "event.confirmed", "task.released", "task.released"]
    assert list(story.event.tasks) == ["warn", "evacuate", "repair", "orders"]


def test_two_strangers_reports_together_still_wait_to_be_confirmed() -> None:
    story = Story()
    story.opens(STRANGER, confirmed=False)
    assert kinds(story.does(TakeMerged(actor("wang"), OTHER, same("Visitor"), NOW))) == ["merge.took"]
    assert not story.event.confirmed


def test_a_merge_is_undone(story: Story) -> None:
    story.does(AskStandDown(actor("chen")))
    with refused("refused.not_merged"):
        story.does(UndoMerge(actor("lin")))
    story.does(MergeInto(actor("lin"), OTHER, "live"))
    story.does(UndoMerge(actor("lin")))
    assert story.event.status == "standing_down"
    assert story.event.merged_into is None


def test_what_was_said_changes_nothing_but_the_count(story: Story) -> None:
    before = story.event
    story.does(Record(STRANGER, Said("m1", RoomId("office"), same("Office"), same("Visitor"), words="help")))
    assert story.event.sequence == before.sequence + 1
    assert story.event.revisions == before.revisions
    assert story.record[-1].private == '{"words":"help"}'


def test_what_may_not_be_written_down_directly(story: Story) -> None:
    with refused("refused.record_kind"):
        story.does(Record(actor("chen"), FactSet(FactId("x"), 1, same("x"), same("1"))))
    with refused("refused.not_allowed"):
        story.does(Record(actor("chen"), Destroyed((1,), (), "应对法 85")))
    with refused("refused.stranger"):
        story.does(Record(STRANGER, Noted(same("Visitor"), "x")))
    story.does(Record(actor("lin"), Noted(same("林晓"), "x"), at=NOW + HOUR))
    assert story.record[-1].at == NOW
