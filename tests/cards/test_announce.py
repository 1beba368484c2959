"""Who hears what, and who is left in peace: what goes out after each thing that happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cards.plain import plain
from bot.chat.card import Card
from bot.chat.effect import Invite, OpenRoom, Outgoing, Post, Priority, ShowCard
from bot.domain.commands import (
    ChangeLevel,
    ComeBack,
    ConfirmReport,
    DirectsOnSite,
    EnterPhase,
    GoAbsent,
    HandOver,
    MergeInto,
    OfferMerge,
    Record,
    SetFact,
    TakeCommand,
    TakeMerged,
    UndoMerge,
)
from bot.domain.commands_ending import AskStandDown, CallFalse, Close, GiveAllClear, StandDown, TakeAllClear
from bot.domain.commands_tasks import Answer, GiveTo, MoreTime, Withdraw
from bot.domain.entries_talk import Noted
from bot.domain.ids import DepartmentId, EventId, FactId, LevelId, PersonId, RoomId, TaskId
from bot.services.announce import announce
from bot.text import Text, Words
from tests.cards.town import (
    COMPANY,
    EVENT,
    FIRE,
    NOW,
    STRANGER,
    Town,
    actions,
    actor,
    house_with,
    key_of,
    planned,
    rule,
)

OTHER = EventId("EV-2026-0006")
EVERYWHERE = ["command_group", "office", "production", "purchasing", "command"]


@pytest.fixture
def town() -> Town:
    """A fire in Workshop 3, reported by a worker at 14:00."""
    town = Town()
    town.opens()
    return town


@pytest.mark.parametrize(
    ("place", "zh", "en"),
    [("3号车间", f"{EVENT} 火灾 3号车间", f"{EVENT} Fire, Workshop 3"), ("", f"{EVENT} 火灾", f"{EVENT} Fire")],
)
def test_a_command_room_is_named_after_what_is_known(place: str, zh: str, en: str) -> None:
    opened = next(each.effect for each in Town().opens(place=place) if isinstance(each.effect, OpenRoom))
    assert opened.name == Words(zh, en)


def keys(town: Town) -> dict[str, str]:
    """What each room was told last."""
    return {room: key_of(card) for room, card in town.posts().items()}


def leads(card: Card) -> list[str]:
    """The keys of a card's leads."""
    return [lead.key for lead in card.lead if isinstance(lead, Text)]


def finish(town: Town) -> None:
    """Everything is done."""
    for person, task in (("fang", "evacuate"), ("lin", "supplier"), ("lin", "outside"), ("lin", "spending")):
        town.answers(person, "done", task)
    town.gives("lin", "orders", 7)
    town.answers("lin", "done", "orders")


# ---- the opening


def test_a_report_reaches_each_department_the_first_called_and_everybody(town: Town) -> None:
    opened, *_ = town.sent
    assert isinstance(opened.effect, OpenRoom)
    assert opened.effect.room == EVENT
    assert opened.effect.name == Words("EV-2026-0007 火灾 3号车间", "EV-2026-0007 Fire, Workshop 3")
    assert opened.effect.invite == ("chen", "guo", "fang", "hu", "sun", "lin", "wei", "wang")
    assert town.shown() == EVERYWHERE
    assert keys(town) == {"@chen": "call.command", "@fang": "call.task", "@lin": "call.tasks", "all": "notice.opened"}


def test_the_alarm_to_people_goes_before_the_cards(town: Town) -> None:
    priorities = {type(outgoing.effect).__name__: outgoing.priority for outgoing in town.sent}
    assert priorities == {"OpenRoom": Priority.CARD, "Post": Priority.ALARM, "ShowCard": Priority.CARD}
    assert {outgoing.event for outgoing in town.sent} == {EVENT}


def test_cards_stand_in_the_rooms_of_their_departments(town: Town) -> None:
    rooms = {
        outgoing.effect.ref.key: outgoing.effect.room for outgoing in town.sent if isinstance(outgoing.effect, ShowCard)
    }
    assert rooms[f"{EVENT}/command"] == EVENT
    assert rooms[f"{EVENT}/command_group"] == EVENT
    assert rooms[f"{EVENT}/office"] == "office"


def test_one_person_gets_one_message_for_everything(town: Town) -> None:
    card = town.posts()["@lin"]
    assert [button.action for button in card.buttons] == ["task.take", "task.decline"]
    assert [button.target for button in card.buttons] == ["purchasing", "purchasing"]
    assert len(card.lines) == 3


def test_somebody_with_tasks_in_two_departments_takes_each_with_its_own_button() -> None:
    tasks = (planned("a", "office", "办甲", "Do a"), planned("b", "command_group", "办乙", "Do b"))
    company = replace(
        COMPANY,
        roles={
            **COMPANY.roles,
            **{
                role: replace(COMPANY.roles[role], holders=(PersonId("fang"),))
                for role in (tasks[0].role, tasks[1].role, FIRE.commander)
            },
        },
    )
    town = Town(house_with(replace(FIRE, tasks=tasks), company))
    town.opens()
    card = town.posts()["@fang"]
    assert [button.target for button in card.buttons] == ["", "office", "command_group"]
    assert [town.renderer("zh")(button.label) for button in card.buttons] == [
        "我来指挥",
        "收到，办公室我来",
        "收到，应急指挥小组我来",
    ]
    assert len(card.lines) == 2


def test_the_absent_are_not_called_but_the_next_one_is() -> None:
    town = Town()
    town.opens(absent=["fang", "chen"])
    assert keys(town) == {"@guo": "call.command", "@hu": "call.task", "@lin": "call.tasks", "all": "notice.opened"}


def test_where_nobody_is_there_the_one_who_leads_hears_it_in_the_same_breath() -> None:
    town = Town()
    town.opens(absent=["fang", "hu"])
    told = [(post.room, key_of(post.card)) for post in town.posted()]
    assert told == [
        ("@chen", "call.command"),
        ("@lin", "call.tasks"),
        ("@chen", "call.unanswered"),
        ("all", "notice.opened"),
    ]


def test_whoever_leads_and_reports_needs_no_call() -> None:
    town = Town()
    town.opens(actor("chen"))
    assert "@chen" not in town.posts()


def test_nobody_to_lead_calls_everybody_who_might() -> None:
    town = Town()
    town.opens(absent=["chen", "guo", "fang"])
    assert {room: key for room, key in keys(town).items() if key.startswith(("call.command", "notice.command"))} == {
        EVENT: "notice.command.nobody",
        "@chen": "call.command.nobody",
        "@guo": "call.command.nobody",
        "@fang": "call.command.nobody",
    }


def test_a_drill_has_its_mark_in_the_name_of_the_room_and_on_every_message() -> None:
    town = Town()
    town.opens(kind="drill")
    opened = town.sent[0].effect
    assert isinstance(opened, OpenRoom)
    assert opened.name.zh == "【演练】EV-2026-0007 火灾 3号车间【演练】"
    assert opened.name.en.startswith("DRILL ")
    assert opened.name.en.endswith(" DRILL")
    assert all(card.kind == "drill" for card in town.posts().values())


def test_a_rule_that_fires_at_the_opening_is_told_by_the_opening_alone() -> None:
    town = Town(house_with(replace(FIRE, opens="warning", rules=(rule(enter="response", level=LevelId("team")),))))
    town.opens()
    assert (town.event.phase, town.event.level) == ("response", "team")
    assert set(keys(town).values()) == {"call.command", "call.task", "call.tasks", "notice.opened"}


def test_the_names_of_messages_follow_from_the_entries(town: Town) -> None:
    again = announce(None, town.event, town.record, town.house)
    assert again == town.sent
    names = [outgoing.effect.key for outgoing in town.sent if isinstance(outgoing.effect, Post)]
    assert len(set(names)) == len(names)
    assert all(name.startswith(f"{EVENT}/") for name in names)
    assert announce(town.event, town.event, (), town.house) == ()


def test_a_company_without_shared_rooms_still_calls_its_people() -> None:
    town = Town(house_with(company=replace(COMPANY, rooms={})))
    town.opens()
    assert town.shown() == ["command_group", "command"]
    assert keys(town) == {"@chen": "call.command", "@fang": "call.task", "@lin": "call.tasks"}


def test_a_playbook_that_is_gone_says_what_is_always_right(town: Town) -> None:
    town.house.reload(playbooks={})
    sent = announce(None, town.event, town.record, town.house)
    notice = next(
        outgoing.effect for outgoing in sent if isinstance(outgoing.effect, Post) and outgoing.effect.room == "all"
    )
    assert "先保证自身安全" in plain(notice.card, town.renderer("zh"))


# ---- a stranger's report


def test_a_stranger_calls_only_those_who_are_called_first() -> None:
    town = Town()
    town.opens(STRANGER, confirmed=False)
    assert town.shown() == ["office", "command"]
    assert keys(town) == {"@chen": "call.confirm", "@fang": "call.confirm"}
    fang, chen = town.posts()["@fang"], town.posts()["@chen"]
    assert actions(fang) == ["event.confirm", "task.take", "task.decline"]
    assert actions(chen) == ["event.confirm", "command.take", "event.false_alarm"]


def test_one_confirmation_calls_everybody() -> None:
    town = Town()
    town.opens(STRANGER, confirmed=False)
    town.does(ConfirmReport(actor("fang")))
    assert town.shown() == EVERYWHERE
    assert keys(town) == {"@lin": "call.tasks", "all": "notice.opened"}
    assert {outgoing.priority for outgoing in town.sent if isinstance(outgoing.effect, ShowCard)} == {Priority.CARD}


def test_first_call_roles_that_are_away_or_unknown_are_passed_over() -> None:
    house = house_with(replace(FIRE, first_call=(*FIRE.first_call, FIRE.owner, DepartmentId("gone"))))
    town = Town(house)
    town.opens(STRANGER, confirmed=False, absent=["fang"])
    assert "@hu" in town.posts()
    town.does(ChangeLevel(actor("chen"), LevelId("team"), "小"))
    assert list(keys(town)) == [EVENT]


# ---- tasks


def test_answers_change_the_cards_and_nothing_else(town: Town) -> None:
    town.does(Answer(actor("lin"), "acknowledge", DepartmentId("purchasing")))
    assert (town.shown(), town.posts()) == (["purchasing", "command"], {})
    assert {outgoing.priority for outgoing in town.sent} == {Priority.EDIT}
    town.does(MoreTime(actor("lin"), TaskId("outside"), 1800))
    assert (town.shown(), town.posts()) == (["purchasing", "command"], {})
    town.does(Answer(actor("wang"), "acknowledge", DepartmentId("purchasing")))
    assert (town.shown(), town.posts()) == (["purchasing"], {})
    town.does(SetFact(actor("lin"), FactId("orders"), 9))
    assert (town.shown(), town.posts()) == (["command"], {})
    done = town.answers("lin", "done", "outside")
    assert done
    town.does(Withdraw(actor("lin"), town.task("outside").answers[-1].sequence))
    assert (town.shown(), town.posts()) == (["purchasing", "command"], {})


def test_what_is_only_kept_is_nobodys_concern(town: Town) -> None:
    town.does(Record(actor("wang"), Noted(Words("王五", "Wang Wu"), "看到烟")))
    assert town.sent == ()


def test_the_next_task_calls_its_own_people() -> None:
    tasks = (*FIRE.tasks, planned("patrol", "office", "现场警戒。", "Patrol.", after=("evacuate",)))
    town = Town(house_with(replace(FIRE, tasks=tasks)))
    town.opens()
    town.answers("fang", "done", "evacuate")
    assert keys(town) == {"@fang": "call.task"}


def test_the_silent_are_reminded_once_about_everything_that_waits(town: Town) -> None:
    town.passes(1)
    assert keys(town) == {"@fang": "call.reminder"}
    assert {outgoing.priority for outgoing in town.sent if isinstance(outgoing.effect, Post)} == {Priority.REMINDER}
    town.answers("fang", "acknowledge", "evacuate")
    town.does(TakeCommand(actor("chen")))
    town.answers("lin", "acknowledge", "outside")
    town.passes(7)
    assert keys(town) == {"@lin": "call.reminder"}
    card = town.posts()["@lin"]
    assert [button.target for button in card.buttons] == ["purchasing", "purchasing"]
    assert "另有2项任务" in plain(card, town.renderer("zh"))


def test_silence_passes_the_task_on_and_the_department_sees_it(town: Town) -> None:
    town.does(TakeCommand(actor("chen")))
    town.passes(2)
    told = [(post.room, key_of(post.card), post.thread) for post in town.posted()]
    assert told == [
        ("@fang", "call.reminder", None),
        ("@hu", "call.take_over", None),
        ("office", "notice.passed.one", f"{EVENT}/office"),
    ]
    card = town.posts()["@hu"]
    assert plain(card, town.renderer("zh")).splitlines()[:2] == [
        "【紧急】请接手办公室“疏散并清点人数”，14:10前完成。  EV-2026-0007",
        "方琳暂无回应。",
    ]
    assert [button.target for button in card.buttons] == ["office/evacuate", "office/evacuate"]


def test_after_the_last_whoever_leads_decides(town: Town) -> None:
    town.does(TakeCommand(actor("chen")))
    town.passes(2)
    town.passes(2)
    assert keys(town) == {
        "@hu": "call.reminder",
        "@chen": "call.unanswered",
        "office": "notice.passed.commander.one",
    }
    assert actions(town.posts()["@chen"]) == ["task.give", "task.take"]


def test_several_tasks_pass_to_the_next_in_one_message(town: Town) -> None:
    town.does(TakeCommand(actor("chen")))
    town.answers("fang", "done", "evacuate")
    town.answers("lin", "done", "spending")
    town.passes(8)
    town.passes(7)
    told = [(post.room, key_of(post.card)) for post in town.posted()]
    assert told == [("@wei", "call.take_over"), ("purchasing", "notice.passed.several")]
    shown = plain(town.posts()["@wei"], town.renderer("zh"))
    assert shown.splitlines()[0] == "【紧急】请接手采购部“统计受影响订单”，15:00前完成。  EV-2026-0007"
    assert "另有2项任务" in shown.splitlines()
    assert "“统计受影响订单”等3项任务已转魏敏。" in plain(town.posts()["purchasing"], town.renderer("zh"))
    town.passes(8)
    town.passes(7)
    assert keys(town) == {"@chen": "call.unanswered", "purchasing": "notice.passed.commander.several"}


def test_somebody_away_is_passed_over_without_a_word_of_silence(town: Town) -> None:
    town.does(GoAbsent(actor("fang"), PersonId("fang"), None))
    assert keys(town) == {"@hu": "call.take_over", "office": "notice.passed.one"}
    assert leads(town.posts()["@hu"])[0] == "call.absent_before"
    town.does(ComeBack(actor("fang"), PersonId("fang")))
    assert town.posts() == {}


def test_after_downtime_the_message_says_that_it_is_late(town: Town) -> None:
    town.does(TakeCommand(actor("chen")))
    town.wakes_after(4)
    shown = plain(town.posts()["@hu"], town.renderer("zh"))
    assert "系统中断过，本通知晚了2分钟。" in shown


def test_a_missed_deadline_is_told_to_those_who_work_then_to_whoever_leads(town: Town) -> None:
    town.does(TakeCommand(actor("chen")))
    town.answers("fang", "start", "evacuate")
    town.does(Answer(actor("lin"), "acknowledge", DepartmentId("purchasing")))
    town.passes(10)
    assert keys(town) == {"@fang": "call.overdue", "office": "notice.overdue"}
    assert actions(town.posts()["@fang"]) == ["task.done", "task.more_time", "task.cannot"]
    town.answers("lin", "done", "spending")
    town.passes(10)
    assert keys(town) == {"@chen": "call.overdue_commander"}


def test_a_task_of_nobody_that_is_late_is_told_to_its_department() -> None:
    house = house_with()
    house.company = replace(
        COMPANY, roles={**COMPANY.roles, FIRE.owner: replace(COMPANY.roles[FIRE.owner], holders=())}
    )
    town = Town(house)
    town.opens()
    told = next(post.card for post in town.posted() if key_of(post.card) == "call.unanswered")
    assert "call.nobody_there" in leads(told)
    town.does(TakeCommand(actor("chen")))
    town.does(Answer(actor("lin"), "acknowledge", DepartmentId("purchasing")))
    town.passes(10)
    assert keys(town) == {"office": "notice.overdue"}


def test_cannot_calls_whoever_leads_at_once(town: Town) -> None:
    town.answers("lin", "cannot", "outside", "没有厂家能接")
    assert keys(town) == {"@chen": "call.blocked", EVENT: "notice.blocked"}
    shown = plain(town.posts()["@chen"], town.renderer("zh"))
    assert "林晓无法完成：没有厂家能接" in shown
    assert "电话：林晓 138 0000 0006 · 办公室 8001 · 火警 119" in shown


def test_the_commander_is_not_told_what_they_said_themselves(town: Town) -> None:
    town.answers("chen", "cannot", "outside", "没有厂家能接")
    assert keys(town) == {EVENT: "notice.blocked"}


def test_a_task_given_away_calls_the_new_owner(town: Town) -> None:
    town.does(GiveTo(actor("chen"), TaskId("outside"), PersonId("wang")))
    assert keys(town) == {"@wang": "call.given"}
    assert "陈志远（总经理）转交给您。" in plain(town.posts()["@wang"], town.renderer("zh"))
    town.does(GiveTo(actor("lin"), TaskId("orders"), PersonId("lin")))
    assert town.posts() == {}


# ---- who leads


def test_silence_makes_the_next_one_act_and_tells_both(town: Town) -> None:
    town.does(Answer(actor("lin"), "acknowledge", DepartmentId("purchasing")))
    town.answers("fang", "done", "evacuate")
    town.passes(4)
    assert keys(town) == {"@chen": "call.command.reminder"}
    town.passes(3)
    assert keys(town) == {
        EVENT: "notice.command.acting",
        "@guo": "call.command.acting",
        "@chen": "call.command.left",
    }
    assert actions(town.posts()["@guo"]) == ["command.take", "command.on_site"]
    town.does(TakeCommand(actor("guo")))
    assert town.posts() == {}
    town.does(TakeCommand(actor("chen")))
    assert keys(town) == {EVENT: "notice.command", "@guo": "call.command.left"}


def test_an_absent_leader_is_left_in_peace(town: Town) -> None:
    town.does(GoAbsent(actor("fang"), PersonId("chen"), None))
    assert keys(town) == {EVENT: "notice.command", "@guo": "call.command"}
    assert "陈志远不在。" in plain(town.posts()["@guo"], town.renderer("zh"))


def test_handing_over_calls_the_other_and_lets_them_into_the_room(town: Town) -> None:
    town.does(HandOver(actor("chen"), PersonId("wang")))
    assert keys(town) == {EVENT: "notice.command", "@wang": "call.command"}
    assert "陈志远（总经理）将指挥交接给您。" not in plain(town.posts()["@wang"], town.renderer("zh"))
    assert "陈志远将指挥交接给您。" in plain(town.posts()["@wang"], town.renderer("zh"))
    invites = [outgoing.effect for outgoing in town.sent if isinstance(outgoing.effect, Invite)]
    assert invites == [Invite(RoomId(EVENT), (PersonId("wang"),))]


def test_who_directs_on_site_is_told_that_it_was_written_down(town: Town) -> None:
    town.does(GoAbsent(actor("fang"), PersonId("chen"), None))
    town.does(DirectsOnSite(actor("hu"), PersonId("chen")))
    assert keys(town) == {EVENT: "notice.command", "@chen": "call.command", "@guo": "call.command.left"}
    assert "call.command.on_site" in leads(town.posts()["@chen"])


def test_when_nobody_is_left_everybody_of_the_chain_is_called(town: Town) -> None:
    town.does(Answer(actor("lin"), "acknowledge", DepartmentId("purchasing")))
    town.answers("hu", "done", "evacuate")
    town.passes(14)
    town.passes(7)
    assert "notice.command.nobody" in [key_of(post.card) for post in town.posted()]
    last = [(post.room, key_of(post.card)) for post in town.posted() if key_of(post.card) == "call.command.nobody"]
    assert last == [(f"@{person}", "call.command.nobody") for person in ("chen", "guo", "fang")]
    town.answers("lin", "cannot", "outside", "没有厂家")
    assert {room for room in town.posts() if room.startswith("@")} == {"@chen", "@guo", "@fang"}


# ---- level, phase, the end


def test_level_and_phase_are_told_to_everybody(town: Town) -> None:
    town.does(ChangeLevel(actor("chen"), LevelId("team"), "火势已控制"))
    assert keys(town) == {"all": "notice.level.lowered", EVENT: "notice.level.lowered"}
    assert "原因：火势已控制" in plain(town.posts()["all"], town.renderer("zh"))
    assert town.shown() == EVERYWHERE
    town.does(ChangeLevel(actor("chen"), LevelId("company")))
    assert keys(town)["all"] == "notice.level.raised"
    town.does(EnterPhase(actor("chen"), "recovery"))
    assert keys(town) == {"@sun": "call.task", "all": "notice.phase.recovery", EVENT: "notice.phase.recovery"}


@pytest.mark.parametrize(("opens", "to"), [("warning", "response")])
def test_the_response_begins_for_everybody(opens: str, to: str) -> None:
    town = Town(house_with(replace(FIRE, opens=opens)))  # type: ignore[arg-type] # a phase
    town.opens()
    town.does(EnterPhase(actor("chen"), "response"))
    assert keys(town)["all"] == f"notice.phase.{to}"
    assert town.posts()["all"].tone == "alarm"


def test_standing_down_goes_from_department_to_department(town: Town) -> None:
    finish(town)
    town.does(AskStandDown(actor("chen")))
    told = {post.room: (key_of(post.card), post.thread) for post in town.posted()}
    assert told == {
        "office": ("notice.standdown.asked", f"{EVENT}/office"),
        "purchasing": ("notice.standdown.asked", f"{EVENT}/purchasing"),
    }
    town.does(GiveAllClear(actor("fang"), DepartmentId("office")))
    assert (town.shown(), town.posts()) == (["office", "command"], {})
    town.does(GiveAllClear(actor("lin"), DepartmentId("purchasing")))
    assert keys(town) == {"@chen": "call.all_clear"}
    assert actions(town.posts()["@chen"]) == ["standdown.confirm"]
    town.does(TakeAllClear(actor("lin"), DepartmentId("purchasing")))
    assert keys(town) == {EVENT: "notice.unclear"}
    town.does(GiveAllClear(actor("lin"), DepartmentId("purchasing")))
    town.does(StandDown(actor("chen")))
    assert keys(town) == {
        "@sun": "call.task",
        "@fang": "call.review",
        "all": "notice.stood_down",
        EVENT: "notice.stood_down",
    }


def test_ending_over_the_missing_ones_says_why(town: Town) -> None:
    town.does(StandDown(actor("chen"), "火已灭，人员已清点"))
    shown = plain(town.posts()["all"], town.renderer("zh"))
    assert "未等待办公室、采购部确认。原因：火已灭，人员已清点" in shown
    assert "陈志远（总经理）于14:00宣布。" in shown


def test_the_review_concerns_the_command_room_and_may_come_back(town: Town) -> None:
    finish(town)
    town.does(StandDown(actor("chen"), "火已灭"))
    town.answers("sun", "done", "restart")
    assert keys(town) == {EVENT: "notice.phase.review"}
    town.gives("fang", "review", "按预案处置")
    town.answers("fang", "done", "review")
    assert keys(town) == {"@chen": "call.review"}
    town.gives("chen", "review-approve", "send_back")
    town.answers("chen", "done", "review-approve")
    assert keys(town) == {"@fang": "call.review.again"}
    town.does(Close(actor("chen"), "ab" * 32, "签", "钥", "另行跟踪"))
    assert keys(town) == {EVENT: "notice.sealed"}
    shown = plain(town.posts()[EVENT], town.renderer("en"))
    assert f"Hash: {'ab' * 32}" in shown


def test_a_correction_goes_everywhere_the_alarm_went(town: Town) -> None:
    town.passes(2)
    town.does(CallFalse(actor("chen"), "烟感误动"))
    corrected = {room for room, key in keys(town).items() if key == "notice.correction"}
    assert corrected == {
        "all", "office", "production", "purchasing", EVENT, "@fang", "@hu", "@lin", "@wang",
    }  # fmt: skip
    assert {outgoing.priority for outgoing in town.sent if isinstance(outgoing.effect, Post)} == {Priority.ALARM}
    shown = plain(town.posts()["all"], town.renderer("zh"))
    assert shown.startswith("【紧急】更正：14:00的报警“火灾，3号车间”（EV-2026-0007）是误报。")
    assert plain(town.posts()["all"], town.renderer("en")).startswith("EMERGENCY. CORRECTION: the alarm of 14:00")


def test_a_correction_of_a_strangers_report_stays_with_those_who_heard_it() -> None:
    town = Town()
    town.opens(STRANGER, confirmed=False)
    town.does(CallFalse(actor("chen")))
    assert set(town.posts()) == {"office", EVENT, "@fang"}


# ---- two reports of one thing


def test_an_offer_to_merge_has_its_button(town: Town) -> None:
    town.does(OfferMerge(OTHER, Words("火灾", "Fire")))
    card = town.posts()[EVENT]
    assert [(button.action, button.target) for button in card.buttons] == [("event.merge", OTHER)]


def test_merging_and_undoing_it(town: Town) -> None:
    town.does(MergeInto(actor("chen"), OTHER, "live"))
    assert keys(town) == {EVENT: "notice.merged"}
    assert town.shown() == EVERYWHERE
    town.does(UndoMerge(actor("chen")))
    assert keys(town) == {"@fang": "call.task", "@lin": "call.tasks", EVENT: "notice.merge.undone"}


def test_undoing_a_merge_calls_whoever_leads_and_was_silent(town: Town) -> None:
    town.does(MergeInto(actor("fang"), OTHER, "live"))
    town.does(UndoMerge(actor("fang")))
    assert keys(town)["@chen"] == "call.command"


def test_the_first_event_says_who_else_reported(town: Town) -> None:
    reported_at = NOW + timedelta(minutes=4)
    town.does(TakeMerged(actor("chen"), OTHER, Words("孙平", "Sun Ping"), reported_at))
    assert keys(town) == {EVENT: "notice.merge.took"}
    assert "另一报告人：孙平，14:04。" in plain(town.posts()[EVENT], town.renderer("zh"))


def test_everything_that_was_sent_reads_well_in_both_languages(town: Town) -> None:
    sent: list[Outgoing] = [*town.sent, *town.passes(60)]
    for outgoing in sent:
        if isinstance(outgoing.effect, Post):
            assert plain(outgoing.effect.card, town.renderer("zh"))
            assert plain(outgoing.effect.card, town.renderer("en"))
