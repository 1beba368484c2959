"""Two reports of one thing are merged; two things at once do not mix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.card import Button
from bot.domain.ids import EventId, TaskId
from bot.plays.stage import Gives
from bot.text import text
from tests.stories.town import COMMAND

if TYPE_CHECKING:
    from tests.stories.town import Town

pytestmark = pytest.mark.in_turn

FIRST, SECOND = EventId("EV-2026-0001"), EventId("EV-2026-0002")


async def test_two_reports_of_the_same_fire_are_merged_and_taken_apart_again(town: Town) -> None:
    xu, zhu, chen, lin = town.people("xu", "zhu", "chen", "lin")
    await xu.says("/report fire Workshop 3")
    await town.passes(minutes=2)
    await zhu.says("/报险情 3号车间冒烟")
    town.command.expects("EV-2026-0001")
    offered = [
        button for message in town.command.messages for button in message.card.buttons if button.action == "event.merge"
    ]
    (await chen.presses_button(offered[0], town.command.id)).says("EV-2026-0002", "EV-2026-0001")
    first, second = await town.event(FIRST), await town.event(SECOND)
    assert (second.status, second.merged_into) == ("merged", FIRST)
    assert first.also_reported[0].en == "Zhu Lin"
    town.room("purchasing").reads("purchasing", "EV-2026-0001", event=SECOND)
    (await lin.says("/status")).says("EV-2026-0001")

    (await chen.presses("merge.undo", on=COMMAND, event=SECOND)).says("goes on by itself")
    assert (await town.event(SECOND)).status == "open"


async def test_the_word_merges_by_numbers_by_room_or_asks(town: Town) -> None:
    xu, chen = town.people("xu", "chen")
    (await chen.says("/merge")).refused()
    await xu.says("/report fire Workshop 3")
    (await chen.says("/merge")).refused("not two open events")
    await xu.says("/report fire Workshop 1")
    await xu.says("/报险情 停电 2号车间")
    asked = await chen.says("/merge", gives=Gives(more={"first": FIRST, "second": SECOND}))
    asked.says(FIRST, SECOND)
    (await chen.says("/合并 3 1")).says("EV-2026-0003", "EV-2026-0001")
    assert (await town.event(EventId("EV-2026-0003"))).merged_into == FIRST


async def test_two_events_at_once_do_not_mix(town: Town) -> None:
    xu, yang, zhang, chen = town.people("xu", "yang", "zhang", "chen")
    await xu.says("/report fire Workshop 3")
    await xu.says("/报险情 停电 2号车间")
    await yang.presses("task.done", on="materials_control", task="count-orders", event=FIRST, gives=Gives(value="3"))
    first, second = await town.event(FIRST), await town.event(SECOND)
    assert first.tasks[TaskId("count-orders")].status == "done"
    assert all(task.status == "waiting" for task in second.tasks.values())
    assert "orders_affected" not in second.facts

    (await yang.says("/tasks", "materials_control")).says("EV-2026-0002")
    (await zhang.says("/tasks 生产部")).says("EV-2026-0001", "EV-2026-0002")
    (await chen.says("/status")).says("EV-2026-0001", "EV-2026-0002")
    (await chen.says("/status 0002")).says("EV-2026-0002")
    (await chen.says("/status ev2")).says("EV-2026-0002")
    (await chen.says("/status EV-2025-0099")).refused("EV-2025-0099")


async def test_a_word_that_could_mean_two_events_asks_which(town: Town) -> None:
    xu, zhang = town.people("xu", "zhang")
    await xu.says("/report fire Workshop 3")
    await xu.says("/报险情 停电 2号车间")
    asked = await zhang.says("/level company", "production")
    assert asked.form.id == "event.pick"
    chosen = await zhang.says("/level company", "production", gives=Gives(more={"event": SECOND}))
    chosen.says("EV-2026-0002", "Company-level response")
    (await zhang.says("/note 2 people went home", "production")).says("Which event")


@pytest.mark.on("sqlite", "postgres", "slack", "web")  # Telegram tells of no deletion
async def test_talk_that_may_belong_to_two_events_is_assigned_with_one_tap(town: Town) -> None:
    xu, zhang, zhu = town.people("xu", "zhang", "zhu")
    await xu.says("/report fire Workshop 3")
    await xu.says("/报险情 停电 2号车间")
    asked = await zhang.says("收到", "production", message="m-1")
    asked.says("EV-2026-0001", "EV-2026-0002")
    await zhang.edits("production", "m-1", "没收到")
    await zhang.deletes("production", "m-1")
    await town.passes(minutes=1)
    tap = next(button for button in asked.buttons if button.event == SECOND)
    (await zhu.presses_button(tap, "production")).refused()
    (await zhang.presses_button(tap, "production")).says("EV-2026-0002")
    assert (await town.task("safe-stop", SECOND)).status == "acknowledged"
    assert (await town.task("safe-stop", SECOND)).answers[0].member.person == "zhang"
    said = [entry for entry in await town.record(SECOND) if entry.payload.kind == "message.said"]
    assert said[-1].late
    later = [entry.payload.kind for entry in await town.record(SECOND) if entry.sequence > said[-1].sequence]
    assert [kind for kind in later if kind.startswith("message.") and kind != "message.sent"] == [
        "message.edited",
        "message.deleted",
    ]
    assert (await town.kinds(FIRST)).count("message.said") == 1, "the report itself"
    (await zhang.presses_button(tap, "production")).refused("in an event already")
    unknown = Button("room.assign", text("room.assign"), FIRST, target="nothing")
    (await zhang.presses_button(unknown, "production")).refused()
