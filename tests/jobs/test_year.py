"""A year of the sample company on a virtual clock: every duty is asked, done, put off, late or missed as it should."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random

import pytest

from bot.domain.entries import Payload
from bot.domain.entries_duty import DutyEnded
from bot.domain.ids import EventId
from bot.domain.programme import Programme
from bot.domain.proof import verify
from bot.files.programme import load_programme
from bot.i18n import Catalogs
from bot.jobs import duties, timers
from bot.services.occurrences import occurrences
from bot.services.readiness import readiness
from tests.jobs.year import BEGINS, DAY, ENDS, Deed, Owed, Year, expected, month_ends, script
from tests.stories.town import ROOT, sample

pytestmark = pytest.mark.uncounted

SEED = 4
OFTEN = 0.03
"""How likely the process dies at a step."""
MANY_STARTS = 10
Kept = tuple[datetime, Payload]
Lived = dict[EventId, list[Kept]]


@cache
def shipped() -> Programme:
    """The calendar and the drills of the sample company."""
    settings, playbooks = sample()
    programme, findings = load_programme(ROOT / "playbooks", settings, playbooks)
    assert not findings, findings
    return programme


async def live(year: Year, owed: list[Owed], dice: Random | None = None) -> Lived:
    """Let the year pass; its records, entry by entry. With `dice` the process dies now and then, in mid-work."""
    deeds: list[tuple[datetime, int, Deed | None]] = [
        (at, number, deed) for number, each in enumerate(owed) for at, deed in each.deeds() if at < ENDS
    ]
    months: list[tuple[datetime, int, Deed | None]] = [(at, len(owed), None) for at in month_ends()]
    await year.start()
    await year.quiet()
    for at, number, deed in sorted([*deeds, *months], key=lambda mark: mark[:2]):
        await _until(year, at, dice)
        if deed is None:
            await _right(year, owed)
        else:
            await year.does(owed[number], deed)
    records = {row.id: await year.store.entries(row.id) for row in await year.store.events()}
    assert all(verify(entries).good for entries in records.values())
    await year.stop()
    return {event: [(entry.at, entry.payload) for entry in entries] for event, entries in records.items()}


async def _until(year: Year, at: datetime, dice: Random | None) -> None:
    while (due := year.clock.next_waking) <= at:
        await _step(year, due, dice)
    await _step(year, at, dice)


async def _step(year: Year, at: datetime, dice: Random | None) -> None:
    year.clock.set(at)
    if dice is not None and dice.random() < OFTEN:
        for _ in range(dice.randrange(20)):
            await asyncio.sleep(0)
        await year.restart()
    await year.quiet()


async def _right(year: Year, owed: list[Owed]) -> None:
    """What the page of readiness says is what the people's doings make it."""
    now = year.clock.now()
    page = readiness(await occurrences(year.store, year.house, BEGINS, ENDS), year.house, now)
    assert dict(page.kinds) == expected(owed, now), now


@pytest.fixture(autouse=True)
def sound_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at the rows every ten minutes of a year just to be sure."""
    for module in (duties, timers):
        monkeypatch.setattr(module, "AT_MOST", 400 * DAY)


@pytest.mark.timeout(400)
async def test_a_year_is_as_its_people_make_it_and_restarts_change_nothing(tmp_path: Path, catalogs: Catalogs) -> None:
    owed = script(shipped(), SEED)
    dice = Random(SEED)  # noqa: S311  a game, no secret
    years = [Year(tmp_path / name, catalogs, shipped()) for name in ("whole", "interrupted")]
    whole, interrupted = await asyncio.gather(live(years[0], owed), live(years[1], owed, dice))
    assert years[1].starts > MANY_STARTS
    assert interrupted.keys() == whole.keys()
    for event, entries in whole.items():
        assert interrupted[event] == entries, event
    outcomes = Counter(
        payload.outcome for each in whole.values() for _, payload in each if isinstance(payload, DutyEnded)
    )
    assert min(outcomes["done"], outcomes["missed"]) > 1
    told: set[str] = {payload.kind for entries in whole.values() for _, payload in entries}
    assert told >= {"task.reminded", "task.escalated", "task.overdue", "duty.noticed", "duty.postponed"}
