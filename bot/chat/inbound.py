"""What arrives, after an adapter's `inbound.py` has parsed it: nothing beyond is a dictionary of anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.ids import EventId, FileId, PersonId, RoomId
from bot.text import Language


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on a platform. On the built-in chat the account is the person's id."""

    platform: str
    account: str
    name: str
    language: Language | None = None
    """What their phone or their profile is set to."""
    email: str = ""
    """Only where the platform vouches for it: a full member of the company's own workspace, no guest, no bot."""


@dataclass(frozen=True, slots=True)
class Raw:
    """An update as its platform sent it, before anybody has read it. `update` is unique on the platform.

    Updates of one `chat` (the platform's own address) are answered in their order.
    """

    platform: str
    update: str
    chat: str
    payload: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """A message. `reply_to` is the key of the card or message it answers in a thread."""

    message: str
    words: str
    reply_to: str | None = None
    files: tuple[FileId, ...] = ()
    kind: Literal["said"] = "said"


@dataclass(frozen=True, slots=True)
class EditedMessage:
    """The platform tells that a message now reads otherwise."""

    message: str
    words: str
    kind: Literal["edited"] = "edited"


@dataclass(frozen=True, slots=True)
class DeletedMessage:
    """The platform tells that a message is gone."""

    message: str
    kind: Literal["deleted"] = "deleted"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button: what `Button` carried. `confirmed` where the platform asked the button's question first."""

    action: str
    event: EventId
    target: str = ""
    revision: int = 0
    commander: PersonId | None = None
    confirmed: bool = False
    kind: Literal["pressed"] = "pressed"


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form came back. `skipped`: "send now, details later". Files by field name."""

    form: str
    context: Mapping[str, str]
    values: Mapping[str, str]
    files: Mapping[str, FileId] = field(default_factory=dict[str, FileId])
    skipped: bool = False
    kind: Literal["submitted"] = "submitted"


What = Said | EditedMessage | DeletedMessage | Pressed | Submitted


@dataclass(frozen=True, slots=True)
class Inbound:
    """One update: who, where, what. `update` is unique on its platform (a client's id on the built-in chat)."""

    update: str
    account: Account
    room: RoomId
    what: What
    at: datetime

    @property
    def platform(self) -> str:
        """The platform it came over."""
        return self.account.platform
