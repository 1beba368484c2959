"""A platform that does not start or breaks down: said once to the admins, tried again, and the house goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bot.app import App
from bot.chat.adapter import Inlet
from bot.cli.serving import sample_settings
from bot.clock import VirtualClock
from bot.domain.ids import RoomId
from bot.errors import Broken, RetryLater
from bot.files.home import CACHE, PLAYBOOKS
from bot.i18n import Catalogs
from bot.jobs.attendant import FIRST_PAUSE, LONGEST_PAUSE, STEADY_AFTER, TELL_AGAIN_AFTER, Rest
from bot.text import text
from tests.stories.platform import Platform

START = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
BAD_TOKEN = Broken(text("check.no_access"))
"""Its sentence stands for what an adapter says about a token."""


@dataclass(slots=True)
class Shaky(Platform):
    """Breaks with each of `breaks` in turn (None: it ends without a word), then runs until it is told to break."""

    name: str = "slack"
    breaks: list[Exception | None] = field(default_factory=list[Exception | None])
    starts: int = 0
    told_to_break: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, inlet: Inlet) -> None:
        """Take in nothing."""
        self.starts += 1
        if not self.breaks:
            await self.told_to_break.wait()
            raise BAD_TOKEN
        error = self.breaks.pop(0)
        if error is not None:
            raise error


class Clock(VirtualClock):
    """Remembers until when the attendant rests."""

    def __init__(self) -> None:
        super().__init__(START)
        self.naps: list[datetime] = []

    async def sleep_until(self, at: datetime, wake: asyncio.Event) -> None:
        """Rest."""
        if isinstance(wake, Rest):
            self.naps.append(at)
        await super().sleep_until(at, wake)


@dataclass(slots=True)
class Watched:
    """The house, its built-in chat, and the platform that breaks."""

    app: App
    clock: Clock
    chat: Platform
    shaky: Shaky

    async def until(self, holds: Callable[[], bool]) -> None:
        """Let the others run until it is so."""
        async with asyncio.timeout(60):
            while not holds():  # noqa: ASYNC110  the house is asked, it has no event for each thing it does
                await asyncio.sleep(0)

    async def rests(self, pause: timedelta) -> None:
        """It was tried and rests for so long; then it is tried again."""
        starts = self.shaky.starts
        await self.until(lambda: len(self.clock.naps) == max(starts, 1))
        starts = self.shaky.starts
        assert self.clock.naps[-1] == self.clock.now() + pause
        self.clock.set(self.clock.naps[-1])
        await self.until(lambda: self.shaky.starts == starts + 1)

    def told(self, platform: Platform | None = None) -> list[str]:
        """What the admins' room was told on the built-in chat, or on another platform."""
        house = self.app.house
        shown = [card.head for _, card in (platform or self.chat).cards(RoomId("admins"))]
        return [house.render(head, "en") for head in shown]


@asynccontextmanager
async def watched(folder: Path, catalogs: Catalogs, *breaks: Exception | None) -> AsyncGenerator[Watched]:
    """The app while the block lasts."""
    clock, chat, shaky = Clock(), Platform(), Shaky(breaks=list(breaks))
    settings = sample_settings(folder, "127.0.0.1", 0)
    app = await App.open(
        settings,
        PLAYBOOKS,
        catalogs,
        clock,
        lambda _store, _house: {"web": chat, "slack": shaky},
        cache=CACHE,
        calendar=False,
    )
    running = asyncio.create_task(app.run())
    try:
        yield Watched(app, clock, chat, shaky)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await app.close()


async def test_a_bad_token_is_said_once_and_tried_again_ever_more_seldom(tmp_path: Path, catalogs: Catalogs) -> None:
    with structlog.testing.capture_logs() as logs:
        async with watched(tmp_path, catalogs, *[ExceptionGroup("two", [BAD_TOKEN])] * 7) as house:
            await house.until(lambda: len(house.told()) == 1)
            assert house.told()[0] == (
                "Slack is not working: The file cannot be read. Check who may read it. The other platforms go on. "
                "For more, run `tocsin doctor` on the server."
            )
            pause = FIRST_PAUSE
            for _ in range(7):
                await house.rests(min(pause, LONGEST_PAUSE))
                pause *= 2
            assert len(house.told()) == 1
            assert house.told(house.shaky) == [], "nothing waits for the platform that is broken"
    lines = [line for line in logs if line["event"] == "platform.failed"]
    assert len(lines) == 7
    assert lines[0]["why"] == "The file cannot be read. Check who may read it."


async def test_a_fault_nobody_foresaw_ends_neither_the_house_nor_the_others(tmp_path: Path, catalogs: Catalogs) -> None:
    with structlog.testing.capture_logs() as logs:
        async with watched(tmp_path, catalogs, ZeroDivisionError(), RetryLater("away"), None) as house:
            await house.until(lambda: len(house.told()) == 1)
            assert house.told()[0].startswith("Slack is not working and is tried again automatically.")
            for number in range(3):
                await house.rests(FIRST_PAUSE * 2**number)
            assert len(house.told()) == 1
    assert [line["error"] for line in logs if line["event"] == "platform.failed"] == [
        "ZeroDivisionError()",
        "RetryLater('away')",
        "None",
    ]


async def test_another_fault_is_said_and_the_same_again_much_later(tmp_path: Path, catalogs: Catalogs) -> None:
    with structlog.testing.capture_logs():
        async with watched(tmp_path, catalogs, ZeroDivisionError(), BAD_TOKEN, BAD_TOKEN) as house:
            await house.until(lambda: len(house.told()) == 1)
            await house.rests(FIRST_PAUSE)
            await house.until(lambda: len(house.told()) == 2)
            await house.until(lambda: len(house.clock.naps) == 2)
            house.clock.set(house.clock.now() + TELL_AGAIN_AFTER)
            await house.until(lambda: len(house.told()) == 3)


async def test_what_ran_well_for_a_while_is_started_again_at_once(tmp_path: Path, catalogs: Catalogs) -> None:
    with structlog.testing.capture_logs():
        async with watched(tmp_path, catalogs, BAD_TOKEN, BAD_TOKEN) as house:
            for number in range(2):
                await house.rests(FIRST_PAUSE * 2**number)
            house.clock.set(house.clock.now() + STEADY_AFTER)
            house.shaky.told_to_break.set()
            await house.rests(FIRST_PAUSE)
