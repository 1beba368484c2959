"""What one person is shown of the year: the page of readiness, and a month of the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.permissions import allowed, standings
from bot.domain.readiness import Held
from bot.services.month import bounds, month, whole_month
from bot.services.occurrences import occurrences
from bot.services.readiness import readiness, seen_by
from bot.store.occurrences import load_unfinished

if TYPE_CHECKING:
    from datetime import date

    from bot.domain.ids import PersonId
    from bot.domain.readiness import Month, Readiness
    from bot.services.house import House
    from bot.services.occurrences import Occurrence
    from bot.store.store import Store

LONGEST_WINDOW: Final = timedelta(days=92)
"""A hidden hour's window may begin in a month and end so long after it."""


async def readiness_for(store: Store, house: House, person: PersonId) -> Readiness:
    """How ready the company is, as this person may see it."""
    now = house.clock.now()
    year = now.astimezone(house.zone).year
    begins, ends = (datetime(each, 1, 1, tzinfo=house.zone).astimezone(UTC) for each in (year, year + 2))
    owed = await _left_open(store, house, begins) + await occurrences(store, house, begins, ends)
    return readiness(owed, house, now, held=await drills_held(store, house, person, begins), person=person)


async def month_for(store: Store, house: House, person: PersonId, first: date) -> Month | None:
    """A month of the calendar, as this person may see it; None where it is too far away."""
    now = house.clock.now()
    earliest, latest = bounds(now.astimezone(house.zone).date())
    if not earliest <= first <= latest:
        return None
    begins, ends = whole_month(first, house)
    owed = await occurrences(store, house, begins, ends + LONGEST_WINDOW)
    return month(seen_by(person, owed, house, now), house, first, now)


async def _left_open(store: Store, house: House, until: datetime) -> tuple[Occurrence, ...]:
    """What is open since an earlier year."""
    left = [row.due_at for row in await load_unfinished(store.rows) if row.state == "open" and row.due_at < until]
    if not left:
        return ()
    earlier = await occurrences(store, house, min(left), until)
    return tuple(each for each in earlier if each.state == "open" and each.due_at < until)


async def drills_held(store: Store, house: House, person: PersonId, since: datetime) -> list[Held]:
    """Drills that were held to their end since then; a real emergency's end is none."""
    readable = allowed(standings(None, person, house.company), "record.read")
    rows = [row for row in await store.events() if row.kind == "drill" and row.opened_at >= since]
    drills = [(row.id, (await store.event(row.id)).drill) for row in rows]
    return [
        Held(event, drill.drill, drill.title, drill.type, drill.ended_at, readable)
        for event, drill in drills
        if drill is not None and drill.ended_at is not None and drill.why_ended == "ended"
    ]
