"""A town for each story, on every way its people may take; at its end the house is checked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from bot.i18n import Catalogs
from bot.jobs import courier
from tests.stories.lines.line import Line
from tests.stories.lines.memory import MemoryLine
from tests.stories.lines.slack import SlackLine
from tests.stories.lines.telegram import TelegramLine
from tests.stories.lines.three import ThreeLines
from tests.stories.lines.web import WebLine
from tests.stories.town import Town
from tests.stories.ways import EVERY, ON_POSTGRES, in_turn, marks

WAYS = {
    "sqlite": MemoryLine,
    "postgres": MemoryLine,
    "slack": SlackLine,
    "telegram": TelegramLine,
    "web": WebLine,
    "three": ThreeLines,
}
TURNS = 100
PATIENCE = 60.0
"""Real seconds that a message may take: time stands still in a story, and a busy machine makes no platform slow."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A story that needs what a platform lacks names those it can be told on: `@pytest.mark.on("sqlite", "slack")`.

    `@pytest.mark.on` alone: it has parameters for that itself. `@pytest.mark.in_turn`: the corners, of which each
    platform gets its share.
    """
    if "way" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("on")
        ways = EVERY if marker is None else marker.args
        if marker is None and metafunc.definition.get_closest_marker("in_turn"):
            ways = in_turn(metafunc.function.__name__)
        if ways:
            metafunc.parametrize("way", [pytest.param(way, marks=list(marks(way, ways[0]))) for way in ways])


@pytest.fixture
def line(way: str) -> Line:
    """How the people of the story reach the house."""
    return WAYS[way]()


@pytest.fixture
async def town(
    way: str,
    line: Line,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    catalogs: Catalogs,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Town]:
    """The whole house. Fails on an error in the log that nobody allowed, and on a task still running."""
    monkeypatch.setattr(courier, "DELIVER_FOR", PATIENCE)
    url: str = request.getfixturevalue("postgres_url" if way in ON_POSTGRES else "sqlite_url")
    with structlog.testing.capture_logs() as logs:
        town = await Town.build(url, tmp_path, catalogs, line)
        yield town
        await town.end()
    bad = [str(line) for line in logs if line["log_level"] in ("error", "critical")]
    bad += [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    unexpected = [line for line in bad if not any(allowed in line for allowed in town.allowed_errors)]
    assert not unexpected, unexpected
    running = await _left_running()
    assert not running, running


async def _left_running() -> set[asyncio.Task[object]]:
    """What still runs once the loop has gone round: a library's last frame may be on its way as its socket closes."""
    here = {asyncio.current_task()}
    alone = 0
    for _ in range(TURNS):
        alone = alone + 1 if asyncio.all_tasks() == here else 0
        if alone > 1:  # and whoever waited for the last task has heard how it ended
            break
        await asyncio.sleep(0)
    return {task for task in asyncio.all_tasks() if task not in here}
