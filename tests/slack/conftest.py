"""A running Slack for each test that asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.i18n import Catalogs
from tests.slack.fake import FakeSlack
from tests.slack.plant import Plant, built


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """A Slack of its own; at the end nothing may have broken a documented rule (clear `slack.invalid` where meant)."""
    async with FakeSlack() as slack:
        yield slack
    assert slack.invalid == []


@pytest.fixture
async def plant(sqlite_url: str, tmp_path: Path, catalogs: Catalogs, slack: FakeSlack) -> AsyncIterator[Plant]:
    """The sample company on this Slack, over Socket Mode."""
    async with built(sqlite_url, tmp_path, catalogs, slack) as plant:
        yield plant


@pytest.fixture
async def http_plant(sqlite_url: str, tmp_path: Path, catalogs: Catalogs, slack: FakeSlack) -> AsyncIterator[Plant]:
    """The sample company on this Slack, over HTTP."""
    async with built(sqlite_url, tmp_path, catalogs, slack, mode="http") as plant:
        yield plant
