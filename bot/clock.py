"""The only place that asks what time it is (style rule 5)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Time as the program sees it: real in production, virtual in plays and tests."""

    def now(self) -> datetime:
        """The present, aware and in UTC."""
        ...

    async def sleep_until(self, at: datetime, wake: asyncio.Event) -> None:
        """Return at `at`, or as soon as `wake` is set."""
        ...


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present, aware and in UTC."""
        return datetime.now(UTC)

    async def sleep_until(self, at: datetime, wake: asyncio.Event) -> None:
        """Wait in real time, at most until `at`."""
        seconds = (at - self.now()).total_seconds()
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await wake.wait()
        except TimeoutError:
            return


class VirtualClock:
    """A clock that moves only when it is told to. Plays and tests step it when the house is quiet."""

    def __init__(self, start: datetime) -> None:
        """Start at an aware UTC time."""
        self._now = start
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        """The virtual present."""
        return self._now

    def set(self, at: datetime) -> None:
        """Move forward to `at` (never back) and wake whoever waits for it."""
        self._now = max(self._now, at)
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep_until(self, at: datetime, wake: asyncio.Event) -> None:
        """Wait until somebody moves the clock to `at`, or until `wake` is set, though it be cleared at once."""
        if self._now >= at:
            return
        woken = asyncio.ensure_future(wake.wait())
        try:
            while self._now < at and not woken.done():
                moved = asyncio.ensure_future(self._moved.wait())
                try:
                    await asyncio.wait({moved, woken}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    moved.cancel()
        finally:
            woken.cancel()
