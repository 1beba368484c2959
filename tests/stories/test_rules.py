"""Hand-offs between departments, the eight-hour rule, held tasks, evidence that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.ids import FactId
from bot.plays.stage import Gives
from tests.stories.town import COMMAND

if TYPE_CHECKING:
    from tests.stories.town import Town

pytestmark = pytest.mark.in_turn


async def test_eight_hours_of_repair_release_what_sales_must_do(town: Town) -> None:
    xu, zhao, yang, zhou = town.people("xu", "zhao", "yang", "zhou")
    (await xu.says("/报险情 停电 2号车间")).says("EV-2026-0001")
    assert "tell-customers" not in (await town.event()).tasks
    await yang.presses("task.done", on="materials_control", task="delivery-check", gives=Gives(value="3"))
    await zhao.presses("task.done", on="office", task="confirm-repair", gives=Gives(value="7.9"))
    assert "tell-customers" not in (await town.event()).tasks
    (await zhao.says("/fact repair_hours 8", town.room_of("office"))).says("8")
    assert "tell-customers" in (await town.event()).tasks, "8 hours or more includes the 8"
    zhou.direct.expects("客户", "EV-2026-0001")
    (await zhou.presses("template.show", on="sales_service", task="tell-customers")).says("[")


async def test_time_alone_releases_it_when_nobody_knows_how_long(town: Town) -> None:
    xu, zhou = town.people("xu", "zhou")
    await xu.says("/报险情 停电 2号车间")
    await town.passes(hours=7, minutes=59)
    assert "tell-customers" not in (await town.event()).tasks
    await town.passes(minutes=2)
    assert "tell-customers" in (await town.event()).tasks
    zhou.direct.expects("客户", "EV-2026-0001")


async def test_a_finished_task_hands_over_to_the_next_department(town: Town) -> None:
    xu, huang, zhao = town.people("xu", "huang", "zhao")
    await xu.says("/report fire Workshop 3")
    before = set((await town.event()).tasks)
    await huang.presses("task.done", on="human_resources", task="expected-list", gives=Gives(value="120"))
    await zhao.presses("task.done", on="office", task="count-heads", gives=Gives(value="118"))
    released = set((await town.event()).tasks) - before
    assert released, "what follows the count is asked for"


@pytest.mark.on("sqlite", "postgres", "telegram", "web")  # Slack itself takes no word for a number
async def test_evidence_is_asked_at_done_and_wrong_evidence_is_refused(town: Town) -> None:
    xu, yang = town.people("xu", "yang")
    await xu.says("/report fire Workshop 3")
    button = next(
        each for each in town.room("materials_control").card("materials_control").buttons if each.action == "task.done"
    )
    room = town.room_of("materials_control")
    wrong = await yang.presses_button(button, room, Gives(task="count-orders", value="many"))
    wrong.refused()
    assert (await town.task("count-orders")).status == "waiting"
    (await yang.presses_button(button, room, Gives(task="count-orders", value="12"))).says("Recorded")
    assert (await town.event()).facts[FactId("orders_affected")].value == 12
    town.room("materials_control").reads("materials_control", "12")


async def test_facts_are_asked_from_a_list_and_unknown_ones_are_named(town: Town) -> None:
    xu, zhao = town.people("xu", "zhao")
    await xu.says("/报险情 停电 2号车间")
    (await zhao.says("/fact", gives=Gives(value="4", more={"fact": "repair_hours"}))).says("4")
    (await zhao.says("/fact colour blue")).refused("colour", "/fact")
    (await zhao.says("/事实 repair_hours＝5")).says("5")
    (await town.person("zhu").says("/fact repair_hours 1")).refused()


async def test_a_deadline_missed_calls_those_who_work_and_then_the_commander(town: Town) -> None:
    xu, lin, chen = town.people("xu", "lin", "chen")
    await xu.says("/report fire Workshop 3")
    await chen.presses("command.take", on=COMMAND)
    await lin.presses("task.start", on="purchasing")
    await town.passes(hours=2)
    lin.direct.expects("Please say how it stands", "Purchasing")
    await town.passes(minutes=10)
    chen.direct.expects("Please look into", "Purchasing", "reserve suppliers")
    await lin.presses("task.more_time", gives=Gives(minutes=60))
    task = await town.task("ready-supplies")
    assert task.finish_at > town.clock.now()
