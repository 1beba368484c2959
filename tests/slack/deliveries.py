"""What Slack sends to the app, over HTTP: signed, timed, answered."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final, Literal, cast
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector

from tests.slack.reading import Json

Kind = Literal["events_api", "slash_commands", "interactive"]
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered to one request; `status` is 0 where there was no answer (`error` says why)."""

    status: int
    body: str
    took: float
    error: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def ok(self) -> bool:
        """Whether Slack is content."""
        return 200 <= self.status < 300

    def parsed(self) -> object:
        """The body as JSON, else as the text it is, None where it is empty."""
        if not self.body:
            return None
        try:
            return json.loads(self.body)
        except ValueError:
            return self.body


@dataclass(eq=False)
class Delivery:
    """One event, command or press on its way to the app; `attempts` may be several for an event."""

    kind: Kind
    payload: Json
    attempts: int = 0
    acked: bool = False
    response: object = None
    status: int = 0
    body: str = ""
    took: float = 0.0
    error: str = ""
    answers: list[Answer] = field(default_factory=list[Answer])

    @property
    def refused(self) -> bool:
        """Whether the app asked not to be sent this again (`X-Slack-No-Retry: 1`)."""
        return bool(self.answers) and self.answers[-1].headers.get("X-Slack-No-Retry") == "1"

    @property
    def event_id(self) -> str:
        """The event's id, by which repeats are recognised."""
        return str(self.payload.get("event_id", ""))

    @property
    def event(self) -> Json:
        """The event itself."""
        return cast("Json", self.payload.get("event", {}))

    def body_of(self) -> tuple[bytes, str]:
        """The body of the request and its content type."""
        match self.kind:
            case "events_api":
                return json.dumps(self.payload).encode(), JSON
            case "slash_commands":
                return urlencode(self.payload).encode(), FORM
            case "interactive":
                return urlencode({"payload": json.dumps(self.payload)}).encode(), FORM


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature `v0=…` (docs.slack.dev, "Verifying requests from Slack")."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    return f"v0={digest.hexdigest()}"


class Post:
    """Slack's side of HTTP."""

    def __init__(self, secret: str, within: float) -> None:
        """`within`: seconds the app has to answer."""
        self.secret, self.within = secret, within
        self._session: ClientSession | None = None

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, url: str, body: bytes, content_type: str, headers: Mapping[str, str]) -> Answer:
        """POST the body; never raises for what the other side does."""
        if self._session is None:
            self._session = ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=None))
        began = time.perf_counter()
        everything = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **headers,
        }
        try:
            async with asyncio.timeout(self.within):
                async with self._session.post(
                    url, data=BytesIO(body), headers=everything, allow_redirects=False
                ) as response:
                    text = await response.text()
                    return Answer(response.status, text, time.perf_counter() - began, "", dict(response.headers))
        except TimeoutError:
            return Answer(0, "", time.perf_counter() - began, "http_timeout")
        except (ClientError, OSError):
            return Answer(0, "", time.perf_counter() - began, "connection_failed")

    def headers(self, body: bytes, timestamp: str, retry: tuple[int, str] | None = None) -> dict[str, str]:
        """The headers of a well-signed request."""
        signed = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": sign(self.secret, timestamp, body)}
        if retry is None:
            return signed
        return signed | {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}


def event_callback(event: Json, **ids: Any) -> Json:  # noqa: ANN401 — the ids stand in the payload as they are
    """The outer shape of an event."""
    return {
        "token": "verification-token",
        "team_id": ids["team"],
        "context_team_id": ids["team"],
        "context_enterprise_id": None,
        "api_app_id": ids["app"],
        "event": event,
        "type": "event_callback",
        "event_id": ids["event_id"],
        "event_time": ids["at"],
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": ids["team"],
                "user_id": ids["bot"],
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": ids["shared"],
        "event_context": f"4-{ids['event_id']}",
    }
