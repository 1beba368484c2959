"""A department's checklist as its people read it (cards.md, "A department's checklist")."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest

from bot.cards.plain import both, plain
from bot.domain.commands import GoAbsent, HandOver, MergeInto, SetFact, TakeCommand
from bot.domain.commands_ending import AskStandDown, CallFalse, Close, GiveAllClear, StandDown
from bot.domain.commands_tasks import Answer
from bot.domain.event import GivenEvidence
from bot.domain.ids import DepartmentId, EventId, PersonId, TaskId
from bot.domain.playbook import PLACE, Evidence
from bot.text import LANGUAGES, Words
from tests.cards.town import EVENT, FIRE, NOW, STRANGER, Town, actions, actor, house_with, planned

MUCH_TOO_LONG = 2e-3
"""Seconds for one card on a busy machine; `make bench` measures it properly (some 50 µs)."""
CHINESE = re.compile("[\u4e00-\u9fff]")

AS_DRAWN = """\
【紧急】火灾 · 3号车间 · 公司级响应 · EV-2026-0007
采购部：还有2项，先做 → 报应急采购金额，14:20前
指挥：郭强（工厂负责人），14:07起代陈志远
✅ 联系备用供应商   林晓 14:12
✅ 统计受影响订单：7   林晓 14:20
▶ 落实外协加工   进行中，15:00前
⏰ 报应急采购金额   已超时3分钟，暂无回应，已转魏敏
―――
EMERGENCY · Fire · Workshop 3 · Company-level response · EV-2026-0007
Purchasing: 2 to do, next → Report urgent spending, by 14:20
In command: Guo Qiang (factory manager), acting for Chen Zhiyuan since 14:07
✅ Call the reserve supplier   Lin Xiao 14:12
✅ Orders affected: 7   Lin Xiao 14:20
▶ Arrange subcontracting   in progress, by 15:00
⏰ Report urgent spending   3 min late, no answer yet, passed to Wei Min
14:23 · v"""


@pytest.fixture
def town() -> Town:
    """A fire in Workshop 3, reported by a worker at 14:00."""
    town = Town()
    town.opens()
    return town


def clear_the_way(town: Town) -> None:
    """Everything is done."""
    for task in ("evacuate", "supplier", "outside", "spending"):
        town.answers("fang" if task == "evacuate" else "lin", "done", task)
    town.gives("lin", "orders", 7)
    town.answers("lin", "done", "orders")


def test_the_card_is_the_one_that_was_drawn(town: Town) -> None:
    town.passes(5)
    for task in ("supplier", "orders", "outside"):
        town.answers("lin", "acknowledge", task)
    town.passes(3)
    town.does(TakeCommand(actor("guo")))
    town.passes(4)
    town.answers("lin", "done", "supplier")
    town.passes(8)
    town.answers("lin", "start", "outside")
    town.gives("lin", "orders", 7)
    town.answers("lin", "done", "orders")
    town.passes(3)
    shown = both(town.card("purchasing"), town.renderer("zh"), town.renderer("en"))
    assert shown.rpartition("v")[0] + "v" == AS_DRAWN


def test_at_the_opening_everything_waits_for_an_answer(town: Town) -> None:
    card = town.card("purchasing")
    assert card.tone == "alarm"
    assert actions(card) == ["task.acknowledge", "task.start", "task.done", "task.cannot"]
    assert actions(card, folded=True) == ["task.more_time", "task.give", "template.show"]
    assert [button.target for button in card.buttons] == ["purchasing"] * 6 + ["purchasing/outside"]
    assert card.buttons[0].style == "primary"
    assert [telephone.number for telephone in card.telephones] == ["0000 1111"]
    lines = plain(card, town.renderer("en")).splitlines()
    assert lines[1] == "Purchasing: 4 to do, next → Report urgent spending, by 14:20"
    assert lines[2] == "In command: Chen Zhiyuan (general manager)"
    assert lines[3] == "○ Call the reserve supplier   waiting for an answer, due 15:00"
    assert lines[7] == "Call: Reserve supplier 0000 1111"


def test_one_open_task_is_answered_with_one_press(town: Town) -> None:
    card = town.card("office")
    assert {button.target for button in card.buttons} == {"office/evacuate"}
    town.answers("fang", "acknowledge", "evacuate")
    card = town.card("office")
    assert actions(card) == ["task.start", "task.done", "task.cannot"]
    assert "acknowledged by Fang Lin, due 14:10" in plain(card, town.renderer("en"))
    assert "方琳收到，14:10前完成" in plain(card, town.renderer("zh"))


def test_a_blocked_task_says_why_and_by_whom(town: Town) -> None:
    town.answers("fang", "cannot", "evacuate", "东门打不开")
    card = town.card("office")
    assert "✖ 疏散并清点人数   受阻：东门打不开（方琳）" in plain(card, town.renderer("zh"))
    assert actions(card) == ["task.start", "task.done"]


def test_a_task_passed_on_says_to_whom(town: Town) -> None:
    town.passes(2)
    assert "⏰ 疏散并清点人数   暂无回应，已转胡静，14:10前完成" in plain(town.card("office"), town.renderer("zh"))
    town.passes(2)
    assert "no answer yet, passed to the incident commander, due 14:10" in plain(
        town.card("office"), town.renderer("en")
    )
    town.passes(7)
    assert "已超时1分钟，暂无回应，已转总指挥" in plain(town.card("office"), town.renderer("zh"))


def test_a_task_passed_over_the_absent_blames_nobody() -> None:
    town = Town()
    town.opens(absent=["fang"])
    assert "○ 疏散并清点人数   已转胡静，14:10前完成" in plain(town.card("office"), town.renderer("zh"))
    town.now = town.task("evacuate").finish_at.replace(minute=15)
    assert "5 min late, passed to Hu Jing" in plain(town.card("office"), town.renderer("en"))


def test_late_tasks_say_how_far_they_are(town: Town) -> None:
    town.now = town.task("evacuate").finish_at.replace(minute=12)
    assert "2 min late, waiting for an answer" in plain(town.card("office"), town.renderer("en"))
    town.answers("fang", "acknowledge", "evacuate")
    assert "⏰ 疏散并清点人数   已超时2分钟，方琳已收到" in plain(town.card("office"), town.renderer("zh"))
    town.answers("fang", "start", "evacuate")
    assert "已超时2分钟，进行中" in plain(town.card("office"), town.renderer("zh"))
    assert town.card("office").tone == "alarm"


def test_when_all_is_done_the_card_is_calm(town: Town) -> None:
    town.answers("fang", "done", "evacuate")
    card = town.card("office")
    assert card.buttons == ()
    assert card.tone == "work"
    assert plain(card, town.renderer("zh")).splitlines()[1] == "办公室：任务全部完成，请保持联系"
    production = town.card("production")
    assert plain(production, town.renderer("en")).splitlines()[1] == "Production: no tasks yet. Please stand by"


def test_at_most_six_tasks_are_shown_open_ones_first() -> None:
    tasks = tuple(planned(f"t{number}", "purchasing", f"第{number}件", f"Thing {number}") for number in range(1, 10))
    town = Town(house_with(replace(FIRE, tasks=tasks)))
    town.opens()
    town.answers("lin", "done", "t1")
    card = town.card("purchasing")
    assert [line.text for line in card.lines] == [Words(f"第{number}件", f"Thing {number}") for number in range(2, 8)]
    assert "还有3项" in plain(card, town.renderer("zh")).splitlines()
    assert "3 more" in plain(card, town.renderer("en")).splitlines()


def test_all_clear_is_a_button_once_standing_down_is_asked(town: Town) -> None:
    town.does(AskStandDown(actor("chen")))
    assert "采购部：还有4项任务，完成后请作部门安全确认" in plain(town.card("purchasing"), town.renderer("zh"))
    assert "standdown.clear" not in actions(town.card("purchasing"))
    clear_the_way(town)
    card = town.card("purchasing")
    assert actions(card) == ["standdown.clear"]
    assert card.buttons[0].target == "purchasing"
    assert card.buttons[0].commander == "chen"
    assert "Purchasing: please give the all clear" in plain(card, town.renderer("en"))
    assert plain(town.card("production"), town.renderer("en")).splitlines()[1].startswith("Production: no tasks yet")
    town.does(GiveAllClear(actor("lin"), DepartmentId("purchasing")))
    card = town.card("purchasing")
    assert (card.tone, actions(card), actions(card, folded=True)) == ("good", [], ["standdown.unclear"])
    assert "采购部：林晓已作部门安全确认" in plain(card, town.renderer("zh"))


def test_after_the_response_what_is_left_goes_on(town: Town) -> None:
    clear_the_way(town)
    town.does(StandDown(actor("chen"), "火已灭"))
    production, purchasing = town.card("production"), town.card("purchasing")
    assert plain(production, town.renderer("zh")).splitlines()[1:3] == [
        "生产部：还有1项，先做 → 检查后开机，15:00前",
        "14:00响应终止",
    ]
    assert "task.done" in actions(production)
    assert (purchasing.tone, purchasing.buttons) == ("good", ())
    town.does(Close(actor("chen"), "ab", "cd", "ef", "到此为止"))
    assert town.card("production").buttons == ()
    assert [link.path for link in town.card("production").links] == [f"record/{EVENT}"]
    assert "The record is sealed. No answer is needed any more" in plain(town.card("production"), town.renderer("en"))


def test_a_false_alarm_asks_nothing_more(town: Town) -> None:
    town.does(CallFalse(actor("chen"), "烟感误动"))
    card = town.card("purchasing")
    assert (card.tone, card.lines, card.buttons, card.telephones) == ("good", (), (), ())
    assert "误报，不需要再做什么" in plain(card, town.renderer("zh"))


def test_a_merged_event_points_to_the_first(town: Town) -> None:
    town.does(MergeInto(actor("chen"), EventId("EV-2026-0006"), "live"))
    card = town.card("purchasing")
    assert (card.lines, card.buttons) == ((), ())
    assert [link.path for link in card.links] == ["event/EV-2026-0006"]
    assert "请到EV-2026-0006答复：本事件已并入" in plain(card, town.renderer("zh"))


def test_a_strangers_report_says_that_it_is_not_confirmed() -> None:
    town = Town()
    town.opens(STRANGER, confirmed=False)
    assert "报告待核实，目前只通知了首先联系的人员" in plain(town.card("office"), town.renderer("zh"))


def test_nobody_in_command_is_said_on_every_card() -> None:
    town = Town()
    town.opens(absent=["chen", "guo", "fang"])
    assert "Please take command: nobody has it since 14:00" in plain(town.card("purchasing"), town.renderer("en"))


def test_who_leads_in_whose_place(town: Town) -> None:
    town.does(GoAbsent(actor("chen"), PersonId("chen"), None))
    assert "指挥：郭强（工厂负责人），14:00起，陈志远不在" in plain(town.card("office"), town.renderer("zh"))


def test_whoever_leads_from_the_beginning_in_the_place_of_somebody_away() -> None:
    town = Town()
    town.opens(absent=["chen"])
    assert "In command: Guo Qiang (factory manager) since 14:00, Chen Zhiyuan is away" in plain(
        town.card("office"), town.renderer("en")
    )
    town.does(TakeCommand(actor("guo")))
    assert "Chen Zhiyuan is away" in plain(town.card("office"), town.renderer("en"))


def test_command_handed_over_says_since_when(town: Town) -> None:
    town.passes(3)
    town.does(HandOver(actor("chen"), PersonId("fang")))
    assert "指挥：方琳，14:03起" in plain(town.card("office"), town.renderer("zh")).splitlines()
    town.does(TakeCommand(actor("chen")))
    assert "指挥：陈志远（总经理），14:03起" in plain(town.card("office"), town.renderer("zh"))


def test_a_place_that_becomes_known_later_is_shown() -> None:
    town = Town()
    town.opens(place="")
    town.passes(1)
    town.does(SetFact(actor("chen"), PLACE, "2号仓库"))
    assert plain(town.card("office"), town.renderer("zh")).startswith("【紧急】火灾 · 2号仓库 · 公司级响应")


def test_a_place_nobody_has_said_yet_is_not_made_up() -> None:
    town = Town()
    town.opens(place="")
    assert plain(town.card("office"), town.renderer("zh")).startswith("【紧急】火灾 · 地点待核实 · 公司级响应")


def test_a_drill_is_a_drill_first_and_last() -> None:
    town = Town()
    town.opens(kind="drill")
    for language, mark in zip(LANGUAGES, ("【演练】", "DRILL"), strict=True):
        shown = plain(town.card("purchasing"), town.renderer(language))
        assert shown.startswith(mark)
        assert shown.endswith(mark)
    assert "紧急" not in both(town.card("purchasing"), town.renderer("zh"), town.renderer("en"))


def test_no_chinese_in_the_english_half(town: Town) -> None:
    town.passes(12)
    for department in ("office", "purchasing", "production", "command_group", None):
        assert not CHINESE.search(plain(town.card(department), town.renderer("en")))


def test_evidence_that_is_a_choice_shows_its_label(town: Town) -> None:
    chosen = GivenEvidence("choice", "good", Words("合格", "Good"), None, NOW)
    town.gives("lin", "orders", 7)
    town.answers("lin", "done", "orders")
    done = replace(town.task("orders"), given=(chosen,))
    town.event = replace(town.event, tasks={**town.event.tasks, TaskId("orders"): done})
    assert "✅ Orders affected: Good   Lin Xiao 14:00" in plain(town.card("purchasing"), town.renderer("en"))


@pytest.mark.parametrize(
    ("value", "unit", "shown"), [(8.5, "h", "Orders affected: 8.5 h"), (None, "", "Orders affected")]
)
def test_evidence_is_a_number_with_its_unit_or_told_elsewhere(
    value: float | None, unit: str, shown: str, town: Town
) -> None:
    town.gives("lin", "orders", 7)
    town.answers("lin", "done", "orders")
    given = GivenEvidence("number" if value else "text", value, None, None, NOW)
    done = replace(town.task("orders"), given=(given,), evidence=Evidence("number", unit=unit))
    town.event = replace(town.event, tasks={**town.event.tasks, TaskId("orders"): done})
    assert f"✅ {shown}   Lin Xiao" in plain(town.card("purchasing"), town.renderer("en"))


def test_a_card_is_made_in_no_time(town: Town) -> None:
    town.does(Answer(actor("lin"), "acknowledge", DepartmentId("purchasing")))
    rounds = 300
    spent = min(_seconds(town, rounds) for _ in range(5)) / rounds
    assert spent < MUCH_TOO_LONG


def _seconds(town: Town, rounds: int) -> float:
    began = time.perf_counter()
    for _ in range(rounds):
        town.card("purchasing")
    return time.perf_counter() - began
