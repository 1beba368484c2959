"""What people are told of a drill besides what they are told of any event."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.effect import Outgoing
    from bot.domain.fold_drill import DrillEntry
    from bot.domain.record import Entry
    from bot.services.news import News


def drill_news(news: News, entry: Entry, payload: DrillEntry) -> Iterator[Outgoing]:
    """Everything that one entry of a drill calls for."""
    raise NotImplementedError(news, entry, payload)
