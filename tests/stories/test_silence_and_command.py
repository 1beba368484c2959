"""Nobody answers: the stand-in is called, then the commander; command passes, is taken back, handed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.entries_command import CommandPassed
from bot.domain.entries_tasks import Escalated
from bot.domain.ids import EventId
from bot.plays.stage import Gives
from tests.stories.town import COMMAND

if TYPE_CHECKING:
    from tests.stories.town import Town


async def test_silent_head_is_passed_to_the_stand_in_and_then_to_the_commander(town: Town) -> None:
    xu, lin, wei, chen = town.people("xu", "lin", "wei", "chen")
    await xu.says("/report fire Workshop 3")
    await chen.presses("command.take", on=COMMAND)
    lin.direct.expects("请处理采购部")
    await town.passes(minutes=5)
    lin.direct.expects("请答复", "采购部")
    await town.passes(minutes=5)
    wei.direct.expects("Please take over", "Purchasing", "Lin Xiao")
    wei.direct.has_nothing_with("请答复", "采购部")
    town.room("purchasing").reads("purchasing", "魏敏", "Wei Min")
    await town.passes(minutes=10)
    chen.direct.expects("Please find somebody for", "Purchasing", "Wei Min")
    escalated = [entry.payload for entry in await town.record() if isinstance(entry.payload, Escalated)]
    assert [each.commander for each in escalated if each.task == "ready-supplies"] == [False, True]


async def test_who_has_answered_is_not_asked_again(town: Town) -> None:
    xu, lin, wei = town.people("xu", "lin", "wei")
    await xu.says("/report fire Workshop 3")
    await lin.says("收到", "purchasing")
    await town.passes(minutes=30)
    lin.direct.has_nothing_with("请答复", "应急物资")
    wei.direct.has_nothing_with("Please take over")


async def test_silence_passes_acting_command_and_one_press_takes_it_back(town: Town) -> None:
    xu, chen, guo = town.people("xu", "chen", "guo")
    await xu.says("/report fire Workshop 3")
    chen.direct.expects("请您指挥")
    await town.passes(minutes=5)
    guo.direct.expects("Please take acting command", "Workshop 3")
    event = await town.event()
    assert (event.command.holder and event.command.holder.person, event.command.acting) == ("guo", True)
    town.command.reads("command", "代", "acting")

    await chen.presses("command.take", on=COMMAND)
    event = await town.event()
    assert (event.command.holder and event.command.holder.person, event.command.acting) == ("chen", False)
    passed = [entry.payload for entry in await town.record() if isinstance(entry.payload, CommandPassed)]
    assert [each.why for each in passed] == ["opened", "silent", "taken_back"]


async def test_general_manager_directs_on_site_told_by_mouth(town: Town) -> None:
    xu, tian = town.people("xu", "tian")
    await xu.says("/report fire Workshop 3")
    await town.passes(minutes=4)
    answered = await tian.presses("command.on_site", on=COMMAND, gives=Gives(person="chen"))
    answered.says("Chen Jianguo")
    await town.passes(minutes=10)
    event = await town.event()
    assert event.command.holder is not None
    assert event.command.holder.person == "chen"


async def test_general_manager_absent_passes_command_to_the_factory_manager(town: Town) -> None:
    xu, chen, guo = town.people("xu", "chen", "guo")
    (await guo.says("/不在 陈建国 18:00")).says("18:00", "Chen Jianguo")
    await xu.says("/report fire Workshop 3")
    event = await town.event()
    assert event.command.holder is not None
    assert event.command.holder.person == "guo"
    guo.direct.expects("EV-2026-0001")

    (await chen.says("/回来")).says("marked as back")
    event = await town.event()
    assert event.command.holder is not None
    assert event.command.holder.person == "guo", "coming back takes nothing by itself"
    await guo.says("/handover 陈建国", town.command.id)
    event = await town.event()
    assert event.command.holder is not None
    assert event.command.holder.person == "chen"


async def test_absence_goes_to_every_open_event_and_ends_by_itself(town: Town) -> None:
    xu, lin, wei, zhao = town.people("xu", "lin", "wei", "zhao")
    await xu.says("/report fire Workshop 3")
    await xu.says("/报险情 停电 2号车间")
    (await lin.says("/absent 15:00")).says("15:00")
    for number in ("EV-2026-0001", "EV-2026-0002"):
        assert "lin" in (await town.event(EventId(number))).absent
    wei.direct.expects("Please take over", "EV-2026-0001")
    await town.passes(hours=1, minutes=1)
    assert "lin" not in (await town.event()).absent

    (await zhao.says("/absent 林晓 明天")).refused("明天")
    (await town.person("zhu").says("/absent lin")).refused("You can mark yourself")
    (await zhao.says("/absent 林晓 03-06 08:00")).says("Lin Xiao")
    (await zhao.says("/back lin")).says("Lin Xiao")
    asked = await zhao.says("/absent", gives=Gives(person="wei", more={"until": "16:00"}))
    asked.says("Wei Min", "16:00")


async def test_everybody_in_the_chain_is_called_when_nobody_commands(town: Town) -> None:
    xu, tang = town.people("xu", "tang")
    await xu.says("/report fire Workshop 3")
    await town.passes(hours=1)
    event = await town.event()
    assert event.command.holder is None
    tang.direct.expects("Please take command now")
    (await tang.presses("command.take", on=COMMAND)).says("Tang Zhiyuan")


async def test_handing_over_is_asked_from_a_list_or_by_name(town: Town) -> None:
    xu, chen, guo, tang = town.people("xu", "chen", "guo", "tang")
    await xu.says("/report fire Workshop 3")
    await chen.presses("command.take", on=COMMAND)
    await chen.presses("command.hand_over", on=COMMAND, gives=Gives(person="guo"))
    guo.direct.expects("handed command over")
    await guo.says("/交接", gives=Gives(person="tang"))
    event = await town.event()
    assert event.command.holder is not None
    assert event.command.holder.person == "tang"
    (await guo.says("/handover nobody at all")).refused("nobody at all")
    (await town.person("zhu").says("/handover guo")).refused()
    await tang.says("/handover Guo")
    event = await town.event()
    assert event.command.holder is not None
    assert event.command.holder.person == "guo"
