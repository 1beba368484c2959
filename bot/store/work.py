"""What one job may do inside a transaction. Nothing of it is true before the job's `Store.write` returns.

A job awaits nothing but its `Work`: every other job waits for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import structlog
from sqlalchemy import select

from bot.domain.entries import Draft
from bot.domain.entries_talk import STAYS_INSIDE, MessageFailed
from bot.domain.event import Event
from bot.domain.ids import EventId, FileId, PersonId
from bot.domain.parties import EventKind
from bot.domain.record import GENESIS, Entry
from bot.errors import Refused
from bot.store import destroying, inboxes, outboxes, streams, tables
from bot.store.rebuild import rebuild_stream
from bot.store.remembering import WEB, Remembering
from bot.store.rows import Change
from bot.text import same, text

if TYPE_CHECKING:
    from bot.chat.effect import Outgoing
    from bot.chat.inbound import Account, Raw
    from bot.store.links import Links
    from bot.store.unit import Unit
    from bot.text import Language

log = structlog.get_logger(__name__)

T = TypeVar("T")
NUMBERS: Mapping[EventKind, str] = {"live": "EV", "drill": "DR", "duty": "DU"}


class Work(Remembering):
    """One job's unit of work."""

    def __init__(
        self,
        unit: Unit,
        now: datetime,
        routes: outboxes.Routes,
        links: Links,
        outside: Collection[str] = (),
    ) -> None:
        """`now` is the time of everything the job does; `routes` says which platforms a room is on.

        `outside`: those whose messages leave the house.
        """
        super().__init__(unit, now)
        self.appended: list[Entry] = []
        self._routes = routes
        self._outside = outside
        self._links = links

    def link(self, account: Account, person: PersonId) -> None:
        """This account is that person's from now on."""
        self.keep_link(account, person)
        self.after_commit(partial(self._links.add, account.platform, account.account, person, account.language))
        self.ring("links")

    def unlink(self, platform: str, account: str) -> None:
        """This account is nobody's from now on."""
        self.drop_link(platform, account)
        self.after_commit(partial(self._links.remove, platform, account))
        self.ring("links")

    async def event(self, event: EventId) -> Event:
        """An event as it stands, locked until the end of the transaction. Raises Refused where there is none."""
        held = await streams.lock(self._unit, event)
        if held is None or held.event is None:
            raise Refused(text("refused.no_event", event=event))
        return held.event

    async def look(self, event: EventId) -> Event:
        """An event as it stands, to read only: it is not locked. Raises Refused where there is none."""
        held = await streams.look(self._unit, event)
        if held is None or held.event is None:
            raise Refused(text("refused.no_event", event=event))
        return held.event

    async def open_events(self) -> tuple[Event, ...]:
        """The events and drills that are not over, the oldest first (not locked). Duties are none."""
        opened = await self._opened()
        found = [
            await streams.look(self._unit, event) for event in sorted(opened, key=lambda each: (opened[each], each))
        ]
        return tuple(held.event for held in found if held is not None and held.event is not None)

    async def open_duties(self) -> tuple[Event, ...]:
        """The duties that are not over, the oldest first (not locked)."""
        columns = tables.events.c
        query = select(columns.id).where(columns.over == 0, columns.kind == "duty")
        found = await self._unit.rows(query.order_by(columns.opened_at, columns.id))
        return tuple([await self.look(EventId(event)) for (event,) in found])

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
        if opened is None or after.kind == "duty" or (before is not None and before.over == after.over):
            return
        others = {event: at for event, at in opened.items() if event != after.id}
        self._unit.known.opened = others if after.over else {**others, after.id: after.opened_at}

    async def _opened(self) -> Mapping[EventId, datetime]:
        for known in self._unit.layers():
            if known.opened is not None:
                return known.opened
        rows = await self._unit.rows(
            select(tables.events.c.id, tables.events.c.opened_at).where(
                tables.events.c.over == 0, tables.events.c.kind != "duty"
            )
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

    def send(self, outgoing: Outgoing) -> None:
        """Queue a message; a card that waits already is not queued twice. What a drill may not send is recorded."""
        for platform in outboxes.send(self._unit, outgoing, self.now, self._routes, self._outside):
            self._note_refused(outgoing, platform)

    def _note_refused(self, outgoing: Outgoing, platform: str) -> None:
        """Where the record was not touched by this job there is no room to write: then the relay's wall is the last."""
        log.warning("outbox.drill_stays_inside", event_id=outgoing.event, room=outgoing.effect.room, platform=platform)
        event, room = outgoing.event, outgoing.effect.room
        held = None if event is None else self._unit.held(event)
        ours = self._unit.engine == "sqlite" or event in self._unit.locked
        if event is None or held is None or not ours:
            return
        key, _, _ = outboxes.place(outgoing.effect)
        failed = Draft(MessageFailed(key, room, same(room), platform, STAYS_INSIDE))
        self.appended.extend(streams.append(self._unit, event, held, (failed,), self.now))

    async def alone(self, what: str) -> None:
        """Nobody else does this until the end of the transaction, also where there is no row yet that could be locked.

        Within one process there is one writer, so that with SQLite it is so anyway.
        """
        if self._unit.engine == "postgresql":
            await self._count(f"alone/{what}")

    async def next_feed(self) -> int:
        """The live stream's next place, without gaps in the order of commits."""
        self.ring("feed")
        return await self._next("feed")

    async def received(self, platform: str, update: str) -> inboxes.Received | None:
        """An update that was stored before."""
        return await inboxes.find(self._unit, platform, update)

    async def keep_updates(self, raws: Sequence[Raw], at: datetime) -> list[Raw]:
        """Store updates as they came, a microsecond apart from `at` on; those that were not stored before."""
        fresh = await inboxes.fresh(self._unit, raws)
        for place, raw in enumerate(fresh):
            inboxes.keep(self._unit, raw, at + timedelta(microseconds=place))
        return fresh

    def settle_update(
        self,
        update: inboxes.Update,
        received: inboxes.Received,
        *,
        payload: str | None = None,
        error: str | None = None,
        chat: str | None = None,
    ) -> None:
        """An update is answered: `payload` is what is kept of it, `chat` its room where it was not stored before."""
        new = None if chat is None else (chat, self.now)
        inboxes.settle(self._unit, update, received, payload=payload, error=error, new=new)

    def learn_language(self, account: Account, person: PersonId) -> None:
        """Remember what a linked account is set to on its platform."""
        language = account.language
        known = self._links.language(account.platform, person)
        if account.platform == WEB or language is None or known == language:
            return
        key = {"platform": account.platform, "account": account.account}
        self.update(tables.accounts, key, {"language": language})
        self.after_commit(partial(self._links.learn, account.platform, person, language))
        self.ring("links")

    def account_language(self, account: Account, person: PersonId) -> Language | None:
        """What a linked account is set to; None on the built-in chat, and where nobody knows."""
        if account.platform == WEB:
            return None
        return account.language or self._links.language(account.platform, person)

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

    async def attempt(self, part: Callable[[Work], Awaitable[T]]) -> T:
        """Carry out a part that may come to nothing by itself: what it raises goes on, what it wrote is gone."""
        inner = Work(self._unit.above(), self.now, self._routes, self._links, self._outside)
        try:
            result = await part(inner)
        except BaseException:
            await inner._unit.drop()
            raise
        await inner._unit.keep()
        self.appended.extend(inner.appended)
        return result
