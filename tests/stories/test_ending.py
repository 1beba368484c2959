"""The end: all clear from each department, override, false alarm, closing, and what comes after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.entries_ending import Closed
from bot.domain.proof import signature_holds
from bot.plays.stage import Gives
from tests.stories.test_playbooks import do_what_is_asked
from tests.stories.town import COMMAND

if TYPE_CHECKING:
    from tests.stories.town import Town


async def test_standing_down_waits_for_each_department(town: Town) -> None:
    xu, chen, lin, tian = town.people("xu", "chen", "lin", "tian")
    await xu.says("/report fire Workshop 3")
    (await tian.says("/standdown", town.command.id)).refused()
    (await chen.says("/响应终止", town.command.id)).says("all clear")
    old = town.command.card("command")
    town.room("purchasing").has_nothing_with("部门安全确认：林晓")
    (await chen.says("/standdown", town.command.id)).refused()

    await do_what_is_asked(town)
    (await lin.presses("standdown.clear", on="purchasing")).kept()
    town.room("purchasing").reads("purchasing", "Lin Xiao")
    override = await chen.presses("standdown.override", on=COMMAND, gives=Gives(reason="消防队已接管现场"))
    override.says("has ended")
    event = await town.event()
    assert event.status == "stood_down"
    again = next(button for button in old.buttons if button.action == "standdown.override")
    (await chen.presses_button(again, town.command.id, Gives(reason="再按一次"))).refused()


async def test_an_all_clear_can_be_taken_back_and_is_taken_by_a_new_task(town: Town) -> None:
    xu, chen, huang = town.people("xu", "chen", "huang")
    await xu.says("/report fire Workshop 3")
    await do_what_is_asked(town)
    await chen.says("/standdown", town.command.id)
    (await huang.presses("standdown.clear", on="human_resources")).kept()
    assert "human_resources" in (await town.event()).clear


async def test_a_record_is_sealed_with_a_signature_and_goes_on_as_an_addendum(town: Town) -> None:
    xu, chen, lin = town.people("xu", "chen", "lin")
    await xu.says("/report fire Workshop 3")
    (await chen.presses("command.take", on=COMMAND)).kept()
    (await chen.says("/standdown 已由消防队接管", town.command.id)).says("has ended")
    sealed = await chen.presses("event.close", on=COMMAND, gives=Gives(reason="其余任务转入日常工作"))
    sealed.says("is sealed")
    closed = next(entry for entry in await town.record() if isinstance(entry.payload, Closed))
    assert isinstance(closed.payload, Closed)
    assert closed.payload.head == closed.previous
    assert signature_holds(closed.payload.head, closed.payload.signature, closed.payload.public_key)
    assert closed.payload.public_key == town.store.signer.public_key

    (await lin.says("/note EV-2026-0001 发票已收到")).kept()
    assert "note.added" in await town.kinds()
    (await lin.says("/record EV-2026-0001")).says("EV-2026-0001")
    (await lin.says("/status")).says("No event is open")


async def test_a_false_alarm_is_corrected_wherever_the_alarm_went(town: Town) -> None:
    xu, chen, lin = town.people("xu", "chen", "lin")
    await xu.says("/report fire Workshop 3")
    lin.direct.expects("EV-2026-0001")
    asked = await chen.says("/误报", town.command.id)
    assert asked.form.id == "falsealarm.reason"
    (await chen.says("/falsealarm 烟来自焊接", town.command.id)).says("false alarm")
    lin.direct.expects("更正", "EV-2026-0001")
    town.room("purchasing").expects("CORRECTION", "EV-2026-0001")
    await town.passes(hours=2)
    assert (await town.event()).status == "false_alarm"
    (await lin.says("收到", "purchasing")).kept()
    (await lin.says("/tasks", "purchasing")).says("No task is open")


async def test_a_false_alarm_is_a_press_too_and_takes_a_second_look(town: Town) -> None:
    xu, chen, zhu = town.people("xu", "chen", "zhu")
    await xu.says("/report fire Workshop 3")
    button = next(each for each in town.command.card("command").buttons if each.action == "event.false_alarm")
    (await zhu.presses_button(button, town.command.id)).refused("Chen Jianguo")
    (await chen.presses_button(button, town.command.id)).says("false alarm")


async def test_a_dangerous_press_on_a_card_of_another_commander_does_not_count(town: Town) -> None:
    xu, chen = town.people("xu", "chen")
    await xu.says("/report fire Workshop 3")
    old = next(each for each in town.command.card("command").buttons if each.action == "standdown.ask")
    await chen.presses("command.hand_over", on=COMMAND, gives=Gives(person="guo"))
    (await chen.presses_button(old, town.command.id)).refused("Somebody else is in command now")
    assert (await town.event()).status == "open"


async def test_levels_are_raised_freely_and_lowered_with_a_reason(town: Town) -> None:
    xu, chen, zhang = town.people("xu", "chen", "zhang")
    await xu.says("/report fire Workshop 3")
    (await chen.says("/level team", town.command.id)).refused()
    (await chen.says("/级别 班组级响应：火已扑灭", town.command.id)).says("Team-level response")
    (await zhang.says("/level 1 company", "production")).says("Company-level response")
    (await chen.says("/level purple", town.command.id)).refused("公司级响应")
    changed = await chen.presses("level.change", on=COMMAND, gives=Gives(level="department", reason="火已扑灭"))
    changed.says("Department-level response")
    assert (await chen.says("/level", town.command.id)).form.id == "level.choose"
    town.command.expects("less serious", "Department-level response")
