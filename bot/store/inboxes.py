"""Updates as rows of the inbox: stored before anything else, answered the same when they come again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from sqlalchemy import select, tuple_

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
    """Look all the updates of a batch up at once."""
    wanted = list(dict.fromkeys(updates))
    if not wanted:
        return
    columns = tables.inbox.c
    query = select(columns.platform, columns.update, columns.state, columns.reply)
    found = await unit.connection.execute(query.where(tuple_(columns.platform, columns.update).in_(wanted)))
    unit.known.received.update(dict.fromkeys(wanted))
    for platform, update, state, reply in found:
        unit.known.received[platform, update] = _received(state, reply)


def _received(state: object, reply: object) -> Received:
    return Received(cast("State", state), reply_codec().read(reply) if isinstance(reply, str) else None)
