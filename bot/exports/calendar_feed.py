"""What is owed as iCalendar (RFC 5545, RFC 7986), for phones: written by the library, parsed by anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol, cast
from uuid import NAMESPACE_URL, uuid5

from bot.cards.duty import clauses
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from zoneinfo import ZoneInfo

    from icalendar import Alarm, Calendar, Event

    from bot.text import Language, Text, Words

PRODID = "-//Tocsin//Duties and drills//EN"
REFRESH = timedelta(hours=12)
FOREVER_AGO = datetime(2020, 1, 1, tzinfo=UTC)
"""When an entry that has not changed was last changed: the same at every look, so that nobody is told of news."""

FeedState = Literal["planned", "waiting", "open", "overdue", "done", "late", "missed", "dropped"]


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One time of one entry, as far as whoever has the link may know it."""

    uid: str
    """Of the entry and its time as the calendar gave it: what is put off moves, and is no second event."""
    title: Words
    drill: bool
    starts_at: datetime
    ends_at: datetime
    due_at: datetime
    """What the house reminds of: the end of what is due, the begin of a meeting or a drill."""
    whole_days: bool
    """Only the days are known: a drill's hour is hidden."""
    zone: ZoneInfo
    role: Words
    covers: tuple[str, ...]
    task: Words
    state: FeedState
    number: str | None
    notices: tuple[timedelta, ...]
    """How long before it is due a phone reminds; none once it is over."""
    changed_at: datetime | None
    sequence: int


def render_feed(
    events: Sequence[FeedEvent], name: Text, language: Language, say: Callable[[Text | Words], str], now: datetime
) -> bytes:
    """The calendar in one language."""
    from icalendar import Calendar, vDuration

    calendar = Calendar.new(
        prodid=PRODID,
        calscale="GREGORIAN",
        method="PUBLISH",
        name=say(name),
        language=language,
        uid=str(uuid5(NAMESPACE_URL, f"{say(name)}/{language}")),
    )
    _add(calendar, "REFRESH-INTERVAL", vDuration(REFRESH, {"VALUE": "DURATION"}))
    _add(calendar, "X-PUBLISHED-TTL", vDuration(REFRESH))
    for each in events:
        calendar.add_component(_event(each, say))
    _with_zones(calendar, events, now)
    return calendar.to_ical()


class _Takes(Protocol):
    """A component, as far as it takes properties."""

    def add(self, name: str, value: object) -> None:
        """One more property."""
        ...


def _add(component: object, name: str, value: object) -> None:
    cast("_Takes", component).add(name, value)


def _with_zones(calendar: Calendar, events: Sequence[FeedEvent], now: datetime) -> None:
    """Each zone that is named is described, for the years that are shown."""
    first = min((each.starts_at for each in events), default=now) - timedelta(days=366)
    last = max((each.ends_at for each in events), default=now) + timedelta(days=366)
    calendar.add_missing_timezones(first_date=first.date(), last_date=last.date())


def _event(each: FeedEvent, say: Callable[[Text | Words], str]) -> Event:
    from icalendar import Event

    start, end = each.starts_at.astimezone(each.zone), each.ends_at.astimezone(each.zone)
    changed_at = each.changed_at or FOREVER_AGO
    summary = say(summary_of(each))
    event = Event.new(
        uid=each.uid,
        summary=summary,
        description="\n".join(say(line) for line in _description(each)),
        start=start.date() if each.whole_days else start,
        end=end.date() + timedelta(days=1) if each.whole_days else end,
        stamp=changed_at,
        last_modified=changed_at,
        sequence=each.sequence,
    )
    _add(event, "TRANSP", "TRANSPARENT" if each.whole_days or not each.drill else "OPAQUE")
    _add(event, "CLASS", "CONFIDENTIAL")
    for before in each.notices:
        event.add_component(_alarm(each, before, summary))
    return event


def summary_of(each: FeedEvent) -> Text:
    """What it is and how it stands; a drill says first and last that it is one."""
    stands = _stands(each)
    title = each.title if stands is None else stands
    return text("feed.drill", title=title) if each.drill else text("feed.title", title=title)


def _stands(each: FeedEvent) -> Text | None:
    match each.state:
        case "done":
            return text("feed.done", title=each.title)
        case "late":
            return text("feed.done_late", title=each.title)
        case "missed":
            return text("feed.missed", title=each.title)
        case "overdue":
            return text("feed.overdue", title=each.title)
        case "planned" | "waiting" | "open" | "dropped":
            return None


def _description(each: FeedEvent) -> Iterator[Text | Words]:
    if each.task.zh:
        yield each.task
    yield text("feed.role", role=each.role)
    if each.covers:
        yield text("duty.covers", clauses=clauses(each.covers))
    if each.whole_days:
        yield text("feed.window")
    if each.number is not None:
        yield text("feed.number", number=each.number)


def _alarm(each: FeedEvent, before: timedelta, summary: str) -> Alarm:
    """As long before `due_at` as the house reminds, counted from the start that the phone knows."""
    from icalendar import Alarm

    alarm = Alarm.new(description=summary)
    _add(alarm, "ACTION", "DISPLAY")
    _add(alarm, "TRIGGER", each.due_at - before - each.starts_at)
    return alarm
