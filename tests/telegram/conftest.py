"""A Telegram of its own for each test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.telegram.fake import FakeTelegram


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """A running Telegram; the test fails if the bot sent it what the documentation does not allow."""
    async with FakeTelegram() as running:
        yield running
    assert running.invalid == []
