"""What a room is called, as the record keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.ids import PersonId
from bot.text import same, text

if TYPE_CHECKING:
    from bot.domain.ids import RoomId
    from bot.services.house import House
    from bot.text import Words


def room_name(house: House, room: RoomId) -> Words:
    """A configured room by its name, a direct one by its person's, a command room by its event's number."""
    configured = house.company.rooms.get(room)
    if configured is not None:
        return configured.name
    if room.startswith("@"):
        person = house.company.people.get(PersonId(room[1:]))
        return house.words(text("room.direct", person=same(room[1:]) if person is None else person.name))
    return house.words(text("room.command", number=room))
