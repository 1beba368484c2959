"""What the built-in chat asks of the house; `bot.services.house.House` is one, and nothing here imports it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.chat.card import Shown
    from bot.domain.company import Company, Contact, Room
    from bot.domain.ids import EventId, PersonId
    from bot.text import Language

RecordFormat = Literal["html", "docx", "md", "json"]
RecordLanguage = Literal["zh", "en", "both"]
Documents = Callable[["EventId", RecordFormat, RecordLanguage, "PersonId"], Awaitable[bytes]]
"""The record of an event as a file. Whether this person may have it was asked before."""

Welcome = Callable[[str, str], Awaitable[str]]
"""Takes a personal link's token and the browser's name, gives the new session's secret. Raises Refused."""


class HouseView(Protocol):
    """The company as it is in force now, and how its texts are said."""

    @property
    def company(self) -> Company:
        """People, rooms, places; an import or a reload swaps it."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        ...

    def render(self, shown: Shown, language: Language, now: datetime | None = None) -> str:
        """A text for one reader."""
        ...

    def rooms_of(self, person: PersonId) -> tuple[Room, ...]:
        """The configured rooms a person reads, in the order of the configuration."""
        ...

    def emergency_contacts(self) -> tuple[Contact, ...]:
        """The numbers that stand on every refusal: what to call when this page cannot help."""
        ...
