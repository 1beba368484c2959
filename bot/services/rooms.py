"""What a room is called, as the record keeps it, and who is asked into an event's command room."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bot.domain.ids import PersonId
from bot.text import same, text

if TYPE_CHECKING:
    from bot.domain.company import Company
    from bot.domain.event import Event
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


def invited(event: Event, company: Company) -> tuple[PersonId, ...]:
    """Those who lead an event, the heads of its departments and whoever reported it."""
    heads = (company.departments[ref.id].head for ref in event.departments if ref.id in company.departments)
    leading = chain.from_iterable(company.chain(role) for role in heads if role in company.roles)
    reporter = () if event.reported_by is None else (event.reported_by,)
    people = chain((member.person for member in event.chain), leading, reporter)
    return tuple(dict.fromkeys(person for person in people if person in company.people))
