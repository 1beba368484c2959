"""What is owed on schedule: the truth is in rows; this wakes for the next one, opens it, and ends what was missed."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.errors import NotSaved
from bot.jobs.patience import patiently
from bot.services.owing import end_missed, open_due, reconcile
from bot.store.occurrences import load_missing, load_opening

if TYPE_CHECKING:
    from bot.domain.ids import DutyId
    from bot.domain.programme import Programme
    from bot.services.house import House
    from bot.services.owing import Choose
    from bot.store.store import Store

AT_MOST = timedelta(minutes=10)
"""The longest sleep without a look at the rows."""
REST = timedelta(minutes=1)
"""How long an entry is left alone that could not be opened."""

Times = list[tuple["DutyId", datetime]]
"""Of the rows, what is to be looked at when."""

log = structlog.get_logger(__name__)


class Duties:
    """Opens each time of each entry once, also what was missed while nothing ran."""

    def __init__(self, store: Store, house: House, choose: Choose = secrets.choice) -> None:
        """`choose` draws hidden hours. Nothing runs before `run`."""
        self._store = store
        self._house = house
        self._choose = choose
        self._seen: Programme | None = None
        """The programme whose rows stand."""
        self._look_again: datetime | None = None
        """When a programme is looked at again whose rows could not be written."""
        self._resting: dict[DutyId, datetime] = {}
        self._rows: tuple[int, Times, Times] | None = None
        """The rows' times as of a commit."""

    async def run(self) -> None:
        """Sleep until something is due, open it, and so on until cancelled."""
        clock, bell = self._store.clock, self._store.bells.duties
        while True:
            bell.clear()
            now = clock.now()
            await self._look_at_programme(now)
            for duty in await patiently(partial(self._due, now)):
                await self._carry_out(duty, now)
            await clock.sleep_until(await patiently(partial(self._waking, now)), bell)

    async def quiet(self) -> bool:
        """Whether nothing waits to be opened or ended."""
        now = self._store.clock.now()
        return not self._unseen(now) and not await self._due(now)

    async def next_due(self) -> datetime | None:
        """When something is due next; None where nothing is. Plays step a virtual clock by it."""
        times = [max(at, self._resting.get(duty, at)) for duty, at in await self._times()]
        return min(times if self._look_again is None else [*times, self._look_again], default=None)

    def _unseen(self, now: datetime) -> bool:
        rests = self._look_again is not None and self._look_again > now
        return self._seen is not self._house.programme and not rests

    async def _look_at_programme(self, now: datetime) -> None:
        """Bring the rows in line with a programme that is new. Where that fails those that stand are kept to."""
        programme = self._house.programme
        if not self._unseen(now):
            return
        self._look_again = None
        try:
            await self._store.write(lambda work: reconcile(work, self._house, self._choose))
        except NotSaved:
            self._look_again = now + timedelta(seconds=1)
        except Exception:
            log.exception("duties.not_reconciled")
            self._look_again = now + REST
        else:
            self._seen = programme

    async def _due(self, now: datetime) -> list[DutyId]:
        due = dict.fromkeys(duty for duty, at in await self._times() if at <= now)
        return [duty for duty in due if self._resting.get(duty, now) <= now]

    async def _waking(self, now: datetime) -> datetime:
        times = [at for _, at in await self._times()]
        again = [] if self._look_again is None else [self._look_again]
        return min([now + AT_MOST, *(at for at in (*times, *self._resting.values(), *again) if at > now)])

    async def _times(self) -> list[tuple[DutyId, datetime]]:
        """When each row that waits opens, and when each that is open is missed."""
        known = self._house.programme.calendar.duties
        opening, missing = await self._read()
        return [*(each for each in opening if each[0] in known), *missing]

    async def _read(self) -> tuple[Times, Times]:
        """Read again only after a commit where nobody but this process writes."""
        commits = self._store.commits
        if self._rows is not None and self._rows[0] == commits:
            return self._rows[1:]
        opening, missing = await load_opening(self._store.rows), await load_missing(self._store.rows)
        if self._store.engine == "sqlite" and self._store.commits == commits:
            self._rows = commits, opening, missing
        return opening, missing

    async def _carry_out(self, duty: DutyId, now: datetime) -> None:
        self._resting.pop(duty, None)
        try:
            await self._store.write(lambda work: open_due(work, self._house, duty, self._choose))
            await self._store.write(lambda work: end_missed(work, self._house, duty))
        except NotSaved:
            self._resting[duty] = now + timedelta(seconds=1)
        except Exception:
            log.exception("duties.failed", duty=duty)
            self._resting[duty] = now + REST
