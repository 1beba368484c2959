"""What an adapter is to the house: a name, abilities, a way in and a way out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.chat.card import Card, Reply
from bot.chat.effect import Invite, OpenRoom
from bot.chat.inbound import Inbound
from bot.domain.ids import RoomId


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a platform can do; handlers and services ask these and never which platform it is."""

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


@dataclass(frozen=True, slots=True)
class Showing:
    """One message for a platform: `key` names it; `address` is the platform's id where it stands already."""

    key: str
    room: RoomId
    address: str
    """The room's address on this platform."""
    card: Card
    thread: str | None = None
    standing: str | None = None
    """The platform's message id: edit that one. None: post a new one."""


Delivery = Showing | OpenRoom | Invite


@dataclass(frozen=True, slots=True)
class Accepted:
    """The platform took it. `message` is its id of the message (or of the room)."""

    message: str


Prelude = Callable[..., Awaitable[None]]
"""Rows of an adapter's own, written through the unit of work it is handed, in the transaction of the update."""


class Dispatch(Protocol):
    """Stores the update, then handles it; returns after both are committed. Raises `NotSaved`."""

    async def __call__(self, inbound: Inbound, prelude: Prelude | None = None) -> Reply:
        """What the house answers; `prelude` runs first, and not at all where the update was stored before."""
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

    async def run(self, dispatch: Dispatch) -> None:
        """Take updates in until cancelled."""
        ...

    async def deliver(self, delivery: Delivery) -> Accepted:
        """Hand one message over. Raises RetryLater, Undeliverable or Unknown (bot/errors.py)."""
        ...
