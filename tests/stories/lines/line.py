"""What a line is, and the notes it takes of what passes over a real adapter."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from bot.chat.adapter import Abilities, Accepted, AnswersLater, Budget, Entering, Showing
from bot.chat.card import Reply
from bot.domain.company import Binding
from bot.domain.ids import PersonId
from bot.errors import RetryLater
from tests.stories.platform import Message, Platform

if TYPE_CHECKING:
    from bot.chat.adapter import Adapter, Delivery, Inlet
    from bot.chat.inbound import Inbound, Raw, What
    from bot.config import Settings
    from bot.domain.ids import RoomId
    from bot.text import Language
    from tests.stories.town import Town


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
    answered: list[tuple[Inbound, Reply]] = field(default_factory=list["tuple[Inbound, Reply]"])

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
        """Deliver it, then note it. Raises RetryLater while the story says that the platform is away."""
        if self.platform.away:
            raise RetryLater("away", 30)
        accepted = await self.inner.deliver(delivery)
        note(self.platform, delivery, accepted)
        return accepted

    async def read(self, raw: Raw) -> Inbound | None:
        """What it says."""
        return await self._later.read(raw)

    async def answer(self, raw: Raw, inbound: Inbound, reply: Reply, language: Language) -> None:
        """Show it, then note it."""
        await self._later.answer(raw, inbound, reply, language)
        self.answered.append((inbound, reply))

    @property
    def _later(self) -> AnswersLater:
        assert isinstance(self.inner, AnswersLater)
        return self.inner

    def reply_to(self, account: str, what: What) -> Reply:
        """What this account was answered since the last look; nothing where the house had nothing to say."""
        mine = [reply for inbound, reply in self.answered if inbound.account.account == account]
        alike = [reply for inbound, reply in self.answered if inbound.what.kind == what.kind]
        found = [reply for reply in mine if reply in alike]
        self.answered.clear()
        return found[-1] if found else Reply()


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


def unhurried(settings: Settings) -> Settings:
    """Time stands still in a story, and a form may take many messages: nobody is too quick."""
    return replace(settings, web=replace(settings.web, messages_per_minute=10_000))


def person_of(room: RoomId) -> PersonId:
    """Whose direct messages a room is for."""
    return PersonId(room.removeprefix("@").rpartition(":")[2])
