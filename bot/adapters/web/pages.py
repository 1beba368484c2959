"""The pages: rooms, a room, an event, a photo, the record, the way in. They change nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.adapters.web.answers import as_json, notice, page_id, room_address
from bot.adapters.web.chat import PHRASES
from bot.adapters.web.reading import cards_of, chosen_language, message, messages_of
from bot.adapters.web.render import render_message, render_page, render_reply
from bot.adapters.web.shell import is_header, shell_of
from bot.cards.marks import file_name
from bot.cards.plain import marked_head
from bot.domain.ids import EventId, RoomId, is_drill
from bot.errors import Refused
from bot.text import LANGUAGES, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection
    from starlette.requests import Request

    from bot.adapters.web.chat import Chat
    from bot.adapters.web.messages import Message
    from bot.adapters.web.render import Reader
    from bot.adapters.web.session import Visitor
    from bot.adapters.web.shell import RoomRow, Shell

ON_A_PAGE = 50
EXCERPT = 60
MOST_DIGITS = 19
ALONE: Final = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A picture that fills the window: the browser fits it in by styles of its own, and nothing else may run there."""


@dataclass(frozen=True, slots=True)
class Item:
    """One message of a page, with the day it begins where it does."""

    html: str
    day_label: str


@dataclass(frozen=True, slots=True)
class Replying:
    """What a new message answers."""

    name: str
    excerpt: str


class Pages:
    """The routes that only show."""

    def __init__(self, chat: Chat) -> None:
        """`chat` is shared by all routes."""
        self._chat = chat

    async def home(self, request: Request) -> Response:
        """The rooms. On a desktop this is the list beside an empty middle."""
        visitor: Visitor = request.scope["visitor"]
        async with self._chat.store.read() as connection:
            reader = await self._reader(connection, visitor)
            shell = await shell_of(self._chat, connection, visitor)
        return HTMLResponse(self._page(visitor, reader, shell, room=None, items=(), older=None))

    async def room(self, request: Request) -> Response:
        """A conversation: the newest messages, or those before a place."""
        visitor: Visitor = request.scope["visitor"]
        room = RoomId(request.path_params["room"])
        before = _number(request.query_params.get("before"))
        async with self._chat.store.read() as connection:
            reader = await self._reader(connection, visitor)
            shell = await shell_of(self._chat, connection, visitor, room)
            row = shell.named(room)
            if row is None:
                return notice(self._chat, reader, text("web.not_found"), 404)
            found = await messages_of(connection, room, before, ON_A_PAGE + 1)
            marked = await self._marked(connection, request, visitor, reader, room)
        older = found[-ON_A_PAGE].posted if len(found) > ON_A_PAGE else None
        shown = [each for each in found[-ON_A_PAGE:] if not (shell.panel and is_header(each))]
        items = tuple(_items(shown, reader, visitor))
        return HTMLResponse(self._page(visitor, reader, shell, room=row, items=items, older=older, **marked))

    async def event(self, request: Request) -> Response:
        """Where an event is for this person: its command room, else the room that has a card of it."""
        visitor: Visitor = request.scope["visitor"]
        event = EventId(request.path_params["event"])
        async with self._chat.store.read() as connection:
            shell = await shell_of(self._chat, connection, visitor)
            cards = await cards_of(connection, event, sorted(shell.rooms))
        if RoomId(event) in shell.rooms:
            return RedirectResponse(room_address(visitor, RoomId(event)), 303)
        for card in cards:
            return RedirectResponse(f"{room_address(visitor, card.room)}#m-{quote(card.id)}", 303)
        return notice(self._chat, self._chat.reader_of(visitor), text("web.event_elsewhere", number=event), 404)

    async def file(self, request: Request) -> Response:
        """A photo or file of a message, for those who read its room."""
        visitor: Visitor = request.scope["visitor"]
        async with self._chat.store.read() as connection:
            shell = await shell_of(self._chat, connection, visitor)
            found = await message(connection, request.path_params["message"])
        files = () if found is None or found.room not in shell.rooms else found.files
        attached = next((file for file in files if file.file == request.path_params["file"]), None)
        if found is None or attached is None:
            raise Refused(text("web.not_found"))
        content = await self._chat.store.files.load(attached.file)
        kind = "inline" if attached.photo else "attachment"
        carded = found.card is not None and found.card.kind == "drill"
        drill = carded or is_drill(found.room) or is_drill(found.thread or "")
        zh, en = (self._chat.reader(language).say for language in LANGUAGES)
        name = file_name(attached.name or attached.file[:12], "drill" if drill else None, zh, en)
        headers = {
            "content-disposition": f"{kind}; filename*=UTF-8''{quote(name, safe='')}",
            "cache-control": "private, max-age=86400",
            "content-security-policy": ALONE,
        }
        return Response(content, media_type=attached.media_type, headers=headers)

    async def token(self, request: Request) -> Response:
        """The token of forms, for a page that was open across a new sign-in."""
        visitor: Visitor = request.scope["visitor"]
        return as_json(token=visitor.token, person=visitor.id, language=self._chat.language_of(visitor.person))

    async def _reader(self, connection: AsyncConnection, visitor: Visitor) -> Reader:
        self._chat.learn_language(visitor.person, await chosen_language(connection, visitor.id))
        return self._chat.reader_of(visitor)

    async def _marked(
        self, connection: AsyncConnection, request: Request, visitor: Visitor, reader: Reader, room: RoomId
    ) -> dict[str, object]:
        """What a page without script replies to or edits."""
        named, edited = request.query_params.get("reply"), request.query_params.get("edit")
        mine = None if edited is None else await message(connection, edited)
        if mine is not None and mine.author == visitor.id and mine.room == room:
            return {"editing": mine}
        if named is None:
            return {}
        answered = next(
            (each for each in await messages_of(connection, room, None, ON_A_PAGE) if each.name == named), None
        )
        return {} if answered is None else {"replying": Replying(named, excerpt(answered, reader))}

    def _page(
        self,
        visitor: Visitor,
        reader: Reader,
        shell: Shell,
        *,
        room: RoomRow | None,
        items: Sequence[Item],
        older: int | None,
        replying: object = None,
        editing: object = None,
    ) -> str:
        chat = self._chat
        replies = tuple(
            Markup(render_reply(kept.reply, reader, mark=kept.mark))  # noqa: S704  our own rendering
            for kept in chat.replies.of(visitor.secret, visitor.id, reader.now)
        )
        return render_page(
            "chat.html",
            reader,
            room=room,
            here=visitor.direct,
            rooms=shell.rows,
            banners=shell.banners,
            panel=tuple(Markup(card) for card in shell.panel),  # noqa: S704  likewise
            panel_open=room is not None and room.icon == "alarm",
            items=items,
            older=older,
            replies=replies,
            update=page_id(),
            feed=chat.feed.newest,
            token=visitor.token,
            person={"id": visitor.id, "name": visitor.person.name.of(reader.language)},
            replying=replying,
            editing=editing,
            demo=chat.demo,
            static=chat.assets.address,
            telephones=chat.view.emergency_contacts(),
            phrases={phrase.key: reader.say(phrase) for phrase in PHRASES},
        )


def _number(written: str | None) -> int | None:
    """A place in the stream, as an address carries it."""
    given = written or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < MOST_DIGITS else None


def _items(messages: Sequence[Message], reader: Reader, visitor: Visitor) -> Iterator[Item]:
    """Messages in order, replies put under what they answer, days announced."""
    shown = {message.name for message in messages}
    below: dict[str, list[Message]] = {}
    for each in messages:
        if each.thread is not None and each.thread in shown:
            below.setdefault(each.thread, []).append(each)
    day = ""
    for each in messages:
        if each.thread is not None and each.thread in shown:
            continue
        label = "" if reader.day(each.created_at) == day else reader.day_label(each.created_at)
        day = reader.day(each.created_at)
        inner = "".join(_marked_mine(reply, reader, visitor) for reply in below.get(each.name, ()))
        html = _marked_mine(each, reader, visitor).replace(THREAD, THREAD[:-6] + inner + "</div>")
        yield Item(Markup(html), label)  # noqa: S704  our own rendering


THREAD = '<div class="thread"></div>'


def _marked_mine(each: Message, reader: Reader, visitor: Visitor) -> str:
    html = render_message(each, reader)
    return html.replace('class="message ', 'class="message mine ', 1) if each.author == visitor.id else html


def excerpt(answered: Message, reader: Reader) -> str:
    """The beginning of a message, to say what is being answered."""
    whole = answered.words or ("" if answered.card is None else marked_head(answered.card, reader.say))
    return whole if len(whole) <= EXCERPT else f"{whole[:EXCERPT]}…"
