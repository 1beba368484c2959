"""Answers beside durable messages: the relay keeps to Telegram's limits by itself, and answers must not push it over.

While little is said nothing waits. When it gets busy answers wait until there is room, and a card that would meet an
answer in the same second waits that second.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Final

from bot.errors import RetryLater

if TYPE_CHECKING:
    from collections.abc import Callable

COUNTED: Final = (
    "sendMessage",
    "sendPhoto",
    "sendDocument",
    "editMessageText",
    "editMessageCaption",
    "editMessageReplyMarkup",
)
"""What spends the limits of https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this."""
SECOND: Final = 1.1
"""The window, a little longer than Telegram's: two calls may come closer together than they left."""
MINUTE: Final = 61.0
BUSY: Final = 10
"""Messages in a second from which on answers wait for their turn."""
ANSWERS_BELOW: Final = 20
"""No answer leaves where so many messages left within the second: the rest of the limit is the relay's."""
MOST: Final = 29
IN_A_GROUP: Final = 10
"""Messages a minute in one group after which answers no longer go there."""
MOST_IN_A_GROUP: Final = 19
MOST_CHATS: Final = 5_000


class Pace:
    """What left lately, by the loop's own clock."""

    def __init__(self, now: Callable[[], float] | None = None) -> None:
        """Nothing has left. `now`: seconds; None: the running loop's."""
        self._now = now or (lambda: asyncio.get_running_loop().time())
        self._all: deque[float] = deque()
        self._answers: deque[float] = deque()
        self._chats: OrderedDict[int, deque[float]] = OrderedDict()
        self._answered: OrderedDict[int, float] = OrderedDict()

    @property
    def remembered(self) -> int:
        """How many chats it knows something of."""
        return max(len(self._chats), len(self._answered))

    def note(self, chat: object) -> None:
        """Something leaves."""
        if not isinstance(chat, int):
            return
        now = self._now()
        self._all.append(now)
        times = self._chats.setdefault(chat, deque(maxlen=MOST_IN_A_GROUP + 1))
        times.append(now)
        self._chats.move_to_end(chat)
        if len(self._chats) > MOST_CHATS:
            self._chats.popitem(last=False)

    def answer_in(self, chat: int) -> float:
        """Seconds until an answer may go to a chat."""
        now = self._passed()
        if chat < 0:
            return _until(self._chats.get(chat, deque()), IN_A_GROUP, MINUTE, now)
        if len(self._all) < BUSY:
            return 0
        alone = _until(self._chats.get(chat, deque()), 1, SECOND, now)
        return max(alone, _until(self._all, ANSWERS_BELOW, SECOND, now))

    async def turn(self, chat: int, patience: float) -> None:
        """Wait for an answer's turn. Raises RetryLater where it takes longer than `patience` seconds."""
        until = self._now() + patience
        while (wait := self.answer_in(chat)) > 0:
            if self._now() + wait > until:
                raise RetryLater("too much is said at once", wait)
            await asyncio.sleep(wait)
        self._answers.append(self._now())
        self._answered[chat] = self._now()
        self._answered.move_to_end(chat)
        if len(self._answered) > MOST_CHATS:
            self._answered.popitem(last=False)

    def delivery_in(self, chat: int) -> float:
        """Seconds that a durable message has to wait because of answers; 0 where there were none."""
        now = self._passed()
        at = self._answered.get(chat)
        if chat < 0:
            lately = at is not None and now - at < MINUTE
            return _until(self._chats.get(chat, deque()), MOST_IN_A_GROUP, MINUTE, now) if lately else 0
        if len(self._all) < BUSY:
            return 0
        alone = 0 if at is None else max(at + SECOND - now, 0)
        return max(alone, _until(self._all, MOST, SECOND, now) if self._answers else 0)

    async def before_delivery(self, chat: int) -> None:
        """Let an answer's second pass. Raises RetryLater where it is a group's minute."""
        while (wait := self.delivery_in(chat)) > 0:
            if wait > SECOND:
                raise RetryLater("answers have used the group's minute", wait)
            await asyncio.sleep(wait)

    def _passed(self) -> float:
        now = self._now()
        for times in (self._all, self._answers):
            while times and times[0] <= now - SECOND:
                times.popleft()
        return now


def _until(times: deque[float], count: int, seconds: float, now: float) -> float:
    """How long until fewer than `count` of them are within the last `seconds`."""
    return max(times[-count] + seconds - now, 0) if len(times) >= count else 0
