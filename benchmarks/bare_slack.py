"""The yardstick on Slack: a bolt app that acknowledges every press and keeps nothing (`… PORT SECRET`)."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.routing import Route, Router

from benchmarks.bare import healthz, serve
from bot.adapters.slack.http import PATH

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck
    from starlette.requests import Request
    from starlette.responses import Response


async def authorize() -> AuthorizeResult:
    """The app's own tokens: Slack is not asked."""
    return AuthorizeResult(enterprise_id=None, team_id=None, bot_id="B1", bot_user_id="U1")


def build(signing_secret: str) -> AsyncApp:
    """It checks signatures, as the house does, and acknowledges."""
    app = AsyncApp(signing_secret=signing_secret, authorize=authorize, process_before_response=True)

    async def pressed(ack: AsyncAck) -> None:
        await ack()

    app.action(re.compile(".*"))(pressed)  # pyright: ignore[reportUnknownMemberType]  the library gives patterns no type
    return app


def main() -> None:
    """Serve until told to stop."""
    handler = AsyncSlackRequestHandler(build(sys.argv[2]))

    async def take(request: Request) -> Response:
        return await handler.handle(request)

    serve(Router([Route(PATH, take, methods=["POST"]), Route("/healthz", healthz)]))


if __name__ == "__main__":
    main()
