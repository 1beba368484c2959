"""Which drill a drill is compared with: the last one of its playbook that was measured, and never a later one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import VirtualClock
from bot.domain import entries as e
from bot.domain.ids import EventId, PlaybookId
from bot.domain.record import Entry
from bot.services.documents import last_drill
from bot.store.store import Store
from tests.exports import drill_sample, sample


class Years:
    """A store that drills are held in, one year after the other."""

    def __init__(self, store: Store, clock: VirtualClock) -> None:
        self.store, self._clock = store, clock

    async def held(self, number: int, *payloads: e.Payload, playbook: str = "fire") -> Sequence[Entry]:
        """A drill of a playbook, and what happened in it."""
        self._clock.set(self._clock.now() + timedelta(days=365))
        event = EventId(f"DR-2026-{number:04}")
        opened = replace(sample.opened("drill"), event=event, playbook=PlaybookId(playbook))
        drafts = [e.Draft(each) for each in (opened, drill_sample.started(), *payloads)]
        await self.store.write(lambda work: work.append(event, drafts))
        return await self.store.entries(event)


@pytest.fixture
async def years(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Years]:
    """Nothing held yet."""
    clock = VirtualClock(sample.BEGAN)
    store = await Store.open(sqlite_url, tmp_path / "files", tmp_path / "keys", clock)
    yield Years(store, clock)
    await store.close()


async def test_the_last_measured_drill_of_the_same_playbook(years: Years) -> None:
    ended = e.DrillEnded("ended", sample.GUO)
    measured = e.DrillMeasured(drill_sample.measures())
    first = await years.held(1, ended, measured)
    await years.held(2, e.DrillEnded("real", sample.GUO), measured)
    await years.held(3, ended, measured, playbook="flood")
    this = await years.held(4)
    await years.held(5, ended, measured)
    before = await last_drill(years.store, this)
    assert before is not None
    assert (before.number, before.at, before.measures.answered) == ("DR-2026-0001", first[0].at, 10)
    assert await last_drill(years.store, first) is None


async def test_what_is_no_drill_is_compared_with_none(years: Years) -> None:
    await years.held(1, e.DrillMeasured(drill_sample.measures()))
    assert await last_drill(years.store, sample.sealed(sample.drafts())) is None
