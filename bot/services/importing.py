"""A list of people is taken in: into the store, into the house as it runs, and one line into its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.services.house_notes import note_house
from bot.store.queries import posts_key
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.company import Person
    from bot.domain.ids import PersonId, RoleId
    from bot.domain.parties import Actor
    from bot.services.house import House
    from bot.store.work import Work


async def import_people(
    work: Work,
    house: House,
    people: Sequence[Person],
    posts: Mapping[RoleId, Sequence[PersonId]],
    *,
    source: str,
    by: Actor | None = None,
) -> None:
    """Take them in; who is known by the same id is replaced. `source` names the file for the record.

    `posts` are the roles whose people or their order change, each with all its holders.
    """
    for person in people:
        work.import_person(person)
    for role, holders in posts.items():
        await work.put_setting(posts_key(role), " ".join(holders))
    await note_house(work, house, by, text("house.imported", count=len(people), source=source))
    work.after_commit(lambda: house.merge_people(people, posts))
