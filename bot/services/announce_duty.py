"""What goes out after something happened to a duty: its card in the owner's room, whoever is called, who decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.effect import Outgoing
    from bot.services.news import News


def duty_news(news: News) -> Iterator[Outgoing]:
    """Everything that the entries call for. A duty has no command room, and nobody but its owner hears of it."""
    raise NotImplementedError(news)
