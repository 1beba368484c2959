"""What stands in the way of a drill is said in one sentence, and nothing is started."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.drill import Inject
from bot.domain.ids import EventId, RoleId
from bot.text import Words
from tests.stories.drills import ALL_THE_SAME, SURE, button, drill_of, plans, small, starts

if TYPE_CHECKING:
    from tests.stories.town import Town

pytestmark = pytest.mark.on("sqlite", "postgres")
FIRST, SECOND = EventId("DR-2026-0001"), EventId("DR-2026-0002")


async def _nothing(town: Town) -> bool:
    return await town.store.events() == []


async def test_an_unknown_drill_names_the_nearest_or_all_there_are(town: Town) -> None:
    await plans(town)
    (tian,) = town.people("tian")
    (await tian.says("/drill start fyre-drill")).refused("fire-drill", "Did you mean")
    (await tian.says("/drill start zzz")).refused("There is no drill", "fire-drill")
    assert await _nothing(town)


async def test_without_drills_the_word_says_so(town: Town) -> None:
    (await town.person("tian").says("/drill")).says("No drill is planned yet")
    (await town.person("tian").says("/drill start anything")).refused("No drill is planned yet")
    (await town.person("tian").says("/drill pause")).refused("No drill is running")


async def test_only_those_of_the_organising_role_start_one(town: Town) -> None:
    await plans(town)
    chen, bao, pan, qin = town.people("chen", "bao", "pan", "qin")
    for person in (chen, bao, qin):
        (await person.says("/drill start fire-drill")).refused("Tian Yong", "Pan Hu")
    (await chen.says("/drill start")).refused("None of the drills is yours")
    assert await _nothing(town)
    (await starts(pan, "fire-drill")).says(FIRST)
    assert (await drill_of(town, FIRST)).organiser.person == "pan"


async def test_a_clock_that_stands_still_or_races_is_refused(town: Town) -> None:
    await plans(town)
    (tian,) = town.people("tian")
    for speed in ("×0", "x1000000", "at ×10⁶", "×-3", "×nan", "×inf", "×fast", "×101"):
        (await tian.says(f"/drill start fire-drill {speed}")).refused("between ×1 and ×100")
    assert await _nothing(town)


async def test_an_inject_for_a_role_that_nobody_holds(town: Town) -> None:
    sent = Words("模拟：电话断了。", "Simulated: the telephones are dead.")
    inject = Inject(timedelta(minutes=1), RoleId("scribe"), sent, sent, timedelta(minutes=1))
    await plans(town, replace(small("phones"), injects=(inject,)))
    company = town.house.company
    empty = replace(company.roles[RoleId("scribe")], holders=())
    town.house.reload(company=replace(company, roles={**company.roles, RoleId("scribe"): empty}))
    (await town.person("song").says("/drill start phones")).refused("nobody holds", "Scribe")
    assert await _nothing(town)


async def test_a_drill_started_twice_names_the_one_that_runs(town: Town) -> None:
    await plans(town)
    (tian,) = town.people("tian")
    asked = await tian.says("/drill start fire-drill")
    await starts(tian, "fire-drill")
    (await tian.says("/drill start fire-drill")).refused("running already", FIRST)
    late = await town.stage.answers(tian.id, tian.direct.id, asked.reply, SURE)
    assert not late.stored, "the question was asked before the first one started"
    assert [row.id for row in await town.store.events()] == [FIRST]


async def test_two_drills_for_the_same_people_do_not_meet_and_for_others_they_do(town: Town) -> None:
    await plans(town, small("net", "it-failure", "it_engineer"), small("paper", "it-failure", "production"))
    song, tian = town.people("song", "tian")
    (await starts(song, "net")).says(FIRST)
    (await starts(song, "paper")).says(SECOND)
    (await tian.says("/drill start fire-drill")).refused("already in drill", "Nothing was started", "Song Jie")
    (await song.says("/drill pause")).refused("Several drills are running", FIRST, SECOND)
    (await song.says(f"/drill pause {SECOND}")).says(SECOND)
    (await song.says("/drill")).says("2 drills are running", "paused")


async def test_a_drill_beside_a_real_event_of_its_kind_is_asked_and_not_started_by_default(town: Town) -> None:
    await plans(town)
    xu, tian = town.people("xu", "tian")
    await xu.says("/report fire Workshop 3")
    asked = await tian.says("/drill start fire-drill")
    asked.says("EV-2026-0001", "not start")
    (await starts(tian, "fire-drill")).refused("EV-2026-0001")
    assert [row.id for row in await town.store.events()] == ["EV-2026-0001"]
    (await starts(tian, "fire-drill", gives=ALL_THE_SAME)).says(FIRST)


async def test_a_drill_is_halted_and_ended_by_those_who_run_it_alone(town: Town) -> None:
    await plans(town)
    tian, he, xu, guo = town.people("tian", "he", "xu", "guo")
    await starts(tian, "fire-drill")
    for somebody in (xu, guo):
        for word in ("pause", "end", "next"):
            (await somebody.says(f"/drill {word}")).refused()
    (await he.says("/drill next")).refused()
    (await he.presses_button(button(he, "drill.pause", FIRST))).says(FIRST)
    assert (await drill_of(town, FIRST)).paused_at is not None
    (await tian.says("/drill next")).refused("paused")
    (await tian.says("/drill resume")).says(FIRST)
    (await he.presses_button(button(he, "drill.end", FIRST))).says(FIRST)
    (await tian.says("/drill end DR-2026-0001")).refused("ended already")
    (await tian.says("/drill end EV-2026-0009")).refused("EV-2026-0009")
    (await xu.says("/drill end")).refused("No drill is running")
