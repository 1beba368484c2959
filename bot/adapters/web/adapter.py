"""The built-in chat as an adapter: it serves pages until cancelled, and a message is delivered when it is stored."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Generator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn

from bot.adapters.web import client
from bot.adapters.web.chat import Chat
from bot.adapters.web.front import Front, is_loopback
from bot.adapters.web.hooks import Hooks
from bot.adapters.web.inbound import PLATFORM
from bot.adapters.web.routes import routes
from bot.adapters.web.session import Sessions
from bot.adapters.web.stream import Feed
from bot.chat.adapter import Abilities, Accepted, Showing
from bot.chat.effect import Invite, OpenRoom
from bot.config import EVERYWHERE, route_address
from bot.errors import Broken, NotSaved, RetryLater
from bot.text import text

if TYPE_CHECKING:
    from starlette.routing import Route
    from starlette.types import ASGIApp

    from bot.adapters.view import HouseView
    from bot.adapters.web.view import Ahead, Documents, Welcome
    from bot.chat.adapter import Budget, Delivery, Inlet
    from bot.clock import Clock
    from bot.config import WebSettings
    from bot.domain.ids import PersonId
    from bot.store.store import Store
    from bot.store.work import Work
    from bot.text import Language

WAITING_CONNECTIONS = 512
LOOPBACK = "127.0.0.1"
ENDS_WITHIN = 3
"""Seconds that open connections have when the house closes."""


class _Server(uvicorn.Server):
    """The signals belong to the whole house, not to its web server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave them alone."""
        yield


class WebAdapter:
    """The built-in chat."""

    name: str = PLATFORM
    abilities: Abilities = Abilities(outside=False, reader_language=True, text_limit=20_000, buttons_limit=50)

    def __init__(
        self,
        store: Store,
        settings: WebSettings,
        view: HouseView,
        clock: Clock,
        *,
        demo: bool,
        documents: Documents,
        welcome: Welcome,
        ahead: Ahead,
        key: str = "",
        default_language: Language = "zh",
        hooks: Sequence[Route] = (),
    ) -> None:
        """`key` is what phones show to get into a demo; empty: a new one each time. `hooks`: what platforms call."""
        self.key = (key or secrets.token_urlsafe(9)) if demo else ""
        self._settings = settings
        self._hooks = tuple(hooks)
        self._socket: socket.socket | None = None
        self._chat = Chat(
            store=store,
            settings=settings,
            view=view,
            clock=clock,
            demo=demo,
            key=self.key,
            default_language=default_language,
            documents=documents,
            welcome=welcome,
            ahead=ahead,
            sessions=Sessions(store, clock, timedelta(days=settings.session_days)),
            feed=Feed(store),
        )

    @property
    def address(self) -> str:
        """Where the chat is reached on this machine, without a slash at the end; known once it is bound."""
        scheme = "http" if self._settings.tls_certificate is None else "https"
        host = self._settings.host
        shown = LOOPBACK if host in EVERYWHERE else host
        port = self._settings.port if self._socket is None else self._socket.getsockname()[1]
        return f"{scheme}://{f'[{shown}]' if ':' in shown else shown}:{port}"

    @property
    def phone_link(self) -> str:
        """What a phone of the same network opens, the demo's key included; empty where no phone can."""
        settings = self._settings
        if not self._chat.demo or is_loopback(settings.host):
            return ""
        if settings.public_url:
            return f"{settings.public_url.rstrip('/')}/?k={self.key}"
        host = route_address() if settings.host in EVERYWHERE else settings.host
        return "" if host is None else f"{self.address.replace(LOOPBACK, host)}/?k={self.key}"

    def bind(self) -> None:
        """Take the port. Raises Broken where it is taken, or where plain http would leave this machine unasked."""
        settings = self._settings
        plain = settings.tls_certificate is None
        if plain and not settings.plain_http_off_loopback and not is_loopback(settings.host):
            raise Broken(text("web.plain_http", host=settings.host))
        self._socket = _bound(settings.host, settings.port)

    def budgets(self, address: str) -> tuple[Budget, ...]:
        """No limits: it is our own."""
        del address
        return ()

    async def run(self, inlet: Inlet) -> None:
        """Serve until cancelled."""
        if self._socket is None:
            self.bind()
        self._chat.dispatch = inlet.receive
        server = self._server()
        async with asyncio.TaskGroup() as group:
            feed = group.create_task(self._chat.feed.run(), name="web.feed")
            serving = group.create_task(server.serve([self._socket] if self._socket else None), name="web.server")
            try:
                await asyncio.shield(serving)
            finally:
                self._chat.dispatch = None
                self._chat.feed.close()
                server.should_exit = True
                await serving
                feed.cancel()

    def _server(self) -> _Server:
        settings = self._settings
        config = uvicorn.Config(
            self._application(),
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=WAITING_CONNECTIONS,
            timeout_graceful_shutdown=ENDS_WITHIN,
            ssl_certfile=settings.tls_certificate,
            ssl_keyfile=settings.tls_key,
        )
        return _Server(config)

    def _application(self) -> ASGIApp:
        hosts = self._hosts()
        front = Front(routes(self._chat), self._chat, hosts)
        return Hooks(self._hooks, front, hosts) if self._hooks else front

    def _hosts(self) -> frozenset[str]:
        """The names a request may be addressed to: no page elsewhere makes a browser talk to us by its own name."""
        settings = self._settings
        if settings.allowed_hosts:
            return frozenset({*settings.allowed_hosts, "localhost", "127.0.0.1", "::1"})
        public = urlsplit(settings.public_url).hostname
        named = {settings.host, public or "", socket.gethostname(), *own_addresses()}
        return frozenset({*(name for name in named if name), "localhost", "127.0.0.1", "::1"})

    async def deliver(self, delivery: Delivery) -> Accepted:
        """Store one message or room. Raises RetryLater while the store cannot keep anything."""

        async def keep(work: Work) -> Accepted:
            if isinstance(delivery, Showing):
                return Accepted(await client.show(work, delivery))
            match delivery.effect:
                case OpenRoom() as room:
                    client.open_room(work, room)
                case Invite(room=room, people=people):
                    client.let_in(work, room, people)
            return Accepted(delivery.effect.room)

        try:
            return await self._chat.store.write(keep)
        except NotSaved as error:
            raise RetryLater("the store keeps nothing now") from error

    def forget(self, person: PersonId) -> None:
        """A person's sessions were revoked: their open pages end within seconds."""
        self._chat.sessions.forget(person)


def own_addresses() -> frozenset[str]:
    """The addresses of this machine on its networks, as its own name and its routes tell them."""
    found: set[str] = set()
    with contextlib.suppress(OSError):
        found.update(str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None))
    routed = route_address()
    return frozenset(found if routed is None else {*found, routed})


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(WAITING_CONNECTIONS)
    except OSError as error:
        listening.close()
        if error.errno in (13, 98, 48):
            raise Broken(text("web.port_in_use", port=port)) from error
        raise Broken(text("web.cannot_listen", host=host, port=port, why=error.strerror or str(error))) from error
    listening.setblocking(False)  # noqa: FBT003  the name of the call says what it turns off
    return listening
