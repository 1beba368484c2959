"""Which event is meant: a number in the text decides, then the reply, then the room, then there being only one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.inbound import Pressed, Said, Submitted
from bot.domain.ids import EventId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.event import Event
    from bot.domain.ids import DepartmentId
    from bot.services.context import Context

_EVENT = re.compile(r"(?:EV|DR|DU)-\d{4}-\d{4,}")
_NAMED = re.compile(r"(?:#|(EV|DR|DU)\s?-?\s?)(?:(\d{4})-)?(\d{1,6})(?!\d)[\s:：,，]*", re.IGNORECASE)
_SHORT = re.compile(r"(\d{1,4})(?!\d)[\s:：,，]*")
_BARE = re.compile(r"(0\d{3})(?!\d)[\s:：,，]*|(\d{1,4})$")


@dataclass(frozen=True, slots=True)
class Meant:
    """The event that is meant, and the text without its number."""

    event: EventId
    rest: str


async def meant(context: Context, *, free_text: bool = True) -> Meant | tuple[Event, ...]:
    """The event, or those among which somebody has to choose (none: nothing is open here).

    `free_text`: anything may follow the word, so that "7 people are hurt" is not taken for event 7.
    """
    opened = await context.work.open_events()
    year = context.now.astimezone(context.house.zone).year
    named = number_in(context.words_after, opened, year, free_text=free_text)
    if named is not None:
        return named
    pointed = pointed_at(context)
    if pointed is not None:
        return Meant(pointed, context.words_after)
    here = events_here(context, opened)
    return Meant(here[0].id, context.words_after) if len(here) == 1 else here


def number_in(words: str, opened: Sequence[Event], year: int, *, free_text: bool = True) -> Meant | None:
    """A number at the start of a text: EV-2026-0007, ev7, #7, 0007; 7 where it is all there is or no text may follow.

    A short number means the open event that ends with it, else this year's.
    """
    named, bare = _NAMED.match(words), (_BARE if free_text else _SHORT).match(words)
    if named is not None:
        kind, of_year, digits = named.groups()
        rest = words[named.end() :].strip()
        return Meant(_in_full(kind, of_year, digits, opened, year), rest)
    if bare is not None:
        return Meant(_in_full(None, None, bare[1] or bare[2], opened, year), words[bare.end() :].strip())
    return None


def _in_full(kind: str | None, of_year: str | None, digits: str, opened: Sequence[Event], year: int) -> EventId:
    wanted = f"{int(digits):04d}"
    if of_year is None:
        for event in opened:
            if event.id.endswith(f"-{wanted}") and event.id.startswith((kind or "").upper()):
                return event.id
    return EventId(f"{(kind or 'EV').upper()}-{of_year or year}-{wanted}")


def pointed_at(context: Context) -> EventId | None:
    """The event of the card that is answered or pressed, of the form, or of the command room it is said in."""
    match context.inbound.what:
        case Said(reply_to=str() as key) if (found := event_of(key)) is not None:
            return found
        case Pressed(event=event) if _EVENT.fullmatch(event):
            return event
        case Submitted(context=asked) if (found := event_of(asked.get("event", ""))) is not None:
            return found
        case _:
            return event_of(context.inbound.room)


def event_of(key: str) -> EventId | None:
    """The event in the name of a message or of a command room."""
    found = _EVENT.match(key)
    return None if found is None else EventId(found[0])


def department_here(context: Context) -> DepartmentId | None:
    """The department whose room this is."""
    room = context.house.company.rooms.get(context.inbound.room)
    return None if room is None else room.department


def events_here(context: Context, opened: Sequence[Event]) -> tuple[Event, ...]:
    """The open events that what is said in this room may belong to: a department's room has those it takes part in.

    A drill that has ended is meant only where nothing else goes on: nobody is asked about it in a real emergency.
    """
    department = department_here(context)
    here = [event for event in opened if department is None or takes_part(event, department)]
    return tuple(event for event in here if not past(event)) or tuple(here)


def past(event: Event) -> bool:
    """Whether it is a drill after ENDEX: its tasks are void, only what people thought of it is still asked."""
    return event.drill is not None and event.drill.ended_at is not None


def takes_part(event: Event, department: DepartmentId) -> bool:
    """Whether a department has a checklist in this event."""
    return any(ref.id == department for ref in event.departments)
