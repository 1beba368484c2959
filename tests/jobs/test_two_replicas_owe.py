"""Two processes on one PostgreSQL look at one calendar at the same moment: what is owed is opened once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.clock import VirtualClock
from bot.domain.duty import DutyCalendar, Every, Schedule
from bot.domain.entries_duty import DutyOpened
from bot.domain.ids import DutyId, EventId
from bot.domain.programme import Programme
from bot.i18n import Catalogs
from bot.services.house import House
from bot.services.owing import open_due, reconcile
from bot.store.occurrences import load_occurrences
from bot.store.store import Store
from tests.jobs.test_duties import BACKUP, DAY, last
from tests.stories.town import START, sample

pytestmark = pytest.mark.postgres

DAILY = Schedule(Every(1, "day", datetime.fromisoformat("2026-01-01T17:00")), "Asia/Shanghai")
CALENDAR = {
    duty.id: duty
    for duty in (
        BACKUP,
        *(replace(BACKUP, id=DutyId(f"daily-{n}"), schedule=DAILY, notices=(timedelta(days=3),)) for n in range(4)),
    )
}
"""Of the daily ones the next time is to be opened as soon as the one before is."""


@pytest.fixture
async def replicas(postgres_url: str, tmp_path: Path, clock: VirtualClock) -> AsyncIterator[Sequence[Store]]:
    """As two processes have them: the database, the files and the keys are the same, the clock shows the same."""
    opened = [await Store.open(postgres_url, tmp_path / "files", tmp_path / "keys", clock) for _ in range(2)]
    yield opened
    for store in opened:
        await store.close()


async def looks(store: Store, house: House) -> None:
    """What the job does as it wakes: rows for the calendar, then everything that is due; without a pause in between."""
    await store.write(lambda work: reconcile(work, house, last))
    for duty in CALENDAR:
        for _ in range(6):
            await store.write(lambda work, duty=duty: open_due(work, house, duty, last))


async def test_what_is_owed_is_opened_once(replicas: Sequence[Store], catalogs: Catalogs, clock: VirtualClock) -> None:
    settings, playbooks = sample()
    houses = [House(settings, playbooks, catalogs, clock) for _ in replicas]
    for house in houses:
        house.reload(programme=Programme({}, DutyCalendar(CALENDAR)))
    for days in (0, 1, 4, 40):
        clock.set(START + days * DAY)
        await asyncio.gather(*(looks(store, house) for store, house in zip(replicas, houses, strict=True)))
        rows = await load_occurrences(replicas[0].rows, START - 400 * DAY, START + 400 * DAY)
        opened = [(row.duty, row.due_at) for row in rows if row.event is not None]
        assert await records(replicas[0]) == Counter(opened)
        waiting = [row.duty for row in rows if row.state == "waiting" and row.opens_at > clock.now()]
        assert sorted(waiting) == sorted(CALENDAR)


async def records(store: Store) -> Counter[tuple[DutyId, datetime]]:
    """How many records each time has."""
    found: Counter[tuple[DutyId, datetime]] = Counter()
    for row in await store.events():
        opening = next(
            each.payload for each in await store.entries(EventId(row.id)) if isinstance(each.payload, DutyOpened)
        )
        found[opening.duty, opening.due_at] += 1
    return found
