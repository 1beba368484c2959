"""/note: something for the record, also of an earlier time, which is then marked as a late entry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain.commands import Record
from bot.domain.entries_talk import Noted
from bot.errors import Refused
from bot.services.acting import act
from bot.text import text

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.domain.ids import EventId
    from bot.services.context import Context

_CLOCK = re.compile(
    r"(?:at\s+)?(?:(?:(?P<year>\d{4})-)?(?P<month>\d{1,2})-(?P<day>\d{1,2})\s+)?"
    r"(?P<hour>\d{1,2})[:：](?P<minute>\d{2})(?!\d)[\s,，:：]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted, and when it happened where that is not now."""

    words: str
    at: datetime | None


def parse_note(typed: str, now: datetime, zone: ZoneInfo) -> Note:
    """Read `at 14:05 …`, `14:05 …` or `03-11 14:05 …` (the company's zone).

    A time later than now means the day before. Raises Refused for a time that is none.
    """
    found = _CLOCK.match(typed)
    if found is None:
        return Note(typed.strip(), None)
    return Note(typed[found.end() :].strip(), moment(found, now, zone))


def moment(found: re.Match[str], now: datetime, zone: ZoneInfo) -> datetime:
    """The time a match of the clock speaks of: the last such time before now. Raises Refused."""
    here = now.astimezone(zone)
    try:
        at = here.replace(
            year=int(found["year"] or here.year),
            month=int(found["month"] or here.month),
            day=int(found["day"] or here.day),
            hour=int(found["hour"]),
            minute=int(found["minute"]),
            second=0,
            microsecond=0,
        )
        if at > here and found["year"] is None:
            at = at - timedelta(days=1) if found["month"] is None else at.replace(year=at.year - 1)
    except ValueError as error:
        raise Refused(text("refused.no_time", typed=found[0].strip())) from error
    if at > here:
        raise Refused(text("refused.time_to_come", typed=found[0].strip()))
    return at.astimezone(UTC)


async def add_note(context: Context, event: EventId, note: Note) -> None:
    """Keep it. After closing it goes on in the same chain as an addendum."""
    if not note.words:
        raise Refused(text("refused.note_empty"))
    await act(context, event, Record(context.actor, Noted(context.speaker, note.words), note.at))
