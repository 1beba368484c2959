"""The calendar as a secret link: made, renewed, and what a phone gets from it.

A link needs no sign-in, so it says little: what is owed, when, by which role. A hidden hour is only in the calendar of
whoever is to hold that drill.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.domain.entries_duty import PostponeDecided
from bot.exports.calendar_feed import FeedEvent, render_feed
from bot.services.context import reader_language
from bot.services.house_notes import note_house
from bot.services.occurrences import occurrences
from bot.store.feeds import feed_of, find_feed, keep_feed
from bot.store.remembering import WEB
from bot.text import Words, text

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.duty import Duty
    from bot.domain.ids import PersonId
    from bot.domain.parties import Actor
    from bot.i18n import Render
    from bot.services.house import House
    from bot.services.occurrences import Occurrence
    from bot.store.store import Store
    from bot.store.work import Work
    from bot.text import Language

TOKEN_BYTES = 24
"""192 bits."""
LOOKED_BACK = LOOKED_AHEAD = timedelta(days=366)
LASTS = timedelta(hours=1)
"""What stands in a calendar for something due at a moment: the hour before."""


def hashed(token: str) -> str:
    """What is stored of a token; it is random, so a plain hash tells nothing of it."""
    return hashlib.sha256(token.encode()).hexdigest()


async def made_at(work: Work, person: PersonId | None) -> datetime | None:
    """Since when there is a link to this calendar."""
    row = await feed_of(work, person)
    return None if row is None else row.made_at


async def new_feed(work: Work, house: House, person: PersonId | None, by: Actor) -> str:
    """A new link, whole; the one before shows nothing any more. None keeps the address afterwards, only its hash."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await keep_feed(work, hashed(token), person)
    known = None if person is None else house.company.people.get(person)
    note = text("house.feed_of_company") if known is None else text("house.feed_made", person=known.name)
    await note_house(work, house, by, note)
    return f"{house.settings.web.reached_at}/calendar/{token}.ics"


async def calendar_of(store: Store, house: House, token: str) -> bytes | None:
    """The calendar behind a link as iCalendar; None where there is none, or its person has left."""
    row = await find_feed(store.rows, hashed(token))
    if row is None:
        return None
    if row.person is None:
        return await _rendered(store, house, None, house.settings.default_language)
    known = house.company.people.get(row.person)
    if known is None:
        return None
    return await _rendered(store, house, known.id, await reader_language(store, known, WEB))


async def _rendered(store: Store, house: House, person: PersonId | None, language: Language) -> bytes:
    now = house.clock.now()
    found = await occurrences(store, house, now - LOOKED_BACK, now + LOOKED_AHEAD)
    shown = [each for each in found if each.state != "dropped" and (person is None or each.is_owned_by(person))]
    events = [_event(each, house, person, await _moved_at(store, each)) for each in shown]
    name = text("feed.company", company=house.company.name) if person is None else text("feed.mine")
    say: Render = partial(house.render, language=language, now=now)
    return await asyncio.to_thread(render_feed, events, name, language, say, now)


async def _moved_at(store: Store, each: Occurrence) -> datetime | None:
    """When it was last agreed to put it off."""
    moved: datetime | None = None
    for entry in () if each.event is None or not each.postponed else await store.entries(each.event):
        match entry.payload:
            case PostponeDecided(agreed=True):
                moved = entry.recorded_at
            case _:
                continue
    return moved


def _event(each: Occurrence, house: House, person: PersonId | None, moved_at: datetime | None) -> FeedEvent:
    duty = house.programme.calendar.duties.get(each.duty)
    told = not each.hidden or _holds(each, person)
    hour_at = each.hour_at if told else None
    starts_at, ends_at = _span(each, house, hour_at)
    return FeedEvent(
        uid=f"{each.duty}-{each.first_due_at:%Y%m%dT%H%M%SZ}{'' if told else '-window'}@tocsin",
        title=each.title,
        drill=each.drill is not None,
        starts_at=starts_at,
        ends_at=ends_at,
        due_at=starts_at if each.drill is not None else each.due_at,
        whole_days=each.hidden and hour_at is None,
        zone=ZoneInfo(house.company.time_zone if duty is None else duty.schedule.zone),
        role=each.owner_name,
        covers=each.covers,
        task=Words("", "") if duty is None else duty.task,
        state="overdue" if each.overdue(house.clock.now()) else each.state,
        number=each.event,
        notices=() if duty is None or each.state in ("done", "late", "missed") else _notices(duty),
        changed_at=max((at for at in (each.ended_at, moved_at) if at is not None), default=None),
        sequence=each.postponed + (each.ended_at is not None),
    )


def _holds(each: Occurrence, person: PersonId | None) -> bool:
    """Whether this person is the first who would hold the drill: stand-ins learn the hour when they are called."""
    return person is not None and bool(each.owners) and each.owners[0].person == person


def _span(each: Occurrence, house: House, hour_at: datetime | None) -> tuple[datetime, datetime]:
    """A drill from its hour on, a meeting likewise; a window whole; anything else the hour before it is due."""
    drill = None if each.drill is None else house.programme.drills.get(each.drill)
    if hour_at is not None:
        return hour_at, hour_at + (LASTS if drill is None else drill.lasts)
    if each.hidden and each.window_from is not None:
        return each.window_from, each.due_at
    if each.kind == "meeting":
        return each.due_at, each.due_at + LASTS
    return each.due_at - LASTS, each.due_at


def _notices(duty: Duty) -> tuple[timedelta, ...]:
    return tuple(sorted(duty.notices, reverse=True))
