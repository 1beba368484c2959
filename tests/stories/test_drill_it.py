"""An IT outage drill by a clock twelve times as fast: eight hours pass in forty minutes, nobody answers faster."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.entries_drill import InjectGiven
from bot.domain.ids import EventId, TaskId
from tests.stories.drills import button, drill_of, plans, starts
from tests.stories.town import COMMAND

if TYPE_CHECKING:
    from tests.stories.town import Town

DRILL = EventId("DR-2026-0001")
MINUTE = timedelta(minutes=1)


async def test_an_it_outage_drill(town: Town) -> None:
    await plans(town)
    he, chen, yuan, zhou, wu = town.people("he", "chen", "yuan", "zhou", "wu")
    (await he.says("/drill start it-failure-drill")).says("×12", "Wu Gang", "STOP THE DRILL")
    (await starts(he, "it-failure-drill")).says(DRILL)
    began = town.clock.now()

    first = await town.task("confirm-fault", DRILL)
    assert first.acknowledge_at == began + 5 * MINUTE, "no clock makes anybody answer faster"
    assert first.finish_at == began + 5 * MINUTE, "an hour of work"
    await chen.presses("command.take", on=COMMAND, event=DRILL)
    await yuan.presses("task.acknowledge", on="office", task="confirm-fault", event=DRILL)
    await town.passes(minutes=3)
    yuan.direct.expects("News", "34 degrees")
    given = [entry for entry in await town.record(DRILL) if isinstance(entry.payload, InjectGiven)]
    assert [entry.at - began for entry in given] == [timedelta(minutes=2.5)], "half an hour of the outage"
    await yuan.presses_button(button(yuan, "drill.answer", DRILL))
    assert (await drill_of(town, DRILL)).given[1].status == "answered"

    (await wu.presses_button(button(wu, "drill.pause", DRILL))).says("paused")
    town.room("office").reads("office", "The drill was paused", event=DRILL)
    await town.passes(minutes=20)
    assert len((await drill_of(town, DRILL)).given) == 1, "nothing runs"
    await town.restart()
    (await he.presses_button(button(he, "drill.resume", DRILL))).says("goes on")
    await town.passes(minutes=36)
    assert TaskId("tell-customers") not in (await town.event(DRILL)).tasks
    await town.passes(minutes=2)
    event = await town.event(DRILL)
    assert TaskId("tell-customers") in event.tasks, "eight hours have passed by the drill's clock"
    assert event.level == "company"
    zhou.direct.expects("DR-2026-0001", "14:")

    (await he.says("/drill end")).says(DRILL)
    measures = (await drill_of(town, DRILL)).measures
    assert measures is not None
    assert measures.lasted < timedelta(minutes=42).total_seconds()
    he.direct.expects("posts answered", "without pauses")
