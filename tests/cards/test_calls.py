"""A person is called: what to do stands first, fits an SMS, and blames nobody (cards.md, practice.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cards import calls, command_calls, notices
from bot.cards.calls import Passed
from bot.cards.plain import SMS_EN, SMS_ZH, marked_head, plain, sms
from bot.chat.card import Card
from bot.domain.commands_ending import AskStandDown
from bot.domain.entries_command import CommandPassed
from bot.domain.event import Event, Task
from bot.domain.ids import PersonId
from bot.domain.parties import EventKind, Member
from bot.text import Words, same
from tests.cards.town import FIRE, Town, actor, house_with, planned

LONG_ZH = "检查所有配电柜、线路、开关和应急照明，确认没有漏电、烧焦和受潮后，逐台送电并记录。"
LONG_EN = (
    "Check every cabinet, line, switch and emergency light; when nothing leaks, is burnt or wet, power up machine by "
    "machine and write it down."
)

TAKE_OVER = """\
【紧急】请接手办公室“疏散并清点人数”，14:10前完成。  EV-2026-0007
方琳暂无回应。
请在14:04前答复。
火灾，3号车间，公司级响应。报告人：王五。
电话：办公室 8001 · 火警 119 · 急救 120"""
TAKE_OVER_EN = """\
EMERGENCY. Please take over “Evacuate and call the roll” (Office), by 14:10.  EV-2026-0007
Fang Lin has not answered yet.
Please answer by 14:04.
Fire, Workshop 3, Company-level response. Reported by Wang Wu.
Call: Office 8001 · Fire service 119 · Ambulance 120"""
CALL = """\
【紧急】请先处理采购部“报应急采购金额”，14:20前完成，共4项任务。  EV-2026-0007
火灾，3号车间，公司级响应。报告人：王五。
请在14:15前答复。
· 联系备用供应商   采购部，15:00前
· 统计受影响订单   采购部，15:00前
· 落实外协加工   采购部，15:00前
电话：办公室 8001 · 火警 119 · 急救 120"""
OPENED = """\
【演练】现在从东门撤到B集合点。  EV-2026-0007
火灾，3号车间，公司级响应。
集合点：B集合点。
王五于14:00报告。
有新情况会在这里通知。
电话：火警 119 · 急救 120 · 办公室 8001
【演练】"""
OPENED_EN = """\
DRILL: Leave now by East Gate to Point B.  EV-2026-0007
Fire, Workshop 3, Company-level response.
Assembly point: Point B.
Reported by Wang Wu at 14:00.
The next word comes here.
Call: Fire service 119 · Ambulance 120 · Office 8001
DRILL"""


def long_town(kind: EventKind = "live") -> Town:
    """An event with the longest names a company may have."""
    task = planned("long", "purchasing", LONG_ZH, LONG_EN)
    town = Town(
        house_with(
            replace(
                FIRE,
                tasks=(task,),
                title=Words("重要业务系统运营中断事件", "Interruption of an important business service"),
            )
        )
    )
    town.opens(kind=kind, place="三号联合厂房二楼西侧电镀车间")
    departments = tuple(
        replace(ref, name=Words("销售服务中心", "Emergency command group")) for ref in town.event.departments
    )
    town.event = replace(town.event, departments=departments)
    return town


def every_call(event: Event, town: Town) -> Iterator[Card]:
    """Each kind of direct message."""
    company, now = town.house.company, town.now + timedelta(days=2)
    task = next(iter(event.tasks.values()))
    two: tuple[Task, ...] = (task, replace(task, finish_at=task.finish_at + timedelta(hours=1)))
    member = Member(PersonId("lin"), Words("林晓", "Lin Xiao"), Words("采购部部长", "head of purchasing"))
    for tasks in ((task,), two):
        yield calls.call(event, tasks, company, now, leads=True)
        yield calls.take_over(event, tasks, Passed((), (member,)), company, now)
        yield calls.reminder(event, tasks, company, now, 0)
        yield calls.unanswered(event, tasks, Passed((), (member,)), company, now)
        yield calls.overdue(event, tasks, company, now, 0)
        yield calls.overdue_commander(event, tasks, company, now, 0)
        yield calls.confirm_report(event, tasks, company, now, leads=True)
    yield calls.call(event, (), company, now, leads=True)
    yield calls.given(event, task, member, company, now)
    yield calls.blocked(event, task, member, "没有厂家能接", company, now)
    yield calls.sent_back(event, replace(task, phase="review"), company, now)
    yield calls.call(event, (replace(task, phase="review"),), company, now)
    yield command_calls.command_reminder(event, company, now, 0)
    yield command_calls.nobody_commands(event, company, now)
    yield command_calls.command_left(event, member, "silent", company, now)
    yield command_calls.all_clear(event, company, now)
    for acting in (True, False):
        passed = CommandPassed(member, "silent" if acting else "handed_over", acting=acting)
        yield command_calls.command_passed(event, passed, member, company, now)


@pytest.mark.parametrize("kind", ["live", "drill"])
def test_every_call_fits_an_sms_with_its_marks(kind: EventKind) -> None:
    town = long_town(kind)
    marks = {"live": ("【紧急】", "EMERGENCY"), "drill": ("【演练】", "DRILL")}[kind]
    for card in every_call(town.event, town):
        zh, en = sms(card, town.renderer("zh"), SMS_ZH), sms(card, town.renderer("en"), SMS_EN)
        assert len(zh) <= SMS_ZH
        assert len(en) <= SMS_EN
        assert zh.startswith(marks[0])
        assert en.startswith(marks[1])
        assert len(marked_head(card, town.renderer("zh"))) <= SMS_ZH + 10, zh
        assert town.event.id in marked_head(card, town.renderer("en"))
        if kind == "drill":
            assert zh.endswith("【演练】")
            assert en.endswith(" DRILL")


def test_a_call_has_at_most_six_lines_besides_the_telephones() -> None:
    tasks = tuple(planned(f"t{number}", "purchasing", f"第{number}件", f"Thing {number}") for number in range(9))
    town = Town(house_with(replace(FIRE, tasks=tasks)))
    town.opens()
    member = Member(PersonId("lin"), Words("林晓", "Lin Xiao"), Words("", ""))
    many = tuple(town.event.tasks.values())
    for card in (
        calls.call(town.event, many, town.house.company, town.now, leads=True),
        calls.take_over(town.event, many, Passed((), (member,), 120), town.house.company, town.now),
        calls.unanswered(town.event, many, Passed((), (member,), 120), town.house.company, town.now),
        calls.overdue(town.event, many, town.house.company, town.now, 120),
    ):
        shown = plain(card, town.renderer("zh")).splitlines()
        assert len([line for line in shown if not line.startswith("电话")]) <= 6


def test_a_call_reads_as_it_was_drawn() -> None:
    town = Town()
    town.opens()
    assert plain(town.posts()["@lin"], town.renderer("zh")) == CALL
    town.passes(2)
    assert plain(town.posts()["@hu"], town.renderer("zh")) == TAKE_OVER
    assert plain(town.posts()["@hu"], town.renderer("en")) == TAKE_OVER_EN


def test_a_drill_is_announced_as_one_first_and_last() -> None:
    town = Town()
    town.opens(kind="drill")
    assert plain(town.posts()["all"], town.renderer("zh")) == OPENED
    assert plain(town.posts()["all"], town.renderer("en")) == OPENED_EN


def test_a_message_that_is_short_enough_is_told_whole() -> None:
    town = Town()
    town.opens()
    shown = sms(town.posts()["@fang"], town.renderer("zh"), SMS_ZH)
    assert (
        shown
        == "【紧急】请处理办公室“疏散并清点人数”，14:10前完成。  EV-2026-0007 火灾，3号车间，公司级响应。报告人：王五。"
    )
    assert sms(town.posts()["@fang"], town.renderer("zh"), 20).endswith("…")


def test_who_cannot_say_why_still_needs_support() -> None:
    member = Member(PersonId("lin"), Words("林晓", "Lin Xiao"), Words("", ""))
    town = Town()
    town.opens()
    card = calls.blocked(town.event, town.task("outside"), member, "", town.house.company, town.now)
    assert "林晓无法完成，需支援。" in plain(card, town.renderer("zh"))


def test_several_departments_have_a_button_each() -> None:
    town = Town()
    town.opens()
    tasks = (town.task("evacuate"), town.task("outside"))
    card = calls.unanswered(town.event, tasks, Passed((), ()), town.house.company, town.now)
    labels = [town.renderer("zh")(button.label) for button in card.buttons]
    assert labels == ["转交他人：办公室", "转交他人：采购部", "收到，办公室我来"]
    card = calls.overdue(town.event, tasks, town.house.company, town.now, 0)
    labels = [town.renderer("zh")(button.label) for button in card.buttons]
    assert labels[:4] == ["完成：办公室", "完成：采购部", "延长时间：办公室", "延长时间：采购部"]
    assert labels[4:] == ["无法完成：办公室", "无法完成：采购部"]


def test_an_alarm_names_whom_to_ring_people_first() -> None:
    town = Town()
    town.opens(absent=["chen"])
    numbers = [telephone.number for telephone in town.posts()["@lin"].telephones]
    assert numbers == ["138 0000 0002", "8001", "119"]


def test_house_talk_has_no_mark() -> None:
    town = Town()
    card = notices.playbook_refused((same("fire.yaml:3:1: …"),) * 7, town.now)
    shown = plain(card, town.renderer("zh"))
    assert shown.startswith("请更正应急预案文件")
    assert shown.splitlines()[-1] == "另有2处"
    assert notices.playbook_refused((same("fire.yaml:3:1: …"),), town.now).more is None


def test_the_last_all_clear_carries_the_question() -> None:
    town = Town()
    town.opens()
    town.does(AskStandDown(actor("chen")))
    card = command_calls.all_clear(town.event, town.house.company, town.now)
    assert card.buttons[0].confirm is not None
    assert "响应终止吗" in town.renderer("zh")(card.buttons[0].confirm)
