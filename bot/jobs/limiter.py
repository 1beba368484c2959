"""How much one person may send in a minute.

Presses have an allowance of their own: they cost little. Forms and words after a slash too: whoever talked too much
can still report.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from bot.chat.inbound import Inbound, Pressed, Said, Submitted

if TYPE_CHECKING:
    from bot.chat.inbound import What

WINDOW = timedelta(minutes=1)
PRESSES_FOR_A_MESSAGE = 10
"""Presses allowed for each message allowed."""
MOST_SENDERS = 10_000
"""Senders remembered; the one silent for longest is forgotten first."""

Way = Literal["press", "form", "message"]
Verdict = Literal["admitted", "told", "silent"]
"""told: refused, and the sender hears of it; silent: refused, and the sender was told already."""


class Limiter:
    """Counts what each account sends."""

    def __init__(self, messages_per_minute: int, message_limit: int) -> None:
        """`message_limit` is the characters of one message."""
        self.message_limit = message_limit
        self._messages = messages_per_minute
        self._sent: OrderedDict[tuple[str, str, Way], deque[datetime]] = OrderedDict()
        self._told: set[tuple[str, str, Way]] = set()

    def admit(self, inbound: Inbound, now: datetime) -> Verdict:
        """Whether this one may pass. What was refused does not count."""
        way = _way(inbound.what)
        sender = (inbound.platform, inbound.account.account, way)
        sent = self._of(sender)
        while sent and sent[0] <= now - WINDOW:
            sent.popleft()
        if len(sent) < self._messages * (PRESSES_FOR_A_MESSAGE if way == "press" else 1):
            sent.append(now)
            self._told.discard(sender)
            return "admitted"
        if sender in self._told:
            return "silent"
        self._told.add(sender)
        return "told"

    def take_back(self, inbound: Inbound, now: datetime) -> None:
        """It was admitted then and could not be kept: when it is tried again it counts anew."""
        sent = self._sent.get((inbound.platform, inbound.account.account, _way(inbound.what)), deque[datetime]())
        if now in sent:
            sent.remove(now)

    def is_too_long(self, what: What) -> bool:
        """Whether somebody wrote more than one message may hold."""
        match what:
            case Said(words=words):
                return len(words) > self.message_limit
            case Submitted(values=values):
                return any(len(value) > self.message_limit for value in values.values())
            case _:
                return len(getattr(what, "words", "")) > self.message_limit

    def _of(self, sender: tuple[str, str, Way]) -> deque[datetime]:
        sent = self._sent.setdefault(sender, deque())
        self._sent.move_to_end(sender)
        while len(self._sent) > MOST_SENDERS:
            oldest, _ = self._sent.popitem(last=False)
            self._told.discard(oldest)
        return sent


def _way(what: What) -> Way:
    match what:
        case Pressed():
            return "press"
        case Submitted():
            return "form"
        case Said(words=words) if words.lstrip().startswith(("/", "／")):
            return "form"
        case _:
            return "message"
