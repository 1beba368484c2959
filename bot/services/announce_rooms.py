"""A room takes no messages: its people are told where they are reached meanwhile, and when it is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards import dark
from bot.chat.effect import Outgoing, Post, Priority
from bot.domain.entries_rooms import RoomBack, RoomDark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.card import Card
    from bot.domain.record import Entry
    from bot.services.news import News


def room_news(news: News, entry: Entry, payload: RoomDark | RoomBack) -> Iterator[Outgoing]:
    """Everything that one entry about a room calls for."""
    match payload:
        case RoomDark():
            yield from _dark(news, entry, payload)
        case RoomBack():
            yield from _back(news, entry, payload)


def _dark(news: News, entry: Entry, payload: RoomDark) -> Iterator[Outgoing]:
    """In the room that is used meanwhile; with nothing left but the telephone the command card says so."""
    if payload.next is not None and not _written_already(news, payload):
        card = dark.room_dark(news.after, payload, news.company, news.now)
        yield _there(news, entry, payload, payload.next, card, Priority.ALARM)


def _written_already(news: News, payload: RoomDark) -> bool:
    """Whether the same people have an e-mail with the card already, because another platform fell silent before."""
    rooms = () if news.before is None else news.before.dark.values()
    return payload.in_need and any(
        (room.room, room.next) == (payload.room, payload.next) and room.platform != payload.platform for room in rooms
    )


def _back(news: News, entry: Entry, payload: RoomBack) -> Iterator[Outgoing]:
    """In the room that was used meanwhile."""
    if payload.next is not None:
        card = dark.room_back(news.after, payload, news.now)
        yield _there(news, entry, payload, payload.next, card, Priority.CARD)


def _there(
    news: News, entry: Entry, payload: RoomDark | RoomBack, platform: str, card: Card, priority: Priority
) -> Outgoing:
    """On one platform alone, under the card that stands there."""
    key = f"{news.after.id}/{entry.sequence}/{payload.room}"
    thread = f"{news.after.id}/{payload.department or 'command'}"
    return Outgoing(Post(key, payload.room, card, thread), priority, news.after.id, only=platform)
