"""A drill that is to come is announced to those who take part: with its hour, or with its window alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.duty_calls import announced
from bot.chat.effect import Outgoing, Post, Priority
from bot.domain.entries_duty import DutyNoticed, DutyOpened, PostponeDecided
from bot.domain.people import role_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.ids import RoomId
    from bot.domain.record import Entry
    from bot.domain.state import DutyState
    from bot.services.news import News


def announced_ahead(news: News) -> Iterator[Outgoing]:
    """In the rooms of those who take part, each time its owner is reminded, and when it was put off."""
    entry, duty = _calling_for_it(news), news.after.duty
    card = announced(news.after, news.now)
    if entry is None or duty is None or card is None or _too_late(news, duty):
        return
    for room in _rooms(news, duty):
        key = f"{news.after.id}/{entry.sequence}/{room}/ahead"
        yield Outgoing(Post(key, room, card), Priority.CARD, news.after.id)


def _calling_for_it(news: News) -> Entry | None:
    for entry in news.entries:
        match entry.payload:
            case DutyOpened() | DutyNoticed(hour=False) | PostponeDecided(agreed=True):
                return entry
            case _:
                continue
    return None


def _too_late(news: News, duty: DutyState) -> bool:
    """Once its window has begun, or the drill itself, a word of it would give its hour away."""
    begun = duty.window_from is not None and news.now >= duty.window_from
    return bool(duty.drills) or begun or news.now >= duty.due_at


def _rooms(news: News, duty: DutyState) -> tuple[RoomId, ...]:
    """The rooms of the departments that take part; everybody's where the drill names no roles."""
    drill = None if duty.drill is None else news.house.programme.drills.get(duty.drill)
    for_everybody = news.house.room_with("all")
    everybody = () if for_everybody is None else (for_everybody.id,)
    if drill is None or not drill.participants:
        return everybody
    departments = (role_of(news.company, role, news.after.place).department for role in drill.participants)
    found = (news.house.room_of(department) for department in departments)
    return tuple(dict.fromkeys(room.id for room in found if room is not None)) or everybody
