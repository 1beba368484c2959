"""Updates as rows of the inbox: stored before anything else, answered the same when they come again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from bot.store import tables
from bot.store.codec import reply_codec
from bot.store.received import Received, State

if TYPE_CHECKING:
    from bot.store.unit import Unit

Update = tuple[str, str]
"""A platform, and its number of an update."""


async def find(unit: Unit, platform: str, update: str) -> Received | None:
    """What became of an update, also where it came in the same batch."""
    waiting = unit.find(tables.inbox, (platform, update))
    if waiting is not None and "reply" in waiting.values:
        return _received(waiting.values["state"], waiting.values["reply"])
    for known in unit.layers():
        if (platform, update) in known.received:
            return known.received[platform, update]
    await prefetch(unit, [(platform, update)])
    return unit.known.received[platform, update]


async def prefetch(unit: Unit, updates: Iterable[Update]) -> None:
    """Look all the updates of a batch up at once.

    One query a platform: SQLite searches its index for `update IN (…)`, but reads the whole table for pairs.
    """
    wanted: dict[str, list[str]] = {}
    for platform, update in dict.fromkeys(updates):
        wanted.setdefault(platform, []).append(update)
        unit.known.received[platform, update] = None
    columns = tables.inbox.c
    for platform, numbers in wanted.items():
        query = select(columns.update, columns.state, columns.reply)
        query = query.where(columns.platform == platform, columns.update.in_(numbers))
        for update, state, reply in await unit.connection.execute(query):
            unit.known.received[platform, update] = _received(state, reply)


def _received(state: object, reply: object) -> Received:
    return Received(cast("State", state), reply_codec().read(reply) if isinstance(reply, str) else None)
