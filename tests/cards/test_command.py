"""The command room's header, from the first minute to the sealed record (cards.md, "Command room")."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cards.plain import plain
from bot.domain.commands import MergeInto, TakeCommand
from bot.domain.commands_ending import AskStandDown, CallFalse, Close, GiveAllClear, StandDown
from bot.domain.commands_tasks import Answer
from bot.domain.ids import DepartmentId, EventId
from bot.text import Text
from tests.cards.town import EVENT, FIRE, STRANGER, Town, actions, actor, house_with

AS_DRAWN = """\
【紧急】火灾 · 3号车间 · 公司级响应 · EV-2026-0007
逾期1项：办公室
指挥：陈志远（总经理）
14:00开始，已15分钟。报告人：王五
✖ 办公室   收到1/1，完成0/1，逾期1，受阻1
▶ 采购部   收到4/4，完成1/4
＝ 统计受影响订单：7
电话：郭强 138 0000 0002
14:15 · v"""


@pytest.fixture
def town() -> Town:
    """A fire in Workshop 3, reported by a worker at 14:00."""
    town = Town()
    town.opens()
    return town


def lines(town: Town, of: int, to: int) -> list[str]:
    """Some lines of the header in Chinese."""
    return plain(town.card(), town.renderer("zh")).splitlines()[of:to]


def all_done(town: Town) -> None:
    """Everything is done."""
    for person, task in (("fang", "evacuate"), ("lin", "supplier"), ("lin", "outside"), ("lin", "spending")):
        town.answers(person, "done", task)
    town.gives("lin", "orders", 7)
    town.answers("lin", "done", "orders")


def test_the_header_is_the_whole_event_at_a_glance(town: Town) -> None:
    town.does(TakeCommand(actor("chen")))
    town.answers("fang", "cannot", "evacuate", "东门打不开")
    town.does(Answer(actor("lin"), "acknowledge", DepartmentId("purchasing")))
    town.answers("lin", "start", "outside")
    town.gives("lin", "orders", 7)
    town.answers("lin", "done", "orders")
    town.passes(15)
    shown = plain(town.card(), town.renderer("zh"))
    assert shown.rpartition("v")[0] + "v" == AS_DRAWN


def test_the_one_who_leads_is_asked_to_say_so(town: Town) -> None:
    card = town.card()
    assert card.tone == "alarm"
    assert actions(card) == ["command.take", "level.change", "command.hand_over", "standdown.ask"]
    assert actions(card, folded=True) == ["command.on_site", "phase.enter", "event.false_alarm", "record.open"]
    town.does(TakeCommand(actor("chen")))
    assert "command.take" not in actions(town.card())


def test_dangerous_presses_ask_first_and_say_what_they_saw(town: Town) -> None:
    card = town.card()
    dangerous = [button for button in card.buttons if button.style == "danger"]
    assert [button.action for button in dangerous] == ["standdown.ask", "event.false_alarm"]
    for button in dangerous:
        assert (button.commander, button.revision) == ("chen", town.event.revisions["command"])
        assert button.confirm is not None
        assert town.renderer("zh")(button.confirm).startswith("真实事件EV-2026-0007，火灾，3号车间。")


def test_a_drill_asks_in_other_words() -> None:
    town = Town()
    town.opens(kind="drill")
    asked = next(button.confirm for button in town.card().buttons if button.action == "standdown.ask")
    assert asked is not None
    assert town.renderer("en")(asked).startswith("Drill EV-2026-0007, Fire, Workshop 3.")


def test_what_is_next_and_when_nothing_is(town: Town) -> None:
    assert lines(town, 1, 2) == ["下一时限：办公室 → 疏散并清点人数，14:10前"]
    all_done(town)
    assert lines(town, 1, 2) == ["任务全部完成"]
    assert lines(town, 4, 6) == ["✅ 办公室   收到1/1，完成1/1", "✅ 采购部   收到4/4，完成4/4"]
    empty = Town(house_with(replace(FIRE, tasks=())))
    empty.opens()
    assert lines(empty, 1, 2) == ["尚未下达任务"]


def test_rows_say_the_worst_that_is_true(town: Town) -> None:
    town.answers("fang", "acknowledge", "evacuate")
    assert lines(town, 4, 6) == ["● 办公室   收到1/1，完成0/1", "○ 采购部   收到0/4，完成0/4"]
    town.answers("lin", "cannot", "outside", "没有厂家")
    assert lines(town, 5, 6) == ["✖ 采购部   收到1/4，完成0/4，受阻1"]
    town.passes(12)
    assert lines(town, 4, 5) == ["⏰ 办公室   收到1/1，完成0/1，逾期1"]


def test_only_the_newest_facts_are_shown() -> None:
    town = Town()
    town.opens(facts={f"fact{number}": number for number in range(6)})
    facts = [line for line in town.card().lines if line.mark == "fact"]
    assert len(facts) == 4
    assert "另有2项事实" in plain(town.card(), town.renderer("zh")).splitlines()


def test_standing_down_waits_for_each_department(town: Town) -> None:
    town.does(AskStandDown(actor("chen")))
    assert lines(town, 1, 2) == ["等待部门安全确认：办公室、采购部"]
    assert town.card().tone == "work"
    assert "standdown.confirm" not in actions(town.card())
    assert "standdown.override" in actions(town.card(), folded=True)
    all_done(town)
    town.does(GiveAllClear(actor("fang"), DepartmentId("office")))
    assert lines(town, 1, 2) == ["等待部门安全确认：采购部"]
    assert lines(town, 4, 5) == ["✅ 办公室   部门安全确认，完成1/1"]
    town.does(GiveAllClear(actor("lin"), DepartmentId("purchasing")))
    assert lines(town, 1, 2) == ["部门安全确认已齐，可以响应终止"]
    assert "standdown.confirm" in actions(town.card())
    assert "standdown.override" not in actions(town.card(), folded=True)


def test_after_the_response_the_header_says_what_is_left(town: Town) -> None:
    all_done(town)
    town.does(StandDown(actor("chen"), "火已灭"))
    assert lines(town, 1, 3) == ["还有2项任务未完成", "14:00响应终止"]
    assert "event.close" in actions(town.card(), folded=True)
    town.answers("sun", "done", "restart")
    town.gives("fang", "review", "按预案处置")
    town.answers("fang", "done", "review")
    town.gives("chen", "review-approve", "approve")
    town.answers("chen", "done", "review-approve")
    assert lines(town, 1, 2) == ["任务全部完成，可以封存实施记录"]
    assert "event.close" in actions(town.card())
    town.does(Close(actor("chen"), "ab", "cd", "ef"))
    assert lines(town, 1, 2) == ["14:00封存实施记录"]
    assert (town.card().tone, actions(town.card())) == ("good", [])
    assert actions(town.card(), folded=True) == ["record.open"]


def test_a_false_alarm_leaves_the_record_only(town: Town) -> None:
    town.does(CallFalse(actor("chen")))
    card = town.card()
    assert lines(town, 1, 2) == ["14:00确认误报"]
    assert (card.lines, card.telephones, actions(card, folded=True)) == ((), (), ["record.open"])


def test_a_merge_can_be_undone(town: Town) -> None:
    town.does(MergeInto(actor("chen"), EventId("EV-2026-0006"), "live"))
    card = town.card()
    assert lines(town, 1, 2) == ["本事件已并入EV-2026-0006"]
    assert actions(card) == ["merge.undo"]
    assert [link.path for link in card.links] == ["event/EV-2026-0006", f"record/{EVENT}"]


def test_a_strangers_report_wants_one_confirmation() -> None:
    town = Town()
    town.opens(STRANGER, confirmed=False)
    assert actions(town.card())[0] == "event.confirm"
    assert lines(town, 1, 2) == ["请核实：路人的报告尚未确认属实"]


def test_when_nobody_commands_anybody_of_the_chain_may() -> None:
    town = Town()
    town.opens(absent=["chen", "guo", "fang"])
    assert actions(town.card())[0] == "command.take"
    assert town.card().buttons[0].commander is None


def test_the_next_phase_is_one_press(town: Town) -> None:
    warning = Town(house_with(replace(FIRE, opens="warning")))
    warning.opens()
    button = next(button for button in warning.card().buttons if button.action == "phase.enter")
    assert (button.target, button.more) == ("response", False)
    assert warning.renderer("zh")(button.label) == "进入响应阶段"
    assert isinstance(button.confirm, Text)
    reviewing = replace(town.event, phase="recovery")
    town.event = reviewing
    assert "phase.enter" not in actions(town.card(), folded=True) + actions(town.card())
