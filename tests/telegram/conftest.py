"""A Telegram of its own for each test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import telegram as ptb

from bot.i18n import Catalogs
from tests.telegram.fake import FakeTelegram
from tests.telegram.office import Office, open_office


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """A running Telegram; the test fails if the bot sent it what the documentation does not allow."""
    async with FakeTelegram() as running:
        running.checks_answers = True
        yield running
    assert running.invalid == []


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[ptb.Bot]:
    """A bot of python-telegram-bot that knows no other Telegram."""
    async with ptb.Bot(telegram.token, base_url=telegram.base_url, base_file_url=telegram.file_url) as started:
        yield started


@pytest.fixture
async def http(telegram: FakeTelegram) -> AsyncIterator[httpx.AsyncClient]:
    """Bare HTTP below the token: `await http.post("/getMe")`."""
    async with httpx.AsyncClient(base_url=telegram.base_url + telegram.token, trust_env=False) as client:
        yield client


@pytest.fixture
async def office(telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs) -> AsyncIterator[Office]:
    """The house's own adapter, with a store of its own."""
    async with open_office(telegram, tmp_path, catalogs) as opened:
        yield opened
