"""`tocsin demo --play`: a play on the terminal as it happens, and its records in a folder."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.app import App
from bot.clock import VirtualClock
from bot.plays.player import Line, Player
from bot.plays.screen import Screen
from bot.plays.script import load_script
from bot.plays.stage import Stage
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.chat.card import Shown
    from bot.cli.terminal import Terminal
    from bot.config import Settings

WHO_WIDTH = 18
"""Columns for the name of whoever acts."""


async def show_play(
    terminal: Terminal, settings: Settings, playbooks: Path, path: Path, speed: float, out: Path
) -> None:
    """Play a story file and leave its records below `out`. Raises Broken where the story cannot go on."""
    zone = ZoneInfo(settings.company.time_zone)
    script = load_script(path, zone)
    clock, screen = VirtualClock(script.starts), Screen()
    app = await App.open(
        settings, playbooks, terminal.catalogs, clock, lambda _store, _house: {screen.name: screen}, calendar=False
    )
    running = asyncio.create_task(app.run())
    try:
        stage = Stage(app.intake.receive, clock.now)
        player = Player(app, clock, stage, screen, speed, shower(terminal, zone, clock))
        await player.play(script)
        for file in await player.leave(out):
            terminal.show(text("cli.play.kept", path=str(file)))
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await app.close()


def shower(terminal: Terminal, zone: ZoneInfo, clock: VirtualClock) -> Callable[[Line], None]:
    """Lines on a terminal: when, who, what; coloured where somebody watches."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.text import Text as Styled

    console = Console(highlight=False, soft_wrap=True)

    def said(shown: Shown) -> str:
        return terminal.catalogs.render(shown, terminal.language, zone, clock.now()).replace("\n", " ")

    def show(line: Line) -> None:
        if line.who is None:
            console.print(Styled.assemble("\n", (f"{_at(line.at, zone)}  ", "dim"), (said(line.what), "bold")))
            return
        who = said(line.who)
        gap = " " * max(WHO_WIDTH - cell_len(who), 0)
        parts = [(f"{_at(line.at, zone)}  ", "dim"), (who, "cyan"), f"{gap}  ", (said(line.what), line.style)]
        if line.typed:
            typed = said(text("play.said", words=line.typed))
            parts.append((f"  {typed}", "green"))
        console.print(Styled.assemble(*parts))

    return show


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%m-%d %H:%M:%S}"
