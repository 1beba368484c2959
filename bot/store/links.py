"""Whose account is whose, in memory: asked for every message to a person, and for every one that comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.ids import PersonId
from bot.store import tables

if TYPE_CHECKING:
    from bot.store.reading import Reads
    from bot.text import Language


class Links:
    """The table of accounts. On the built-in chat the account is the person's id, and nothing is linked."""

    def __init__(self) -> None:
        """Knows nobody before `load`."""
        self._people: dict[tuple[str, str], PersonId] = {}
        self._accounts: dict[tuple[str, PersonId], str] = {}
        self._languages: dict[tuple[str, PersonId], Language] = {}

    async def load(self, rows: Reads) -> None:
        """Read the table, the newest link of a person last: it is the one that messages go to."""
        columns = tables.accounts.c
        query = select(columns.platform, columns.account, columns.person, columns.language)
        found = await rows(query.order_by(columns.linked_at))
        self._people, self._accounts, self._languages = {}, {}, {}
        for platform, account, person, language in found:
            self.add(platform, account, PersonId(person), language)

    def add(self, platform: str, account: str, person: PersonId, language: Language | None) -> None:
        """A link was committed."""
        self._people[platform, account] = person
        self._accounts[platform, person] = account
        if language is not None:
            self._languages[platform, person] = language

    def learn(self, platform: str, person: PersonId, language: Language) -> None:
        """The person's account is set to another language."""
        self._languages[platform, person] = language

    def remove(self, platform: str, account: str) -> None:
        """A link was taken off; another account of the same person on the platform steps in."""
        person = self._people.pop((platform, account), None)
        if person is None or self._accounts.get((platform, person)) != account:
            return
        del self._accounts[platform, person]
        for (other, left), holder in self._people.items():
            if other == platform and holder == person:
                self._accounts[platform, person] = left

    def person(self, platform: str, account: str) -> PersonId | None:
        """Whose account it is."""
        return self._people.get((platform, account))

    def account(self, platform: str, person: PersonId) -> str | None:
        """Where messages to a person go on a platform; None: nowhere."""
        return self._accounts.get((platform, person))

    def language(self, platform: str, person: PersonId) -> Language | None:
        """What the person's account is set to."""
        return self._languages.get((platform, person))
