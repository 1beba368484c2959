"""Small apps as their makers would write them: with slack-bolt over HTTP, with slack-sdk over Socket Mode."""

# slack-sdk and slack-bolt annotate with a bare "dict":
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.fake import FakeSlack

Json = dict[str, Any]
Listener = Callable[[SocketModeRequest], Awaitable[Json | None]]
"""What a Socket Mode app does with a request; what it returns goes into the acknowledgement."""


def web_client(slack: FakeSlack, token: str | None = None) -> AsyncWebClient:
    """A client that never repeats a call by itself."""
    return AsyncWebClient(token or slack.bot_token, base_url=slack.base_url, retry_handlers=[])


def bolt(slack: FakeSlack) -> AsyncApp:
    """A bolt app without a call of auth.test for each request."""

    async def authorize(**_: object) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=slack.team_id,
            bot_token=slack.bot_token,
            bot_id=slack.bot_id,
            bot_user_id=slack.bot_user_id,
        )

    return AsyncApp(
        signing_secret=slack.signing_secret,
        client=web_client(slack),
        authorize=authorize,
        process_before_response=True,
    )


@asynccontextmanager
async def served(handle: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncGenerator[str]:
    """The address at which `handle` answers every POST."""
    app = web.Application(client_max_size=1_000_000)
    app.router.add_post("/slack/events", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def over_http(slack: FakeSlack, app: AsyncApp) -> AsyncGenerator[AsyncApp]:
    """The bolt app, reached by HTTP."""

    async def handle(request: web.Request) -> web.StreamResponse:
        headers: dict[str, str | Sequence[str]] = dict(request.headers)
        answer = await app.async_dispatch(AsyncBoltRequest(body=await request.text(), headers=headers))
        return web.Response(status=answer.status, text=answer.body, headers=answer.first_headers_without_set_cookie())

    async with served(handle) as address:
        slack.http_url = address
        yield app


@asynccontextmanager
async def over_socket(
    slack: FakeSlack, listener: Listener, connections: int = 1
) -> AsyncGenerator[list[SocketModeClient]]:
    """Socket Mode clients that acknowledge what `listener` returns from."""

    async def listen(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        payload = await listener(request)
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=payload))

    clients: list[SocketModeClient] = []
    try:
        for _ in range(connections):
            client = SocketModeClient(slack.app_token, web_client=web_client(slack), ping_interval=0.1)
            client.socket_mode_request_listeners.append(listen)
            clients.append(client)
            await client.connect()
        await slack.wait_for(lambda: len(slack.sockets.connections) == connections)
        yield clients
    finally:
        for client in clients:
            await client.close()


async def refusal(client: AsyncWebClient, method: str, **args: Any) -> str:  # noqa: ANN401 — arguments of the method
    """The error the method answers with."""
    try:
        await client.api_call(method, json=args)
    except SlackApiError as refused:
        return str(refused.response["error"])
    raise AssertionError(f"{method} was not refused")


async def fetched(address: str, token: str) -> tuple[str, bytes]:
    """The content type and the bytes at an address, asked for with a bearer token."""
    headers = {"Authorization": f"Bearer {token}"}
    async with ClientSession() as session, session.get(address, headers=headers) as response:
        return response.content_type, await response.read()
