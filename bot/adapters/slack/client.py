"""The network: Slack's Web API, with every failure as RetryLater, Undeliverable or Unknown (bot/errors.py).

Errors by name: https://docs.slack.dev/reference/methods/chat.postMessage and the pages of the other methods.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, cast
from urllib.parse import urlsplit

import structlog

from bot.adapters.slack.reading import part, word
from bot.errors import RetryLater, TocsinError, Undeliverable, Unknown

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from aiohttp import ClientResponse, ClientSession, ClientTimeout
    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from bot.adapters.slack.reading import Json, Written

ANSWERS_WITHIN: Final = 20
"""Seconds for one call; connecting alone has fewer."""
CONNECTS_WITHIN: Final = 5
TRANSFERS_WITHIN: Final = 120
"""Seconds for a file."""
PAUSE: Final = 60.0
"""Seconds until a call is tried again that only an admin can put right."""
LONGEST_PAUSE: Final = 3600.0
"""Seconds that a `Retry-After` may ask for: Slack asks for a few, a proxy before it for anything."""
CHUNK: Final = 65_536
THROTTLED: Final = 429
SERVER_FAULT: Final = 500
UNAVAILABLE: Final = 503
JUDGED: Final = frozenset({400, 413})
"""What is refused for its form or its size is refused again, whoever refuses it."""
PUT_RIGHT: Final = frozenset(
    {"token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive", "missing_scope"}
    | {"no_permission", "not_allowed_token_type", "ekm_access_denied", "org_login_required", "team_access_not_granted"}
)
"""The app itself is not let in: an admin has to look at its page."""
WORTHLESS: Final = frozenset({"token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"})
"""Of these, what the token itself is to blame for."""
AWAY: Final = frozenset(
    {"ratelimited", "rate_limited", "service_unavailable", "message_limit_exceeded", "accesslimited"}
)
HALFWAY: Final = frozenset({"fatal_error", "internal_error", "request_timeout"})
"""Slack may have done it before it failed."""

log = structlog.get_logger(__name__)


class Refusal(Undeliverable):
    """Slack says no, and why: `error` is its own word for it."""

    def __init__(self, method: str, error: str, answer: Json) -> None:
        """Keep the whole answer: some errors say more."""
        super().__init__(f"{method}: {error}")
        self.error = error
        self.answer = answer


class NotLetIn(RetryLater):
    """The app may not do this until an admin has put its page right; `error` is Slack's own word for it."""

    def __init__(self, method: str, error: str) -> None:
        """It is tried again in a minute."""
        super().__init__(f"{method}: {error}", PAUSE)
        self.error = error


@dataclass(frozen=True, slots=True)
class Identity:
    """The app in its workspace."""

    team: str
    user: str
    bot: str
    workspace: str


def mapped(method: str, error: str, status: int, retry_after: str | None, answer: Json) -> TocsinError:
    """What an answer that is not ok means for whoever asked."""
    if status in (THROTTLED, UNAVAILABLE) or error in AWAY:
        return RetryLater(f"{method}: {error or status}", seconds(retry_after))
    if error in HALFWAY or status >= SERVER_FAULT:
        return Unknown(f"{method}: {error or status}")
    if error in PUT_RIGHT:
        return NotLetIn(method, error)
    return Refusal(method, error, answer)


def seconds(retry_after: str | None) -> float | None:
    """The header as a number; None where it is not there, is none, or asks for no pause."""
    if retry_after is None or not retry_after.isdecimal():
        return None
    return min(float(retry_after), LONGEST_PAUSE) or None


def quiet() -> logging.Logger:
    """For libraries: what matters of theirs is logged here, in one line."""
    return logging.Logger("slack_sdk", logging.CRITICAL)  # noqa: LOG001  one of our own, outside the tree of loggers


@contextmanager
def failing(method: str) -> Generator[None]:
    """What the network does, as one of ours: not sent, or nobody knows.

    A connection that Slack closed between two calls takes no whole request: that is not sent either.
    """
    from aiohttp import ClientConnectionResetError, ClientConnectorError, ClientError, ConnectionTimeoutError

    try:
        yield
    except (ClientConnectorError, ConnectionTimeoutError) as error:
        raise RetryLater(f"{method}: {error or 'no connection'}") from error
    except (ClientError, TimeoutError, OSError) as error:
        if isinstance(error.__cause__, ClientConnectionResetError):
            raise RetryLater(f"{method}: connection closed") from error
        raise Unknown(f"{method}: {type(error).__name__}") from error


class ApiCall(Protocol):
    """The library's one call, with the types it means."""

    async def __call__(self, method: str, *, json: Written | None, data: Written | None) -> AsyncSlackResponse:
        """Call a method."""
        ...


class SlackClient:
    """One app's access to one workspace. Opened by its first call; `close` lets go of its connections."""

    def __init__(self, token: str, api_url: str) -> None:
        """Nothing is opened yet."""
        self._token = token
        self.api_url = f"{api_url.rstrip('/')}/"
        self._opened: tuple[ClientSession, AsyncWebClient] | None = None
        self._self: Identity | None = None
        self._told = ""
        self._closed = False
        self.doubtful = asyncio.Event()
        """Set where an answer says that the token may be worth nothing any more."""

    def web(self) -> AsyncWebClient:
        """The library's own client, which never repeats a call by itself."""
        return self._open()[1]

    def _open(self) -> tuple[ClientSession, AsyncWebClient]:
        if self._closed:
            raise RetryLater("closed")
        if self._opened is None:
            from aiohttp import ClientSession, ClientTimeout
            from slack_sdk.proxy_env_variable_loader import load_http_proxy_from_env
            from slack_sdk.web.async_client import AsyncWebClient

            timeout = ClientTimeout(total=ANSWERS_WITHIN, sock_connect=CONNECTS_WITHIN)
            # The library's own way to a proxy, also for requests that do not go through it (nor does it read NO_PROXY).
            # `trust_env` reads the netrc file in a thread for each request, a fifth of what a press costs.
            session = ClientSession(timeout=timeout, proxy=load_http_proxy_from_env(quiet()))
            web = AsyncWebClient(
                token=self._token, base_url=self.api_url, session=session, retry_handlers=[], logger=quiet()
            )
            self._opened = (session, web)
        return self._opened

    async def close(self) -> None:
        """Let go."""
        self._closed = True
        if self._opened is not None:
            await self._opened[0].close()
            self._opened = None

    async def me(self) -> Identity:
        """Which workspace and account this app has; asked once."""
        if self._self is None:
            told = await self.call("auth.test")
            self._self = Identity(
                word(told, "team_id"), word(told, "user_id"), word(told, "bot_id"), word(told, "team")
            )
        return self._self

    async def call(self, method: str, /, **given: object) -> Json:
        """Call a method with JSON arguments. Raises RetryLater, Refusal (Undeliverable) or Unknown."""
        return cast("Json", (await self._call(method, given, None)).data)

    async def ask(self, method: str, /, **given: object) -> Json:
        """Call a method that takes no JSON (those that read). Raises as `call`."""
        return cast("Json", (await self._call(method, None, given)).data)

    async def tell(self, method: str, /) -> tuple[Json, Mapping[str, str]]:
        """Call a method, and see the headers of the answer by their names in small letters. Raises as `call`."""
        answer = await self._call(method, {}, None)
        headers = cast("Mapping[str, str]", answer.headers)
        return cast("Json", answer.data), {name.lower(): value for name, value in headers.items()}

    @property
    def not_let_in(self) -> bool:
        """Whether the last call failed because the app is not let in."""
        return bool(self._told)

    async def _call(self, method: str, written: Written | None, form: Written | None) -> AsyncSlackResponse:
        from slack_sdk.errors import SlackApiError

        api_call = cast("ApiCall", self.web().api_call)  # pyright: ignore[reportUnknownMemberType]  bare dicts in its signature
        try:
            with failing(method):
                answer = await api_call(method, json=written, data=form)
        except SlackApiError as error:
            raise self._failure(method, error) from error
        except (AttributeError, ValueError) as error:  # the library takes whatever JSON or text comes for an object
            raise Unknown(f"{method}: no answer of Slack's") from error
        self._told = ""
        return answer

    def _failure(self, method: str, failure: Exception) -> TocsinError:
        """What it means. Slack names what it refuses: an answer that names nothing is not Slack's but a proxy's."""
        response = getattr(failure, "response", None)
        answer = part(getattr(response, "data", None))
        status = getattr(response, "status_code", 0) or getattr(response, "status", 0)
        headers: Json = getattr(response, "headers", None) or {}
        after = headers.get("Retry-After")
        error = word(answer, "error")
        if error in PUT_RIGHT:
            self._tell(method, error, word(answer, "needed"))
        if not error and isinstance(status, int) and status < SERVER_FAULT and status not in (THROTTLED, *JUDGED):
            return Unknown(f"{method}: {status}, no answer of Slack's")
        return mapped(method, error, status, after if isinstance(after, str) else None, answer)

    def _tell(self, method: str, error: str, needed: str) -> None:
        """Once, until a call succeeds again."""
        if self._told != error:
            self._told = error
            log.error("slack.not_let_in", error=error, method=method, needed_scope=needed or None)
        if error in WORTHLESS:
            self.doubtful.set()

    async def download(self, url: str, limit: int) -> bytes | None:
        """A file that somebody sent; None where it is larger than `limit` bytes, or not to be had."""
        if not self._is_slack(url):
            return None
        headers = {"Authorization": f"Bearer {self._token}"}
        with failing("download"):
            async with self._open()[0].get(url, headers=headers, timeout=_transfer()) as response:
                return await self._downloaded(response, limit)

    @staticmethod
    async def _downloaded(response: ClientResponse, limit: int) -> bytes | None:
        if response.status == THROTTLED or response.status >= SERVER_FAULT:
            raise RetryLater(f"download: {response.status}", seconds(response.headers.get("Retry-After")))
        if not response.ok or "text/html" in response.headers.get("Content-Type", ""):
            return None
        content = bytearray()
        async for chunk in response.content.iter_chunked(CHUNK):
            content += chunk
            if len(content) > limit:
                return None
        return bytes(content)

    def _is_slack(self, url: str) -> bool:
        """The token goes to nobody else."""
        host = urlsplit(url).hostname or ""
        return host.endswith(".slack.com") or host == urlsplit(self.api_url).hostname

    async def upload(self, url: str, content: bytes) -> None:
        """Hand a file over to the address that Slack gave for it."""
        with failing("upload"):
            async with self._open()[0].post(url, data=content, timeout=_transfer()) as response:
                if not response.ok:
                    raise mapped("upload", "", response.status, response.headers.get("Retry-After"), {})

    async def respond(self, url: str, answer: Json) -> None:
        """Answer by the address that came with a press or a command. Raises as `call`."""
        if not self._is_slack(url):
            raise Undeliverable("no address of Slack's")
        with failing("respond"):
            async with self._open()[0].post(url, json=answer) as response:
                if not response.ok:
                    raise mapped("respond", "", response.status, response.headers.get("Retry-After"), {})


def _transfer() -> ClientTimeout:
    from aiohttp import ClientTimeout

    return ClientTimeout(total=TRANSFERS_WITHIN, sock_connect=CONNECTS_WITHIN)
