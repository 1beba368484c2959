"""Bells across replicas: PostgreSQL's NOTIFY wakes, polling beneath makes up for what a lost connection missed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

import structlog
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from bot.store.bells import Bells

CHANNEL = "tocsin"
POLL_FOR = 2.0
"""Seconds after which every bell rings anyway."""
_NOTIFY = sql("SELECT pg_notify(:channel, :bells)")

log = structlog.get_logger(__name__)


class _Driver(Protocol):
    """What is used of asyncpg's connection."""

    async def add_listener(self, channel: str, callback: object) -> None: ...

    def is_closed(self) -> bool: ...


async def announce(connection: AsyncConnection, bells: Iterable[str]) -> None:
    """Ring the bells of every replica when this transaction commits."""
    names = sorted(bells)
    if names and connection.dialect.name == "postgresql":
        await connection.execute(_NOTIFY, {"channel": CHANNEL, "bells": ",".join(names)})


async def listen(engine: AsyncEngine, bells: Bells) -> None:
    """Ring our bells for what other replicas commit, until cancelled. A lost connection is made anew."""
    while True:
        try:
            await _listen(engine, bells)
        except (OSError, DBAPIError) as error:
            log.warning("store.listening_lost", error=str(error))
        await _poll(bells)


async def _listen(engine: AsyncEngine, bells: Bells) -> None:
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        driver: _Driver = raw.driver_connection  # type: ignore[assignment]  # asyncpg is untyped

        def heard(*told: object) -> None:
            bells.ring(str(told[-1]).split(","))

        await driver.add_listener(CHANNEL, heard)
        bells.ring_all()
        while not driver.is_closed():
            await _poll(bells)
        await connection.invalidate()


async def _poll(bells: Bells) -> None:
    await asyncio.sleep(POLL_FOR)
    bells.ring_all()
