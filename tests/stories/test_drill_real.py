"""Something real happens during a drill, and a drill and a real event side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.chat.card import Button
from bot.domain.entries_drill import DrillEnded
from bot.domain.entries_talk import Said
from bot.domain.ids import DepartmentId, EventId, RoomId
from bot.domain.playbook import PLACE
from bot.plays.stage import Gives
from bot.text import text
from tests.stories.drills import ALL_THE_SAME, drill_of, plans, small, starts

if TYPE_CHECKING:
    from tests.stories.town import Town

FIRST, SECOND, LIVE = EventId("DR-2026-0001"), EventId("DR-2026-0002"), EventId("EV-2026-0001")
LATER = Gives(more={"where": "", "what": ""})


def _real(number: EventId) -> Button:
    return Button("drill.real", text("drill.real"), number, style="danger", confirm=text("drill.real.confirm"))


async def test_a_real_emergency_stops_every_drill_and_is_reported_at_one_press(town: Town) -> None:
    await plans(town, small("net", "it-failure", "it_engineer"), small("paper", "it-failure", "production"))
    song, lin = town.people("song", "lin")
    await starts(song, "net")
    await starts(song, "paper")
    seen = town.room("production")
    seen.reads("production", FIRST, event=FIRST)

    told = Gives(more={"where": "2号车间", "what": "真的起火了"})
    answered = await lin.presses_button(_real(SECOND), gives=told)
    answered.says(LIVE, "119")
    for number in (FIRST, SECOND):
        drill = await drill_of(town, number)
        assert (drill.why_ended, drill.live, drill.asked) == ("real", LIVE, ())
    ended = [entry.payload for entry in await town.record(FIRST) if isinstance(entry.payload, DrillEnded)]
    assert [each.by and each.by.person for each in ended] == ["lin"]

    live = await town.event(LIVE)
    assert (live.kind, live.playbook, live.confirmed, live.drill) == ("live", "general", True, None)
    assert live.facts[PLACE].shown.en == "Workshop 2"
    notes = [entry.payload.words or "" for entry in await town.record(LIVE) if isinstance(entry.payload, Said)]
    assert any(SECOND in note for note in notes)
    assert any("真的起火了" in note for note in notes)
    town.room("all").expects("The drill stops: there is a real emergency", LIVE)
    town.person("song").direct.expects("The drill stops", LIVE)
    town.room("production").reads("production", "A real emergency stopped the drill", LIVE, event=FIRST)
    town.person("chen").direct.expects(LIVE)

    again = await song.presses_button(_real(FIRST), gives=LATER)
    again.says(LIVE)
    assert len(await town.store.events()) == 3, "a second press finds what the first one opened"


async def test_a_real_event_and_a_drill_of_its_kind_do_not_mix(town: Town) -> None:
    await plans(town)
    xu, tian, zhang = town.people("xu", "tian", "zhang")
    await xu.says("/report fire Workshop 3")
    await starts(tian, "fire-drill", gives=ALL_THE_SAME)
    (await tian.says("/status")).says(LIVE, FIRST, "DRILL")

    await zhang.says("水压不够", FIRST)
    said = [entry.payload.words for entry in await town.record(FIRST) if isinstance(entry.payload, Said)]
    assert said == ["水压不够"]
    await zhang.presses("task.acknowledge", on="production", event=FIRST)
    assert (await town.task("safe-stop", FIRST)).status == "acknowledged"
    assert (await town.task("safe-stop", LIVE)).status == "waiting"
    await town.restart()
    await tian.says("/drill end")
    assert (await town.event(LIVE)).status == "open"
    assert (await drill_of(town, FIRST)).why_ended == "ended"


@pytest.mark.on("sqlite")
async def test_a_stranger_may_press_it_and_those_first_called_confirm(town: Town) -> None:
    await plans(town, small("net", "it-failure", "it_engineer"))
    await starts(town.person("song"), "net")
    asked = await town.stage.presses("9", RoomId("@web:9"), replace(_real(FIRST), confirm=None))
    assert asked.form is not None
    assert (asked.form.id, asked.form.kind) == ("press.confirm", "live"), "asked in the words of a real report"
    assert [row.id for row in await town.store.events()] == [FIRST]
    told = await town.stage.answers("9", RoomId("@web:9"), asked, LATER)
    assert told.stored, told
    await town.quiet()
    live = await town.event(LIVE)
    assert (live.kind, live.confirmed, live.reported_by) == ("live", False, None)
    assert (await drill_of(town, FIRST)).live == LIVE


@pytest.mark.on("sqlite")
async def test_once_something_real_stopped_it_nobody_is_asked_about_the_drill(town: Town) -> None:
    await plans(town)
    tian, zhang = town.people("tian", "zhang")
    await starts(tian, "fire-drill")
    await zhang.presses_button(_real(FIRST), gives=Gives(more={"where": "2号车间", "what": ""}))
    (await zhang.says("收到", room="production")).kept()
    assert [task.status for task in (await town.event(LIVE)).of_department(DepartmentId("production"))] == [
        "acknowledged"
    ]
    for asked in ("/tasks", "/status", "/myrole"):
        answered = await zhang.says(asked, room="production")
        assert FIRST not in answered.says(LIVE).words
    assert [row.place.zh for row in await town.store.events() if row.id == LIVE] == ["2号车间"]
