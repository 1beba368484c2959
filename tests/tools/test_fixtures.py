"""The fixtures themselves: a fresh database on both engines, each time."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


@pytest.mark.parametrize("turn", ["first", "again"])
async def test_each_test_gets_an_empty_database(database_url: str, turn: str) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE met (turn TEXT)"))
        await connection.execute(text("INSERT INTO met VALUES (:turn)"), {"turn": turn})
        assert (await connection.execute(text("SELECT turn FROM met"))).scalars().all() == [turn]
    await engine.dispose()


@pytest.mark.browser
def test_chromium_is_found(chromium_path: str) -> None:
    assert chromium_path.startswith("/")
