"""The live stream: changed messages are read once and handed to every open page that may see them."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

from bot.adapters.web.reading import changed_since, newest_feed

if TYPE_CHECKING:
    from bot.adapters.web.messages import Message
    from bot.store.store import Store

KEPT: Final = 1_000
"""Changes kept in memory; a page that was away for longer reads the rest from the database."""
AT_ONCE: Final = 500
TOGETHER: Final = 0.05
"""Seconds in which changes are gathered: a card that changes ten times in them is read, rendered and sent once."""


class Feed:
    """What changed lately, and a way to wait for more."""

    def __init__(self, store: Store) -> None:
        """Nothing is read before `run`."""
        self._store = store
        self._recent: deque[Message] = deque(maxlen=KEPT)
        self._news = asyncio.Event()
        self.newest = 0
        self.open = True

    async def run(self) -> None:
        """Read what was committed each time the bell rings, until cancelled."""
        async with self._store.read() as connection:
            self.newest = await newest_feed(connection)
        bell = self._store.bells.feed
        while True:
            await bell.wait()
            await asyncio.sleep(TOGETHER)
            bell.clear()
            await self._catch_up()

    async def _catch_up(self) -> None:
        while True:
            async with self._store.read() as connection:
                changed = await changed_since(connection, self.newest, AT_ONCE)
            if changed:
                self._recent.extend(changed)
                self.newest = changed[-1].feed
                self._wake()
            if len(changed) < AT_ONCE:
                return

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def close(self) -> None:
        """Every page's stream ends."""
        self.open = False
        self._wake()

    async def after(self, feed: int, patience: float) -> tuple[Message, ...]:
        """Changes after a place in the stream; waits up to `patience` seconds and then returns none."""
        if self.newest <= feed and self.open:
            try:
                async with asyncio.timeout(patience):
                    await self._news.wait()
            except TimeoutError:
                return ()
        if self._recent and self._recent[0].feed <= feed + 1:
            return tuple(message for message in self._recent if message.feed > feed)
        if self.newest <= feed:
            return ()
        async with self._store.read() as connection:
            return await changed_since(connection, feed, AT_ONCE)
