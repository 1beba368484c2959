"""Who is away: command and the tasks they were called for go to the next at once."""

from __future__ import annotations

from bot.domain.command_chain import is_holder, pass_command
from bot.domain.commands import ComeBack, GoAbsent
from bot.domain.course import Course
from bot.domain.entries_command import AbsenceMarked, Returned
from bot.domain.guard import require
from bot.domain.ids import PersonId
from bot.domain.parties import Actor
from bot.domain.people import member
from bot.domain.permissions import Action
from bot.domain.release import escalate
from bot.errors import Refused
from bot.text import text


def go_absent(course: Course, command: GoAbsent) -> None:
    """Somebody is away until a time: said by themselves, by whoever leads, or by the duty roster."""
    _require(course, command.by, command.person, "person.absent")
    if command.until is not None and command.until <= course.now:
        raise Refused(text("refused.until_is_past"))
    if _played(course, command.person):
        return
    if course.absent(command.person) and course.event.absent[command.person] == command.until:
        return
    who = member(course.setting.company, command.person)
    course.add(AbsenceMarked(who.person, who.name, command.until), command.by)
    if course.event.status != "stood_down" and is_holder(course.event, who.person):
        pass_command(course, "absent")
    for task in tuple(course.event.tasks.values()):
        called = task.chain[task.called - 1].person if task.called else None
        if task.status == "waiting" and not task.with_commander and called == who.person:
            escalate(course, task, why="absent")


def come_back(course: Course, command: ComeBack) -> None:
    """Somebody is back. Command stays where it is until it is handed back by a press."""
    _require(course, command.by, command.person, "person.back")
    if course.absent(command.person) and not _played(course, command.person):
        who = member(course.setting.company, command.person)
        course.add(Returned(who.person, who.name), command.by)


def _played(course: Course, person: PersonId) -> bool:
    """Whether a drill plays them as absent: who is really there or away changes nothing in it."""
    return course.event.drill is not None and person in course.event.drill.played_absent


def _require(course: Course, by: Actor, person: PersonId, action: Action) -> None:
    require(course, by, "task.see" if by.person == person else action)
    if person not in course.setting.company.people:
        raise Refused(text("refused.no_person", person=person))
