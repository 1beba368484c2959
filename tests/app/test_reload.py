"""Playbooks are saved while the bot runs: a good one is in force at once, a bad one is refused and said to be."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from bot.app import App, platforms_of
from bot.chat.adapter import Abilities
from bot.cli.serving import sample_settings
from bot.clock import VirtualClock
from bot.domain.ids import DrillId, EventId, PersonId, PlaybookId, RoomId
from bot.domain.record import Entry
from bot.errors import Broken
from bot.files.home import CACHE, PLAYBOOKS
from bot.i18n import Catalogs
from bot.plays.screen import Screen
from bot.plays.stage import Stage
from bot.store.links import Links
from bot.text import LANGUAGES
from tests.stories.platform import Platform

FIRE = PlaybookId("fire")
EVENT = EventId("EV-2026-0001")
START = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)


@dataclass(slots=True)
class House:
    """The app with its playbooks in a folder that somebody edits."""

    app: App
    playbooks: Path
    clock: VirtualClock
    screen: Screen
    stage: Stage

    async def quiet(self) -> None:
        """Wait until nothing is on its way."""
        while not await self.app.quiet():  # noqa: ASYNC110  the house is asked, it has no event for being quiet
            await asyncio.sleep(0)

    async def saves(self, name: str, before: str, after: str) -> None:
        """Somebody changes a playbook, and the calendar looks."""
        path = self.playbooks / name
        written = path.read_text(encoding="utf-8")
        assert before in written
        path.write_text(written.replace(before, after, 1), encoding="utf-8")
        self.clock.set(self.clock.now() + timedelta(seconds=2))
        await self.app.reload()
        await self.quiet()

    def shown(self, room: str) -> str:
        """Everything that stands in a room now, in both languages."""
        cards = [card for _, card in self.screen.cards(RoomId(room))]
        parts = [part for card in cards for part in (card.head, *card.lead, *(line.text for line in card.lines))]
        return "\n".join(self.app.house.render(part, language) for part in parts for language in LANGUAGES)


@asynccontextmanager
async def opened(folder: Path, playbooks: Path, catalogs: Catalogs) -> AsyncGenerator[House]:
    """Open the app and run it until the block ends."""
    clock, screen = VirtualClock(START), Screen()
    settings = sample_settings(folder, "127.0.0.1", 0)
    app = await App.open(
        settings,
        playbooks,
        catalogs,
        clock,
        lambda _store, _house: {screen.name: screen},
        cache=CACHE,
        calendar=False,
    )
    running = asyncio.create_task(app.run())
    try:
        yield House(app, playbooks, clock, screen, Stage(app.intake.receive, clock.now))
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await app.close()


@pytest.fixture
async def house(tmp_path: Path, catalogs: Catalogs) -> AsyncIterator[House]:
    """A house that runs."""
    playbooks = tmp_path / "playbooks"
    shutil.copytree(PLAYBOOKS, playbooks)
    async with opened(tmp_path / "var", playbooks, catalogs) as running:
        yield running


async def notes(house: House) -> list[Entry]:
    """The house's own record."""
    return await house.app.store.entries()


async def test_a_saved_playbook_is_in_force_and_the_houses_record_says_whose_it_is(house: House) -> None:
    before = house.app.house.playbooks[FIRE]
    await house.saves("fire.yaml", "zh: 火灾", "zh: 大火灾")
    after = house.app.house.playbooks[FIRE]
    assert (after.playbook.title.zh, after.digest != before.digest) == ("大火灾", True)
    assert after.digest[:12] in str((await notes(house))[-1].payload)
    assert house.shown("admins") == ""


async def test_a_bad_one_is_refused_in_the_admins_room_and_the_last_good_one_stays(house: House) -> None:
    before = house.app.house.playbooks[FIRE]
    line = (house.playbooks / "fire.yaml").read_text(encoding="utf-8").split("level:", 1)[0].count("\n") + 1
    with structlog.testing.capture_logs() as logs:
        await house.saves("fire.yaml", "level: company", "level: compny")
    told = house.shown("admins")
    assert f"fire.yaml:{line}:" in told
    assert "`company`" in told
    assert "fire.yaml" in str(logs)
    assert house.app.house.playbooks[FIRE] == before
    await house.stage.says("xu", "/report fire Workshop 3", RoomId("@xu"))
    await house.quiet()
    assert (await house.app.store.event(EVENT)).level == "company"
    await house.saves("fire.yaml", "level: compny", "level: company")
    assert house.app.house.playbooks[FIRE] == before


async def test_a_running_event_keeps_the_version_it_opened_with(house: House) -> None:
    before = house.app.house.playbooks[FIRE]
    await house.stage.says("xu", "/report fire Workshop 3", RoomId("@xu"))
    await house.quiet()
    await house.saves("fire.yaml", "zh: 火灾", "zh: 大火灾")
    assert (await house.app.store.event(EVENT)).playbook_digest == before.digest
    first = (await house.app.store.entries(EVENT))[0].payload
    assert before.digest in str(first)
    kept = await house.app.store.playbook(before.digest)
    assert kept is not None
    assert kept.playbook.title.zh == "火灾"
    await house.stage.says("ma", "/report fire Gate 1", RoomId("@ma"))
    await house.quiet()
    second = (await house.app.store.entries(EventId("EV-2026-0002")))[0].payload
    assert house.app.house.playbooks[FIRE].digest in str(second)


async def test_a_playbook_that_is_bad_at_the_start_is_told_and_the_others_are_in_force(
    tmp_path: Path, catalogs: Catalogs
) -> None:
    playbooks = tmp_path / "playbooks"
    shutil.copytree(PLAYBOOKS, playbooks)
    bad = playbooks / "flood.yaml"
    bad.write_text(bad.read_text(encoding="utf-8").replace("level: ", "level: no", 1), encoding="utf-8")
    with structlog.testing.capture_logs() as logs:
        async with opened(tmp_path / "var", playbooks, catalogs) as house:
            while not house.shown("admins"):  # noqa: ASYNC110  the house is asked, it has no event for being told
                await asyncio.sleep(0)
            assert "flood.yaml:" in house.shown("admins")
            assert FIRE in house.app.house.playbooks
            assert PlaybookId("flood") not in house.app.house.playbooks
    assert "flood.yaml" in str(logs)


async def test_playbooks_that_cannot_be_used_at_all_keep_the_bot_from_starting(
    tmp_path: Path, catalogs: Catalogs
) -> None:
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "fire.yaml").write_text("id: fire\n\ttitle: x\n", encoding="utf-8")
    with pytest.raises(Broken):
        async with opened(tmp_path / "var", tmp_path / "playbooks", catalogs):
            pass


async def test_a_room_is_on_the_platforms_it_is_bound_to(house: House) -> None:
    talk = Platform("talk", Abilities(outside=False, opens_rooms=False))
    mail = Platform("mail", Abilities(outside=True, opens_rooms=False, in_need_only=True))
    links, adapters = Links(), {"web": Platform(), "talk": talk, "mail": mail}
    links.add("talk", "T1", PersonId("xu"), None)

    def on(room: str) -> tuple[str, ...]:
        return platforms_of(house.app.house, links, adapters, RoomId(room))

    assert on("office") == ("web",)
    assert on("@xu") == ("web", "talk")
    assert on("@zhang") == ("web",)
    assert on("@talk:T9") == ("talk",)
    assert on("@gone:T9") == ()
    assert on("EV-2026-0001") == ("web",)


async def test_a_saved_drill_is_in_force_and_one_with_a_mistake_is_told_in_the_admins_room(house: House) -> None:
    name = DrillId("fire-drill")
    await house.saves("drills/fire-drill.yaml", "en: Fire drill, Warehouse 2", "en: Fire drill at night")
    assert house.app.house.programme.drills[name].title.en == "Fire drill at night"
    assert "house.programme_reloaded" in str((await notes(house))[-1].payload)
    before = house.app.house.programme
    await house.saves("drills/fire-drill.yaml", "organiser: security", "organiser: securty")
    assert house.app.house.programme == before
    assert "There is no role `securty`. Did you mean `security`?" in house.shown("admins")
