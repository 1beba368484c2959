"""From a drill as its file plans it to what its record keeps at STARTEX: every name resolved, or a sentence why not.

Whatever was right when the file was checked may be wrong on the day: nobody holds a role any more, a playbook changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isfinite

from bot.domain.company import Company, Role
from bot.domain.drill import FASTEST, SLOWEST, Drill, Inject
from bot.domain.entries_drill import DrillStarted, PlannedInject
from bot.domain.facts import asked, read_value
from bot.domain.ids import EventId, FactId, FileId, PersonId, RoleId
from bot.domain.parties import Actor, Member, RoleRef
from bot.domain.people import member, place_of, place_words, role_of
from bot.domain.playbook import AFFECTED_HEAD, FactValue, Playbook
from bot.errors import Refused
from bot.text import text


def starting(
    drill: Drill,
    playbook: Playbook | None,
    company: Company,
    *,
    organiser: Actor,
    photos: Mapping[str, FileId],
    away: Collection[PersonId] = (),
    duty: EventId | None = None,
) -> DrillStarted:
    """The first entry of a drill after its opening. `photos`: the stored pictures by their path in the drill's file.

    `away`: who is really away; whoever watches over safety must be there.
    Raises Refused with the first thing that is wrong; nothing is started then.
    """
    if playbook is None or playbook.id != drill.playbook:
        raise Refused(text("refused.drill.no_playbook", title=drill.title, playbook=drill.playbook))
    if place_of(company, drill.place) is None:
        raise Refused(text("refused.drill.no_place", title=drill.title, place=drill.place))
    check_speed(drill.clock_speed)
    return DrillStarted(
        drill=drill.id,
        digest=drill.digest,
        title=drill.title,
        scenario=drill.scenario,
        objectives=drill.objectives,
        drill_type=drill.type,
        announced=drill.hidden_within is None,
        organiser=member(company, organiser.person or PersonId(""), organiser.name),
        safety=_safety(drill, company, away),
        stop_word=drill.stop_word,
        participants=_participants(drill, playbook, company),
        injects=tuple(_inject(drill, number, playbook, company, photos) for number in range(1, len(drill.injects) + 1)),
        played_absent=tuple(_played_absent(drill, company, person) for person in drill.absent),
        duty=duty,
    )


def check_speed(speed: float) -> None:
    """Raise Refused for a clock that stands still, or runs faster than anybody answers."""
    if not isfinite(speed) or not SLOWEST <= speed <= FASTEST:
        raise Refused(text("refused.drill.speed", slowest=int(SLOWEST), fastest=int(FASTEST)))


def _role(drill: Drill, company: Company, role: RoleId) -> Role:
    if role != AFFECTED_HEAD and role not in company.roles:
        raise Refused(text("refused.drill.no_role", title=drill.title, role=role))
    return role_of(company, role, place_words(company, drill.place))


def _safety(drill: Drill, company: Company, away: Collection[PersonId]) -> Member | None:
    """The first of the role who is there, and is not played as absent."""
    holders = _role(drill, company, drill.safety).holders
    there = (person for person in holders if person not in drill.absent and person not in away)
    return next((member(company, person) for person in there), None)


def _participants(drill: Drill, playbook: Playbook, company: Company) -> tuple[RoleRef, ...]:
    """Those the file names, else every role with a task, each once; who leads does the tasks of a role that is gone."""
    place = place_words(company, drill.place)
    roles = (
        [_role(drill, company, role) for role in drill.participants]
        if drill.participants
        else [role_of(company, task.role, place) for task in playbook.tasks]
    )
    return tuple({role.id: RoleRef(role.id, role.name) for role in roles}.values())


def _played_absent(drill: Drill, company: Company, person: PersonId) -> Member:
    if person not in company.people:
        raise Refused(text("refused.drill.no_person", title=drill.title, person=person))
    return member(company, person)


def _inject(
    drill: Drill, number: int, playbook: Playbook, company: Company, photos: Mapping[str, FileId]
) -> PlannedInject:
    inject = drill.injects[number - 1]
    role = _role(drill, company, inject.to)
    if not role.holders:
        raise Refused(text("refused.drill.nobody", count=number, role=role.name, title=drill.title))
    if inject.photo is not None and inject.photo not in photos:
        raise Refused(text("refused.drill.no_photo", count=number, photo=inject.photo, title=drill.title))
    _check_inject(drill, inject, number, playbook)
    return PlannedInject(
        number=number,
        at=inject.at.total_seconds(),
        role=role.id,
        role_name=role.name,
        text=inject.text,
        expects=inject.expects,
        within=inject.within.total_seconds(),
        fact=inject.fact,
        value=inject.value,
        photo=None if inject.photo is None else photos[inject.photo],
        task=inject.task,
    )


def _check_inject(drill: Drill, inject: Inject, number: int, playbook: Playbook) -> None:
    """What an inject says of its playbook must be there, and its times must be times."""
    if inject.task is not None and inject.task not in {task.id for task in playbook.tasks}:
        raise Refused(text("refused.drill.no_task", count=number, task=inject.task, title=drill.title))
    if inject.fact is not None and not _fits(playbook, inject.fact, inject.value):
        raise Refused(text("refused.drill.no_fact", count=number, fact=inject.fact, title=drill.title))
    if inject.at.total_seconds() < 0 or inject.within.total_seconds() <= 0:
        raise Refused(text("refused.drill.no_inject_time", count=number, title=drill.title))


def _fits(playbook: Playbook, fact: FactId, value: FactValue | None) -> bool:
    """Whether the playbook speaks of the fact, and takes the value where there is one."""
    question = asked(playbook, fact)
    try:
        return question is not None and (value is None or bool(read_value(question.choices, question.unit, value)))
    except Refused:
        return False
