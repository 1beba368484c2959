"""All platforms at once: each room stands on Slack, on Telegram and on the built-in chat, and so does each person."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.stories.lines.slack import SlackLine
from tests.stories.lines.telegram import TelegramLine
from tests.stories.lines.web import WebLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.chat.adapter import Adapter
    from bot.chat.card import Reply
    from bot.chat.inbound import Inbound
    from bot.config import Settings
    from tests.stories.lines.line import Line
    from tests.stories.platform import Platform
    from tests.stories.town import Town


@dataclass(slots=True)
class ThreeLines:
    """What is looked at is the built-in chat; whoever acts names the platform in their account."""

    slack: SlackLine = field(default_factory=SlackLine)
    telegram: TelegramLine = field(default_factory=TelegramLine)
    web: WebLine = field(default_factory=WebLine)

    @property
    def name(self) -> str:
        """Where people are who do not say where."""
        return "web"

    @property
    def platform(self) -> Platform:
        """What stands on the built-in chat."""
        return self.web.platform

    @property
    def _lines(self) -> Mapping[str, Line]:
        return {"slack": self.slack, "telegram": self.telegram, "web": self.web}

    async def begin(self, settings: Settings) -> Settings:
        """Each platform with its rooms; the company's rooms are those of all three."""
        slack, telegram = await self.slack.begin(settings), await self.telegram.begin(settings)
        web = await self.web.begin(settings)
        rooms = {
            room: replace(
                known, bindings=tuple(each.company.rooms[room].bindings[0] for each in (slack, telegram, web))
            )
            for room, known in settings.company.rooms.items()
        }
        company = replace(settings.company, rooms=rooms)
        return replace(web, company=company, slack=slack.slack, telegram=telegram.telegram)

    async def open(self, town: Town) -> tuple[Adapter, ...]:
        """The three adapters."""
        return tuple([adapter for line in self._lines.values() for adapter in await line.open(town)])

    async def ready(self) -> None:
        """Each can be reached."""
        for line in self._lines.values():
            await line.ready()

    async def sends(self, inbound: Inbound) -> Reply:
        """On the platform of the account."""
        return await self._lines[inbound.platform].sends(inbound)

    async def end(self) -> None:
        """Each of them."""
        for line in self._lines.values():
            await line.end()
