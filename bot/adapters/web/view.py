"""What the built-in chat alone asks of the house."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from bot.domain.ids import EventId, PersonId
    from bot.domain.readiness import Month, Readiness

RecordFormat = Literal["html", "docx", "md", "json"]
RecordLanguage = Literal["zh", "en", "both"]
Documents = Callable[["EventId", RecordFormat, RecordLanguage, "PersonId"], Awaitable[bytes]]
"""The record of an event as a file. Whether this person may have it was asked before."""

Welcome = Callable[[str, str], Awaitable[str]]
"""Takes a personal link's token and the browser's name, gives the new session's secret. Raises Refused."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a person is shown of the year. `month` takes its first day; None: too far away to be shown."""

    readiness: Callable[[PersonId], Awaitable[Readiness]]
    month: Callable[[PersonId, date], Awaitable[Month | None]]
