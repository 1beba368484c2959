"""Addresses of this web server that chat platforms call (a webhook): no page, no cookies, no tokens of a page.

Each platform's adapter proves by itself who calls. Here stand the two checks that hold for all of them: a request is
addressed to us, and its body is no larger than any platform sends. What the store cannot keep is not acknowledged
(503): every platform sends it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Match

from bot.adapters.web.front import TooLargeError, addressed_to, limited
from bot.errors import NotSaved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import Route
    from starlette.types import ASGIApp, Receive, Scope, Send

MOST_OF_A_CALL: Final = 1024 * 1024
"""Bytes. Telegram's updates and Slack's payloads stay far below; files are fetched by us and never sent here."""


class Hooks:
    """Stands before the gate of the pages, which goes on as if it were alone."""

    def __init__(self, routes: Sequence[Route], gate: ASGIApp, hosts: frozenset[str]) -> None:
        """`routes` are the platforms'; `hosts` the names a request may be addressed to."""
        self._routes = tuple(routes)
        self._gate = gate
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            for route in self._routes:
                match, found = route.matches(scope)
                if match is not Match.NONE:
                    scope.update(found)
                    await self._call(route, scope, receive, send)
                    return
        await self._gate(scope, receive, send)

    async def _call(self, route: Route, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if not addressed_to(request, self._hosts):
            await PlainTextResponse("misdirected", 421)(scope, receive, send)
        elif _length(request) > MOST_OF_A_CALL:
            await PlainTextResponse("too large", 413)(scope, receive, send)
        else:
            try:
                await route.handle(scope, limited(receive, MOST_OF_A_CALL), send)
            except TooLargeError:
                await PlainTextResponse("too large", 413)(scope, receive, send)
            except NotSaved:
                await PlainTextResponse("not kept", 503)(scope, receive, send)


def _length(request: Request) -> int:
    """What the request says of its body's length; a body sent in pieces is counted while it is read."""
    said = request.headers.get("content-length", "")
    return int(said) if said.isdecimal() else 0
