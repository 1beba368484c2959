"""Rooms that take no messages: on the command card, and for the people who are reached in another way now."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from bot.cards.calling import telephones
from bot.cards.checklist import checklist
from bot.cards.wording import department_name, head, platform_name
from bot.chat.card import Card, Line, Telephone
from bot.text import Moment, Words, text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bot.chat.card import Shown
    from bot.domain.company import Company
    from bot.domain.entries_rooms import RoomBack, RoomDark
    from bot.domain.event import DarkRoom, Event
    from bot.domain.parties import Member
    from bot.text import Text

MOST_TELEPHONES = 8
"""Numbers of dark rooms on the command card: each room's head before anybody's stand-in."""


def dark_lines(event: Event) -> tuple[Line, ...]:
    """One line for each room that takes no messages: whose, since when, how its people are reached."""
    return tuple(Line(_whose(event, room), "late", _how(room)) for room in event.dark.values())


def _whose(event: Event, room: DarkRoom) -> Shown:
    return text("command.dark.room") if room.department is None else department_name(event, room.department)


def _how(room: DarkRoom) -> Text:
    platform, since = platform_name(room.platform), Moment(room.since)
    if room.next is None:
        return text("command.dark.telephone", platform=platform, since=since)
    return text("command.dark", platform=platform, since=since, next=platform_name(room.next))


def dark_telephones(event: Event) -> tuple[Telephone, ...]:
    """Whom to ring: the head of each dark room, then the stand-ins; each number once."""
    numbers = ([_number(event, room, each) for each in room.people if each.telephone] for room in event.dark.values())
    in_turn = chain.from_iterable(zip_longest(*numbers))
    return _once(each for each in in_turn if each is not None)[:MOST_TELEPHONES]


def _number(event: Event, room: DarkRoom, member: Member) -> Telephone:
    name, whose = member.name, room.room_name if room.department is None else department_name(event, room.department)
    return Telephone(Words(f"{name.zh}（{whose.zh}）", f"{name.en} ({whose.en})"), member.telephone)


def _once(telephones: Iterable[Telephone]) -> tuple[Telephone, ...]:
    known: dict[str, Telephone] = {}
    for each in telephones:
        known.setdefault(each.number, each)
    return tuple(known.values())


def room_dark(event: Event, dark: RoomDark, company: Company, now: datetime) -> Card:
    """In the room that is used meanwhile: work from here. An e-mail brings the card as it stands, without buttons."""
    told = {"platform": platform_name(dark.platform), "since": Moment(dark.since)}
    numbers = telephones(event, (), company)
    until = text("notice.room.dark.until")
    if not dark.in_need or dark.department is None:
        what = text("notice.room.dark", **told)
        return Card(
            event.mark, "alarm", what, event=event.id, lead=(until, head(event)), telephones=numbers, shown_at=now
        )
    card = checklist(event, dark.department, company, now)
    lead = (head(event), *card.lead, until)
    what = text("notice.room.dark.mail", **told)
    return replace(
        card,
        tone="alarm",
        head=what,
        lead=lead,
        telephones=_once((*numbers, *card.telephones)),
        buttons=(),
    )


def room_back(event: Event, back: RoomBack, now: datetime) -> Card:
    """In the room that was used meanwhile: the other takes messages again."""
    what = text("notice.room.back", platform=platform_name(back.platform), until=Moment(back.until))
    return Card(event.mark, "good", what, event=event.id, lead=(head(event),), shown_at=now)
