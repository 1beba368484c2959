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

FIRST_AFTER = 0.5
"""Seconds until the calendar is opened at all: people come first when the bot starts."""
RELOAD_EVERY = 2.0
"""Seconds between two looks at the playbooks' files."""
DUTIES_EVERY = 60.0
"""Seconds between two looks at what is owed, also where a machine slept or its clock was put right meanwhile."""
SWEEP_AT = 3
"""The hour of the night, in the company's zone, at which what is no longer needed goes."""
KEEP_UPDATES_FOR = timedelta(days=30)
"""How long an answered update is remembered, to answer it the same if a platform sends it again."""

log = structlog.get_logger(__name__)


class _Scheduler(Protocol):
    """What is used of APScheduler."""

    def add_job(self, job: Callable[[], None], trigger: str, **when: float) -> object: ...

    def start(self) -> None: ...

    def shutdown(self, *, wait: bool) -> None: ...


class Calendar:
    """Looks for changed files every two seconds, at what is owed every minute, and tidies up every night."""

    def __init__(self, store: Store, reload: Callable[[], Awaitable[None]], zone: str) -> None:
        """`reload` puts changed files in force; `zone` is the company's time zone."""
        self._store = store
        self._reload = reload
        self._zone = zone

    async def run(self) -> None:
        """Until cancelled. The scheduler only rings; the work is done in tasks of the calendar's own."""
        look, night = asyncio.Event(), asyncio.Event()
        scheduler = self._scheduler()
        scheduler.add_job(look.set, "interval", seconds=RELOAD_EVERY)
        scheduler.add_job(night.set, "cron", hour=SWEEP_AT)
        scheduler.add_job(self._store.bells.duties.ring, "interval", seconds=DUTIES_EVERY)
        scheduler.start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_whenever(look, self._reload), name="reload")
                group.create_task(_whenever(night, self.tidy), name="tidy")
        finally:
            scheduler.shutdown(wait=False)

    def _scheduler(self) -> _Scheduler:
        """One whose jobs run at once, in the loop: none is under way when the house stops."""
        from apscheduler.executors import debug  # pyright: ignore[reportMissingTypeStubs]  it has none
        from apscheduler.schedulers import asyncio as untyped  # pyright: ignore[reportMissingTypeStubs]  it has none

        late = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        executors = {"default": debug.DebugExecutor()}
        made = untyped.AsyncIOScheduler(executors=executors, job_defaults=late, timezone=self._zone)
        return cast("_Scheduler", made)

    async def tidy(self) -> None:
        """Forget updates that were answered long ago. Records, deliveries and presses stay."""
        try:
            await sweep(self._store, self._store.clock.now() - KEEP_UPDATES_FOR)
        except NotSaved:
            log.warning("calendar.not_tidied")


async def _whenever(rung: asyncio.Event, job: Callable[[], Awaitable[None]]) -> None:
    """Do it each time the bell rings, never twice at once. What goes wrong is logged, and the next time comes."""
    while await rung.wait():
        rung.clear()
        try:
            await job()
        except Exception:
            log.exception("calendar.failed")
