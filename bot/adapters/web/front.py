"""Before every route: is the host ours, who is it, is the body of a decent size; after it: the headers of every answer.

Plain ASGI, because it stands in the way of every press.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse

from bot.adapters.web.answers import as_json, notice
from bot.adapters.web.posts import StalePageError
from bot.adapters.web.session import COOKIE, Visitor
from bot.domain.ids import PersonId
from bot.errors import NotSaved, Refused
from bot.i18n import parse_language
from bot.text import text

if TYPE_CHECKING:
    from typing import Any

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from bot.adapters.web.chat import Chat
    from bot.text import Language

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), microphone=()"),
)
KEPT_NOWHERE: Final = (b"cache-control", b"no-store")
POLICY_HEADER: Final = (b"content-security-policy", POLICY.encode())
WITHOUT_A_NAME: Final = ("/static/", "/join", "/healthz", "/favicon.ico")
"""Pages that ask nobody who they are."""
DEMO = "/as/"
NOT_FOUND = text("web.not_found").key
MOST_OF_A_BODY = 2 * 1024 * 1024
"""Bytes of a request that brings no file."""

log = structlog.get_logger(__name__)


class TooLargeError(Exception):
    """A body beyond what this kind of request may bring."""


class Front:
    """The gate."""

    def __init__(self, app: ASGIApp, chat: Chat, hosts: frozenset[str]) -> None:
        """`hosts` are the names a request may be addressed to; "*" admits any."""
        self._app = app
        self._chat = chat
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        send = self._with_headers(scope, send)
        try:
            refused = await self._admit(request, scope)
        except NotSaved:
            refused = self._say(request, self._chat.not_saved().text, 507)
        if refused is not None:
            await refused(scope, receive, send)
            return
        await self._pass_on(request, scope, receive, send)

    async def _pass_on(self, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, limited(receive, self._limit(request)), watched)
        except Exception as error:
            if started:
                raise
            await self._explain(request, error)(scope, receive, send)

    def _explain(self, request: Request, error: Exception) -> Response:
        """What the person is told; nothing is kept of such a request, and the operator reads of the unforeseen ones."""
        match error:
            case StalePageError():
                return self._say(request, text("web.page_is_old"), 403)
            case Refused():
                status = 404 if error.reason.key == NOT_FOUND else 400
                return self._say(request, error.reason, status)
            case TooLargeError():
                limit = f"{self._chat.settings.upload_limit_mb} MB"
                return self._say(request, text("web.too_large", limit=limit), 413)
            case NotSaved():
                return self._say(request, self._chat.not_saved().text, 507)
            case _:
                log.error("web.failed", path=request.url.path, exc_info=error)
                return self._say(request, self._chat.not_saved().text, 500)

    async def _admit(self, request: Request, scope: Scope) -> Response | None:
        """Find out who it is. What comes back is the answer of a request that goes no further."""
        if not addressed_to(request, self._hosts):
            return self._say(request, text("web.wrong_host"), 421)
        path: str = scope["path"]
        if path.startswith(WITHOUT_A_NAME):
            return None
        return await (
            self._admit_to_demo(request, scope, path) if self._chat.demo else self._admit_signed_in(request, scope)
        )

    async def _admit_signed_in(self, request: Request, scope: Scope) -> Response | None:
        secret = request.cookies.get(COOKIE, "")
        found = await self._chat.sessions.person_of(secret) if secret else None
        person = None if found is None else self._chat.view.company.people.get(found)
        if person is None:
            return (
                self._say(request, text("web.signed_out"), 401)
                if wants_json(request)
                else RedirectResponse("/join", 303)
            )
        scope["visitor"] = Visitor(person, secret, "")
        return None

    async def _admit_to_demo(self, request: Request, scope: Scope, path: str) -> Response | None:
        secret = request.cookies.get(COOKIE, "")
        if not self._knows_key(request, secret):
            return self._say(request, text("web.no_key"), 403)
        if "k" in request.query_params:
            return self._hand_cookie(request)
        if not secret:
            scope["new_secret"] = secret = self._chat.new_demo_secret()
        if path == "/":
            return None
        if not path.startswith(DEMO):
            return self._nobody_yet(request)
        name, slash, rest = path.removeprefix(DEMO).partition("/")
        person = self._chat.view.company.people.get(PersonId(unquote(name)))
        if person is None:
            return self._say(request, text("web.not_found"), 404)
        if not slash:
            return RedirectResponse(f"{DEMO}{name}/", 303)
        scope["path"] = f"/{rest}"
        scope["visitor"] = Visitor(person, secret, f"{DEMO}{name}")
        return None

    def _nobody_yet(self, request: Request) -> Response:
        """An address of the real chat, without who one is in the demo."""
        return self._say(request, text("web.not_found"), 404) if wants_json(request) else RedirectResponse("/", 303)

    def _knows_key(self, request: Request, secret: str) -> bool:
        """The demo is for whoever sits at this machine, and for phones that scanned the code."""
        chat = self._chat
        if chat.knows(request.query_params.get("k", "")) or chat.holds(secret):
            return True
        return request.client is not None and is_loopback(request.client.host)

    def _hand_cookie(self, request: Request) -> Response:
        """The secret leaves the address bar at once."""
        rest = "&".join(f"{name}={value}" for name, value in request.query_params.multi_items() if name != "k")
        request.scope["new_secret"] = self._chat.new_demo_secret()
        return RedirectResponse(request.url.path + (f"?{rest}" if rest else ""), 303)

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[tuple[bytes, bytes]] = message["headers"]
                given = {name for name, _ in headers}
                defaults = (header for header in (KEPT_NOWHERE, POLICY_HEADER) if header[0] not in given)
                message["headers"] = [*headers, *HEADERS, *defaults]
                if "new_secret" in scope:
                    message["headers"].append((b"set-cookie", self._chat.cookie(scope["new_secret"]).encode()))
            await send(message)

        return headed

    def _limit(self, request: Request) -> int:
        brings_files = request.headers.get("content-type", "").startswith("multipart/")
        return MOST_OF_A_BODY + (self._chat.settings.upload_limit_mb * 1024 * 1024 if brings_files else 0)

    def _say(self, request: Request, sentence: Any, status: int) -> Response:  # noqa: ANN401  Text or Words
        visitor: Visitor | None = request.scope.get("visitor")
        reader = self._chat.reader(self._language(request)) if visitor is None else self._chat.reader_of(visitor)
        if wants_json(request):
            return as_json(status, stored=False, text=reader.say(sentence))
        return notice(self._chat, reader, sentence, status)

    def _language(self, request: Request) -> Language:
        return language_asked(request) or self._chat.default_language


def language_asked(request: Request) -> Language | None:
    """The language of a page that nobody is signed in to: the address says it, else the browser."""
    asked = parse_language(request.query_params.get("lang"))
    if asked is not None:
        return asked
    wanted = (part.split(";")[0] for part in request.headers.get("accept-language", "").split(","))
    return next((language for language in map(parse_language, wanted) if language is not None), None)


def wants_json(request: Request) -> bool:
    """Whether our script asks."""
    return "x-token" in request.headers or "application/json" in request.headers.get("accept", "")


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def addressed_to(request: Request, hosts: frozenset[str]) -> bool:
    """Whether a request names one of the hosts; "*" admits any."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return "*" in hosts or host in hosts


def limited(receive: Receive, most: int) -> Receive:
    """A body of at most so many bytes: reading more of it raises TooLargeError."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooLargeError
        return message

    return counted
