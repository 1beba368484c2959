"""An account nobody has linked may report, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.domain.commands import Open
from bot.domain.decide import decide_open
from bot.domain.ids import PlaybookId
from bot.domain.parties import Actor
from bot.plays.stage import Gives
from bot.services.acting import write
from bot.text import same
from tests.stories.town import COMMAND

if TYPE_CHECKING:
    from bot.store.work import Work
    from tests.stories.town import Town


ELSEWHERE = pytest.mark.on("sqlite", "postgres", "slack", "telegram")
"""The built-in chat is for those who have signed in."""


@ELSEWHERE
async def test_a_strangers_report_calls_those_on_duty_and_everybody_on_one_confirmation(town: Town) -> None:
    stranger = town.stranger("passer-by")
    tian, lin = town.people("tian", "lin")
    (await stranger.says("/报险情 3号车间起火")).says("EV-2026-0001", "119")
    event = await town.event()
    assert not event.confirmed
    tian.direct.expects("passer-by")
    assert lin.direct.messages == []
    (await tian.presses("event.confirm", on=COMMAND)).says("All departments are being called")
    lin.direct.expects("EV-2026-0001", "Purchasing")
    assert (await town.event()).confirmed


@pytest.mark.on("sqlite", "postgres")
async def test_the_command_room_is_for_those_called_first_until_somebody_confirms(town: Town) -> None:
    town_members = town.platform.members
    await town.stranger("passer-by").says("/report fire Workshop 3")
    room = town.command.id
    assert town_members[room] == {message.room[1:] for message in town.platform.messages if message.room[0] == "@"}
    assert "lin" not in town_members[room]
    await town.person("tian").presses("event.confirm", on=COMMAND)
    assert {"lin", "chen", "guo"} <= town_members[room]


@pytest.mark.on("sqlite", "postgres")
async def test_whoever_is_called_in_somebodys_place_comes_into_the_command_room_unconfirmed_too(town: Town) -> None:
    await town.stranger("passer-by").says("/report fire Workshop 3")
    room, members = town.command.id, town.platform.members
    first = set(members[room])
    await town.passes(minutes=10)
    event = await town.event()
    called = {member.person for task in event.tasks.values() for member in task.chain[: task.called]}
    assert not event.confirmed
    assert called - first
    assert called <= members[room]


@ELSEWHERE
async def test_a_stranger_reports_by_form_too(town: Town) -> None:
    stranger = town.stranger("passer-by")
    (await stranger.says("/report", gives=Gives(more={"tile": "fire", "place": "东门"}))).says("东门")


@ELSEWHERE
async def test_a_stranger_may_nothing_else_and_is_told_how_to_become_known(town: Town) -> None:
    stranger = town.stranger("passer-by")
    how = "Sign in with your own link first" if town.line.name == "web" else "Link this account first"
    await town.person("xu").says("/report fire Workshop 3")
    before = len(await town.record())
    for words in ("/status", "/help", "/note x", "/nonsense", "hello", "收到"):
        (await stranger.says(words)).refused(how)
    (await stranger.presses("task.acknowledge", on="purchasing")).refused(how)
    (await stranger.presses("command.take", on=COMMAND)).refused(how)
    (await stranger.says("收到。", "purchasing")).refused(how)
    assert not (await stranger.says("hello", "purchasing")).words
    assert len(await town.record()) == before


@ELSEWHERE
async def test_what_a_stranger_says_in_a_command_room_is_kept_with_the_name(town: Town) -> None:
    stranger = town.stranger("passer-by")
    await town.person("xu").says("/report fire Workshop 3")
    await stranger.says("I saw two people at the window", town.command.id)
    kept = (await town.record())[-1]
    assert (kept.actor.person, kept.actor.name and kept.actor.name.en) == (None, "passer-by")


async def test_a_drill_says_so_first_and_last_wherever_it_is_read(town: Town) -> None:
    """Nobody can open a drill by a word yet: it opens through the service, and is marked everywhere."""
    version = town.playbooks[PlaybookId("fire")]

    async def job(work: Work) -> None:
        await work.keep_playbook(version)
        number = await work.next_event_id("drill", 2026)
        by = Actor(name=same("calendar"))
        command = Open(by, number, "drill", "3号车间", (), "calendar", work.now, confirmed=True)
        drafts = decide_open(command, town.house.setting(version), work.now)
        await write(work, town.house, number, drafts, before=None)

    await town.store.write(job)
    await town.quiet()
    assert town.newest.startswith("DR-2026-0001")
    assert all(message.card.kind == "drill" for message in town.platform.messages)
    (await town.person("lin").says("收到", "purchasing")).says("Recorded")


@ELSEWHERE
async def test_an_unconfirmed_report_reaches_those_on_duty_and_nobody_else(town: Town) -> None:
    town.strict = True
    await town.stranger("passer-by").says("/report fire Workshop 3")
    for name in ("tian", "zhao", "ma", "guo", "chen"):
        town.person(name).direct.expects("EV-2026-0001")
