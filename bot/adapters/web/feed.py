"""The address a phone's calendar asks: a secret in it, and no sign-in.

The secret is 192 random bits, so guessing finds nothing; who keeps guessing is not looked up any more and the operator
reads of it. Phones that asked rightly before are heard all the same.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import structlog
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.adapters.web.session import hashed
from bot.text import LANGUAGES, text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from bot.adapters.view import HouseView
    from bot.clock import Clock

    Calendars = Callable[[str], Awaitable[bytes | None]]
    """From a token to the calendar, None where there is none."""

MOST_WRONG: Final = 20
WRONG_WITHIN: Final = timedelta(hours=1)
MOST_KEPT: Final = 10_000
"""Addresses that are counted, and links that are known to be good."""
LONGEST: Final = 64
HEADERS: Final = {
    "cache-control": "private, max-age=0, must-revalidate",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}

Kept = TypeVar("Kept")
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Feed:
    """The one address."""

    calendars: Calendars
    view: HouseView
    clock: Clock
    _wrong: OrderedDict[str, list[datetime]] = field(default_factory=OrderedDict[str, "list[datetime]"])
    _good: OrderedDict[str, None] = field(default_factory=OrderedDict[str, None])
    """Hashes of links that showed something."""

    def route(self) -> Route:
        """Where it stands."""
        return Route("/calendar/{token}.ics", self.serve, methods=["GET"])

    async def serve(self, request: Request) -> Response:
        """The calendar, or a sentence."""
        token, host = str(request.path_params["token"]), "" if request.client is None else request.client.host
        key = hashed(token)
        if len(token) > LONGEST or (key not in self._good and self._guesses(host) >= MOST_WRONG):
            return self._none()
        found = await self.calendars(token)
        if found is None:
            self._good.pop(key, None)
            self._count(host)
            return self._none()
        _keep(self._good, key, None)
        return Response(found, media_type="text/calendar", headers=HEADERS)

    def _none(self) -> Response:
        """The same sentence whatever was wrong, in both languages: nobody knows who asks."""
        now = self.clock.now()
        sentences = (self.view.render(text("feed.unknown"), language, now) for language in LANGUAGES)
        return PlainTextResponse("\n".join(sentences), 404, headers={**HEADERS, "cache-control": "no-store"})

    def _guesses(self, host: str) -> int:
        """Wrong ones from an address within the hour."""
        since = self.clock.now() - WRONG_WITHIN
        lately = [at for at in self._wrong.get(host, ()) if at > since]
        if host in self._wrong:
            self._wrong[host] = lately
        return len(lately)

    def _count(self, host: str) -> None:
        tries = [*self._wrong.get(host, ()), self.clock.now()]
        _keep(self._wrong, host, tries)
        if len(tries) == MOST_WRONG:
            log.warning("feed.guessed", host=host, tries=len(tries))


def _keep(kept: OrderedDict[str, Kept], key: str, value: Kept) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)
