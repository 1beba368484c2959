"""Server-sent events for one open page: what changed in its room, and counts for the others.

A line of data at least every fifteen seconds, so that both sides notice a dead connection.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from starlette.responses import StreamingResponse

from bot.adapters.web.render import render_message, render_page
from bot.adapters.web.shell import is_header, shell_of
from bot.domain.ids import RoomId

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.adapters.web.chat import Chat
    from bot.adapters.web.messages import Message
    from bot.adapters.web.render import Reader
    from bot.adapters.web.session import Visitor
    from bot.adapters.web.shell import Shell
    from bot.text import Language

BEAT: Final = 15.0
MOST_RENDERED: Final = 500
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Live:
    """The route of the live stream, with what was rendered lately: fifty readers cost one rendering a language."""

    def __init__(self, chat: Chat) -> None:
        """`chat` is shared by all routes."""
        self._chat = chat
        self._rendered: OrderedDict[tuple[str, int, Language, str, str], str] = OrderedDict()

    async def stream(self, request: Request) -> Response:
        """One page's stream, from the place it has seen."""
        visitor: Visitor = request.scope["visitor"]
        seen = request.headers.get("last-event-id") or request.query_params.get("after") or ""
        after = int(seen) if seen.isascii() and seen.isdigit() else self._chat.feed.newest
        room = RoomId(request.query_params.get("room", ""))
        headers = {"x-accel-buffering": "no", "cache-control": "no-store"}
        return StreamingResponse(self._lines(visitor, room, after), media_type="text/event-stream", headers=headers)

    async def _lines(self, visitor: Visitor, room: RoomId, after: int) -> AsyncIterator[str]:
        chat = self._chat
        shell, presses = await self._shell(visitor, room), dict[str, tuple[str, ...]]()
        yield f"retry: 2000\n\n{_event('beat', {}, after)}"
        while chat.feed.open and await self._still_welcome(visitor):
            changed = await chat.feed.after(after, BEAT)
            if not changed:
                yield _event("beat", {}, after)
                continue
            moves = [_moves_shell(message, shell.rooms, presses) for message in changed]
            if any(moves):
                shell = await self._shell(visitor, room)
                yield _event("shell", self._around(visitor, shell, room), None)
            for message in changed:
                if message.room in shell.rooms:
                    yield _event("message", self._told(message, visitor, room), message.feed)
            after = changed[-1].feed

    async def _still_welcome(self, visitor: Visitor) -> bool:
        return self._chat.demo or await self._chat.sessions.person_of(visitor.secret) == visitor.id

    async def _shell(self, visitor: Visitor, room: RoomId) -> Shell:
        async with self._chat.store.read() as connection:
            return await shell_of(self._chat, connection, visitor, room)

    def _around(self, visitor: Visitor, shell: Shell, room: RoomId) -> dict[str, object]:
        reader = self._chat.reader_of(visitor)
        html = render_page(
            "rooms.html",
            reader,
            rooms=shell.rows,
            banners=shell.banners,
            room=shell.named(room),
            demo=self._chat.demo,
            token=visitor.token,
            person={"id": visitor.id, "name": visitor.person.name.of(reader.language)},
        )
        return {"rooms": html, "panel": list(shell.panel)}

    def _told(self, message: Message, visitor: Visitor, room: RoomId) -> dict[str, object]:
        told: dict[str, object] = {
            "id": message.id,
            "room": message.room,
            "feed": message.feed,
            "new": message.posted == message.feed and message.author != visitor.id,
            "alarm": _is_alarm(message) and message.posted == message.feed,
        }
        if message.room == room or is_header(message):
            told["html"] = self._html(message, self._chat.reader_of(visitor))
            told["header"] = is_header(message)
        return told

    def _html(self, message: Message, reader: Reader) -> str:
        key = (message.id, message.feed, reader.language, reader.base, reader.day(reader.now))
        html = self._rendered.get(key)
        if html is None:
            html = self._rendered[key] = render_message(message, reader)
            if len(self._rendered) > MOST_RENDERED:
                self._rendered.popitem(last=False)
        return html


def _is_alarm(message: Message) -> bool:
    """Whether phones shake: for an emergency or a drill, never for what is owed on schedule or for house talk."""
    card = message.card
    return card is not None and card.kind is not None and card.tone == "alarm"


def _moves_shell(message: Message, rooms: frozenset[RoomId], presses: dict[str, tuple[str, ...]]) -> bool:
    """Whether the list of rooms or of events may look different now.

    What can be pressed on a command card follows from where its event stands, so that the many changes in between
    (a head acknowledged, a task done) cost nothing here. `presses` remembers them for this page.
    """
    if not is_header(message) or message.card is None:
        return message.room not in rooms and message.posted == message.feed
    now = tuple(button.action for button in message.card.buttons)
    before = presses.get(message.name)
    presses[message.name] = now
    return before != now


def _event(name: str, told: dict[str, object], place: int | None) -> str:
    place_line = "" if place is None else f"id: {place}\n"
    return f"event: {name}\n{place_line}data: {_encode(told)}\n\n"
