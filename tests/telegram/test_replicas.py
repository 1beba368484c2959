"""Two replicas share a PostgreSQL and a bot: one polls, the other takes its place when it goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import create_async_engine

from bot.i18n import Catalogs
from bot.store import leading
from tests.telegram.fake import FakeTelegram
from tests.telegram.office import Office, open_office, running
from tests.telegram.test_polling import kept, numbers

pytestmark = pytest.mark.postgres

CUT_OFF = sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")


@pytest.fixture
async def offices(
    telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Sequence[Office]]:
    monkeypatch.setattr(leading, "LOOKS_EVERY", 0.02)
    async with (
        open_office(telegram, tmp_path, catalogs, database=postgres_url) as one,
        open_office(telegram, tmp_path, catalogs, database=postgres_url) as other,
    ):
        yield one, other


async def hears(telegram: FakeTelegram, words: str) -> None:
    """Somebody says something, and a replica confirms it."""
    xu = telegram.user("Xu Liang")
    xu.says(telegram.private(xu), words)
    await telegram.wait_for(lambda: not telegram.updates.pending)


async def test_one_polls_and_the_other_follows_it(telegram: FakeTelegram, offices: Sequence[Office]) -> None:
    one, other = offices
    async with running(other):
        async with running(one):
            await hears(telegram, "smoke in Workshop 3")
            await hears(telegram, "everybody is out")
            assert not (one.inlet.kept and other.inlet.kept)
        await hears(telegram, "all safe")
    assert await kept(one) == numbers(telegram)
    assert telegram.conflicts == []


async def test_a_leader_that_is_cut_off_from_the_database_leads_no_more(
    telegram: FakeTelegram, offices: Sequence[Office], postgres_url: str
) -> None:
    one, other = offices
    engine = create_async_engine(postgres_url, isolation_level="AUTOCOMMIT")
    async with running(one), running(other):
        await hears(telegram, "smoke in Workshop 3")
        async with engine.connect() as connection:
            assert len((await connection.execute(CUT_OFF)).all()) == 1
        await hears(telegram, "everybody is out")
    await engine.dispose()
    assert await kept(one) == numbers(telegram)


async def test_what_is_wrong_with_the_work_is_said_and_ends_it(offices: Sequence[Office]) -> None:
    async def fails() -> None:
        raise ValueError("mend me")

    with pytest.raises(ValueError, match="mend me"):
        await offices[0].store.lead("anything", fails)
    done = asyncio.Event()

    async def works() -> None:
        done.set()

    await offices[1].store.lead("anything", works)
    assert done.is_set()
