"""A town for each story, on either engine; at its end the house is checked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from bot.i18n import Catalogs
from tests.stories.town import Town


@pytest.fixture
async def town(
    database_url: str, tmp_path: Path, catalogs: Catalogs, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Town]:
    """The whole house. Fails on an error in the log that nobody allowed, and on a task still running."""
    with structlog.testing.capture_logs() as logs:
        town = await Town.build(database_url, tmp_path, catalogs)
        yield town
        await town.end()
    bad = [str(line) for line in logs if line["log_level"] in ("error", "critical")]
    bad += [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    unexpected = [line for line in bad if not any(allowed in line for allowed in town.allowed_errors)]
    assert not unexpected, unexpected
    running = asyncio.all_tasks() - {asyncio.current_task()}
    assert not running, running
