"""What was measured must have happened: each answered press is an entry, nothing waits, and the records verify."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from benchmarks.house import Folder, looking
from bot.domain.ids import EventId
from bot.domain.proof import verify
from bot.store import tables

if TYPE_CHECKING:
    from bot.store.store import Store

PRESSES = ("task.answered", "answer.withdrawn")
DRAINED_WITHIN = 60.0
LOOK_EVERY = 0.02


async def drained(store: Store) -> float:
    """Seconds until nothing waits in the outbox any more."""
    begun = perf_counter()
    while (await store.rows(select(func.count()).select_from(tables.outbox)))[0][0]:
        assert perf_counter() - begun < DRAINED_WITHIN, "the outbox does not empty"
        await asyncio.sleep(LOOK_EVERY)
    return perf_counter() - begun


async def presses_stored(folder: Folder, events: Sequence[EventId]) -> int:
    """How many answers and answers taken back the records of these events hold."""
    columns = tables.entries.c
    query = select(func.count()).where(columns.stream.in_(events), columns.kind.in_(PRESSES))
    async with looking(folder) as store:
        return (await store.rows(query))[0][0]


async def entries_verified(folder: Folder, events: Sequence[EventId]) -> int:
    """Check these records to the last hash; how many entries they have."""
    checked = 0
    async with looking(folder) as store:
        for event in events:
            verdict = verify(await store.entries(event))
            assert verdict.good, verdict
            checked += verdict.checked
    return checked
