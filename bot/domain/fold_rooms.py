"""What entries do to the list of rooms that take no messages."""

from __future__ import annotations

from bot.domain.changed import changed
from bot.domain.entries_rooms import RoomBack, RoomDark
from bot.domain.event import DarkRoom, Event, dark_key


def rooms(event: Event, payload: RoomDark | RoomBack) -> Event:
    """A room falls silent, is reached in another way than before, or is back."""
    key = dark_key(payload.platform, payload.room)
    match payload:
        case RoomDark():
            return changed(event, dark={**event.dark, key: _dark(event, payload)})
        case RoomBack():
            return changed(event, dark={name: room for name, room in event.dark.items() if name != key})


def _dark(event: Event, payload: RoomDark) -> DarkRoom:
    return DarkRoom(
        room=payload.room,
        room_name=payload.room_name,
        platform=payload.platform,
        since=payload.since,
        next=payload.next,
        department=payload.department,
        people=payload.people,
        in_need=payload.in_need,
        revision=event.revisions.get(payload.department or "command", 0),
    )
