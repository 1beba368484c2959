"""One message as the built-in chat keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.chat.card import Card
from bot.domain.ids import FileId, PersonId, RoomId


@dataclass(frozen=True, slots=True)
class Attached:
    """A photo or file of a message, with the type its content was found to have."""

    file: FileId
    media_type: str
    name: str = ""

    @property
    def photo(self) -> bool:
        """Whether it is shown in place."""
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True)
class Message:
    """A card of the bot, or what somebody said. `posted` orders a room; `feed` grows with every change."""

    id: str
    room: RoomId
    created_at: datetime
    posted: int
    feed: int
    key: str | None = None
    thread: str | None = None
    author: PersonId | None = None
    words: str | None = None
    card: Card | None = None
    files: tuple[Attached, ...] = ()
    edited_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def name(self) -> str:
        """What replies to it name: the key of a card, else its own id."""
        return self.key or self.id
