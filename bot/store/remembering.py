"""What the house remembers besides records: accounts, absences, playbooks, files, small settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.ids import FileId, PersonId
from bot.errors import Refused
from bot.store import tables
from bot.store.codec import person_codec, playbook_codec
from bot.store.rows import Change
from bot.store.transaction import Transaction
from bot.text import text

if TYPE_CHECKING:
    from bot.chat.inbound import Account
    from bot.domain.company import Person
    from bot.domain.playbook import Playbook, PlaybookVersion

WEB = "web"


class NoPlaybookError(LookupError):
    """An event names a playbook that is not in the store: it was not kept when the event opened."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What the house knows of a file besides its content."""

    file: FileId
    media_type: str
    size: int
    name: str
    destroyed_at: datetime | None


class Remembering(Transaction):
    """Read from memory where it is known, kept with the transaction."""

    async def person_of(self, platform: str, account: str) -> PersonId | None:
        """Whose account it is. On the built-in chat the account is the person's id."""
        if platform == WEB:
            return PersonId(account)
        for known in self._unit.layers():
            if (platform, account) in known.accounts:
                return known.accounts[platform, account]
        row = await self.row(tables.accounts, platform=platform, account=account)
        person = None if row is None else PersonId(str(row["person"]))
        self._unit.known.accounts[platform, account] = person
        return person

    def keep_link(self, account: Account, person: PersonId) -> None:
        """Write down whose account it is; `Work.link` tells the house as well."""
        key = {"platform": account.platform, "account": account.account}
        row = {"person": person, "language": account.language, "linked_at": self.now}
        self.put(tables.accounts, key | row)
        self._unit.known.accounts[account.platform, account.account] = person

    def drop_link(self, platform: str, account: str) -> None:
        """Forget whose account it is."""
        self.delete(tables.accounts, {"platform": platform, "account": account})
        self._unit.known.accounts[platform, account] = None

    async def accounts_of(self, person: PersonId) -> Sequence[tuple[str, str]]:
        """Every account of a person: its platform, and its name there."""
        columns = tables.accounts.c
        found = await self._unit.rows(select(columns.platform, columns.account).where(columns.person == person))
        return [(platform, account) for platform, account in found]

    async def unused_codes(self, person: PersonId) -> Sequence[str]:
        """The codes of a person that nobody has used, as they are stored; those that have run out too."""
        columns = tables.link_codes.c
        query = select(columns.code).where(columns.person == person, columns.used_at.is_(None))
        return [code for (code,) in await self._unit.rows(query)]

    async def absences(self) -> Mapping[PersonId, datetime | None]:
        """Who is away until when (None: until marked back); those whose time has passed are not."""
        everyone = await self._absences()
        return {person: until for person, until in everyone.items() if until is None or until > self.now}

    async def _absences(self) -> Mapping[PersonId, datetime | None]:
        for known in self._unit.layers():
            if known.absences is not None:
                return known.absences
        rows = await self._unit.rows(select(tables.absences.c.person, tables.absences.c.until))
        away = {PersonId(person): until for person, until in rows}
        self._unit.known.absences = away
        return away

    async def set_absence(self, person: PersonId, until: datetime | None) -> None:
        """Somebody is away."""
        self._unit.known.absences = {**await self._absences(), person: until}
        self.put(tables.absences, {"person": person, "until": until})

    async def clear_absence(self, person: PersonId) -> None:
        """Somebody is back."""
        self._unit.known.absences = {each: at for each, at in (await self._absences()).items() if each != person}
        self.delete(tables.absences, {"person": person})

    def import_person(self, person: Person) -> None:
        """Take somebody in; an earlier import of the same id is replaced."""
        row = {"id": person.id, "person": person_codec().write(person), "imported_at": self.now}
        self.put(tables.people, row)

    async def keep_playbook(self, version: PlaybookVersion) -> None:
        """Keep the normal form once under its hash: running events go on with it."""
        if any(version.digest in known.playbooks for known in self._unit.layers()):
            return
        row = {
            "digest": version.digest,
            "playbook": playbook_codec().write(version.playbook),
            "author": version.author,
            "saved_at": version.saved_at,
        }
        self._unit.change(tables.playbooks, Change("keep", row))
        self._unit.known.playbooks[version.digest] = version.playbook

    async def playbook(self, digest: str) -> Playbook:
        """The plan an event opened with. Raises NoPlaybookError."""
        for known in self._unit.layers():
            if digest in known.playbooks:
                return known.playbooks[digest]
        row = await self.row(tables.playbooks, digest=digest)
        if row is None:
            raise NoPlaybookError(digest)
        playbook = playbook_codec().read(str(row["playbook"]))
        self._unit.known.playbooks[digest] = playbook
        return playbook

    async def file(self, file: FileId) -> KeptFile:
        """What is known of a file that was kept. Raises Refused where there is none."""
        columns = tables.files.c
        query = select(columns.media_type, columns.size, columns.name, columns.destroyed_at)
        found = await self._unit.rows(query.where(columns.file == file))
        if not found:
            raise Refused(text("refused.no_file"))
        media_type, size, name, destroyed_at = found[0]
        return KeptFile(file, media_type, size, name, destroyed_at)

    async def setting(self, key: str) -> str | None:
        """A small thing that is remembered under a name (a person's language, a message's event)."""
        for known in self._unit.layers():
            if key in known.settings:
                return known.settings[key]
        row = await self.row(tables.settings, key=key)
        value = None if row is None else str(row["value"])
        self._unit.known.settings[key] = value
        return value

    async def put_setting(self, key: str, value: str) -> None:
        """Remember it; an empty value forgets it."""
        if value:
            self.put(tables.settings, {"key": key, "value": value})
        else:
            self.delete(tables.settings, {"key": key})
        self._unit.known.settings[key] = value or None
