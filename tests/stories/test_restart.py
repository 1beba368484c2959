"""The process dies in the middle and comes back: nothing is lost, nothing happens twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.inbound import Account, Inbound, Pressed
from bot.domain.entries_tasks import Escalated
from bot.domain.ids import EventId, RoomId

if TYPE_CHECKING:
    from tests.stories.town import Town

pytestmark = pytest.mark.in_turn


async def test_answers_deadlines_and_messages_are_right_after_a_restart(town: Town) -> None:
    xu, lin, wei, zhang = town.people("xu", "lin", "wei", "zhang")
    await xu.says("/report fire Workshop 3")
    await zhang.says("收到", "production")
    shown = len(town.platform.messages)
    await town.restart()
    assert len(town.platform.messages) == shown, "nothing is said twice"
    assert (await town.task("safe-stop")).status == "acknowledged"
    await town.passes(minutes=10)
    wei.direct.expects("Please take over", "Lin Xiao")
    (await lin.presses("task.acknowledge", on="purchasing")).says("Recorded")


async def test_deadlines_missed_while_nothing_ran_fire_once_and_say_they_are_late(town: Town) -> None:
    xu, wei = town.people("xu", "wei")
    await xu.says("/report fire Workshop 3")
    await town.stop()
    town.clock.set(town.clock.now().replace(hour=6, minute=30))
    await town.start()
    await town.quiet()
    wei.direct.expects("Please take over", "late")
    escalated = [entry.payload for entry in await town.record() if isinstance(entry.payload, Escalated)]
    supplies = [each for each in escalated if each.task == "ready-supplies"]
    assert len(supplies) == 1
    assert supplies[0].late > 0


async def test_messages_a_platform_would_not_take_leave_when_it_is_back(town: Town) -> None:
    (xu,) = town.people("xu")
    town.platform.away = True
    await town.stage.says("xu", "/report fire Workshop 3", RoomId("@xu"))
    await town.stop()
    town.platform.away = False
    town.clock.set(town.clock.now().replace(minute=2))
    await town.start()
    await town.quiet()
    assert xu.direct.messages == []
    town.room("purchasing").reads("purchasing", "Workshop 3")


async def test_the_same_update_again_gets_the_same_answer(town: Town) -> None:
    await town.person("xu").says("/report fire Workshop 3")
    press = Pressed("task.acknowledge", EventId("EV-2026-0001"), "purchasing")
    inbound = Inbound("again-1", Account("web", "lin", "lin"), RoomId("purchasing"), press, town.clock.now())
    first = await town.intake.receive(inbound)
    await town.restart()
    second = await town.intake.receive(inbound)
    assert first == second
    assert len((await town.task("ready-supplies")).answers) == 1
