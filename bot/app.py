"""The only wiring: configuration → parts → one TaskGroup."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import structlog

from bot.cards import notices
from bot.cards.present import present
from bot.chat.adapter import outside
from bot.chat.card import Card
from bot.chat.effect import Outgoing, Post, Priority
from bot.domain.ids import PersonId
from bot.domain.parties import Actor
from bot.domain.programme import NOTHING_OWED, Programme
from bot.files.finding import BadFiles, errors
from bot.files.shelf import PlaybookShelf, ReloadResult
from bot.jobs.attendant import Attendant
from bot.jobs.calendar import Calendar
from bot.jobs.door import Door
from bot.jobs.duties import Duties
from bot.jobs.failover import Failover
from bot.jobs.intake import Intake
from bot.jobs.limiter import Limiter
from bot.jobs.quiet import all_quiet
from bot.jobs.relay import Relay
from bot.jobs.timers import Timers
from bot.orders import Orders
from bot.services.drill_photos import with_photos
from bot.services.house import House
from bot.services.house_notes import note_house
from bot.store.store import Store
from bot.text import text
from handlers import house_router
from handlers.dispatch import handle

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.routing import Route

    from bot.adapters.web.adapter import WebAdapter
    from bot.chat.adapter import Adapter
    from bot.chat.card import CardRef
    from bot.clock import Clock
    from bot.config import Settings
    from bot.domain.event import Event
    from bot.domain.ids import EventId, RoomId
    from bot.i18n import Catalogs
    from bot.services.documents import Choice, Format
    from bot.store.links import Links
    from bot.store.work import Work

MakeAdapters = Callable[[Store, House], "Mapping[str, Adapter]"]
"""The platforms of this installation, by name, once store and house are there."""

WEB = "web"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class App:
    """The whole house, open. `run` lives until cancelled; `close` lets go of everything."""

    house: House
    store: Store
    adapters: Mapping[str, Adapter]
    intake: Intake
    relay: Relay
    timers: Timers
    shelf: PlaybookShelf
    door: Door
    failover: Failover
    duties: Duties
    calendar: bool = True
    """Whether what the calendar owes is asked for."""
    reloading: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Whoever asks while files are being read waits until they are in force."""

    @classmethod
    async def open(
        cls,
        settings: Settings,
        playbooks: Path,
        catalogs: Catalogs,
        clock: Clock,
        make_adapters: MakeAdapters,
        *,
        cache: Path | None = None,
        calendar: bool = True,
    ) -> App:
        """Open the store, read the playbooks, wire the parts. Raises Broken.

        `cache`: where what was read of the playbooks is kept for the next start; beside the keys where none is named.
        `calendar`: plays are about something else than what is owed just then, and run without.
        """
        shelf = PlaybookShelf(playbooks, settings, cache=cache or settings.store.keys.parent / "cache")
        if not shelf.versions:
            raise BadFiles(shelf.findings)
        store = await Store.open(settings.store.url, settings.store.files, settings.store.keys, clock)
        try:
            programme = await with_photos(store.files, _asked_for(shelf.programme, calendar=calendar))
            house = House(settings, shelf.versions, catalogs, clock, programme)
            house.merge_people(await store.people(), await store.posts())
            adapters = make_adapters(store, house)
            door = Door(door_of(settings), Orders(store, house, partial(_forget, adapters)).all(), house.render)
            await door.open()
        except BaseException:
            await store.close()
            raise
        store.route(partial(platforms_of, house, store.links, adapters), outside(adapters))
        limiter = Limiter(settings.web.messages_per_minute, settings.web.message_limit)
        router = house_router()
        intake = Intake(store, house, lambda context: handle(context, router), limiter, adapters)
        relay = Relay(store, house, adapters, _present)
        failover = Failover(store, house, adapters)
        timers, duties = Timers(store, house), Duties(store, house)
        return cls(house, store, adapters, intake, relay, timers, shelf, door, failover, duties, calendar)

    async def run(self) -> None:
        """Everything that runs, in one group; the first that breaks ends all."""
        company = self.house.company
        wrong = errors(self.shelf.findings)
        if wrong:
            await self.store.write(lambda work: self._tell(work, ReloadResult(findings=tuple(wrong))))
        async with asyncio.TaskGroup() as group:
            group.create_task(self.relay.run(), name="relay")
            group.create_task(self.timers.run(), name="timers")
            group.create_task(self.duties.run(), name="duties")
            group.create_task(self.failover.run(), name="failover")
            group.create_task(self.intake.run(), name="intake")
            for name, adapter in self.adapters.items():
                attended = adapter if name == WEB else Attendant(adapter, self.store, self.house)
                group.create_task(attended.run(self.intake), name=name)
            group.create_task(Calendar(self.store, self.reload, company.time_zone).run(), name="calendar")

    async def quiet(self) -> bool:
        """Whether nothing is on its way: plays and tests move a virtual clock only then."""
        return await all_quiet(self.store, self.timers, self.duties, self.relay, self.intake, self.failover)

    async def next_due(self) -> datetime | None:
        """When something happens by itself next; None where nothing does. Plays step a virtual clock by it."""
        jobs = (self.timers, self.duties, self.relay, self.failover)
        due = [await job.next_due() for job in jobs]
        return min((at for at in due if at is not None), default=None)

    async def reload(self) -> None:
        """Put playbooks that were saved in force; a bad one is refused and the admins' room hears why."""
        async with self.reloading:
            result = await asyncio.to_thread(self.shelf.reload_changed)
            if not (result.changed or result.findings or result.programme):
                return
            programme = await with_photos(self.store.files, _asked_for(self.shelf.programme, calendar=self.calendar))
            self.house.reload(playbooks=self.shelf.versions, programme=programme)
            self.store.bells.duties.ring()
            await self.store.write(lambda work: self._tell(work, result))

    async def _tell(self, work: Work, result: ReloadResult) -> None:
        for playbook, version in result.changed.items():
            note = text("house.playbook_reloaded", id=playbook, digest=version.digest[:12], author=version.author)
            await note_house(work, self.house, None, note)
        if result.programme:
            planned = self.shelf.programme
            note = text("house.programme_reloaded", drills=len(planned.drills), duties=len(planned.calendar.duties))
            await note_house(work, self.house, None, note)
        admins = self.house.room_with("admins")
        for finding in result.findings:
            log.warning("playbook.refused", finding=finding.show(partial(self.house.render, language="en")))
        if result.findings and admins is not None:
            shown = tuple(
                text("house.finding", where=f"{found.path}:{found.line}:{found.column}", what=found.sentence)
                for found in result.findings
            )
            post = Post(f"playbooks/{work.now.isoformat()}", admins.id, notices.playbook_refused(shown, work.now))
            work.send(Outgoing(post, Priority.CARD))

    async def close(self) -> None:
        """Carry out what is queued and close the store."""
        self.door.close()
        await self.store.close()


def _asked_for(programme: Programme, *, calendar: bool) -> Programme:
    return programme if calendar else replace(programme, calendar=NOTHING_OWED.calendar)


@runtime_checkable
class SignsIn(Protocol):
    """A platform that people sign in to with a link of ours."""

    def forget(self, person: PersonId) -> None:
        """A person's sessions were revoked."""
        ...


def _forget(adapters: Mapping[str, Adapter], person: PersonId) -> None:
    """Tell the platforms that somebody's sessions have ended."""
    for adapter in adapters.values():
        if isinstance(adapter, SignsIn):
            adapter.forget(person)


def platforms_of(house: House, links: Links, adapters: Mapping[str, Adapter], room: RoomId) -> tuple[str, ...]:
    """Which platforms a room is on.

    A configured room: those it is bound to, but one that is only for when the others fail. A person's: the built-in
    chat and each where the person has an account; whoever has left the company has none any more. A stranger's: its
    own. An event's command room: each that has such.
    """
    known = house.company.rooms.get(room)
    if known is not None:
        bound = {binding.platform for binding in known.bindings}
        return tuple(name for name, adapter in adapters.items() if name in bound and not adapter.abilities.in_need_only)
    if room.startswith("@"):
        platform, apart, _ = room[1:].partition(":")
        if apart:
            return (platform,) if platform in adapters else ()
        person = PersonId(room[1:])
        here = person in house.company.people
        return tuple(name for name in adapters if name == WEB or (here and links.account(name, person) is not None))
    return tuple(name for name, adapter in adapters.items() if adapter.abilities.opens_rooms)


def built_in_chat(store: Store, house: House, *, demo: bool, hooks: Sequence[Route] = ()) -> WebAdapter:
    """The built-in chat, with what it needs of services it must not know. `hooks`: what other platforms call."""
    from bot.adapters.web.adapter import WebAdapter
    from bot.adapters.web.feed import Feed
    from bot.adapters.web.view import Ahead
    from bot.services.documents import last_drill, record_file
    from bot.services.feeds import calendar_of
    from bot.services.inviting import accept
    from bot.services.year import month_for, readiness_for

    async def documents(event: EventId, format_: Format, choice: Choice, person: PersonId) -> bytes:
        async def looked(work: Work) -> None:
            who = house.company.people[person]
            actor = Actor(who.id, who.name, "web")
            await note_house(work, house, actor, text("house.record_read", event=event, format=format_))

        await store.write(looked)
        entries = await store.entries(event)
        before = await last_drill(store, entries)
        return await record_file(entries, house, store.files.load, format_, choice, "/static/record.css", before)

    async def welcome(token: str, agent: str) -> str:
        return (await store.write(lambda work: accept(work, house, token, agent))).session

    settings = house.settings
    return WebAdapter(
        store,
        settings.web,
        house,
        house.clock,
        demo=demo,
        documents=documents,
        welcome=welcome,
        ahead=Ahead(partial(readiness_for, store, house), partial(month_for, store, house)),
        default_language=settings.default_language,
        hooks=(Feed(partial(calendar_of, store, house), house, house.clock).route(), *hooks),
    )


def _present(event: Event, ref: CardRef, house: House) -> Card:
    return present(event, ref, house.company, house.clock.now())


def light_house(settings: Settings, catalogs: Catalogs, clock: Clock) -> House:
    """A house without playbooks, for commands that need only the company's names."""
    return House(settings, {}, catalogs, clock)


def door_of(settings: Settings) -> Path:
    """Where the side door is: beside the keys, which nobody else may read."""
    return settings.store.keys / "door.sock"
