"""A running Slack for each test that asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.slack.fake import FakeSlack


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    """A Slack of its own; at the end nothing may have broken a documented rule (clear `slack.invalid` where meant)."""
    async with FakeSlack() as slack:
        yield slack
    assert slack.invalid == []
