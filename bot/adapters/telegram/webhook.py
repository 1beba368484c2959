"""Updates that Telegram brings itself: each is stored before the 200 (rule 1)."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Final, cast

import structlog
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.adapters.telegram.client import TokenRefused
from bot.adapters.telegram.inbound import KINDS
from bot.adapters.telegram.polling import BOTFATHER, Patience, is_update, raw_of, token_refused
from bot.errors import Broken, NotSaved, RetryLater, Undeliverable, Unknown
from bot.text import text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.adapters.telegram.client import Client
    from bot.adapters.telegram.inbound import Json
    from bot.chat.adapter import Inlet
    from bot.clock import Clock
    from bot.config import TelegramSettings
    from bot.text import Text

PATH: Final = "/telegram/updates"
SECRET: Final = "x-telegram-bot-api-secret-token"  # noqa: S105  the name of the header
MOST_OF_A_BODY: Final = 1024 * 1024

log = structlog.get_logger(__name__)


class Webhook:
    """The address that Telegram calls."""

    def __init__(self, settings: TelegramSettings, public_url: str, clock: Clock) -> None:
        """Takes nothing before `run`."""
        self._secret = settings.webhook_secret or _secret_of(settings.bot_token)
        self._url = f"{public_url.rstrip('/')}{PATH}"
        self._clock = clock
        self._inlet: Inlet | None = None

    @property
    def route(self) -> Route:
        """To be mounted on the server that `web.public_url` leads to."""
        return Route(PATH, self.receive, methods=["POST"])

    async def run(self, client: Client, inlet: Inlet, patience: Patience) -> None:
        """Tell Telegram where to bring updates, then take them until cancelled. Raises Broken where it refuses.

        What still comes after that is taken all the same: the house stays, and Telegram gives up an update in time.
        """
        self._inlet = inlet
        try:
            await self._hook(client, patience)
            stands: object = None
            while True:
                stands = await self._look(client, stands)
                await asyncio.sleep(patience.look)
        except asyncio.CancelledError:
            self._inlet = None
            raise

    async def _look(self, client: Client, before: object) -> object:
        """Where updates are brought, as Telegram writes it. Raises Broken where that is another address now, or none.

        Nothing else says so when the token is revoked or another program takes the updates: they only stop.
        """
        try:
            url = (await client.ask("getWebhookInfo")).get("url")
        except TokenRefused as error:
            raise token_refused() from error
        except (RetryLater, Unknown, Undeliverable) as error:
            log.info("telegram.webhook.not_seen", why=str(error))
            return before
        if not url or (before is not None and url != before):
            log.warning("telegram.webhook.elsewhere", url=url)
            raise Broken(_elsewhere(hooked=bool(url)))
        return url

    async def _hook(self, client: Client, patience: Patience) -> None:
        pause = patience.least
        while True:
            try:
                await client.call(
                    "setWebhook",
                    url=self._url,
                    secret_token=self._secret,
                    allowed_updates=list(KINDS),
                    drop_pending_updates=False,
                )
            except TokenRefused as error:
                raise token_refused() from error
            except Undeliverable as error:
                raise Broken(
                    text("telegram.webhook_refused", url=self._url, why=str(error), setting="web.public_url")
                ) from error
            except (RetryLater, Unknown) as error:
                log.warning("telegram.webhook.not_set", why=str(error), url=self._url)
                await asyncio.sleep(pause)
                pause = min(pause * 2, patience.most)
            else:
                return

    async def receive(self, request: Request) -> Response:
        """One update. 401 wrong secret, 413 too big, 400 no update, 503 not stored: Telegram brings it again."""
        given = request.headers.get(SECRET, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            log.warning("telegram.webhook.wrong_secret")
            return PlainTextResponse("", 401)
        body = await _body(request)
        if body is None:
            return PlainTextResponse("", 413)
        update = _update(body)
        if update is None:
            log.warning("telegram.webhook.not_an_update")
            return PlainTextResponse("", 400)
        if self._inlet is None:
            return PlainTextResponse("", 503)
        try:
            await self._inlet.keep([raw_of(update, self._clock.now())])
        except NotSaved:
            return PlainTextResponse("", 503)
        return PlainTextResponse("")


def _elsewhere(*, hooked: bool) -> Text:
    """Another program has the updates: brought to an address of its own, or fetched, which needs the address away."""
    if hooked:
        return text("telegram.webhook_elsewhere", botfather=BOTFATHER)
    return text("telegram.two_pollers", botfather=BOTFATHER)


async def _body(request: Request) -> bytes | None:
    """The body; None as soon as it is too big."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_OF_A_BODY:
            return None
    return bytes(body)


def _update(body: bytes) -> Json | None:
    try:
        sent: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return cast("Json", sent) if is_update(sent) else None


def _secret_of(token: str) -> str:
    """Where the configuration names no secret: one that follows from the token, so that there always is one."""
    return hashlib.sha256(f"webhook:{token}".encode()).hexdigest()
