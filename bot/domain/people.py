"""From ids of the configuration to what an entry keeps: people with names, roles, places."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.company import Company, Place, Role
from bot.domain.ids import COMMAND_GROUP, DepartmentId, PersonId, RoleId
from bot.domain.parties import Member
from bot.domain.playbook import AFFECTED_HEAD, Playbook
from bot.text import Words, same

GENERAL_MANAGER = RoleId("general_manager")
FACTORY_MANAGER = RoleId("factory_manager")
COMMAND_GROUP_ROLE = RoleId("command_group")


def member(company: Company, person: PersonId, name: Words | None = None) -> Member:
    """A person as an entry keeps them; somebody who has left the company goes by `name` or their id."""
    known = company.people.get(person)
    if known is None:
        return Member(person, name or same(person), Words("", ""))
    return Member(person, known.name, known.position, known.mobile or known.telephone)


def members(company: Company, people: Iterable[PersonId]) -> tuple[Member, ...]:
    """People in order, each once."""
    return tuple(member(company, person) for person in dict.fromkeys(people))


def listed(names: Iterable[Words]) -> Words:
    """Several names as a list in each language."""
    names = tuple(names)
    return Words("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def place_of(company: Company, *typed: str) -> Place | None:
    """The place that somebody named: by its id, by its name in either language, or inside a longer text."""
    wanted = {text.strip().casefold() for text in typed} - {""}
    names = [(name.casefold(), place) for place in company.places.values() for name in _names(place)]
    exact = next((place for name, place in names if name in wanted), None)
    if exact is not None:
        return exact
    inside = [(len(name), place) for name, place in names if name and any(name in text for text in wanted)]
    return max(inside, key=lambda found: found[0], default=(0, None))[1]


def _names(place: Place) -> tuple[str, str, str]:
    return str(place.id), place.name.zh, place.name.en


def place_words(company: Company, typed: str) -> Words:
    """A place of the company by its name in both languages, anything else as it was typed.

    Characters that cannot be seen are left out: a database refuses some of them, a terminal obeys others.
    """
    typed = "".join(each for each in typed if each.isprintable() or each.isspace())
    place = place_of(company, typed)
    known = place is not None and typed.strip().casefold() in {name.casefold() for name in _names(place)}
    return place.name if place is not None and known else same(typed.strip())


def affected_department(company: Company, place: Words) -> DepartmentId:
    """The department that was hit: the owner of the place, else the one the configuration names (G24)."""
    found = place_of(company, place.zh, place.en)
    return company.default_place_department if found is None else found.department


def role_of(company: Company, role: RoleId, place: Words) -> Role:
    """A role as configured; "head of the affected department" becomes the head role of that department.

    A role that a reload took away keeps its id as its name and has no holders: its tasks go to the commander.
    """
    if role == AFFECTED_HEAD:
        role = company.departments[affected_department(company, place)].head
    nobody = Role(role, same(role), company.default_place_department)
    return company.roles.get(role, nobody)


def command_chain(company: Company, playbook: Playbook) -> tuple[Member, ...]:
    """Who leads, in order (G1): the playbook's commander, factory manager, general manager, command group."""
    roles = (playbook.commander, FACTORY_MANAGER, GENERAL_MANAGER, COMMAND_GROUP_ROLE)
    return members(company, (person for role in roles if role in company.roles for person in company.chain(role)))


def departments_of(company: Company, playbook: Playbook, place: Words) -> tuple[DepartmentId, ...]:
    """The departments that take part, in the company's order.

    Those with a task or a part in the review, those whose all clear the playbook wants, and the command group.
    """
    roles = [task.role for task in playbook.tasks] + [playbook.review.by, playbook.review.approve]
    wanted = {role_of(company, role, place).department for role in roles} | {COMMAND_GROUP, *playbook.all_clear}
    return tuple(department for department in company.departments if department in wanted)
