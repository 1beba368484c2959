"""What happens at fixed times. APScheduler only wakes the house up; the truth is in rows (rule 3)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, cast

import structlog

from bot.errors import NotSaved
from bot.store.housekeeping import sweep

if TYPE_CHECKING:
    from bot.store.store import Store

RELOAD_EVERY = 2.0
"""Seconds between two looks at the playbooks' files."""
SWEEP_AT = 3
"""The hour of the night, in the company's zone, at which what is no longer needed goes."""
KEEP_UPDATES_FOR = timedelta(days=30)
"""How long an answered update is remembered, to answer it the same if a platform sends it again."""

log = structlog.get_logger(__name__)


class _Scheduler(Protocol):
    """What is used of APScheduler."""

    def add_job(self, job: Callable[[], Awaitable[None]], trigger: str, **when: float) -> object: ...

    def start(self) -> None: ...

    def shutdown(self, *, wait: bool) -> None: ...


class Calendar:
    """Looks for changed files every two seconds, and tidies up every night."""

    def __init__(self, store: Store, reload: Callable[[], Awaitable[None]], zone: str) -> None:
        """`reload` puts changed files in force; `zone` is the company's time zone."""
        self._store = store
        self._reload = reload
        self._zone = zone

    async def run(self) -> None:
        """Until cancelled."""
        from apscheduler.schedulers import asyncio as untyped  # pyright: ignore[reportMissingTypeStubs]  it has none

        late = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        scheduler = cast("_Scheduler", untyped.AsyncIOScheduler(job_defaults=late, timezone=self._zone))
        scheduler.add_job(self._reload, "interval", seconds=RELOAD_EVERY)
        scheduler.add_job(self.tidy, "cron", hour=SWEEP_AT)
        scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            scheduler.shutdown(wait=False)

    async def tidy(self) -> None:
        """Forget updates that were answered long ago. Records and deliveries stay."""
        try:
            await sweep(self._store, self._store.clock.now() - KEEP_UPDATES_FOR)
        except NotSaved:
            log.warning("calendar.not_tidied")
