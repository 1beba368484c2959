"""What goes out: durable, one outbox row each, delivered by the relay (rule 2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from bot.chat.card import Card, CardRef
from bot.domain.ids import EventId, PersonId, RoomId, is_drill
from bot.text import Words


class Priority(IntEnum):
    """Between lanes: an alarm to people before a new card before an edit before a reminder."""

    ALARM = 0
    CARD = 1
    EDIT = 2
    REMINDER = 3


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Post the card in the room, or edit it where it stands already. Rendered at sending; coalesces."""

    ref: CardRef
    room: RoomId
    revision: int
    pin: bool = False
    kind: Literal["show"] = "show"


@dataclass(frozen=True, slots=True)
class Post:
    """A message of its own. `key` names it (unique); `thread` is the key of the card it hangs under."""

    key: str
    room: RoomId
    card: Card
    thread: str | None = None
    kind: Literal["post"] = "post"


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """An event's command room: created where the platform can, people invited."""

    room: RoomId
    event: EventId
    name: Words
    invite: tuple[PersonId, ...]
    kind: Literal["open_room"] = "open_room"


@dataclass(frozen=True, slots=True)
class Invite:
    """More people for a room."""

    room: RoomId
    people: tuple[PersonId, ...]
    kind: Literal["invite"] = "invite"


Effect = ShowCard | Post | OpenRoom | Invite


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An effect with its lane's order settled: what a service hands to `Work.send`."""

    effect: Effect
    priority: Priority
    event: EventId | None = None
    only: str | None = None
    """One platform alone (a fallback room, a dialogue)."""
    besides: str | None = None
    """Every platform of the room but this one (what was said there is mirrored to the others)."""


def of_drill(effect: Effect, event: EventId | None) -> bool:
    """Whether what leaves belongs to a drill, by whichever of its parts says so."""
    if is_drill(event or "") or is_drill(effect.room):
        return True
    match effect:
        case ShowCard(ref=ref):
            return is_drill(ref.event)
        case Post(card=card):
            return card.kind == "drill" or is_drill(card.event or "")
        case OpenRoom(event=opened):
            return is_drill(opened)
        case Invite():
            return False
