"""How many stored updates are with the writer at once, so that those who wait to be acknowledged come first."""

from __future__ import annotations

import asyncio
from collections import deque

SIDE_BY_SIDE = 16
"""Stored updates with the writer at once: the rest of its batch is for new ones."""
IN_A_RUSH = 4
"""The same while many wait to be acknowledged: what is stored can wait, a platform gives up after three seconds."""
RUSH = 8
"""New updates that make a rush."""


class Turns:
    """First come, first served."""

    def __init__(self) -> None:
        """Nobody has one."""
        self._out = 0
        self._storing = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def take(self) -> None:
        """Wait for a turn."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._call()
        await turn

    def give_back(self) -> None:
        """The turn is over."""
        self._out -= 1
        self._call()

    def storing(self, more: int) -> None:
        """One more new update waits to be stored (1), or one less (-1)."""
        self._storing += more
        self._call()

    def _call(self) -> None:
        most = IN_A_RUSH if self._storing >= RUSH else SIDE_BY_SIDE
        while self._waiting and self._out < most:
            turn = self._waiting.popleft()
            if not turn.done():
                self._out += 1
                turn.set_result(None)
