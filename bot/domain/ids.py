"""Identifiers, each its own type, so that a person is never handed where a room belongs."""

from __future__ import annotations

from typing import NewType

PersonId = NewType("PersonId", str)
RoleId = NewType("RoleId", str)
DepartmentId = NewType("DepartmentId", str)
PlaceId = NewType("PlaceId", str)
LevelId = NewType("LevelId", str)
ContactId = NewType("ContactId", str)
PlaybookId = NewType("PlaybookId", str)
TaskId = NewType("TaskId", str)
FactId = NewType("FactId", str)
RoomId = NewType("RoomId", str)
"""Our own name of a room: a department's id, an event's id (its command room), or `@person` (direct)."""
EventId = NewType("EventId", str)
"""The number people say: EV-2026-0001 (live), DR-2026-0001 (drill) or DU-2026-0001 (duty).

Also the name of the record's stream.
"""
DrillId = NewType("DrillId", str)
"""The name of a drill's file in `playbooks/drills/`."""
DutyId = NewType("DutyId", str)
"""The name of an entry of `playbooks/calendar.yaml`."""
FileId = NewType("FileId", str)
"""SHA-256 of the content, in hexadecimal."""

HOUSE = EventId("HOUSE")
"""The stream of the house's own record: imports, permissions, reloads, invitations."""
COMMAND_GROUP = DepartmentId("command_group")
"""The department whose card stands in each event's own command room."""


def is_drill(name: str) -> bool:
    """Whether the number of an event, or the command room that goes by it, is a drill's."""
    return name.startswith("DR-")


def direct(person: PersonId) -> RoomId:
    """The room of direct messages to one person."""
    return RoomId(f"@{person}")


def command_room(event: EventId) -> RoomId:
    """The event's own command room."""
    return RoomId(event)


def stranger_room(platform: str, account: str) -> RoomId:
    """The room of direct messages to an account that is linked to nobody."""
    return RoomId(f"@{platform}:{account}")
