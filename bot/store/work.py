"""What one job may do inside a transaction. Nothing of it is true before the job's `Store.write` returns.

A job awaits nothing but its `Work`: every other job waits for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

from sqlalchemy import Row, Select, Table, select

from bot.domain.entries import Draft, EventKind
from bot.domain.event import Event
from bot.domain.ids import EventId, FileId, PersonId
from bot.domain.record import GENESIS, Entry
from bot.errors import Refused
from bot.store import destroying, inboxes, outboxes, streams, tables
from bot.store.codec import person_codec, playbook_codec
from bot.store.rebuild import rebuild_stream
from bot.store.rows import Change, key_of
from bot.text import text

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.chat.effect import Outgoing
    from bot.domain.company import Person
    from bot.domain.playbook import Playbook, PlaybookVersion
    from bot.store.unit import Unit

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
WEB = "web"
NUMBERS: Mapping[EventKind, str] = {"live": "EV", "drill": "DR"}


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


class Work:
    """One job's unit of work."""

    def __init__(self, unit: Unit, now: datetime, routes: outboxes.Routes) -> None:
        """`now` is the time of everything the job does; `routes` says which platforms a room is on."""
        self.now = now
        self.appended: list[Entry] = []
        self._unit = unit
        self._routes = routes

    @property
    def connection(self) -> AsyncConnection:
        """The transaction itself, for statements that no method here covers. It does not see what waits in memory."""
        return self._unit.connection

    # Records

    async def event(self, event: EventId) -> Event:
        """An event as it stands, locked until the end of the transaction. Raises Refused where there is none."""
        held = await streams.lock(self._unit, event)
        if held is None or held.event is None:
            raise Refused(text("refused.no_event", event=event))
        return held.event

    async def open_events(self) -> tuple[Event, ...]:
        """The events that are not over, the oldest first (not locked)."""
        opened = await self._opened()
        found = [
            await streams.look(self._unit, event) for event in sorted(opened, key=lambda each: (opened[each], each))
        ]
        return tuple(held.event for held in found if held is not None and held.event is not None)

    async def head(self, stream: EventId) -> str:
        """The hash of a record's last entry."""
        held = await streams.lock(self._unit, stream)
        return GENESIS if held is None else held.head

    async def append(self, stream: EventId, drafts: Sequence[Draft]) -> Event | None:
        """Write entries: chain, state, projections and deadlines. None for the house's own record."""
        held = await streams.lock(self._unit, stream)
        if not drafts:
            return None if held is None else held.event
        self.appended.extend(streams.append(self._unit, stream, held, drafts, self.now))
        after = self._unit.held(stream)
        event = None if after is None else after.event
        if event is not None:
            self._note_opened(None if held is None else held.event, event)
        return event

    def _note_opened(self, before: Event | None, after: Event) -> None:
        """Keep the list of open events right where it is known."""
        opened = next((known.opened for known in self._unit.layers() if known.opened is not None), None)
        if opened is None or (before is not None and before.over == after.over):
            return
        others = {event: at for event, at in opened.items() if event != after.id}
        self._unit.known.opened = others if after.over else {**others, after.id: after.opened_at}

    async def _opened(self) -> Mapping[EventId, datetime]:
        for known in self._unit.layers():
            if known.opened is not None:
                return known.opened
        rows = await self._unit.rows(
            select(tables.events.c.id, tables.events.c.opened_at).where(tables.events.c.over == 0)
        )
        opened = {EventId(event): at for event, at in rows}
        self._unit.known.opened = opened
        return opened

    async def destroy(self, stream: EventId, sequences: Sequence[int], files: Sequence[FileId]) -> None:
        """Destroy the private parts of entries, and files. The caller appends the `data.destroyed` entry."""
        await destroying.destroy_parts(self._unit, stream, sequences)
        for file in files:
            self.update(tables.files, {"file": file}, {"key": None, "destroyed_at": self.now})

    async def next_event_id(self, kind: EventKind, year: int) -> EventId:
        """The next number of its kind and year (in the company's zone), without gaps."""
        prefix = NUMBERS[kind]
        return EventId(f"{prefix}-{year}-{await self._next(f'event/{prefix}/{year}'):04d}")

    async def rebuild(self, stream: EventId) -> bool:
        """Make a record's projections and deadlines anew from its entries; whether anything was wrong."""
        await streams.lock(self._unit, stream)
        return await rebuild_stream(self._unit, stream)

    # Messages

    def send(self, outgoing: Outgoing) -> None:
        """Queue a message. A card that waits already is not queued twice."""
        outboxes.send(self._unit, outgoing, self.now, self._routes)

    async def next_feed(self) -> int:
        """The live stream's next place, without gaps in the order of commits."""
        self.ring("feed")
        return await self._next("feed")

    def ring(self, *bells: str) -> None:
        """Ring these after the commit: `relay`, `timers`, `feed`."""
        self._unit.bells.update(bells)

    async def received(self, platform: str, update: str) -> inboxes.Received | None:
        """An update that was stored before."""
        return await inboxes.find(self._unit, platform, update)

    async def _next(self, name: str) -> int:
        for known in self._unit.layers():
            if name in known.counters:
                value = known.counters[name] + 1
                break
        else:
            value = await self._count(name) + 1
        self._unit.known.counters[name] = value
        self._unit.change(tables.counters, Change("update", {"name": name, "value": value}))
        return value

    async def _count(self, name: str) -> int:
        """The counter as it stands; PostgreSQL locks it, so that numbers follow the order of commits."""
        query = select(tables.counters.c.value).where(tables.counters.c.name == name).with_for_update()
        found = await self._unit.rows(query)
        if not found:
            self._unit.change(tables.counters, Change("keep", {"name": name, "value": 0}))
            await self._unit.flush()
            found = await self._unit.rows(query)
        return found[0][0]

    # People

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

    def link(self, platform: str, account: str, person: PersonId) -> None:
        """This account is that person's from now on."""
        self.put(tables.accounts, {"platform": platform, "account": account, "person": person})
        self._unit.known.accounts[platform, account] = person

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

    # Playbooks, files, small settings

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

    # Rows of an adapter's own tables

    async def rows(self, query: Select[*Ts]) -> Sequence[Row[*Ts]]:
        """Read inside the transaction: this job's and earlier jobs' rows are seen."""
        return await self._unit.rows(query)

    async def row(self, table: Table, **key: object) -> Mapping[str, object] | None:
        """One row by its key, without a flush where it waits whole."""
        waiting = self._unit.find(table, tuple(key[name] for name in key_of(table)))
        if waiting is not None and waiting.kind == "delete":
            return None
        if waiting is not None and waiting.kind != "update":
            return waiting.values
        return await self._unit.mapping(select(table).where(*(table.c[name] == value for name, value in key.items())))

    def insert(self, table: Table, row: Mapping[str, object]) -> None:
        """A new row; its key must be new."""
        self._unit.change(table, Change("insert", row))

    def put(self, table: Table, row: Mapping[str, object]) -> None:
        """A new row, or these columns over what stands under its key."""
        self._unit.change(table, Change("put", row))

    def update(self, table: Table, key: Mapping[str, object], values: Mapping[str, object]) -> None:
        """Some columns of the row that has this key."""
        self._unit.change(table, Change("update", {**key, **values}))

    def delete(self, table: Table, key: Mapping[str, object]) -> None:
        """Remove the row that has this key."""
        self._unit.change(table, Change("delete", key))

    def delete_if(self, table: Table, values: Mapping[str, object]) -> None:
        """Remove the row that still has all these values when the transaction ends."""
        self._unit.pending.delete_if(table, values)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call it once the transaction is kept."""
        self._unit.after_commit.append(callback)

    async def attempt(self, part: Callable[[Work], Awaitable[T]]) -> T:
        """Carry out a part that may come to nothing by itself: what it raises goes on, what it wrote is gone."""
        inner = Work(self._unit.above(), self.now, self._routes)
        try:
            result = await part(inner)
        except BaseException:
            await inner._unit.drop()
            raise
        await inner._unit.keep()
        self.appended.extend(inner.appended)
        return result
