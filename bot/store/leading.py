"""Work that one of several replicas does at a time: Telegram, for one, lets a bot be polled once.

Whoever holds an advisory lock of PostgreSQL's leads. The server lets go of it when the connection ends. It is asked to
look whether the other end is still there, and the leader does the same, so that one that was killed, switched off or
cut off is followed by another within half a minute. Being two for a moment is possible, so what is done must bear it.
A lock belongs to a session: a pooler that hands one session to several (PgBouncer's transaction mode) will not do.
https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

LOOKS_EVERY = 2.0
"""Seconds between two looks: of who waits whether it is its turn, of who leads whether it still does."""
ANSWERS_WITHIN = 5.0
"""Seconds after which a database that does not answer is gone."""
_NOTICES = tuple(
    sql(f"SET {name} = {value}")
    for name, value in (("tcp_keepalives_idle", 5), ("tcp_keepalives_interval", 5), ("tcp_keepalives_count", 3))
)
"""By itself the server would notice after two hours that a machine at the other end was switched off."""
_TAKE = sql("SELECT pg_try_advisory_lock(hashtextextended(:name, 0))")
_HOLDS = sql("SELECT 1")

log = structlog.get_logger(__name__)


async def lead(engine: AsyncEngine, name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work`, until it ends, while no other replica does what has this name. Raises what `work` raises.

    Where the database goes away the work is given up and begun again, here or elsewhere.
    """
    while True:
        try:
            await _lead(engine, name, work)
        except (OSError, DBAPIError, NoConnection) as error:
            log.warning("store.not_leading", what=name, error=str(error))
        else:
            return
        await asyncio.sleep(LOOKS_EVERY)


async def _lead(engine: AsyncEngine, name: str, work: Callable[[], Awaitable[None]]) -> None:
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            for notice in _NOTICES:
                await connection.execute(notice)
            await _its_turn(connection, name)
            log.info("store.leads", what=name)
            await _while_connected(connection, work)
        finally:
            await connection.invalidate()


async def _its_turn(connection: AsyncConnection, name: str) -> None:
    while True:
        async with asyncio.timeout(ANSWERS_WITHIN):
            taken: bool = (await connection.execute(_TAKE, {"name": f"tocsin/{name}"})).scalar_one()
        if taken:
            return
        await asyncio.sleep(LOOKS_EVERY)


async def _while_connected(connection: AsyncConnection, work: Callable[[], Awaitable[None]]) -> None:
    working = asyncio.ensure_future(work())
    try:
        while not (await asyncio.wait({working}, timeout=LOOKS_EVERY))[0]:
            async with asyncio.timeout(ANSWERS_WITHIN):
                await connection.execute(_HOLDS)
    except BaseException:
        working.cancel()
        await asyncio.wait({working})
        raise
    working.result()
