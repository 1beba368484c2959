"""Hands one message to its platform and says what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from bot.cards.plain import plain
from bot.cards.way_out import belongs_to, with_way_out
from bot.chat.adapter import Adapter, Delivery, Entering, Showing
from bot.chat.card import Card, CardRef
from bot.chat.effect import Invite, OpenRoom, Post, ShowCard, of_drill
from bot.domain.company import RoomLanguage
from bot.domain.entries import Draft
from bot.domain.entries_talk import STAYS_INSIDE, MessageFailed, MessageSent
from bot.domain.event import Event
from bot.domain.ids import EventId, PersonId
from bot.errors import NotSaved, Refused, RetryLater, Undeliverable, Unknown
from bot.jobs.patience import doubling
from bot.jobs.rates import WIRE
from bot.services.context import reader_language
from bot.services.house import House
from bot.services.rooms import room_name
from bot.store import tables
from bot.store.lanes import Claim, Later, Lost, Outcome, Superseded, Taken, extend
from bot.store.outboxes import FIRST
from bot.store.waiting import Waiting
from bot.text import Words

if TYPE_CHECKING:
    from bot.jobs.rates import Rates, Ticket
    from bot.store.store import Store
    from bot.store.work import Work

DELIVER_FOR = 10.0
"""Seconds after which a platform that does not answer may or may not have taken the message."""
UPLOAD_FOR = 120.0
"""The same for a message with photos or files."""
UPLOAD_LEASE = timedelta(seconds=150)
"""A lane is kept for so long while one of its messages takes files along: for them, and for what is settled after."""
LONGEST_PAUSE = 60.0
GIVE_UP_AFTER = 5
"""Tries of a message that our own code cannot deliver."""
BUILT_IN = "web"
"""The platform on which everybody has an account: their own name."""

Present = Callable[[Event, CardRef, House], Card]
"""Renders the card that a reference names."""

log = structlog.get_logger(__name__)


Told = tuple[EventId, Callable[[], Draft]]
"""What a record says of a message. Written out when the lane is settled: the next message does not wait for it."""


@dataclass(slots=True)
class Landing:
    """What became of a lane's messages, and what the records say of it."""

    claim: Claim
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    told: list[Told] = field(default_factory=list["Told"])

    def message(self, key: str) -> str | None:
        """Where a message stands that was taken on this lease: nothing is written down before the lane is settled."""
        found = (each.message for each in self.outcomes if isinstance(each, Taken) and each.waiting.key == key)
        return next(found, None)

    def address(self) -> str | None:
        """Where the room stands that was made on this lease."""
        found = (each.message for each in self.outcomes if isinstance(each, Taken) and each.waiting.rank == FIRST)
        return next(found, None)


class Courier:
    """Knows the adapters, and how a card is rendered at sending."""

    def __init__(self, store: Store, house: House, adapters: Mapping[str, Adapter], present: Present) -> None:
        """`adapters` by platform."""
        self._store = store
        self._house = house
        self._adapters = adapters
        self._present = present

    async def deliver(
        self, waiting: Waiting, landing: Landing, rates: Rates, ticket: Ticket, hold: Callable[[], Awaitable[None]]
    ) -> Outcome:
        """Deliver one message, which leaves when `hold` is over. Never raises: whatever happens is an outcome."""
        try:
            async with asyncio.timeout(DELIVER_FOR) as limit:
                return await self._deliver(waiting, landing, rates, ticket, hold, limit)
        except RetryLater as later:
            return self._later(waiting, str(later), later.after)
        except (Unknown, TimeoutError, NotSaved) as error:
            return self._later(waiting, repr(error), None, unknown=ticket.left_at is not None)
        except Undeliverable as error:
            return self._lost(waiting, landing, str(error))
        except Exception as error:
            log.exception("relay.failed", event_id=waiting.event, room=waiting.room, key=waiting.key)
            if waiting.attempts + 1 < GIVE_UP_AFTER:
                return self._later(waiting, repr(error), None, unknown=ticket.left_at is not None)
            return self._lost(waiting, landing, repr(error))
        finally:
            rates.lands(ticket, self._store.clock.now())

    async def _deliver(
        self,
        waiting: Waiting,
        landing: Landing,
        rates: Rates,
        ticket: Ticket,
        hold: Callable[[], Awaitable[None]],
        limit: asyncio.Timeout,
    ) -> Outcome:
        adapter = self._adapters.get(waiting.platform)
        address = landing.address() or self.address(waiting)
        effect, revision = waiting.effect, waiting.revision
        if adapter is not None and adapter.abilities.outside and of_drill(effect, waiting.event):
            return self._stays_inside(waiting, landing)
        if adapter is None or address is None:
            raise Undeliverable(waiting.platform)
        if isinstance(effect, ShowCard):
            if waiting.message is not None and waiting.shown is not None and waiting.shown >= revision:
                return Superseded(waiting)
            event = await self._store.event(effect.ref.event)
            revision = max(revision, event.revisions.get(effect.ref.department or effect.ref.name, 0))
            card = await self._settled(waiting, self._present(event, effect.ref, self._house))
            delivery: Delivery = await self._showing(waiting, address, card, None, pin=effect.pin)
        else:
            delivery = await self._ready(waiting, address, effect, landing)
        files = isinstance(delivery, Showing) and delivery.card.files
        if files:
            await self._takes_longer(landing.claim)
        limit.reschedule(None)
        await hold()
        limit.reschedule(asyncio.get_running_loop().time() + (UPLOAD_FOR if files else DELIVER_FOR))
        if rates.leaves(ticket, self._store.clock.now()) and not files:
            asyncio.get_running_loop().call_later(WIRE.total_seconds(), self._arrives, rates, ticket)
        accepted = await adapter.deliver(delivery)
        taken = Taken(waiting, accepted.message, revision, self._store.clock.now())
        if isinstance(delivery, Showing) and waiting.message is None and waiting.event is not None:
            landing.told.append((waiting.event, partial(self._sent, waiting, delivery.card, taken.at)))
        return taken

    async def _takes_longer(self, claim: Claim) -> None:
        """Files may take longer than a lease, and nobody else may send them meanwhile. Raises NotSaved."""

        async def keep(work: Work) -> None:
            extend(work, claim, work.now + UPLOAD_LEASE)

        await self._store.write(keep)

    def _arrives(self, rates: Rates, ticket: Ticket) -> None:
        rates.arrives(ticket, self._store.clock.now())

    async def _ready(
        self, waiting: Waiting, address: str, effect: Post | OpenRoom | Invite, landing: Landing
    ) -> Delivery:
        match effect:
            case Post(card=card, thread=str(thread)):
                stands = landing.message(thread) or await self._standing(waiting, thread)
                return await self._showing(waiting, address, await self._settled(waiting, card), (thread, stands))
            case Post(card=card):
                return await self._showing(waiting, address, await self._settled(waiting, card), None)
            case OpenRoom(invite=people) | Invite(people=people):
                found = (self._store.links.account(waiting.platform, person) for person in people)
                return Entering(effect, address, tuple(account for account in found if account is not None))

    async def _settled(self, waiting: Waiting, card: Card) -> Card:
        """The card as it leaves: of a drill it is marked as one, whoever made it, and carries the way out."""
        drill = belongs_to(card, waiting.event)
        if drill is None:
            return card
        try:
            event = await self._store.event(drill)
        except Refused:
            return replace(card, kind="drill")
        return with_way_out(card, event, self._house.company)

    async def _showing(
        self, waiting: Waiting, address: str, card: Card, thread: tuple[str, str | None] | None, *, pin: bool = False
    ) -> Showing:
        key, stands = (None, None) if thread is None else thread
        return Showing(
            key=waiting.key,
            room=waiting.room,
            address=address,
            card=card,
            thread=key,
            thread_address=stands,
            standing=waiting.message,
            language=await self._language(waiting),
            pin=pin,
            tried_at=waiting.tried_at,
        )

    async def _standing(self, waiting: Waiting, key: str) -> str | None:
        """Where the card stands that a message hangs under."""
        columns = tables.deliveries.c
        query = select(columns.message).where(
            columns.platform == waiting.platform, columns.room == waiting.room, columns.key == key
        )
        found = await self._store.rows(query)
        return found[0][0] if found else None

    async def _language(self, waiting: Waiting) -> RoomLanguage:
        """What the people of a room read there."""
        room = self._house.company.rooms.get(waiting.room)
        if room is not None:
            return room.language
        known = self._house.company.people.get(PersonId(waiting.room[1:])) if _is_direct(waiting) else None
        return "both" if known is None else await reader_language(self._store, known, waiting.platform)

    def address(self, waiting: Waiting) -> str | None:
        """Where the room stands: as configured, as opened, the person's account, or our own name for it.

        None: the person has no account there (any more).
        """
        if _is_direct(waiting):
            return self._account(waiting)
        room = self._house.company.rooms.get(waiting.room)
        bindings = () if room is None else room.bindings
        configured = (binding.address for binding in bindings if binding.platform == waiting.platform)
        return next(configured, waiting.address or waiting.room)

    def _account(self, waiting: Waiting) -> str | None:
        _, apart, account = waiting.room.partition(":")
        if apart:
            return account
        linked = self._store.links.account(waiting.platform, PersonId(waiting.room[1:]))
        return waiting.room if linked is None and waiting.platform == BUILT_IN else linked

    def _sent(self, waiting: Waiting, card: Card, now: datetime) -> Draft:
        zh, en = (plain(card, partial(self._house.render, language=language, now=now)) for language in ("zh", "en"))
        sent = MessageSent(
            message=waiting.key,
            room=waiting.room,
            room_name=room_name(self._house, waiting.room),
            platform=waiting.platform,
            shown=Words(zh, en),
            queued_at=waiting.queued_at,
        )
        return Draft(sent)

    def _later(self, waiting: Waiting, why: str, after: float | None, *, unknown: bool = False) -> Later:
        pause = doubling(1.0, waiting.attempts, LONGEST_PAUSE) if after is None else after
        log.info("relay.later", event_id=waiting.event, room=waiting.room, key=waiting.key, why=why, after=pause)
        return Later(waiting, why, self._store.clock.now() + timedelta(seconds=pause), unknown)

    def _stays_inside(self, waiting: Waiting, landing: Landing) -> Superseded:
        """The last wall around a drill: its record says so, and the platform is none the worse for it."""
        log.warning("relay.drill_stays_inside", event_id=waiting.event, room=waiting.room, platform=waiting.platform)
        if waiting.event is not None:
            name = room_name(self._house, waiting.room)
            failed = MessageFailed(waiting.key, waiting.room, name, waiting.platform, STAYS_INSIDE)
            landing.told.append((waiting.event, partial(Draft, failed)))
        return Superseded(waiting)

    def _lost(self, waiting: Waiting, landing: Landing, why: str) -> Lost:
        if waiting.event is not None:
            name = room_name(self._house, waiting.room)
            failed = MessageFailed(waiting.key, waiting.room, name, waiting.platform, why)
            landing.told.append((waiting.event, partial(Draft, failed)))
        return Lost(waiting, why, self._store.clock.now())


def _is_direct(waiting: Waiting) -> bool:
    return waiting.room.startswith("@")
