"""What the calendar owes, as rows: each time of each entry once, from waiting to its end."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal, cast

from sqlalchemy import and_, func, or_, select

from bot.domain.ids import DutyId, EventId
from bot.store import tables

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from bot.domain.duty import DutyKind
    from bot.store.reading import Reads
    from bot.store.work import Work

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

    def opened(self, event: EventId) -> OccurrenceRow:
        """Its record is `event`."""
        return replace(self, state="open", event=event)

    def ended(self, state: Literal["done", "late", "missed", "dropped"], at: datetime) -> OccurrenceRow:
        """Nothing more is asked."""
        return replace(self, state=state, ended_at=at)


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


async def load_opening(rows: Reads) -> list[tuple[DutyId, datetime]]:
    """When each that waits is to be opened."""
    columns = tables.occurrences.c
    found = await rows(select(columns.duty, columns.opens_at).where(columns.state == "waiting"))
    return [(DutyId(duty), opens_at) for duty, opens_at in found]


async def load_missing(rows: Reads) -> list[tuple[DutyId, datetime]]:
    """When each that is open is missed: as its successor comes due, whatever became of that."""
    mine, later = tables.occurrences.c, tables.occurrences.alias("later")
    after = and_(later.c.duty == mine.duty, later.c.due_at > mine.due_at, later.c.state != "dropped")
    query = select(mine.duty, func.min(later.c.due_at)).join(later, after).where(mine.state == "open")
    found = await rows(query.group_by(mine.duty, mine.due_at))
    return [(DutyId(duty), due_at) for duty, due_at in found]


async def load_after(rows: Reads, event: EventId) -> datetime | None:
    """When the next time of the same entry is due that has a row; None: the calendar asks for no more."""
    row = await row_of(rows, event)
    if row is None:
        return None
    columns = tables.occurrences.c
    later = (columns.duty == row.duty, columns.due_at > row.due_at, columns.state != "dropped")
    return (await rows(select(func.min(columns.due_at)).where(*later)))[0][0]


async def row_of(rows: Reads, event: EventId) -> OccurrenceRow | None:
    """The row whose record this is."""
    found = await _load(rows, tables.occurrences.c.event == event)
    return found[0] if found else None


async def lock_waiting(rows: Reads, duty: DutyId) -> OccurrenceRow | None:
    """The row of an entry that waits, nobody else's to open until the end of the transaction."""
    columns = tables.occurrences.c
    mine = and_(columns.duty == duty, columns.state == "waiting")
    await rows(select(columns.due_at).where(mine).with_for_update())
    found = await _load(rows, mine)
    return found[0] if found else None


async def last_due(rows: Reads, *, but_waiting: bool = False) -> dict[DutyId, datetime]:
    """The latest time of each entry that has a row, and was not dropped; `but_waiting`: and does not wait."""
    columns = tables.occurrences.c
    others = ("dropped", "waiting") if but_waiting else ("dropped",)
    query = select(columns.duty, func.max(columns.due_at)).where(columns.state.not_in(others))
    return {DutyId(duty): due_at for duty, due_at in await rows(query.group_by(columns.duty))}


def keep(work: Work, row: OccurrenceRow) -> None:
    """Write a row down, over one of the same time."""
    work.put(tables.occurrences, asdict(row))


def remove(work: Work, row: OccurrenceRow) -> None:
    """The calendar asks for another time instead."""
    work.delete(tables.occurrences, {"duty": row.duty, "due_at": row.due_at})
