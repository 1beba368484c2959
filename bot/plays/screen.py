"""A platform in memory: rooms and cards as people would see them. Plays look for their buttons here."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.chat.adapter import Abilities, Accepted, Budget, Delivery, Inlet, Showing
from bot.chat.card import Card
from bot.domain.ids import RoomId


@dataclass(slots=True)
class Message:
    """One message of the bot, with the card it shows now."""

    id: str
    key: str
    room: RoomId
    card: Card


@dataclass(slots=True)
class Screen:
    """Accepts everything at once."""

    name: str = "web"
    abilities: Abilities = field(default_factory=lambda: Abilities(outside=False, reader_language=True))
    messages: dict[str, Message] = field(default_factory=dict[str, Message])
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def budgets(self, address: str) -> tuple[Budget, ...]:
        """No limits."""
        del address
        return ()

    async def run(self, inlet: Inlet) -> None:
        """Nothing comes in by itself: the player hands it in."""
        del inlet
        await asyncio.Event().wait()

    async def deliver(self, delivery: Delivery) -> Accepted:
        """Show it."""
        if not isinstance(delivery, Showing):
            return Accepted(delivery.effect.room)
        standing = self.messages.get(delivery.standing or "")
        if standing is not None:
            standing.card = delivery.card
            return Accepted(standing.id)
        message = Message(f"m{next(self._numbers)}", delivery.key, delivery.room, delivery.card)
        self.messages[message.id] = message
        return Accepted(message.id)

    def cards(self, room: RoomId) -> tuple[tuple[str, Card], ...]:
        """The cards of a room with their message's key, the newest last."""
        return tuple((message.key, message.card) for message in self.messages.values() if message.room == room)
