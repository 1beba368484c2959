"""A database that is away for a while ends no job: the read is tried again until it is back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
TRY_AGAIN_AFTER = 1.0
"""Seconds between two tries."""
MOST_DOUBLED = 30
"""No pause is doubled more often: a number that doubles for a weekend is none any more."""

log = structlog.get_logger(__name__)


async def patiently(read: Callable[[], Awaitable[T]]) -> T:
    """What the read returns, however long that takes."""
    while True:
        try:
            return await read()
        except (OSError, DBAPIError) as error:
            log.warning("store.not_read", error=str(error))
        await asyncio.sleep(TRY_AGAIN_AFTER)


def doubling(first: float, times: int, most: float) -> float:
    """Seconds to wait after failing again: `first`, doubled `times` times, and never more than `most`."""
    return min(first * 2.0 ** min(times, MOST_DOUBLED), most)
