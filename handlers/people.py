"""Which person somebody names after a word: an id, a name in either language, or the start of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import Refused
from bot.text import Words, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.company import Company, Person


def person_named(company: Company, typed: str) -> Person:
    """The one person a text names. Raises Refused where nobody or more than one is meant."""
    wanted = typed.strip().lstrip("@").casefold()
    people = tuple(company.people.values())
    for found in (
        [person for person in people if wanted in (person.id.casefold(), *_names(person))],
        [person for person in people if wanted and any(name.startswith(wanted) for name in _names(person))],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused(text("refused.several_people", typed=typed, people=listed(found)))
    raise Refused(text("refused.nobody_named", typed=typed))


def person_at_start(company: Company, typed: str) -> tuple[Person | None, str]:
    """Somebody named at the start of a text, and what follows; None where it starts with nobody's name."""
    folded = typed.casefold()
    named = [
        (len(name), person)
        for person in company.people.values()
        for name in (person.id.casefold(), *_names(person))
        if name and (folded == name or (folded.startswith(name) and not _runs_on(folded, name)))
    ]
    if not named:
        return None, typed
    length, person = max(named, key=lambda found: found[0])
    return person, typed[length:].strip(" \t,，:：")


def _runs_on(folded: str, name: str) -> bool:
    after = folded[len(name)]
    return name[-1].isascii() and after.isascii() and after.isalnum()


def _names(person: Person) -> tuple[str, str]:
    return person.name.zh.casefold(), person.name.en.casefold()


def listed(people: Iterable[Person]) -> Words:
    """Several people as a list in each language."""
    every = tuple(people)
    return Words("、".join(person.name.zh for person in every), ", ".join(person.name.en for person in every))
