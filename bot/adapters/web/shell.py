"""Around a conversation: the rooms with what is unread, the open events, the event's own card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.adapters.web.reading import cards_named, listed_events, rooms_opened_for, unread_of
from bot.adapters.web.render import render_message
from bot.domain.ids import EventId, RoomId
from bot.text import Text, Words, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.adapters.web.chat import Chat
    from bot.adapters.web.messages import Message
    from bot.adapters.web.reading import ListedEvent, OpenedRoom
    from bot.adapters.web.render import Reader
    from bot.adapters.web.session import Visitor
    from bot.domain.parties import EventKind

MOST_IN_PANEL: Final = 3


@dataclass(frozen=True, slots=True)
class RoomRow:
    """One line of the list of rooms."""

    id: RoomId
    name: str
    icon: str
    group: str
    unread: int


@dataclass(frozen=True, slots=True)
class Banner:
    """An event that is open, or has just ended."""

    event: EventId
    kind: EventKind
    title: str
    place: str
    status: str
    over: bool
    in_panel: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands around a page for one person."""

    rows: tuple[RoomRow, ...]
    banners: tuple[Banner, ...]
    panel: tuple[str, ...]
    """The command cards this person may see, rendered."""

    @property
    def rooms(self) -> frozenset[RoomId]:
        """The rooms this person reads."""
        return frozenset(row.id for row in self.rows)

    def named(self, room: RoomId) -> RoomRow | None:
        """One of them."""
        return next((row for row in self.rows if row.id == room), None)


async def shell_of(chat: Chat, connection: AsyncConnection, visitor: Visitor, here: RoomId | None = None) -> Shell:
    """Everything around a page. The event whose room this is comes first."""
    reader = chat.reader_of(visitor)
    opened = await rooms_opened_for(connection, visitor.id)
    events = await listed_events(connection)
    running = {event.id for event in events if not event.over}
    shown = tuple(room for room in opened if room.event in running or room.id == here)
    unread = await unread_of(connection, visitor.id, [row.id for row in _rows(chat, visitor, reader, opened, {})])
    rows = tuple(_rows(chat, visitor, reader, opened, unread))
    panel = await _panel(connection, reader, shown, here)
    banners = tuple(_banner(reader, event, shown) for event in sorted(events, key=lambda event: event.id != here))
    return Shell(rows, banners, panel)


def _rows(
    chat: Chat, visitor: Visitor, reader: Reader, opened: Iterable[OpenedRoom], unread: Mapping[RoomId, int]
) -> Iterable[RoomRow]:
    language = reader.language
    for room in opened:
        group = reader.say(text("web.group.events"))
        yield RoomRow(room.id, room.name.of(language), "alarm", group, unread.get(room.id, 0))
    mine = visitor.direct
    name = reader.say(text("web.direct", person=visitor.person.name))
    yield RoomRow(mine, name, "person", reader.say(text("web.group.direct")), unread.get(mine, 0))
    for configured in chat.view.rooms_of(visitor.id):
        group = reader.say(text("web.rooms"))
        yield RoomRow(configured.id, configured.name.of(language), "room", group, unread.get(configured.id, 0))


async def _panel(
    connection: AsyncConnection, reader: Reader, shown: Iterable[OpenedRoom], here: RoomId | None
) -> tuple[str, ...]:
    rooms = tuple(shown)
    if not rooms:
        return ()
    keys = [f"{room.event}/command" for room in rooms]
    found = await cards_named(connection, [room.id for room in rooms], keys)
    first = sorted(found, key=lambda card: (card.room != here, -card.posted))
    return tuple(render_message(card, reader) for card in first[:MOST_IN_PANEL])


def _banner(reader: Reader, event: ListedEvent, shown: Iterable[OpenedRoom]) -> Banner:
    return Banner(
        event=event.id,
        kind=event.kind,
        title=event.title.of(reader.language),
        place=reader.say(event.place if event.place.zh else text("place.unknown")),
        status=reader.say(status_of(event)),
        over=event.over,
        in_panel=any(room.event == event.id for room in shown),
    )


def status_of(event: ListedEvent) -> Text | Words:
    """Where an event stands, in words."""
    match event.status:
        case "open":
            return text("web.status.open")
        case "standing_down":
            return text("web.status.standing_down")
        case "stood_down":
            return text("web.status.stood_down")
        case "closed":
            return text("web.status.closed")
        case "false_alarm":
            return text("web.status.false_alarm")
        case "merged":
            return text("web.status.merged")


def is_header(message: Message) -> bool:
    """Whether it is an event's command card, which stands beside every room of those who may see it."""
    return message.key is not None and message.key.endswith("/command")
