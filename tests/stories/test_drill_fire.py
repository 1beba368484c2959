"""A fire drill from the first word to the three questions, on every way people may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.entries_drill import HotWashAnswered, InjectAnswered
from bot.domain.ids import EventId
from bot.plays.stage import Gives
from tests.stories.drills import button, drill_of, plans, starts
from tests.stories.town import COMMAND

if TYPE_CHECKING:
    from tests.stories.town import Town

DRILL = EventId("DR-2026-0001")


async def test_a_fire_drill(town: Town) -> None:
    await plans(town)
    tian, guo, ma, zhao = town.people("tian", "guo", "ma", "zhao")

    (await tian.says("/演练")).says("fire-drill", "not held yet", "开始一个演练")
    asked = await tian.says("/drill start fire-drill")
    asked.says("Start the drill", "He Jing", "STOP THE DRILL", "停止演练", "Shift leader")
    assert await town.store.events() == [], "nothing before it is confirmed"
    (await starts(tian, "fire-drill")).says(DRILL)

    event = await town.event(DRILL)
    assert (event.kind, event.command.holder and event.command.holder.person) == ("drill", "guo")
    town.room("all").expects("The drill begins", "Simulated", "Safety officer: He Jing", "Real emergency")
    town.room("office").reads("office", DRILL, event=DRILL)
    tian.direct.expects("You run this drill", "Expected:", "Shift leader")
    town.person("he").direct.expects("You are the safety officer")
    assert town.person("chen").direct.messages == [], "whoever is played as absent is not called"

    await town.passes(minutes=1)
    await guo.presses("command.take", on=COMMAND, event=DRILL)
    await zhao.presses("task.acknowledge", on="office", event=DRILL)
    await town.passes(minutes=3)
    news = ma.direct.expects("News", "second rack", "Handled")
    assert news.cards[0].files, "the picture goes with it"
    ma.direct.has_nothing_with("leads everyone out")
    tian.direct.expects("Inject 1 went to Ma Chao", "leads everyone out")
    town.command.expects("Inject 1 was given to: Shift leader")
    await ma.presses_button(button(ma, "drill.answer", DRILL), gives=Gives(more={"done": "大家都撤出来了"}))
    tian.direct.expects("Inject 1: handled by Ma Chao")
    answered = [entry.payload for entry in await town.record(DRILL) if isinstance(entry.payload, InjectAnswered)]
    assert [(each.number, each.how, each.late) for each in answered] == [(1, "press", False)]
    assert "note.added" in await town.kinds(DRILL)

    (await tian.presses_button(button(tian, "drill.next", DRILL))).says("Inject 2")
    zhao.direct.expects("News", "ankle")
    await town.passes(minutes=6)
    tian.direct.expects("Inject 2: nobody acted in time")
    (await tian.presses_button(button(tian, "drill.end", DRILL))).says(DRILL)

    town.room("all").expects("The drill is over", "put back")
    town.room("office").reads("office", "The drill ended at", event=DRILL)
    town.command.expects("posts answered", "First post acknowledged", "injects handled in time", "No answer yet")
    tian.direct.expects("posts answered", "Command taken: after 1 min")
    ma.direct.expects("How did the drill go?")
    said = Gives(more={"worked": "广播很清楚", "failed": "", "change": "多一个喇叭！"})
    (await ma.presses_button(button(ma, "drill.said", DRILL), gives=said)).says(DRILL)
    kept = [entry.payload for entry in await town.record(DRILL) if isinstance(entry.payload, HotWashAnswered)]
    assert [(each.member.person, each.worked, each.failed, each.change) for each in kept] == [
        ("ma", "广播很清楚", None, "多一个喇叭！")
    ]
    assert (await drill_of(town, DRILL)).measures is not None


@pytest.mark.on("sqlite")
async def test_the_second_drill_is_compared_with_the_first(town: Town) -> None:
    await plans(town)
    tian, zhao = town.people("tian", "zhao")
    await starts(tian, "fire-drill")
    await town.passes(minutes=3)
    await zhao.presses("task.acknowledge", on="office", event=DRILL)
    await tian.says("/演练 结束")
    await town.passes(days=1)
    (await tian.says("/drill")).says("last held 2026-03-05")
    await starts(tian, "火灾演练")
    await town.passes(minutes=1)
    await zhao.presses("task.acknowledge", on="office", event=EventId("DR-2026-0002"))
    await tian.says("/drill end")
    tian.direct.expects("Compared with the last one, DR-2026-0001", "last time after 3 min: better than last time")
