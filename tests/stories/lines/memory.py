"""A platform in memory: updates are handed over, messages are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.stories.platform import Platform

if TYPE_CHECKING:
    from bot.chat.adapter import Adapter
    from bot.chat.card import Reply
    from bot.chat.inbound import Inbound
    from bot.config import Settings
    from tests.stories.town import Town


@dataclass(slots=True)
class MemoryLine:
    """The quickest way; on it a story is told over both engines."""

    platform: Platform = field(default_factory=Platform)
    _town: Town | None = None

    @property
    def name(self) -> str:
        """It stands in for the built-in chat."""
        return self.platform.name

    async def begin(self, settings: Settings) -> Settings:
        """The company as it is."""
        return settings

    async def open(self, town: Town) -> tuple[Adapter, ...]:
        """The rooms in memory."""
        self._town = town
        return (self.platform,)

    async def ready(self) -> None:
        """At once."""

    async def sends(self, inbound: Inbound) -> Reply:
        """Hand it in."""
        assert self._town is not None
        return await self._town.intake.receive(inbound)

    async def end(self) -> None:
        """Nothing to close."""
