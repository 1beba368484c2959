"""A platform in memory at the lowest seam: it keeps rooms and messages, as any chat would, and never refuses."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.chat.adapter import Abilities, Accepted, Budget, Delivery, Entering, Inlet, Showing
from bot.chat.card import Card
from bot.chat.effect import Invite, OpenRoom
from bot.domain.ids import PersonId, RoomId
from bot.errors import RetryLater, TocsinError


@dataclass(slots=True)
class Message:
    """One message of the bot; `cards` are all it ever showed, the newest last."""

    id: str
    key: str
    room: RoomId
    thread: str | None
    cards: list[Card]
    expected: bool = False

    @property
    def card(self) -> Card:
        """What it shows now."""
        return self.cards[-1]


@dataclass(slots=True)
class Platform:
    """`refuses`: what to raise instead of accepting, taken from the front; `swallows`: after accepting."""

    name: str = "web"
    abilities: Abilities = field(default_factory=lambda: Abilities(outside=False, reader_language=True))
    messages: list[Message] = field(default_factory=list[Message])
    members: dict[RoomId, set[PersonId]] = field(default_factory=dict[RoomId, set[PersonId]])
    refuses: list[TocsinError] = field(default_factory=list[TocsinError])
    swallows: list[TocsinError] = field(default_factory=list[TocsinError])
    limits: Callable[[str], tuple[Budget, ...]] = lambda _: ()
    """What a message to an address draws on."""
    handed: list[Delivery] = field(default_factory=list[Delivery])
    """All it was handed, refused or not."""
    away: bool = False
    deliveries: int = 0
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def budgets(self, address: str) -> tuple[Budget, ...]:
        """None, where a test names no limits."""
        return self.limits(address)

    async def run(self, inlet: Inlet) -> None:
        """Nothing comes in by itself: stories hand updates over."""
        del inlet
        await asyncio.Event().wait()

    async def deliver(self, delivery: Delivery) -> Accepted:
        """Take one message."""
        self.handed.append(delivery)
        if self.away:
            raise RetryLater("away", 30)
        if self.refuses:
            raise self.refuses.pop(0)
        accepted = self._take(delivery)
        if self.swallows:
            raise self.swallows.pop(0)
        return accepted

    def _take(self, delivery: Delivery) -> Accepted:
        self.deliveries += 1
        match delivery:
            case Showing():
                return Accepted(self._show(delivery))
            case Entering(effect=OpenRoom(room=room, invite=people) | Invite(room=room, people=people)):
                self.members.setdefault(room, set()).update(people)
                return Accepted(room)

    def _show(self, showing: Showing) -> str:
        for message in self.messages:
            if message.id == showing.standing:
                message.cards.append(showing.card)
                return message.id
        message = Message(f"m{next(self._ids)}", showing.key, showing.room, showing.thread, [showing.card])
        self.messages.append(message)
        return message.id

    def in_room(self, room: RoomId) -> list[Message]:
        """A room's messages, the oldest first."""
        return [message for message in self.messages if message.room == room]

    def cards(self, room: RoomId) -> tuple[tuple[str, Card], ...]:
        """The cards of a room with their message's key, the newest last."""
        return tuple((message.key, message.card) for message in self.in_room(room))
