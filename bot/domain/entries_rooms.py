"""Rooms that take no messages on their platform, and that take them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.ids import DepartmentId, RoomId
from bot.domain.parties import Member
from bot.text import Words


@dataclass(frozen=True, slots=True)
class RoomDark:
    """A room takes no messages on `platform`: its people are reached on `next` (None: by telephone alone).

    Said again where `next` changes while the room stays dark.
    """

    room: RoomId
    room_name: Words
    platform: str
    since: datetime
    next: str | None
    department: DepartmentId | None = None
    """None: the event's own command room."""
    people: tuple[Member, ...] = ()
    """The department's head and stand-ins, in the order they are rung."""
    in_need: bool = False
    """`next` is used only now (e-mail), so what waits for the room is sent there as well."""
    kind: Literal["room.dark"] = "room.dark"


@dataclass(frozen=True, slots=True)
class RoomBack:
    """The room takes messages on `platform` again; meanwhile its people were reached on `next`."""

    room: RoomId
    room_name: Words
    platform: str
    since: datetime
    until: datetime
    next: str | None
    department: DepartmentId | None = None
    kind: Literal["room.back"] = "room.back"
