"""What a line is, and the notes it takes of what passes over a real adapter."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from bot.chat.adapter import Abilities, Accepted, AnswersLater, Budget, Entering, Showing
from bot.chat.card import Reply
from bot.domain.company import Binding
from bot.domain.ids import PersonId
from tests.stories.platform import Message, Platform

if TYPE_CHECKING:
    from bot.chat.adapter import Adapter, Delivery, Inlet
    from bot.chat.inbound import Inbound, Raw
    from bot.config import Settings
    from bot.domain.ids import RoomId
    from bot.text import Language
    from tests.stories.town import Town

PATIENCE = 20.0
"""Seconds of real time until an answer that must come has not come."""


class Line(Protocol):
    """One way in and out. Lives as long as its story, also while the house is started anew."""

    @property
    def platform(self) -> Platform:
        """What stands there."""
        ...

    @property
    def name(self) -> str:
        """The platform."""
        ...

    async def begin(self, settings: Settings) -> Settings:
        """Set the platform up; the company's rooms as they stand on it."""
        ...

    async def open(self, town: Town) -> tuple[Adapter, ...]:
        """The house has its store: the adapters it shall use."""
        ...

    async def ready(self) -> None:
        """The house runs: wait until it can be reached."""
        ...

    async def sends(self, inbound: Inbound) -> Reply:
        """Somebody does this on the platform; what the house answered."""
        ...

    async def end(self) -> None:
        """The story is over."""
        ...


@dataclass(slots=True)
class Noted:
    """A real adapter that acknowledges first, without limits: what it delivered and answered is written down."""

    inner: Adapter
    platform: Platform
    answers: asyncio.Queue[Reply] = field(default_factory=asyncio.Queue[Reply])

    @property
    def name(self) -> str:
        """Its name."""
        return self.inner.name

    @property
    def abilities(self) -> Abilities:
        """What it can do."""
        return self.inner.abilities

    def budgets(self, address: str) -> tuple[Budget, ...]:
        """Time stands still in a story between two steps, so nothing may have to wait for it."""
        del address
        return ()

    async def run(self, inlet: Inlet) -> None:
        """Take updates in."""
        await self.inner.run(inlet)

    async def deliver(self, delivery: Delivery) -> Accepted:
        """Deliver it, then note it."""
        accepted = await self.inner.deliver(delivery)
        note(self.platform, delivery, accepted)
        return accepted

    async def read(self, raw: Raw) -> Inbound | None:
        """What it says; where that is nothing for the house, nobody will be answered."""
        found = await self._later.read(raw)
        if found is None:
            self.answers.put_nowait(Reply())
        return found

    async def answer(self, raw: Raw, inbound: Inbound, reply: Reply, language: Language) -> None:
        """Show it, then note it."""
        await self._later.answer(raw, inbound, reply, language)
        self.answers.put_nowait(reply)

    @property
    def _later(self) -> AnswersLater:
        assert isinstance(self.inner, AnswersLater)
        return self.inner

    def forget(self) -> None:
        """Whatever was answered before is no answer to what comes now."""
        while not self.answers.empty():
            self.answers.get_nowait()

    async def next(self) -> Reply:
        """What the house answers next."""
        async with asyncio.timeout(PATIENCE):
            return await self.answers.get()


def note(platform: Platform, delivery: Delivery, accepted: Accepted) -> None:
    """Write down what stands on the platform now."""
    match delivery:
        case Showing():
            _note_message(platform, delivery, accepted.message)
        case Entering(effect=effect):
            people = effect.invite if effect.kind == "open_room" else effect.people
            platform.members.setdefault(effect.room, set()).update(people)


def _note_message(platform: Platform, showing: Showing, message: str) -> None:
    for known in platform.messages:
        if known.id in (showing.standing, message):
            known.id = message
            known.cards.append(showing.card)
            return
    fresh = Message(message, showing.key, showing.room, showing.thread, [showing.card])
    platform.messages.append(fresh)


def bound(settings: Settings, platform: str, addresses: dict[RoomId, str]) -> Settings:
    """The company with its rooms on this platform alone."""
    company = settings.company
    rooms = {
        room.id: replace(room, bindings=(Binding(platform, addresses[room.id]),)) for room in company.rooms.values()
    }
    return replace(settings, company=replace(company, rooms=rooms))


def person_of(room: RoomId) -> PersonId:
    """Whose direct messages a room is for."""
    return PersonId(room.removeprefix("@").rpartition(":")[2])
