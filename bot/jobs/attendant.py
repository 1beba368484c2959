"""Keeps one platform running: what breaks it is said once, and it is tried again; the house goes on without it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.chat.card import Card
from bot.chat.effect import Outgoing, Post, Priority
from bot.errors import Broken, NotSaved
from bot.text import same, text

if TYPE_CHECKING:
    from bot.chat.adapter import Adapter, Inlet
    from bot.services.house import House
    from bot.store.store import Store
    from bot.store.work import Work
    from bot.text import Text

FIRST_PAUSE: Final = timedelta(seconds=15)
LONGEST_PAUSE: Final = timedelta(minutes=5)
"""Between two starts of a platform that does not stay: somebody has to mend a token or a network first."""
STEADY_AFTER: Final = timedelta(minutes=10)
"""A platform that ran for so long has recovered: its next fault is a new one."""
TELL_AGAIN_AFTER: Final = timedelta(hours=6)
"""Until the same fault is said again, while nobody has mended it."""

log = structlog.get_logger(__name__)


class Rest(asyncio.Event):
    """Nobody sets it: a rest lasts until its time is over."""


class Attendant:
    """Runs an adapter again and again."""

    def __init__(self, adapter: Adapter, store: Store, house: House) -> None:
        """Of a platform that the house can do without for a while."""
        self._adapter = adapter
        self._store = store
        self._house = house
        self._pause = FIRST_PAUSE
        self._told: tuple[str, datetime] | None = None

    async def run(self, inlet: Inlet) -> None:
        """Until cancelled. Never raises for what a platform does."""
        clock, rest = self._store.clock, Rest()
        while True:
            started = clock.now()
            why = await self._once(inlet)
            if clock.now() - started >= STEADY_AFTER:
                self._pause = FIRST_PAUSE
            await self._tell(why)
            await clock.sleep_until(clock.now() + self._pause, rest)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)

    async def _once(self, inlet: Inlet) -> Text | None:
        """Run it; why it ended, where that is a sentence for people."""
        ended: Exception | None = None
        try:
            await self._adapter.run(inlet)
        except Exception as error:  # noqa: BLE001  whatever breaks one platform, the house and the others go on
            ended = error
        broken = None if ended is None else _first(ended)
        if broken is None:
            log.error("platform.failed", platform=self._adapter.name, error=repr(ended), exc_info=ended)
            return None
        why = self._house.render(broken.reason, language="en")
        log.error("platform.failed", platform=self._adapter.name, why=why)
        return broken.reason

    async def _tell(self, why: Text | None) -> None:
        """Tell the admins' room, on the platforms that run."""
        fault, now = "" if why is None else why.key, self._store.clock.now()
        if self._told is not None and self._told[0] == fault and now < self._told[1] + TELL_AGAIN_AFTER:
            return
        self._told = (fault, now)
        try:
            await self._store.write(lambda work: self._post(work, why))
        except NotSaved:
            self._told = None
            log.warning("platform.not_told", platform=self._adapter.name)

    async def _post(self, work: Work, why: Text | None) -> None:
        admins, platform = self._house.room_with("admins"), self._adapter.name
        if admins is None:
            return
        name = same(platform.capitalize())
        head = (
            text("platform.away", platform=name, command="tocsin doctor")
            if why is None
            else text("platform.broken", platform=name, why=why, command="tocsin doctor")
        )
        post = Post(f"platform/{platform}/{work.now.isoformat()}", admins.id, Card(None, "plain", head))
        work.send(Outgoing(post, Priority.ALARM, besides=platform))


def _first(error: Exception) -> Broken | None:
    """What an admin can read of an error, however deep the task groups are."""
    match error:
        case Broken():
            return error
        case ExceptionGroup(exceptions=inner):
            return next((found for each in inner if (found := _first(each)) is not None), None)
        case _:
            return None
