"""Who leads: taking, handing over, passing on, and who directs on site (G1)."""

from __future__ import annotations

from typing import Literal

from bot.domain.commands import DirectsOnSite, HandOver, TakeCommand
from bot.domain.course import Course
from bot.domain.entries_command import CommandPassed, Returned
from bot.domain.event import Event
from bot.domain.guard import commander_only, require
from bot.domain.ids import PersonId
from bot.domain.parties import Actor, Member
from bot.domain.people import GENERAL_MANAGER, listed, member
from bot.errors import Refused
from bot.text import text


def is_holder(event: Event, person: PersonId | None) -> bool:
    """Whether this person leads now."""
    return event.command.holder is not None and event.command.holder.person == person


def rank(event: Event, person: PersonId | None) -> int:
    """The place in the chain of command, 0 first; behind everybody where not in it."""
    places = (place for place, each in enumerate(event.chain) if each.person == person)
    return next(places, len(event.chain))


def above(course: Course, person: PersonId | None) -> bool:
    """Whether this person may take command from the one who leads: nobody leads, or they stand higher.

    The general manager stands above everybody, also where the playbook calls another first: he runs the plan (G1).
    """
    event = course.event
    if event.command.holder is None:
        return True
    leads = event.command.holder.person
    return _height(course, person) < _height(course, leads)


def _height(course: Course, person: PersonId | None) -> tuple[bool, int]:
    role = course.setting.company.roles.get(GENERAL_MANAGER)
    general_manager = None if role is None else next(iter(role.holders), None)
    return person != general_manager, rank(course.event, person)


def pass_command(course: Course, why: Literal["opened", "silent", "absent"], late: float = 0.0) -> None:
    """Give command to the first of the chain who is there and was not silent; else everybody is called."""
    event = course.event
    gone = {*event.command.silent, *(() if event.command.holder is None else (event.command.holder.person,))}
    following = (each for each in event.chain if each.person not in gone and not course.absent(each.person))
    to = next(following, None)
    if to is None:
        course.add(CommandPassed(None, why, called=event.chain, late=late))
        return
    acting = why == "silent" or event.command.acting
    answer_at = course.after(event.commander_answers_for)
    course.add(CommandPassed(to, why, acting, answer_at, (to,), late))


def take_command(course: Course, command: TakeCommand) -> None:
    """I lead: the holder confirms, or somebody higher (or passed over through silence) takes it back."""
    require(course, command.by, "command.take")
    event, person = course.event, command.by.person
    me = course.member(command.by)
    if is_holder(event, person):
        if event.command.answer_at is not None:
            confirm(course, command.by)
        return
    passed_over = person in event.command.silent
    if event.command.holder is not None and not passed_over and not above(course, person):
        raise Refused(text("refused.command_is_higher", name=event.command.holder.name))
    come_back(course, me, command.by)
    why = "confirmed" if event.command.holder is None and not passed_over else "taken_back"
    course.add(CommandPassed(me, why), command.by)


def confirm(course: Course, by: Actor) -> None:
    """The one who leads has answered: silence passes nothing on."""
    command = course.event.command
    course.add(CommandPassed(course.member(by), "confirmed", command.acting), by)


def come_back(course: Course, who: Member, by: Actor) -> None:
    """Whoever leads is there."""
    if course.absent(who.person):
        course.add(Returned(who.person, who.name), by)


def hand_over(course: Course, command: HandOver) -> None:
    """/handover by the one who leads, or by somebody higher in the chain."""
    require(course, command.by, "command.hand_over")
    event, company = course.event, course.setting.company
    if not is_holder(event, command.by.person) and not above(course, command.by.person):
        raise Refused(commander_only(event))
    if command.to not in company.people:
        raise Refused(text("refused.no_person", person=command.to))
    to = member(company, command.to)
    if command.to == command.by.person:
        take_command(course, TakeCommand(command.by))
        return
    if is_holder(event, command.to):
        return
    if course.absent(command.to):
        raise Refused(text("refused.person_absent", name=to.name))
    answer_at = course.after(event.commander_answers_for)
    course.add(CommandPassed(to, "handed_over", answer_at=answer_at, called=(to,)), command.by)


def directs_on_site(course: Course, command: DirectsOnSite) -> None:
    """Anyone present says who directs, told by mouth: silence no longer passes command on."""
    require(course, command.by, "command.on_site")
    event = course.event
    who = next((each for each in event.chain if each.person == command.person), None)
    if who is None:
        raise Refused(text("refused.not_in_chain", names=listed(each.name for each in event.chain)))
    if is_holder(event, command.person) and event.command.answer_at is None and not event.command.acting:
        return
    come_back(course, who, command.by)
    course.add(CommandPassed(who, "directs_on_site"), command.by)
