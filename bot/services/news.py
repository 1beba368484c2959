"""What happened, with what is needed to tell it: the event before and after, the entries, the house. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.effect import Outgoing, Post, Priority
from bot.domain.entries_course import Confirmed, Opened
from bot.domain.ids import command_room, direct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bot.chat.card import Card
    from bot.domain.company import Company
    from bot.domain.entries import Payload
    from bot.domain.event import Event
    from bot.domain.ids import DepartmentId, PersonId, RoomId
    from bot.domain.parties import Member
    from bot.domain.record import Entry
    from bot.services.house import House


@dataclass(frozen=True, slots=True)
class News:
    """The entries of one command, never none. `before` None: the event begins with them."""

    before: Event | None
    after: Event
    entries: tuple[Entry, ...]
    house: House

    @property
    def company(self) -> Company:
        """Who works where, as it is now."""
        return self.house.company

    @property
    def now(self) -> datetime:
        """When it was written down."""
        return self.entries[-1].recorded_at

    @property
    def first_shown(self) -> bool:
        """Whether the event begins, or a stranger's report was confirmed: everybody hears of it now."""
        return self.has(Opened, Confirmed)

    def has(self, *kinds: type[Payload]) -> bool:
        """Whether something of these kinds is among the news."""
        return any(isinstance(entry.payload, kinds) for entry in self.entries)

    def sees(self, department: DepartmentId) -> bool:
        """Whether a department hears of the event yet: of a stranger's report only those first called do."""
        return self.after.confirmed or bool(self.after.of_department(department))

    def did(self, person: PersonId) -> bool:
        """Whether this person did it, and so needs no telling."""
        return any(entry.actor.person == person for entry in self.entries)

    def leaders(self) -> tuple[Member, ...]:
        """Whoever commands; everybody of the chain where nobody does."""
        holder = self.after.command.holder
        return self.after.chain if holder is None else (holder,)


def post(
    news: News,
    entry: Entry,
    room: RoomId,
    card: Card,
    priority: Priority = Priority.CARD,
    thread: str | None = None,
) -> Outgoing:
    """A message named by the entry that called for it and by its room: the same news is the same message."""
    key = f"{news.after.id}/{entry.sequence}/{room}"
    return Outgoing(Post(key, room, card, thread), priority, news.after.id)


def tell(news: News, entry: Entry, person: PersonId, card: Card, priority: Priority = Priority.ALARM) -> Outgoing:
    """A direct message."""
    return post(news, entry, direct(person), card, priority)


def tell_each(news: News, entry: Entry, people: Iterable[Member], card: Card) -> Iterator[Outgoing]:
    """The same direct message to several, each once, whoever did it themselves excepted."""
    for person in dict.fromkeys(member.person for member in people):
        if not news.did(person):
            yield tell(news, entry, person, card)


def in_command_room(news: News, entry: Entry, card: Card) -> Outgoing:
    """A post in the event's command room."""
    return post(news, entry, command_room(news.after.id), card)


def for_all(news: News, entry: Entry, card: Card, priority: Priority = Priority.CARD) -> Iterator[Outgoing]:
    """A post where everybody reads. An unconfirmed report is not told to everybody."""
    room = news.house.room_with("all")
    if room is not None and news.after.confirmed:
        yield post(news, entry, room.id, card, priority)


def under_card(news: News, entry: Entry, department: DepartmentId, card: Card) -> Iterator[Outgoing]:
    """A post in a department's room, under its card."""
    room = news.house.room_for(department, news.after.id)
    if room is not None:
        yield post(news, entry, room, card, thread=f"{news.after.id}/{department}")
