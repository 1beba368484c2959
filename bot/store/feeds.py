"""The secret links of calendars as rows: a hash and whose calendar it is, one row for each calendar."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.ids import PersonId
from bot.store import tables

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from bot.store.reading import Reads
    from bot.store.work import Work


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One link. `person` None: the whole company's calendar."""

    token: str
    """Its hash."""
    person: PersonId | None
    made_at: datetime


async def find_feed(rows: Reads, token: str) -> FeedRow | None:
    """The link with this hash; compared once more in constant time, whatever the index told by how fast it answered."""
    found = await _load(rows, tables.feeds.c.token == token)
    return next((row for row in found if hmac.compare_digest(row.token, token)), None)


async def feed_of(work: Work, person: PersonId | None) -> FeedRow | None:
    """The link of a person, or of the whole company."""
    found = await _load(work.rows, tables.feeds.c.person == person)
    return found[0] if found else None


async def keep_feed(work: Work, token: str, person: PersonId | None) -> None:
    """The only link of this calendar from now on; the one before is nobody's."""
    await drop_feed(work, person)
    work.insert(tables.feeds, {"token": token, "person": person, "made_at": work.now})


async def drop_feed(work: Work, person: PersonId | None) -> None:
    """The link of this calendar shows nothing any more."""
    for row in await _load(work.rows, tables.feeds.c.person == person):
        work.delete(tables.feeds, {"token": row.token})


async def _load(rows: Reads, which: ColumnElement[bool]) -> list[FeedRow]:
    columns = tables.feeds.c
    found = await rows(select(columns.token, columns.person, columns.made_at).where(which))
    return [FeedRow(token, None if person is None else PersonId(person), at) for token, person, at in found]
