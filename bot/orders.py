"""What a command line may ask of the house: one function for each, whether the bot runs or not.

Values travel as text, through the side door (bot/jobs/door.py) where the bot runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from bot.domain.company import Person
from bot.domain.ids import EventId, FileId, PersonId, RoleId
from bot.domain.parties import Actor
from bot.domain.permissions import allowed, standings
from bot.errors import Refused
from bot.services import destroying, importing, inviting, linking, trying
from bot.store.queries import load_landings
from bot.text import Words, text

if TYPE_CHECKING:
    from bot.domain.permissions import Action
    from bot.jobs.door import Order
    from bot.services.house import House
    from bot.store.store import Store
    from bot.store.work import Work

Asked = Mapping[str, str]
LOOK_EVERY, LOOKS = 0.25, 80
"""Seconds between two looks whether a test card has arrived, and how many."""


class Orders:
    """Carries them out on an open store."""

    def __init__(self, store: Store, house: House, forget: Callable[[PersonId], None] = lambda _: None) -> None:
        """The house's record names whoever gave the order. `forget` ends the open pages of somebody signed out."""
        self._store = store
        self._house = house
        self._forget = forget

    def all(self) -> Mapping[str, Order]:
        """By name."""
        return {
            "invite": self.invite,
            "revoke": self.revoke,
            "link": self.link,
            "import": self.import_people,
            "destroy": self.destroy,
            "try": self.try_room,
        }

    async def invite(self, asked: Asked) -> Asked:
        """A personal link for a person: answers its token."""

        async def job(work: Work) -> str:
            return await inviting.invite(work, self._house, PersonId(asked["person"]), self._by(asked, "people.invite"))

        return {"token": await self._store.write(job)}

    async def revoke(self, asked: Asked) -> Asked:
        """End a person's sessions and unused links: answers how many."""

        async def job(work: Work) -> int:
            return await inviting.revoke(work, self._house, PersonId(asked["person"]), self._by(asked, "people.invite"))

        ended = await self._store.write(job)
        self._forget(PersonId(asked["person"]))
        return {"ended": str(ended)}

    async def link(self, asked: Asked) -> Asked:
        """A code for a person to link an account with: answers it, and the name of the company's Telegram bot."""

        async def job(work: Work) -> str:
            by = self._by(asked, "people.invite")
            return await linking.new_code(work, self._house, PersonId(asked["person"]), by)

        code = await self._store.write(job)
        return {"code": code, "telegram": await self._store.setting(linking.TELEGRAM_BOT) or ""}

    async def try_room(self, asked: Asked) -> Asked:
        """Put a test card in a room, on each of the platforms named (spaces between): answers what each did with it.

        By platform: "" it took the card, "?" it still waits, else why it never will.
        """
        platforms = asked["platforms"].split()

        async def job(work: Work) -> str:
            self._by(asked, "people.invite")
            return await trying.send_test_card(work, self._house, asked["room"], platforms)

        key = await self._store.write(job)
        landed: Mapping[str, str] = {}
        for _ in range(LOOKS):
            rows = await load_landings(self._store.rows, key)
            landed = {row.platform: "" if row.accepted_at else row.error or row.platform for row in rows}
            if len(landed) == len(platforms):
                break
            await asyncio.sleep(LOOK_EVERY)
        return {platform: landed.get(platform, "?") for platform in platforms}

    async def import_people(self, asked: Asked) -> Asked:
        """Take in people that were read and checked."""
        people = TypeAdapter(list[Person]).validate_json(asked["people"])
        posts = TypeAdapter(dict[RoleId, list[PersonId]]).validate_json(asked["posts"])

        async def job(work: Work) -> None:
            by = self._by(asked, "people.import")
            await importing.import_people(work, self._house, people, posts, source=asked["source"], by=by)

        await self._store.write(job)
        return {"taken": str(len(people))}

    async def destroy(self, asked: Asked) -> Asked:
        """Destroy personal data of entries and files."""
        files = [FileId(file) for file in asked["files"].split()]

        async def job(work: Work) -> None:
            await destroying.destroy(
                work,
                self._house,
                EventId(asked["event"]),
                sequences=[int(number) for number in asked["entries"].split()],
                files=files,
                ground=asked["ground"],
                by=PersonId(asked["by"]),
            )

        await self._store.write(job)
        for file in files:
            await self._store.files.destroy(file)
        return {}

    def _by(self, asked: Asked, action: Action) -> Actor:
        """Who gave the order. Whoever may use the machine's shell may leave the name out: the operator."""
        name = asked.get("by", "")
        if not name:
            return Actor(name=self._house.words(text("actor.operator")), platform="terminal")
        person = self._house.company.people.get(PersonId(name))
        if person is None:
            raise Refused(text("refused.no_person", person=name))
        if not allowed(standings(None, person.id, self._house.company), action):
            raise Refused(text("refused.not_permitted", name=person.name))
        return Actor(person.id, Words(person.name.zh, person.name.en), "terminal")
