"""What the calendar owes, as rows: each time of each entry once, from waiting to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, cast

from sqlalchemy import and_, func, or_, select

from bot.domain.ids import DutyId, EventId
from bot.store import tables

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from bot.domain.duty import DutyKind
    from bot.store.reading import Reads

RowState = Literal["waiting", "open", "done", "late", "missed", "dropped"]


@dataclass(frozen=True, slots=True)
class OccurrenceRow:
    """One time at which something is owed; `due_at` as the calendar gave it."""

    duty: DutyId
    due_at: datetime
    opens_at: datetime
    hour_at: datetime | None
    state: RowState
    event: EventId | None
    kind: DutyKind
    ended_at: datetime | None = None


async def load_occurrences(rows: Reads, since: datetime, until: datetime) -> list[OccurrenceRow]:
    """Those due in a span of time, and those due before that were open in it: they may have been put off into it."""
    columns = tables.occurrences.c
    before = and_(
        columns.due_at < since,
        columns.event.is_not(None),
        or_(columns.ended_at.is_(None), columns.ended_at >= since),
    )
    return await _load(rows, and_(columns.due_at < until, or_(columns.due_at >= since, before)))


async def load_unfinished(rows: Reads) -> list[OccurrenceRow]:
    """Those that wait or are open."""
    return await _load(rows, tables.occurrences.c.state.in_(("waiting", "open")))


async def _load(rows: Reads, which: ColumnElement[bool]) -> list[OccurrenceRow]:
    columns = tables.occurrences.c
    query = select(
        columns.duty,
        columns.due_at,
        columns.opens_at,
        columns.hour_at,
        columns.state,
        columns.event,
        columns.kind,
        columns.ended_at,
    )
    found = await rows(query.where(which).order_by(columns.due_at, columns.duty))
    return [_row(*each) for each in found]


def _row(
    duty: str,
    due_at: datetime,
    opens_at: datetime,
    hour_at: datetime | None,
    state: str,
    event: str | None,
    kind: str,
    ended_at: datetime | None,
) -> OccurrenceRow:
    return OccurrenceRow(
        duty=DutyId(duty),
        due_at=due_at,
        opens_at=opens_at,
        hour_at=hour_at,
        state=cast("RowState", state),
        event=None if event is None else EventId(event),
        kind=cast("DutyKind", kind),
        ended_at=ended_at,
    )


async def last_due(rows: Reads) -> dict[DutyId, datetime]:
    """The latest time of each entry that has a row, whatever became of it."""
    columns = tables.occurrences.c
    found = await rows(select(columns.duty, func.max(columns.due_at)).group_by(columns.duty))
    return {DutyId(duty): due_at for duty, due_at in found}
