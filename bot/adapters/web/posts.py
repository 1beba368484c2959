"""What people do: press, answer a form, say, edit, delete, mark as read, upload. Each is one POST.

Our script sends JSON and gets JSON; without it the same forms are sent by the browser and a page comes back.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse

from bot.adapters.web import client
from bot.adapters.web.answers import answer, as_json, room_address
from bot.adapters.web.inbound import (
    inbound,
    is_command,
    not_understood,
    parse_deletion,
    parse_edit,
    parse_form,
    parse_press,
    parse_said,
    parse_update,
)
from bot.adapters.web.reading import chosen_language, rooms_opened_for
from bot.adapters.web.uploads import read_ticket, take, write_ticket
from bot.chat.card import Reply
from bot.chat.inbound import Said, Submitted
from bot.domain.ids import RoomId
from bot.errors import NotSaved, Refused
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.adapters.web.chat import Chat
    from bot.adapters.web.messages import Attached
    from bot.adapters.web.session import Visitor
    from bot.chat.adapter import Prelude
    from bot.chat.inbound import What
    from bot.store.work import Work

JSON = "application/json"
MOST_FILES = 5
MOST_FIELDS = 200
SHOWN_AFTER = 0.5
"""Seconds that a page without script waits for the card it changed, because it will not hear of it later."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request of one person, read."""

    visitor: Visitor
    fields: Mapping[str, str]
    uploads: Mapping[str, UploadFile]
    script: bool

    @property
    def room(self) -> RoomId:
        """Where it was done; the person's own room where the page was none."""
        return RoomId(self.fields.get("room") or self.visitor.direct)


class Posts:
    """The routes that change something."""

    def __init__(self, chat: Chat) -> None:
        """`chat` is shared by all routes."""
        self._chat = chat

    async def press(self, request: Request) -> Response:
        """A button."""
        return await self._answered(request, self._press)

    async def form(self, request: Request) -> Response:
        """Answers to a form."""
        return await self._answered(request, self._form)

    async def say(self, request: Request) -> Response:
        """A message, with photos or without."""
        return await self._answered(request, self._say)

    async def edit(self, request: Request) -> Response:
        """One's own message reads otherwise now."""
        return await self._answered(request, self._edit)

    async def own(self, request: Request) -> Response:
        """One's own message goes, or a reply is put away."""
        return await self._answered(request, self._own)

    async def language(self, request: Request) -> Response:
        """The other language, from now on; the house is asked as /lang asks it."""
        try:
            sent = await read(request)
            await self._language(sent)
        finally:
            await request.close()
        return RedirectResponse(room_address(sent.visitor, RoomId(sent.fields.get("room", ""))), 303)

    async def seen(self, request: Request) -> Response:
        """How far a room has been read."""
        sent = await read(request)
        feed = sent.fields.get("feed", "")
        if not (feed.isascii() and feed.isdigit()) or not await self._reads(sent):
            raise not_understood()
        person, room = sent.visitor.id, sent.room

        async def keep(work: Work) -> None:
            await client.keep_read(work, person, room, int(feed))

        await self._chat.store.write(keep)
        return as_json()

    async def upload(self, request: Request) -> Response:
        """Files, before the message or form that they belong to."""
        try:
            sent = await read(request)
            photo = bool(sent.fields.get("photo"))
            files = [await self._take(upload, photo=photo) for upload in sent.uploads.values() if upload.filename]
        finally:
            await request.close()
        return as_json(tickets=[write_ticket(sent.visitor.secret, file) for file in files])

    async def _answered(self, request: Request, act: Callable[[Sent], Awaitable[Reply]]) -> Response:
        chat = self._chat
        try:
            sent = await read(request)
            status, before = 200, chat.feed.newest
            try:
                reply = await act(sent)
            except Refused as refused:
                reply = Reply(text=refused.reason, stored=False)
            except NotSaved:
                reply, status = chat.not_saved(), 507
            if reply.stored and not sent.script:
                await chat.feed.after(before, SHOWN_AFTER)
            return answer(chat, sent.visitor, reply, sent.room, script=sent.script, status=status)
        finally:
            await request.close()

    async def _press(self, sent: Sent) -> Reply:
        value = sent.fields.get("press", "")
        pressed = parse_press(value)
        update = parse_update(_with_update(sent.fields, value), sent.visitor.id)
        return await self._tell(sent, update, pressed)

    async def _form(self, sent: Sent) -> Reply:
        given = await self._files(sent)
        submitted = parse_form(sent.fields, {name.removeprefix("f-"): file.file for name, file in given.items()})
        update = parse_update(sent.fields, sent.visitor.id)
        reply = await self._tell(sent, update, submitted)
        await self._relearn(sent, submitted)
        return reply

    async def _say(self, sent: Sent) -> Reply:
        files = tuple((await self._files(sent)).values())
        update = parse_update(sent.fields, sent.visitor.id)
        said = parse_said(sent.fields, update, tuple(file.file for file in files))
        await self._check(sent, said.words)
        person, room = sent.visitor.id, sent.room

        async def keep(work: Work) -> None:
            await client.keep_said(work, said, room, person, files)

        reply = await self._tell(sent, update, said, None if is_command(said.words) else keep)
        await self._relearn(sent, said)
        return reply

    async def _edit(self, sent: Sent) -> Reply:
        edited = parse_edit(sent.fields)
        await self._check(sent, edited.words)
        person = sent.visitor.id

        async def keep(work: Work) -> None:
            await client.keep_edit(work, edited.message, person, edited.words)

        return await self._tell(sent, parse_update(sent.fields, person), edited, keep)

    async def _own(self, sent: Sent) -> Reply:
        visitor = sent.visitor
        if "put_away" in sent.fields:
            self._chat.replies.put_away(visitor.secret, visitor.id, sent.fields["put_away"])
            return Reply()
        deleted = parse_deletion(sent.fields)

        async def keep(work: Work) -> None:
            await client.keep_deletion(work, deleted.message, visitor.id)

        update = parse_update(_with_update(sent.fields, deleted.message), visitor.id)
        return await self._tell(sent, update, deleted, keep)

    async def _language(self, sent: Sent) -> None:
        chosen = {"language": sent.fields.get("language", "")}
        submitted = Submitted("language.choose", {}, chosen)
        await self._tell(sent, parse_update(_with_update(sent.fields, "language"), sent.visitor.id), submitted)
        await self._relearn(sent, submitted)

    async def _tell(self, sent: Sent, update: str, what: What, prelude: Prelude | None = None) -> Reply:
        chat, person = self._chat, sent.visitor.person
        told = inbound(update, person, chat.language_of(person), sent.room, what, chat.clock.now())
        return await chat.ask(lambda dispatch: dispatch(told, prelude))

    async def _check(self, sent: Sent, words: str) -> None:
        limit = self._chat.settings.message_limit
        if len(words) > limit:
            raise Refused(text("web.too_long", limit=limit))
        if not await self._reads(sent):
            raise Refused(text("web.not_found"))

    async def _reads(self, sent: Sent) -> bool:
        """Whether the person reads the room this is about."""
        if sent.room == sent.visitor.direct:
            return True
        if any(room.id == sent.room for room in self._chat.view.rooms_of(sent.visitor.id)):
            return True
        async with self._chat.store.read() as connection:
            opened = await rooms_opened_for(connection, sent.visitor.id)
        return any(room.id == sent.room for room in opened)

    async def _relearn(self, sent: Sent, what: What) -> None:
        """Read the person's language again where this may have changed it."""
        match what:
            case Said(words=words) if not is_command(words):
                return
            case Said() | Submitted(form="language.choose"):
                async with self._chat.store.read() as connection:
                    chosen = await chosen_language(connection, sent.visitor.id)
                self._chat.learn_language(sent.visitor.person, chosen)
            case _:
                return

    async def _files(self, sent: Sent) -> dict[str, Attached]:
        """What came along: uploads of this request, or tickets of earlier ones."""
        tickets = _tickets(sent.fields.get("tickets", ""))
        files = {name: read_ticket(sent.visitor.secret, ticket) for name, ticket in tickets.items()}
        for name, upload in sent.uploads.items():
            if upload.filename and len(files) < MOST_FILES:
                files[name] = await self._take(upload)
        return files

    async def _take(self, upload: UploadFile, *, photo: bool = False) -> Attached:
        return await take(self._chat.store, upload, self._chat.settings.upload_limit_mb, photo=photo)


class StalePageError(Exception):
    """A form without the right token: forged, or from a page that was open across a sign-in."""


async def read(request: Request) -> Sent:
    """A request's fields and files. Raises StalePageError, and Refused for a body that no page of ours sends."""
    visitor: Visitor = request.scope["visitor"]
    token = request.headers.get("x-token")
    if token is not None and not right(visitor, token):
        raise StalePageError
    if token is not None and request.headers.get("content-type", "").startswith(JSON):
        return Sent(visitor, _json_fields(await request.body()), {}, script=True)
    form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    uploads = {name: value for name, value in form.multi_items() if isinstance(value, UploadFile)}
    if token is None and not right(visitor, fields.get("token", "")):
        raise StalePageError
    return Sent(visitor, fields, uploads, script=token is not None)


def right(visitor: Visitor, token: str) -> bool:
    """Whether a token is this visitor's own, compared in constant time."""
    return hmac.compare_digest(visitor.token.encode(), token.encode())


def _json_fields(body: bytes) -> dict[str, str]:
    try:
        sent: object = json.loads(body)
    except ValueError:
        raise not_understood() from None
    if not isinstance(sent, dict):
        raise not_understood()
    fields = cast("dict[str, object]", sent)
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _tickets(written: str) -> dict[str, str]:
    """Tickets by the name of the field they answer."""
    return _json_fields(written.encode()) if written else {}


def _with_update(fields: Mapping[str, str], value: str) -> Mapping[str, str]:
    """A page without script has one id for all its buttons: each button's press has one of its own, always the same."""
    page = fields.get("page", "")
    if "update" in fields or not page:
        return fields
    return {**fields, "update": hashlib.sha256(f"{page}/{value}".encode()).hexdigest()[:20]}
