"""Updates that are stored and not answered yet, in memory by chat; what does not fit is read again from its rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, tuple_

from bot.chat.inbound import Raw
from bot.store import tables

if TYPE_CHECKING:
    from bot.store.store import Store

Chat = tuple[str, str]
"""A platform, and its address of a chat: updates of one are answered in their order."""
AT_ONCE = 200
"""Rows taken up in one look."""
MOST_IN_MEMORY = 5_000
LOOK_AGAIN_AFTER = timedelta(seconds=30)
"""The longest time without a look at the rows: another replica may have died with some of them."""


class Backlog:
    """What waits, by chat. Nothing here is the truth: the rows are."""

    def __init__(self, store: Store, platforms: Collection[str]) -> None:
        """`platforms` are those whose updates are stored first; rows of any other are left alone."""
        self._store = store
        self._platforms = [*platforms]
        self._lines: dict[Chat, deque[Raw]] = {}
        self._held: dict[Chat, datetime] = {}
        self._busy: set[tuple[str, str]] = set()
        self._start: Callable[[Chat], object] = id
        self._looking = False
        self._behind = True
        self._missed = False

    def open(self, start: Callable[[Chat], object]) -> None:
        """Begin anew with the next look. `start` is called for a chat that has something to do and nobody to do it."""
        self._start = start
        self.close()

    def close(self) -> None:
        """Nobody works any more: what is left stands in its rows."""
        self._lines.clear()
        self._busy.clear()
        self._behind = True

    def take(self, raws: Iterable[Raw]) -> None:
        """Go on at once with what was just stored; what does not fit is read from its rows in time."""
        for raw in raws:
            if self._looking or self._behind:
                self._missed = True
            elif (raw.platform, raw.chat) in self._held:
                continue
            elif len(self._busy) >= MOST_IN_MEMORY:
                self._behind = True
            else:
                self._put(raw)

    def next(self, chat: Chat) -> Raw | None:
        """What a chat goes on with. None: nothing, and whoever asked stops working for it."""
        line = self._lines[chat]
        if line:
            return line.popleft()
        del self._lines[chat]
        return None

    def finish(self, raw: Raw) -> None:
        """It is answered, or put back."""
        self._busy.discard((raw.platform, raw.update))
        self._look_again()

    def hold(self, raw: Raw, until: datetime) -> None:
        """The chat waits: what it has is read again from its rows then, this update first."""
        chat = (raw.platform, raw.chat)
        self._held[chat] = until
        line = self._lines.get(chat, ())
        self._busy.difference_update((each.platform, each.update) for each in line)
        if chat in self._lines:
            self._lines[chat].clear()
        self._store.bells.inbox.ring()

    async def look(self) -> None:
        """Take up rows, the oldest first, but those of chats that wait."""
        now, busy = self._store.clock.now(), frozenset(self._busy)
        self._looking, self._missed = True, False
        try:
            found = await self._read(now, AT_ONCE + len(busy))
        finally:
            self._looking = False
        for chat, until in [*self._held.items()]:
            if until <= now:
                del self._held[chat]
        for raw in found:
            if (raw.platform, raw.update) not in busy and (raw.platform, raw.chat) not in self._held:
                self._put(raw)
        self._behind = self._missed or len(found) >= AT_ONCE + len(busy)
        self._look_again()

    def look_at(self, now: datetime) -> datetime:
        """When to look again by itself."""
        return min([now + LOOK_AGAIN_AFTER, *self._held.values()])

    async def quiet(self) -> bool:
        """Whether nothing is being worked on, and no row waits but those of chats that wait."""
        if self._looking or self._busy:
            return False
        return not await self._read(self._store.clock.now(), 1)

    async def left_alone(self) -> list[str]:
        """Platforms that are gone and have left rows."""
        columns = tables.inbox.c
        query = select(columns.platform).where(columns.state == "new", columns.platform.not_in(self._platforms))
        return [platform for (platform,) in await self._store.rows(query.distinct())]

    def _look_again(self) -> None:
        if self._behind and not self._looking and len(self._busy) <= AT_ONCE // 2:
            self._store.bells.inbox.ring()

    def _put(self, raw: Raw) -> None:
        chat = (raw.platform, raw.chat)
        self._busy.add((raw.platform, raw.update))
        if chat in self._lines:
            self._lines[chat].append(raw)
        else:
            self._lines[chat] = deque([raw])
            self._start(chat)

    async def _read(self, now: datetime, most: int) -> list[Raw]:
        columns = tables.inbox.c
        query = select(columns.platform, columns.update, columns.chat, columns.payload, columns.received_at)
        query = query.where(columns.state == "new", columns.platform.in_(self._platforms))
        held = [chat for chat, until in self._held.items() if until > now]
        if held:
            query = query.where(tuple_(columns.platform, columns.chat).not_in(held))
        found = await self._store.rows(query.order_by(columns.received_at).limit(most))
        return [Raw(*row) for row in found]
