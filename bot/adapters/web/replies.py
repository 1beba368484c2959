"""What only one person sees: kept for a while, so that a reload of the page does not lose it.

In memory on purpose: a `Reply` is at once and not durable. What must last is in the record and in the rooms.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.card import Reply
from bot.domain.ids import PersonId

SHOWN_FOR = timedelta(minutes=30)
MOST_OF_ONE = 5
MOST_PEOPLE = 2_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A reply under a name of its own."""

    mark: str
    reply: Reply
    at: datetime


class Replies:
    """The last replies to each browser and person."""

    def __init__(self) -> None:
        """Nobody has been answered yet."""
        self._kept: OrderedDict[tuple[str, PersonId], deque[Kept]] = OrderedDict()

    def keep(self, secret: str, person: PersonId, reply: Reply, now: datetime) -> str:
        """Keep a reply and name it."""
        mark = secrets.token_hex(6)
        key = (secret, person)
        mine = self._kept.setdefault(key, deque(maxlen=MOST_OF_ONE))
        self._kept.move_to_end(key)
        mine.append(Kept(mark, reply, now))
        while len(self._kept) > MOST_PEOPLE:
            self._kept.popitem(last=False)
        return mark

    def of(self, secret: str, person: PersonId, now: datetime) -> tuple[Kept, ...]:
        """What is still to be shown, oldest first."""
        mine = self._kept.get((secret, person), ())
        return tuple(kept for kept in mine if now - kept.at < SHOWN_FOR)

    def put_away(self, secret: str, person: PersonId, mark: str) -> None:
        """The person has read it."""
        key = (secret, person)
        left = [kept for kept in self._kept.get(key, ()) if kept.mark != mark]
        self._kept[key] = deque(left, maxlen=MOST_OF_ONE)
