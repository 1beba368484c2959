"""Signing in with a personal link, and out again.

The link carries its token after `#`, which no server, proxy or previewer sees; the page's script takes it from there
by POST, and a field to paste it in serves a browser without script.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, RedirectResponse

from bot.adapters.web.front import language_asked
from bot.adapters.web.posts import read
from bot.adapters.web.render import render_page
from bot.adapters.web.session import COOKIE
from bot.errors import Refused

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.adapters.web.chat import Chat
    from bot.chat.card import Shown

MOST_OF_AN_AGENT = 200


class Joining:
    """The routes in and out."""

    def __init__(self, chat: Chat) -> None:
        """`chat` is shared by all routes."""
        self._chat = chat

    async def page(self, request: Request) -> Response:
        """The page a personal link opens."""
        return self._page(request, None, 200)

    async def join(self, request: Request) -> Response:
        """Use the link: once. A pasted link or its token alone are both taken."""
        async with request.form(max_files=0, max_fields=5) as form:
            given = form.get("token")
        written = given.strip() if isinstance(given, str) else ""
        agent = request.headers.get("user-agent", "")[:MOST_OF_AN_AGENT]
        try:
            secret = await self._chat.welcome(written.rsplit("#", 1)[-1], agent)
        except Refused as refused:
            return self._page(request, refused.reason, 403)
        request.scope["new_secret"] = secret
        return RedirectResponse("/", 303)

    async def leave(self, request: Request) -> Response:
        """Sign out: this session is over for good."""
        await read(request)
        await self._chat.sessions.end(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/join", 303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=self._chat.secure)
        return answer

    def _page(self, request: Request, problem: Shown | None, status: int) -> Response:
        chat = self._chat
        reader = chat.reader(language_asked(request) or chat.default_language)
        said = None if problem is None else reader.say(problem)
        page = render_page(
            "join.html", reader, problem=said, telephones=chat.view.emergency_contacts(), static=chat.assets.address
        )
        return HTMLResponse(page, status)
