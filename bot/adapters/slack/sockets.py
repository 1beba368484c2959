"""Socket Mode: two connections, so that one is open while Slack replaces the other, and a watchdog for each.

https://docs.slack.dev/apis/events-api/using-socket-mode · The library's client can hang on to an address that is no
longer good; one that has not been connected for half a minute is thrown away and a new one takes its place.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.adapters.slack.client import PUT_RIGHT, quiet
from bot.adapters.slack.reading import part, word, writable, write_json
from bot.errors import Broken
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.adapters.slack.doorstep import Taken
    from bot.adapters.slack.reading import Json
    from bot.clock import Clock

CONNECTIONS: Final = 2
"""Of ten that Slack allows."""
LOOKS_EVERY: Final = timedelta(seconds=5)
GIVES_UP_AFTER: Final = timedelta(seconds=30)
PINGS_EVERY: Final = 5.0

log = structlog.get_logger(__name__)


class _Client(SocketModeClient):
    """The library's client, remembering why it could not connect."""

    refused: str = ""

    async def issue_new_wss_url(self) -> str:
        """An address for one connection."""
        try:
            url = await super().issue_new_wss_url()
        except SlackApiError as error:
            self.refused = word(part(cast("object", error.response.data)), "error")  # pyright: ignore[reportUnknownMemberType]  untyped
            raise
        self.refused = ""
        return url


class Sockets:
    """The way in over Socket Mode. `run` until cancelled."""

    def __init__(
        self,
        app_token: str,
        web: Callable[[], AsyncWebClient],
        clock: Clock,
        take: Callable[[str], Awaitable[Taken]],
        *,
        pings_every: float = PINGS_EVERY,
    ) -> None:
        """`take` stores an update; `pings_every` in real seconds."""
        self._app_token = app_token
        self._web = web
        self._clock = clock
        self._take = take
        self._pings_every = pings_every

    async def run(self) -> None:
        """Hold the connections. Raises Broken where the token has to be mended."""
        async with asyncio.TaskGroup() as group:
            for number in range(CONNECTIONS):
                group.create_task(self._hold(number), name=f"slack.socket.{number}")

    async def _hold(self, number: int) -> None:
        while True:
            client = _Client(self._app_token, quiet(), self._web(), ping_interval=self._pings_every)
            client.socket_mode_request_listeners.append(self._heard)
            connecting = asyncio.create_task(client.connect(), name=f"slack.connecting.{number}")  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  the library gives no return type
            try:
                await self._watch(client, number)
            finally:
                connecting.cancel()
                await _close(client, connecting)

    async def _watch(self, client: _Client, number: int) -> None:
        """Return when the client has not been connected for half a minute."""
        connected_at = self._clock.now()
        while True:
            now = self._clock.now()
            if await client.is_connected():
                connected_at = now
            elif now - connected_at >= GIVES_UP_AFTER:
                log.warning("slack.not_connected", connection=number, error=client.refused or None)
                if client.refused in PUT_RIGHT:
                    raise Broken(text("slack.app_token_refused", why=client.refused, setting="slack.app_token"))
                return
            await self._clock.sleep_until(now + LOOKS_EVERY, asyncio.Event())

    async def _heard(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Store, then acknowledge. Where that comes to nothing Slack sends it again."""
        taken = await self._take(writable(write_json(cast("Json", request.payload))))  # pyright: ignore[reportUnknownMemberType]  untyped
        if not taken.acknowledged:
            return
        answer = None if taken.answer is None else dict(taken.answer)
        response = SocketModeResponse(request.envelope_id, answer)
        try:
            await client.send_socket_mode_response(response)
        except (OSError, RuntimeError, AttributeError) as error:
            log.info("slack.not_acknowledged", envelope=request.envelope_id, error=str(error))


async def _close(client: _Client, connecting: asyncio.Task[None]) -> None:
    """Let go of everything the library has started."""
    with suppress(OSError, RuntimeError):
        await client.close()  # pyright: ignore[reportUnknownMemberType]  the library gives no return type
    names = ("message_processor", "current_session_monitor", "message_receiver")
    library = [cast("asyncio.Future[None] | None", getattr(client, name)) for name in names]
    await asyncio.gather(*(task for task in library if task is not None), connecting, return_exceptions=True)
