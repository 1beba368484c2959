"""What an adapter is to the house: a name, abilities, a way in and a way out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.chat.card import Card, Reply
from bot.chat.effect import Invite, OpenRoom
from bot.chat.inbound import Account, Inbound, Raw
from bot.domain.company import RoomLanguage
from bot.domain.ids import RoomId
from bot.text import Language


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a platform can do; handlers and services ask these and never which platform it is."""

    outside: bool = field(kw_only=True)
    """Whether what it takes may leave the house (e-mail): nothing of a drill goes there. Every platform says so."""
    forms: bool = True
    threads: bool = True
    edits: bool = True
    opens_rooms: bool = True
    direct_messages: bool = True
    sees_all_messages: bool = True
    tells_edits: bool = True
    tells_deletions: bool = True
    reader_language: bool = False
    """Each reader sees their own language in a shared room."""
    acknowledge_within: float = 3.0
    edit_within: float | None = None
    text_limit: int = 4000
    buttons_limit: int = 25
    may_speak_first: bool = True
    monthly_quota: int | None = None
    in_need_only: bool = False
    """Used only where a room's other platforms take nothing (e-mail)."""


@dataclass(frozen=True, slots=True)
class Showing:
    """One message for a platform: `key` names it."""

    key: str
    room: RoomId
    address: str
    """The room's address on this platform; of a direct room, the person's account."""
    card: Card
    thread: str | None = None
    """The key of the card it hangs under."""
    thread_address: str | None = None
    """The platform's id of that card's message; None where it does not stand there (then: not in a thread)."""
    standing: str | None = None
    """The platform's message id, as `Accepted.message` said it: edit that one. None: post a new one."""
    language: RoomLanguage = "both"
    """What the room's people read: a direct room its person's language, a shared one as configured."""
    pin: bool = False
    """Pin it after posting; one that cannot be pinned is delivered all the same."""
    tried_at: datetime | None = None
    """When it was tried before with nobody knowing what became of it: look for it first, where the platform can."""


@dataclass(frozen=True, slots=True)
class Entering:
    """A room to be made, or people for a room that stands: `accounts` are theirs on this platform."""

    effect: OpenRoom | Invite
    address: str
    """Of an invitation: where the room stands."""
    accounts: tuple[str, ...]


Delivery = Showing | Entering


@dataclass(frozen=True, slots=True)
class Accepted:
    """The platform took it. `message` is its id of the message (or of the room)."""

    message: str


Prelude = Callable[..., Awaitable[None]]
"""Rows of an adapter's own, written through the unit of work it is handed, in the transaction of the update."""


class Inlet(Protocol):
    """The house's way in, as an adapter sees it (rule 1). Each returns after its commit, or raises `NotSaved`."""

    async def receive(self, inbound: Inbound, prelude: Prelude | None = None) -> Reply:
        """Store an update and answer it, in one transaction: for a platform that waits for the answer."""
        ...

    async def keep(self, raws: Sequence[Raw], prelude: Prelude | None = None) -> None:
        """Store updates as they came: acknowledge them to the platform after this. They are answered by and by."""
        ...

    async def meet(self, accounts: Sequence[Account]) -> None:
        """The platform vouches for these accounts (`Account.email`): link those whose person is known by it."""
        ...


@dataclass(frozen=True, slots=True)
class Budget:
    """What a platform allows: `count` messages in `seconds`, for everything that shares `name`.

    A name without a slash is the whole platform's; others are named `kind/address`.
    `edits_every`: the least seconds between two edits of cards, so that a busy card leaves room for alarms.
    """

    name: str
    count: int
    seconds: float
    edits_every: float = 0.0


@runtime_checkable
class AnswersLater(Protocol):
    """An adapter whose updates are stored first, acknowledged, and read and answered by the intake."""

    async def read(self, raw: Raw) -> Inbound | None:
        """What a stored update says; None: nothing for the house. Files it brings are fetched and kept here.

        Raises `Unreadable` where it is of no form that is known (it goes to the dead letters), `RetryLater` where
        the platform has to be asked and is away.
        """
        ...

    async def answer(self, raw: Raw, inbound: Inbound, reply: Reply, language: Language) -> None:
        """Show the sender what the house says: at once, not durable. Never raises for what a platform does."""
        ...


class Adapter(Protocol):
    """A platform."""

    @property
    def name(self) -> str:
        """`web`, `slack`, `telegram`."""
        ...

    @property
    def abilities(self) -> Abilities:
        """What it can do."""
        ...

    def budgets(self, address: str) -> tuple[Budget, ...]:
        """What a message to this address draws on; none where the platform sets no limits."""
        ...

    async def run(self, inlet: Inlet) -> None:
        """Take updates in until cancelled."""
        ...

    async def deliver(self, delivery: Delivery) -> Accepted:
        """Hand one message over. Raises RetryLater, Undeliverable or Unknown (bot/errors.py)."""
        ...


def outside(adapters: Mapping[str, Adapter]) -> frozenset[str]:
    """The platforms whose messages may leave the house."""
    return frozenset(name for name, adapter in adapters.items() if adapter.abilities.outside)
