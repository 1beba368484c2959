"""Every address of the built-in chat. The same ones stand under /as/{person}/ in the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse
from starlette.routing import Route, Router

from bot.adapters.web.demo import Demo
from bot.adapters.web.joining import Joining
from bot.adapters.web.live import Live
from bot.adapters.web.pages import Pages
from bot.adapters.web.posts import Posts
from bot.adapters.web.readiness import ReadinessPages
from bot.adapters.web.record import Record
from bot.errors import Refused
from bot.text import text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from bot.adapters.web.chat import Chat


def routes(chat: Chat) -> Router:
    """The router; presses first, because they are in a hurry."""
    posts, pages, live, record, ready = Posts(chat), Pages(chat), Live(chat), Record(chat), ReadinessPages(chat)
    each = [
        Route("/press", posts.press, methods=["POST"]),
        Route("/say", posts.say, methods=["POST"]),
        Route("/form", posts.form, methods=["POST"]),
        Route("/seen", posts.seen, methods=["POST"]),
        Route("/stream", live.stream),
        Route("/room/{room}", pages.room),
        Route("/file/{message}/{file}", pages.file),
        Route("/event/{event}", pages.event),
        Route("/edit", posts.edit, methods=["POST"]),
        Route("/own", posts.own, methods=["POST"]),
        Route("/upload", posts.upload, methods=["POST"]),
        Route("/language", posts.language, methods=["POST"]),
        Route("/token", pages.token),
        Route("/record/{event}", record.page),
        Route("/record/{event}/{format}", record.file),
        Route("/readiness", ready.year),
        Route("/readiness/{month}", ready.month),
        Route("/static/record.css", chat.assets.record_style),
        Route("/static/{version}/{name}", chat.assets.serve),
        Route("/favicon.ico", chat.assets.icon),
        Route("/healthz", healthz),
        *(_of_demo(chat, pages) if chat.demo else _of_production(chat, pages)),
    ]
    return Router(each, redirect_slashes=False, default=nothing_here)


def _of_demo(chat: Chat, pages: Pages) -> list[Route]:
    demo = Demo(chat)

    async def first(request: Request) -> Response:
        if "visitor" not in request.scope:
            return await demo.who(request)
        return await (demo.be(request) if "lang" in request.query_params else pages.home(request))

    return [Route("/", first)]


def _of_production(chat: Chat, pages: Pages) -> list[Route]:
    joining = Joining(chat)
    return [
        Route("/", pages.home),
        Route("/join", joining.page),
        Route("/join", joining.join, methods=["POST"]),
        Route("/leave", joining.leave, methods=["POST"]),
    ]


async def healthz(request: Request) -> Response:
    """For a supervisor: the event loop answers."""
    del request
    return PlainTextResponse("ok")


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """An address that is none."""
    del scope, receive, send
    raise Refused(text("web.not_found"))
