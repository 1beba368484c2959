"""A running Slack for each test that asks for it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

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


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A photo that says where it was taken."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 0.0)}
    written = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 30, 30)).save(written, "JPEG", exif=exif)
    return written.getvalue()
