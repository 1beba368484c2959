"""A test card in a room, with a button: it shows that messages get there and that presses come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.chat.card import Button, Card
from bot.chat.effect import Outgoing, Post, Priority
from bot.domain.ids import HOUSE, RoomId
from bot.errors import Refused
from bot.text import same, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.services.house import House
    from bot.store.work import Work

PRESSED: Final = "doctor.pressed"
"""The action of its button (handlers/home.py)."""


async def send_test_card(work: Work, house: House, room: str, platforms: Sequence[str]) -> str:
    """Queue the card on each of the platforms; the message's key. Raises Refused for a room that is not configured."""
    known = house.company.rooms.get(RoomId(room))
    if known is None:
        raise Refused(text("refused.no_room", room=same(room), names=same(" ".join(house.company.rooms))))
    key = f"doctor/{work.now.isoformat()}"
    card = Card(
        kind=None,
        tone="plain",
        head=text("doctor.card", room=known.name),
        lead=(text("doctor.card_why"),),
        buttons=(Button(PRESSED, text("doctor.card_press"), HOUSE, style="primary"),),
        shown_at=work.now,
    )
    for platform in platforms:
        work.send(Outgoing(Post(key, known.id, card), Priority.CARD, only=platform))
    return key
