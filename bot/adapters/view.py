"""What adapters ask of the house; `bot.services.house.House` is one, and nothing here imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.chat.card import Shown
    from bot.domain.company import Company, Contact, Room
    from bot.domain.ids import PersonId
    from bot.text import Language


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
