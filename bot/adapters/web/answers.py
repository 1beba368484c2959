"""A reply → what goes back to the browser: JSON for our script, a page or a redirect where no script runs."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.adapters.web.render import Reader, render_form, render_page, render_reply
from bot.adapters.web.session import new_secret
from bot.cards.marks import said as marked_text

if TYPE_CHECKING:
    from bot.adapters.web.chat import Chat
    from bot.adapters.web.session import Visitor
    from bot.chat.card import Button, Reply, Shown
    from bot.domain.ids import RoomId

LONG_TOAST: Final = 90
"""A longer answer stands in the room until it is put away."""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def page_id() -> str:
    """A random id for what a page without script sends."""
    return new_secret()[:12]


def as_json(status: int = 200, **told: object) -> Response:
    """A small JSON answer."""
    return Response(_encode(told), status, media_type="application/json")


def answer(chat: Chat, visitor: Visitor, reply: Reply, room: RoomId, *, script: bool, status: int = 200) -> Response:
    """What the browser gets for a reply."""
    reader = chat.reader_of(visitor)
    if script:
        return _for_script(chat, visitor, reader, reply, room, status)
    return _for_page(chat, visitor, reader, reply, room, status)


def _for_script(chat: Chat, visitor: Visitor, reader: Reader, reply: Reply, room: RoomId, status: int) -> Response:
    told: dict[str, object] = {"stored": reply.stored, "language": reader.language}
    words = marked_text(reply)
    said = None if words is None else reader.say(words)
    if reply.kind is not None:
        told["kind"] = reply.kind
    if reply.card is not None or (said is not None and stays(said)):
        mark = chat.replies.keep(visitor.secret, visitor.id, reply, reader.now)
        told["html"] = render_reply(reply, reader, mark=mark)
    elif said is not None:
        told["text"] = said
        if reply.undo is not None:
            told["undo"] = render_button(reply.undo, reader)
    if reply.form is not None:
        told["form"] = render_form(reply.form, reader, token=visitor.token, room=room, update=page_id())
    if reply.card is not None and reply.card.event is not None:
        told["event"] = reply.card.event
    if reply.link is not None:
        told["link"] = {"label": reader.say(reply.link.label), "href": f"{reader.base}/{reply.link.path}"}
    return as_json(status, **told)


def stays(said: str) -> bool:
    """Whether an answer is too long for a moment's notice."""
    return "\n" in said or len(said) > LONG_TOAST


def render_button(button: Button, reader: Reader) -> str:
    """A button alone: the undo of a notice."""
    return render_page("button.html", reader, button=button, kind=None)


def _for_page(chat: Chat, visitor: Visitor, reader: Reader, reply: Reply, room: RoomId, status: int) -> Response:
    back = room_address(visitor, room)
    if reply.form is not None:
        form = render_form(reply.form, reader, token=visitor.token, room=room, update=page_id())
        words = marked_text(reply)
        sentence = None if words is None else reader.say(words)
        shown = Markup(form)  # noqa: S704  our own rendering
        given = {"form": shown, "back": back, "sentence": sentence, "kind": reply.form.kind}
        page = render_page("ask.html", reader, **given, static=chat.assets.address)
        return HTMLResponse(page, status)
    if status != HTTPStatus.OK:
        return notice(chat, reader, marked_text(reply), status)
    if reply.text is not None or reply.card is not None:
        chat.replies.keep(visitor.secret, visitor.id, reply, reader.now)
        return RedirectResponse(f"{back}#private", 303)
    if reply.link is not None:
        return RedirectResponse(f"{reader.base}/{reply.link.path}", 303)
    return RedirectResponse(f"{back}#say", 303)


def room_address(visitor: Visitor, room: RoomId) -> str:
    """The page of a room; the first page where none is meant."""
    return f"{visitor.base}/room/{quote(room, safe='@')}" if room else f"{visitor.base}/"


def notice(chat: Chat, reader: Reader, sentence: Shown | None, status: int) -> Response:
    """A page with one sentence, and the telephone numbers."""
    said = "" if sentence is None else reader.say(sentence)
    page = render_page(
        "notice.html", reader, sentence=said, telephones=chat.view.emergency_contacts(), static=chat.assets.address
    )
    return HTMLResponse(page, status)
