"""Updates as rows of the inbox: stored before anything else, answered the same when they come again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from bot.chat.card import Reply
from bot.store import tables
from bot.store.codec import reply_codec
from bot.store.received import Received, State
from bot.store.rows import Change
from bot.text import text

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.inbound import Raw
    from bot.store.unit import Unit

Update = tuple[str, str]
"""A platform, and its number of an update."""


async def find(unit: Unit, platform: str, update: str) -> Received | None:
    """What became of an update, also where it came in the same batch."""
    for known in unit.layers():
        if (platform, update) in known.received:
            return known.received[platform, update]
    await prefetch(unit, [(platform, update)])
    return unit.known.received[platform, update]


async def fresh(unit: Unit, raws: Iterable[Raw]) -> list[Raw]:
    """Those that were not stored before, each once."""
    once = {(raw.platform, raw.update): raw for raw in reversed([*raws])}
    unknown = [update for update in once if not any(update in known.received for known in unit.layers())]
    await prefetch(unit, unknown)
    return [raw for update, raw in reversed(once.items()) if await find(unit, *update) is None]


async def prefetch(unit: Unit, updates: Iterable[Update]) -> None:
    """Look all the updates of a batch up at once.

    One query a platform: SQLite searches its index for `update IN (…)`, but reads the whole table for pairs.
    PostgreSQL locks what it finds, in one order, so that two replicas never answer the same update.
    """
    wanted: dict[str, list[str]] = {}
    for platform, update in dict.fromkeys(updates):
        wanted.setdefault(platform, []).append(update)
        unit.known.received[platform, update] = None
    columns = tables.inbox.c
    for platform, numbers in wanted.items():
        query = select(columns.update, columns.state, columns.reply)
        query = query.where(columns.platform == platform, columns.update.in_(numbers))
        query = query.order_by(columns.update).with_for_update()
        for update, state, reply in await unit.connection.execute(query):
            unit.known.received[platform, update] = _received(state, reply)


def keep(unit: Unit, raw: Raw, at: datetime) -> None:
    """A new row: stored as it came, answered later."""
    row = {
        "platform": raw.platform,
        "update": raw.update,
        "chat": raw.chat,
        "state": "new",
        "payload": raw.payload,
        "received_at": at,
    }
    unit.change(tables.inbox, Change("insert", row))
    unit.known.received[raw.platform, raw.update] = Received("new", None)


def settle(
    unit: Unit,
    update: Update,
    received: Received,
    *,
    payload: str | None,
    error: str | None,
    new: tuple[str, datetime] | None,
) -> None:
    """The update is answered. `payload` None: as it was stored. `new`: not stored before; its chat and the time."""
    platform, number = update
    values: dict[str, object] = {
        "platform": platform,
        "update": number,
        "state": received.state,
        "reply": None if received.reply is None else reply_codec().write(_kept(received.reply)),
        "error": error,
    }
    if payload is not None:
        values["payload"] = payload
    if new is not None:
        values["chat"], values["received_at"] = new
    unit.change(tables.inbox, Change("update" if new is None else "put", values))
    unit.known.received[update] = received


def _kept(reply: Reply) -> Reply:
    """What the same update is told when it comes again."""
    return Reply(text("reply.told_once")) if reply.secret else reply


def _received(state: object, reply: object) -> Received:
    return Received(cast("State", state), reply_codec().read(reply) if isinstance(reply, str) else None)
