"""The implementation record as a page and as files, for those who may read it (rule 7)."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Final, cast, get_args
from urllib.parse import quote

from starlette.responses import Response

from bot.adapters.web.render import render_page
from bot.adapters.web.view import RecordFormat, RecordLanguage
from bot.cards.marks import file_name
from bot.domain.ids import EventId
from bot.domain.permissions import allowed, standings
from bot.domain.secrecy import kept_from
from bot.errors import Refused
from bot.text import LANGUAGES, text

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot.adapters.web.chat import Chat
    from bot.adapters.web.session import Visitor
    from bot.domain.event import Event
    from bot.domain.permissions import Action

MEDIA_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
}
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_BODY = re.compile(r"<body[^>]*>")


class Record:
    """The routes of the record."""

    def __init__(self, chat: Chat) -> None:
        """`chat` is shared by all routes."""
        self._chat = chat

    async def page(self, request: Request) -> Response:
        """The record to read, with what it can be taken away as."""
        visitor: Visitor = request.scope["visitor"]
        event = await self._event(visitor, request, "record.read")
        asked = request.query_params.get("lang")
        language = _language(asked) if asked else self._chat.language_of(visitor.person)
        document = (await self._chat.documents(event.id, "html", language, visitor.id)).decode()
        bar = self._bar(visitor, event, language)
        body = _BODY.search(document)
        end = 0 if body is None else body.end()
        page = document[:end] + bar + document[end:]
        return Response(page, media_type=MEDIA_TYPES["html"], headers={"content-security-policy": policy_for(document)})

    async def file(self, request: Request) -> Response:
        """The record as a file."""
        visitor: Visitor = request.scope["visitor"]
        event = await self._event(visitor, request, "record.export")
        format_ = cast("RecordFormat", request.path_params["format"])
        if format_ not in MEDIA_TYPES:
            raise Refused(text("web.not_found"))
        language = _language(request.query_params.get("lang", "both"))
        content = await self._chat.documents(event.id, format_, language, visitor.id)
        suffix = "" if format_ == "json" else f"-{language}"
        zh, en = (self._chat.reader(each).say for each in LANGUAGES)
        name = quote(file_name(f"{event.id}{suffix}.{format_}", event.mark, zh, en), safe="")
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(content, media_type=MEDIA_TYPES[format_], headers=headers)

    async def _event(self, visitor: Visitor, request: Request, action: Action) -> Event:
        event = await self._chat.store.event(EventId(request.path_params["event"]))
        standing = standings(event, visitor.id, self._chat.view.company)
        if not allowed(standing, action, event.status):
            raise Refused(text("refused.not_yours"))
        if kept_from(event, visitor.id, self._chat.clock.now()):
            raise Refused(text("refused.duty.secret"))
        return event

    def _bar(self, visitor: Visitor, event: Event, language: RecordLanguage) -> str:
        reader = self._chat.reader_of(visitor)
        standing = standings(event, visitor.id, self._chat.view.company)
        may_export = allowed(standing, "record.export", event.status)
        given = {"event": event, "language": language, "may_export": may_export, "static": self._chat.assets.address}
        return render_page("record_bar.html", reader, **given)


def _language(asked: str) -> RecordLanguage:
    if asked not in get_args(RecordLanguage):
        raise Refused(text("web.not_found"))
    return cast("RecordLanguage", asked)


def policy_for(document: str) -> str:
    """What this page may load: its own style by its hash, its photos from inside itself, nothing else."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"
        for style in _STYLE.findall(document)
    )
    return (
        f"default-src 'none'; style-src 'self' {hashes}; img-src 'self' data:; script-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
