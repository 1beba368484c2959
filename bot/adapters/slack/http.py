"""HTTP mode: the address that Slack calls. A request is answered when what it brings is stored.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

from binascii import a2b_qp
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

import structlog
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.adapters.slack.reading import read_json, word, write_json
from bot.errors import Unreadable

if TYPE_CHECKING:
    from slack_sdk.signature import SignatureVerifier
    from starlette.requests import Request

    from bot.adapters.slack.doorstep import Doorstep
    from bot.clock import Clock

PATH: Final = "/slack/events"
MOST_OF_BODY: Final = 1024 * 1024
LONGEST_TIMESTAMP: Final = 12
COMPLAINS_EVERY: Final = 60.0
"""Seconds between two lines of the log about requests that Slack has not signed."""
FORM: Final = "application/x-www-form-urlencoded"

log = structlog.get_logger(__name__)


class Seconds:
    """The house's clock as the library wants one."""

    def __init__(self, clock: Clock) -> None:
        """Wrap it."""
        self._clock = clock

    def now(self) -> float:
        """Seconds since 1970."""
        return self._clock.now().timestamp()


def verifier_of(signing_secret: str, clock: Clock) -> SignatureVerifier:
    """Checks signatures in constant time and refuses what is older than five minutes. ValueError without a secret."""
    from slack_sdk.signature import SignatureVerifier

    return SignatureVerifier(signing_secret, Seconds(clock))  # pyright: ignore[reportArgumentType]  it asks for no more


class Events:
    """The one address: events, commands, presses and forms."""

    def __init__(self, verifier: SignatureVerifier, doorstep: Doorstep) -> None:
        """Nothing is taken while `doorstep.inlet` is None."""
        self._verifier = verifier
        self._doorstep = doorstep
        self._complained_at = 0.0

    @property
    def route(self) -> Route:
        """For the server of the built-in chat."""
        return Route(PATH, self.take, methods=["POST"])

    async def take(self, request: Request) -> Response:
        """Check, store, answer. Slack's check of our certificate alone is not signed, and does nothing."""
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        form = request.headers.get("content-type", "").startswith(FORM)
        if form and b"ssl_check=1" in body.split(b"&"):
            return Response()
        if not self._signed(request, body):
            self._complain(request)
            return PlainTextResponse("not signed by Slack", HTTPStatus.UNAUTHORIZED)
        try:
            payload = _payload(body, form=form)
            sent = read_json(payload)
        except (Unreadable, UnicodeDecodeError):
            return PlainTextResponse("not understood", HTTPStatus.BAD_REQUEST)
        if word(sent, "type") == "url_verification":
            return JSONResponse({"challenge": word(sent, "challenge")})
        taken = await self._doorstep.take(payload, sent)
        if not taken.acknowledged:
            return PlainTextResponse("not saved", HTTPStatus.SERVICE_UNAVAILABLE)
        return Response() if taken.answer is None else JSONResponse(dict(taken.answer))

    def _complain(self, request: Request) -> None:
        """Once in a while: anybody on the internet can call here as often as they like."""
        now = self._verifier.clock.now()
        if abs(now - self._complained_at) < COMPLAINS_EVERY:
            return
        self._complained_at = now
        sent_at = request.headers.get("x-slack-request-timestamp", "")[:LONGEST_TIMESTAMP]
        log.warning("slack.not_signed", sent_at=sent_at, received_at=int(now))

    def _signed(self, request: Request, body: bytes) -> bool:
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        written = timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= LONGEST_TIMESTAMP
        if not written or not signature.isascii():
            return False
        try:
            return self._verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError:
            return False


async def _body(request: Request) -> bytes | None:
    """What was sent, None where it is more than a megabyte: no more than that is read."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > MOST_OF_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_OF_BODY:
            return None
    return bytes(body)


def _payload(body: bytes, *, form: bool) -> str:
    """JSON, whichever of its three ways Slack has sent it in."""
    if not form:
        return body.decode()
    name, _, value = body.partition(b"=")
    if name == b"payload" and b"&" not in value:
        return _decoded(value)
    fields = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    return fields.get("payload") or write_json(fields)


def _decoded(value: bytes) -> str:
    """The value of a form's field. Quoted-printable is the same with = for %, and read sixteen times as fast."""
    return a2b_qp(value.replace(b"+", b" ").replace(b"=", b"%3D").replace(b"%", b"=")).decode()
