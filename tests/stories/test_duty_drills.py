"""A drill is what its duty asks for, whichever way it was started."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.duty_plan import THE_TASK
from bot.domain.entries_drill import DrillStarted
from bot.domain.ids import EventId
from bot.plays.stage import Gives
from tests.stories.test_duties import DRILL, DU, HELD, owes

if TYPE_CHECKING:
    from tests.stories.town import Town

SURE = Gives(more={"go": "yes"})
NUMBER = EventId("DR-2026-0001")


@pytest.mark.on("sqlite", "postgres")
async def test_a_drill_that_was_started_with_the_word_fulfils_its_duty_as_well(town: Town) -> None:
    await owes(town, DRILL, drill=replace(HELD, hidden_within=None))
    (shi,) = town.people("shi")
    await town.passes(days=13)
    (await shi.says("/drill start store-fire", gives=SURE)).says(NUMBER)
    started = next(entry.payload for entry in await town.record(NUMBER) if isinstance(entry.payload, DrillStarted))
    assert started.duty == DU
    town.room("materials_control").reads("materials_control", "演练DR-2026-0001已开始", event=DU)
    await shi.says("/drill end", gives=SURE)
    duty = await town.event(DU)
    assert (duty.duty and duty.duty.held, duty.tasks[THE_TASK].status) == (True, "done")


@pytest.mark.on("sqlite")
async def test_a_drill_that_nothing_asks_for_is_held_all_the_same(town: Town) -> None:
    await owes(town, DRILL, drill=replace(HELD, hidden_within=None))
    (shi,) = town.people("shi")
    (await shi.says("/drill start store-fire", gives=SURE)).says(NUMBER)
    await shi.says("/drill end", gives=SURE)
    started = next(entry.payload for entry in await town.record(NUMBER) if isinstance(entry.payload, DrillStarted))
    assert started.duty is None
    await town.passes(days=13)
    assert not (await town.event(DU)).over, "what was held before it was asked for does not count"
