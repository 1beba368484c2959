"""Rooms that take no messages: the house notices, and the record says so (fail open: somebody can still ring)."""

from __future__ import annotations

from bot.domain.commands import LoseRoom, RegainRoom
from bot.domain.course import Course
from bot.domain.entries_rooms import RoomBack, RoomDark
from bot.domain.event import dark_key
from bot.domain.ids import DepartmentId
from bot.domain.parties import Member
from bot.domain.people import members


def lose_room(course: Course, command: LoseRoom) -> None:
    """Said once, and again where its people are to be reached in another way than before."""
    known = course.event.dark.get(dark_key(command.platform, command.room))
    if course.event.over or (known is not None and known.next == command.next):
        return
    course.add(
        RoomDark(
            room=command.room,
            room_name=command.room_name,
            platform=command.platform,
            since=command.since,
            next=command.next,
            department=command.department,
            people=_leading(course, command.department),
            in_need=command.in_need,
        )
    )


def _leading(course: Course, department: DepartmentId | None) -> tuple[Member, ...]:
    """The department's head and stand-ins; whoever leads the event stands on the card anyway."""
    company = course.setting.company
    known = None if department is None else company.departments.get(department)
    role = None if known is None else company.roles.get(known.head)
    return () if role is None else members(company, role.holders)


def regain_room(course: Course, command: RegainRoom) -> None:
    """Nothing where the event never heard that it was gone."""
    known = course.event.dark.get(dark_key(command.platform, command.room))
    if known is None:
        return
    course.add(
        RoomBack(
            room=known.room,
            room_name=known.room_name,
            platform=known.platform,
            since=known.since,
            until=command.until,
            next=known.next,
            department=known.department,
        )
    )
