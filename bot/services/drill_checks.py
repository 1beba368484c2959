"""What must be right before a drill starts. It is asked at the wish, and again once somebody has said yes."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from bot.domain.drill_plan import check_speed, starting
from bot.domain.people import listed, members, place_words, role_of
from bot.domain.permissions import TABLE, standings
from bot.errors import Refused
from bot.services.reporting import GENERAL
from bot.text import Words, text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from bot.domain.company import Role
    from bot.domain.drill import Drill
    from bot.domain.entries_drill import DrillStarted
    from bot.domain.event import Event
    from bot.domain.ids import EventId, PersonId, RoleId
    from bot.domain.parties import RoleRef
    from bot.domain.playbook import PlaybookVersion
    from bot.services.context import Context
    from bot.services.house import House

ALIKE = 0.4
"""How like a drill's name a typed one must be to be offered instead."""


def drill_named(house: House, typed: str) -> Drill:
    """The drill somebody means by its id or its title. Raises Refused that names the nearest, or all there are."""
    drills = house.programme.drills
    if not drills:
        raise Refused(text("refused.drill.no_drills"))
    wanted = typed.strip().casefold()
    by_name = {name.casefold(): drill for drill in drills.values() for name in _names(drill)}
    if wanted in by_name:
        return by_name[wanted]
    begun = {drill.id: drill for name, drill in by_name.items() if wanted and wanted in name}
    if len(begun) == 1:
        return next(iter(begun.values()))
    close = difflib.get_close_matches(wanted, by_name, n=1, cutoff=ALIKE)
    if close:
        near = by_name[close[0]]
        raise Refused(text("refused.drill.nearest", typed=typed, title=near.title, id=near.id))
    raise Refused(text("refused.drill.unknown", typed=typed, drills=listed(_known(each) for each in drills.values())))


def _names(drill: Drill) -> tuple[str, str, str]:
    return str(drill.id), drill.title.zh, drill.title.en


def _known(drill: Drill) -> Words:
    return Words(f"{drill.title.zh}（{drill.id}）", f"{drill.title.en} ({drill.id})")


def organises(house: House, drill: Drill, person: PersonId | None) -> bool:
    """Whether somebody holds, or stands in for, the role that may start a drill (the table's "organiser").

    An auditor only reads, whatever else they are.
    """
    if "auditor" in standings(None, person, house.company):
        return False
    return (
        person is not None
        and "organiser" in TABLE["drill.start"].who
        and person in _role(house, drill, drill.organiser).holders
    )


def version_of(house: House, drill: Drill) -> PlaybookVersion:
    """The playbook a drill plays. Raises Refused where it has gone."""
    found = house.playbooks.get(drill.playbook)
    if found is None:
        raise Refused(text("refused.drill.no_playbook", title=drill.title, playbook=drill.playbook))
    return found


def plan_of(
    context: Context,
    drill: Drill,
    speed: float,
    opened: Sequence[Event],
    away: Collection[PersonId],
    duty: EventId | None = None,
) -> DrillStarted:
    """What its record will keep. Raises Refused with the first thing in the way; nothing is started then."""
    house = context.house
    if not organises(house, drill, None if context.person is None else context.person.id):
        role = _role(house, drill, drill.organiser)
        people = listed(each.name for each in members(house.company, role.holders))
        raise Refused(text("refused.drill.not_organiser", title=drill.title, role=role.name, people=people))
    check_speed(speed)
    version, photos = version_of(house, drill), house.programme.photos
    plan = starting(
        drill, version.playbook, house.company, organiser=context.actor, photos=photos, away=away, duty=duty
    )
    running = [event for event in opened if runs(event)]
    for event in running:
        if event.drill is not None and event.drill.drill == drill.id:
            raise Refused(text("refused.drill.running", title=drill.title, number=event.id))
    _nobody_twice(house, plan, running)
    return plan


def runs(event: Event) -> bool:
    """Whether it is a drill that has not ended."""
    return event.drill is not None and event.drill.ended_at is None and not event.over


def _nobody_twice(house: House, plan: DrillStarted, running: Iterable[Event]) -> None:
    """Two drills at the same hour for the same people: nobody could do both well."""
    mine = _people(house, plan.participants)
    for event in running:
        if event.drill is None:
            continue
        theirs = _people(house, event.drill.participants)
        both = [person for person in mine if person in theirs]
        if both:
            names = listed(each.name for each in members(house.company, both))
            raise Refused(text("refused.drill.same_people", title=event.drill.title, number=event.id, people=names))


def _people(house: House, roles: Iterable[RoleRef]) -> tuple[PersonId, ...]:
    """Everybody who may be called in a drill of these roles."""
    company = house.company
    return tuple(dict.fromkeys(each for ref in roles if ref.id in company.roles for each in company.chain(ref.id)))


def live_of_kind(drill: Drill, opened: Iterable[Event]) -> Event | None:
    """A real event of the drill's kind that goes on now, or one whose kind nobody has said yet.

    Whoever starts is asked whether they mean it.
    """
    kinds = (drill.playbook, GENERAL)
    return next((event for event in opened if event.live and event.playbook in kinds), None)


def _role(house: House, drill: Drill, role: RoleId) -> Role:
    return role_of(house.company, role, place_words(house.company, drill.place))
