"""A list of people is taken in: into the store, into the house as it runs, and one line into its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.house_notes import note_house
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.company import Person
    from bot.domain.entries import Actor
    from bot.services.house import House
    from bot.store.work import Work


async def import_people(
    work: Work, house: House, people: Sequence[Person], *, source: str, by: Actor | None = None
) -> None:
    """Take them in; who is known by the same id is replaced. `source` names the file for the record."""
    for person in people:
        work.import_person(person)
    await note_house(work, house, by, text("house.imported", count=len(people), source=source))
    work.after_commit(lambda: house.merge_people(people))
