"""A worker reports, every department has its checklist, heads answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.ids import FactId
from bot.plays.stage import Gives
from tests.stories.town import COMMAND

if TYPE_CHECKING:
    from tests.stories.town import Town


async def test_one_line_opens_an_event_and_each_department_has_its_checklist(town: Town) -> None:
    xu, lin = town.people("xu", "lin")
    answered = await xu.says("/report fire Workshop 3")
    answered.says("EV-2026-0001", "Workshop 3", "3号车间", "Assembly point: Point B", "119", "8001")

    event = await town.event()
    assert (event.title.en, event.place.en, event.command.holder and event.command.holder.person) == (
        "Fire",
        "Workshop 3",
        "chen",
    )
    for ref in event.departments:
        if ref.id != "command_group":
            town.room(ref.id).reads(ref.id, "火灾 · 3号车间", "Fire · Workshop 3", ref.name.zh, ref.name.en)
    town.command.reads("command", "Chen Jianguo", "Xu Liang")
    lin.direct.expects("EV-2026-0001", "Purchasing")
    town.person("chen").direct.expects("EV-2026-0001", "请您指挥")


async def test_heads_press_the_four_answers_on_their_card(town: Town) -> None:
    xu, lin, zhang, chen = town.people("xu", "lin", "zhang", "chen")
    await xu.says("/报险情 3号车间起火")

    (await lin.presses("task.acknowledge", on="purchasing")).says("已记录 14:00", "Recorded 14:00")
    await lin.presses("task.start", on="purchasing")
    await lin.presses("task.done", on="purchasing", gives=Gives(value="两小时送到"))
    town.room("purchasing").reads("purchasing", "林晓", "Lin Xiao", "14:00")
    assert (await town.task("ready-supplies")).status == "done"

    (await zhang.presses("task.cannot", on="production", task="safe-stop", gives=Gives(reason="门卡住了"))).kept()
    chen.direct.expects("门卡住了")
    assert (await town.task("safe-stop")).status == "blocked"


async def test_which_task_is_asked_where_several_are_open(town: Town) -> None:
    (zhao,) = town.people("zhao")
    await town.person("xu").says("/report fire Workshop 3")
    button = next(each for each in town.room("office").card("office").buttons if each.action == "task.start")
    form = (await zhao.presses_button(button, town.room_of("office"))).form
    assert form.id == "task.pick"
    assert len(form.fields) == 1
    await zhao.presses("task.start", on="office", task="call-fire")
    assert (await town.task("call-fire")).status == "started"


async def test_the_form_asks_at_most_three_questions_and_two_taps_are_enough(town: Town) -> None:
    (xu,) = town.people("xu")
    what = await xu.says("/report")
    assert len(what.form.fields) == 1
    details = await xu.says("/report", gives=Gives(more={"tile": "fire"}))
    details.says("EV-2026-0001")
    assert (await town.event()).place.zh == ""


async def test_the_form_keeps_the_answer_and_the_photo(town: Town) -> None:
    (xu,) = town.people("xu")
    photo = await town.photo()
    await xu.says("/report", gives=Gives(file=photo, more={"tile": "fire", "place": "3号车间", "fact.hurt": "trapped"}))
    event = await town.event()
    assert event.facts[FactId("hurt")].shown.en == "Somebody trapped"
    assert "file.kept" in await town.kinds()


async def test_the_same_press_twice_gets_the_same_answer_and_no_second_entry(town: Town) -> None:
    (lin,) = town.people("lin")
    await town.person("xu").says("/report fire Workshop 3")
    button = next(
        each for each in town.room("purchasing").card("purchasing").buttons if each.action == "task.acknowledge"
    )
    await lin.presses_button(button, town.room_of("purchasing"))
    before = len(await town.record())
    (await lin.presses_button(button, town.room_of("purchasing"))).kept().says("recorded already")
    assert len(await town.record()) == before


async def test_an_answer_is_undone_by_one_press_within_two_minutes(town: Town) -> None:
    (lin,) = town.people("lin")
    await town.person("xu").says("/report fire Workshop 3")
    first = await lin.presses("task.acknowledge", on="purchasing")
    (await lin.presses_button(first.undo)).says("Taken back")
    assert (await town.task("ready-supplies")).status == "waiting"
    (await lin.presses_button(first.undo)).refused("Nothing more to do")

    second = await lin.presses("task.acknowledge", on="purchasing")
    await town.passes(minutes=3)
    (await lin.presses_button(second.undo)).refused("2 min")
    assert (await town.task("ready-supplies")).status == "acknowledged"


async def test_somebody_who_holds_no_post_has_seen_it_and_stops_nothing(town: Town) -> None:
    xu, zhu = town.people("xu", "zhu")
    await xu.says("/report fire Workshop 3")
    (await zhu.presses("task.acknowledge", on="purchasing")).says("The holder or a stand-in still has to answer")
    assert (await town.task("ready-supplies")).status == "waiting"
    (await zhu.presses("task.done", on="purchasing")).refused("Lin Xiao")


async def test_more_time_and_giving_it_to_somebody_are_answers_too(town: Town) -> None:
    lin, wei = town.people("lin", "wei")
    await town.person("xu").says("/report fire Workshop 3")
    before = await town.task("ready-supplies")
    await lin.presses("task.more_time", on="purchasing", gives=Gives(minutes=30))
    after = await town.task("ready-supplies")
    assert (after.finish_at - before.finish_at).total_seconds() == 1800

    await lin.presses("task.give", on="purchasing", gives=Gives(person="wei"))
    wei.direct.expects("Lin Xiao", "EV-2026-0001")
    await wei.presses("task.take")
    assert (await town.task("ready-supplies")).answers[-1].member.person == "wei"


async def test_somebody_called_cannot_take_it_and_the_next_is_asked_at_once(town: Town) -> None:
    lin, wei = town.people("lin", "wei")
    await town.person("xu").says("/report fire Workshop 3")
    (await lin.presses("task.decline")).says("The next person is being asked")
    wei.direct.expects("EV-2026-0001")
    (await wei.presses("task.decline")).kept()
    assert (await town.task("ready-supplies")).status == "blocked"
    town.person("chen").direct.expects("Wei Min")


async def test_the_commander_confirms_with_one_press(town: Town) -> None:
    (chen,) = town.people("chen")
    await town.person("xu").says("/report fire Workshop 3")
    (await chen.presses("command.take", on=COMMAND)).says("Chen Jianguo", "in command of EV-2026-0001")
    assert (await town.event()).command.answer_at is None
