"""Socket Mode: WebSockets that the app opens, envelopes that it acknowledges."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, cast

from aiohttp import ClientConnectionError, WSMsgType, web

from tests.slack.reading import Json

CONNECTIONS: Final = 10
"""Connections one app may have (docs.slack.dev, "Using Socket Mode")."""


@dataclass(eq=False)
class Connection:
    """One WebSocket. A silent one is open and swallows everything: no pong, no envelope, no acknowledgement."""

    socket: web.WebSocketResponse
    request: web.Request
    number: int
    silent: bool = False
    pongs: int = 0
    sent: list[str] = field(default_factory=list[str])

    async def say(self, text: str) -> bool:
        """Send a text; False where the other side is gone."""
        if self.silent:
            return True
        try:
            await self.socket.send_str(text)
        except (ClientConnectionError, ConnectionError):
            return False
        return True

    def cut(self) -> None:
        """Close without a word, as when a cable is pulled."""
        if self.request.transport is not None:
            self.request.transport.abort()


class Sockets:
    """All WebSockets of the app."""

    def __init__(self, app_id: str, changed: Callable[[], None], opened: Callable[[], None]) -> None:
        """`changed` after each change, `opened` when a new connection is ready."""
        self.app_id, self._changed, self._opened = app_id, changed, opened
        self.connections: list[Connection] = []
        self.tickets: set[str] = set()
        self.unknown: list[str] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._turn = 0
        self._count = 0

    @property
    def used(self) -> bool:
        """Whether the app has ever connected."""
        return self._count > 0

    def ticket(self) -> str:
        """A ticket for one connection."""
        ticket = uuid.uuid4().hex
        self.tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from hello to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=403)
        if len(self.connections) >= CONNECTIONS:
            return web.json_response({"ok": False, "error": "too_many_websockets"}, status=429)
        self.tickets.remove(ticket)
        socket = web.WebSocketResponse(autoping=False, timeout=0.2)
        await socket.prepare(request)
        self._count += 1
        connection = Connection(socket, request, self._count)
        self.connections.append(connection)
        try:
            await connection.say(json.dumps(self._hello()))
            self._changed()
            self._opened()
            await self._read(connection)
        finally:
            self.connections.remove(connection)
            self._changed()
        return socket

    async def send(self, kind: str, payload: Json, attempt: int, reason: str, within: float) -> Json | None:
        """Send one envelope over any connection; its acknowledgement, None where none came in time."""
        connection = self._next()
        if connection is None:
            return None
        envelope_id = str(uuid.uuid4())
        envelope: Json = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            "payload": payload,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        future = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = future
        connection.sent.append(envelope_id)
        try:
            async with asyncio.timeout(within):
                if not await connection.say(json.dumps(envelope)):
                    return None
                return await future
        except TimeoutError:
            return None
        finally:
            del self._waiting[envelope_id]

    async def shout(self, text: str) -> None:
        """Send any text over any connection, such as an envelope that cannot be read."""
        connection = self._next()
        if connection is not None:
            await connection.say(text)

    async def ping(self) -> None:
        """Ping every connection, as Slack does every few seconds."""
        for connection in list(self.connections):
            if not connection.silent:
                await connection.socket.ping(b"Ping from applink")

    async def disconnect(self, connection: Connection, reason: str) -> None:
        """Tell the app to come back by another connection: refresh_requested, warning, link_disabled."""
        message = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-fake"}}
        await connection.say(json.dumps(message))

    def cut(self) -> None:
        """Cut every connection."""
        for connection in list(self.connections):
            connection.cut()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "applink-fake", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.app_id},
        }

    def _next(self) -> Connection | None:
        alive = [each for each in self.connections if not each.socket.closed]
        self._turn += 1
        return alive[self._turn % len(alive)] if alive else None

    async def _read(self, connection: Connection) -> None:
        async for message in connection.socket:
            if connection.silent:
                continue
            match message.type:
                case WSMsgType.PING:
                    await connection.socket.pong(cast("bytes", message.data))
                case WSMsgType.PONG:
                    connection.pongs += 1
                    self._changed()
                case WSMsgType.TEXT:
                    self._acknowledged(str(message.data), connection)
                case _:
                    return
        for envelope in connection.sent:
            waiting = self._waiting.get(envelope)
            if waiting is not None and not waiting.done():
                waiting.set_exception(TimeoutError())

    def _acknowledged(self, text: str, connection: Connection) -> None:
        try:
            read: object = json.loads(text)
        except ValueError:
            read = None
        match read:
            case {"envelope_id": str(envelope)}:
                waiting = self._waiting.get(envelope)
                if envelope in connection.sent:
                    connection.sent.remove(envelope)
                if waiting is None:
                    self.unknown.append(envelope)
                elif not waiting.done():
                    waiting.set_result(cast("Json", read))
            case _:
                self.unknown.append(text)
