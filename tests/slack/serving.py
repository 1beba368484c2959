"""The Web API over HTTP, with the addresses beside it: WebSockets, uploads, downloads, response_urls."""

from __future__ import annotations

import asyncio
import json
import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, cast

from aiohttp import web

from tests.slack import accounts, chat, files, rooms, screens
from tests.slack.calling import METHOD_SCOPES, ApiError, Args, Method, need_scope
from tests.slack.deliveries import JSON
from tests.slack.reading import Json
from tests.slack.sending import Sending
from tests.slack.state import ANSWER_LIVES, ANSWERS, AnswerUrl, Call, Ephemeral, Message

METHODS: Final[dict[str, Method]] = {
    **accounts.METHODS,
    **chat.METHODS,
    **files.METHODS,
    **rooms.METHODS,
    **screens.METHODS,
}
ALL_SCOPES: Final = frozenset(
    {scope for scopes in METHOD_SCOPES.values() for scope in scopes}
    | {"chat:write.customize", "commands", "app_mentions:read"}
)
LOGIN_PAGE: Final = (
    "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to Tocsin</body></html>"
)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` within any `seconds` (by the fake's clock)."""

    calls: int
    seconds: float


@dataclass(eq=False)
class Failure:
    """An answer that stands ready for the next call of a method."""

    error: str
    status: int
    retry_after: int | None


@dataclass(frozen=True, slots=True)
class Drop:
    """An answer that gets lost: whether the work is done, and whether the caller has to find out by its own timeout."""

    accepted: bool
    hang: bool


class Serving(Sending):
    """Slack's side of everything the app starts."""

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str,
        signing_secret: str,
        clock: Callable[[], float],
        wall: Callable[[], float],
        signing_clock: Callable[[], float],
        per_channel: Limit | None,
        ack_within: float,
        delay: float,
    ) -> None:
        """As for `FakeSlack`."""
        super().__init__(signing_secret, clock, wall, signing_clock, ack_within)
        self.bot_token, self.app_token, self.per_channel, self.delay = bot_token, app_token, per_channel, delay
        self.method_limits: dict[str, Limit] = {}
        self.scopes = set(ALL_SCOPES)
        self.app_scopes = {"connections:write"}
        self.revoked = False
        self.files_away = False
        self.calls: list[Call] = []
        self.throttled: list[tuple[str, str]] = []
        self.port = 0
        self._failures: defaultdict[str, deque[Failure]] = defaultdict(deque)
        self._drops: defaultdict[str, deque[Drop]] = defaultdict(deque)
        self._spoken: defaultdict[str, deque[float]] = defaultdict(deque)
        self._runner: web.AppRunner | None = None

    def fail_next(
        self, method: str, error: str, *, status: int = 200, retry_after: int | None = None, times: int = 1
    ) -> None:
        """The next calls of the method get this error and do nothing; "ratelimited" is a 429."""
        limited = error == "ratelimited"
        failure = Failure(error, 429 if limited else status, (retry_after or 1) if limited else retry_after)
        self._failures[method] += [failure] * times

    def drop_next(self, method: str, times: int = 1, *, accepted: bool = True, hang: bool = False) -> None:
        """The next calls get no answer: the connection breaks (or hangs), after the work was done or before it."""
        self._drops[method] += [Drop(accepted, hang)] * times

    async def listen(self, port: int) -> None:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link/", self.sockets.serve)
        app.router.add_post("/upload/v1/{ticket}", self._upload)
        app.router.add_get("/files-pri/{file}/download/{name}", self._download)
        app.router.add_get("/files-pri/{file}/{name}", self._download)
        app.router.add_post("/response/{id}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        self.root = f"http://127.0.0.1:{self.port}"

    async def unlisten(self) -> None:
        self.sockets.cut()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = Args(method, await _arguments(request))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or args.text("token")
        if self.delay:
            await asyncio.sleep(self.delay)
        drops = self._drops[method]
        dropped = drops.popleft() if drops else None
        headers = {"x-oauth-scopes": ",".join(sorted(self.scopes)), "x-slack-req-id": self.ids("req")}
        if dropped is not None and not dropped.accepted:
            return await _lose(request, dropped)
        try:
            answer: Json = {"ok": True} | self._call(args, token)
            error, status = "", 200
        except ApiError as refused:
            error, status = refused.error, refused.status
            answer = {"ok": False, "error": refused.error} | refused.more
            if refused.retry_after is not None:
                headers["Retry-After"] = str(refused.retry_after)
        self.calls.append(Call(method, args.values, error, self.clock()))
        self.changed()
        if dropped is not None:
            return await _lose(request, dropped)
        return web.json_response(answer, status=status, headers=headers)

    def _call(self, args: Args, token: str) -> Json:
        method = args.method
        self._authorise(method, token)
        failures = self._failures[method]
        if failures:
            failure = failures.popleft()
            raise ApiError(failure.error, status=failure.status, retry_after=failure.retry_after)
        if method == "apps.connections.open":
            return {"url": f"ws://127.0.0.1:{self.port}/link/?ticket={self.sockets.ticket()}&app_id={self.app_id}"}
        if method not in METHODS:
            raise ApiError("unknown_method", req_method=method)
        need_scope(self, *METHOD_SCOPES.get(method, ()))
        self._throttle(args)
        return METHODS[method](self, args)

    def _authorise(self, method: str, token: str) -> None:
        if not token:
            raise ApiError("not_authed")
        if token not in {self.bot_token, self.app_token}:
            raise ApiError("invalid_auth")
        for_app = method == "apps.connections.open"
        if for_app != (token == self.app_token):
            raise ApiError("not_allowed_token_type")
        if self.revoked:
            raise ApiError("invalid_auth" if for_app else "token_revoked")
        if for_app and not self.app_scopes:
            raise ApiError("missing_scope", needed="connections:write", provided="")

    def _throttle(self, args: Args) -> None:
        method, channel = args.method, args.text("channel")
        speaks = method in {"chat.postMessage", "chat.update"}
        if channel in self.users:
            channel = self.dm(channel).id
        if self.per_channel is not None and speaks:
            self._spend(self.per_channel, f"channel {channel}", method, channel)
        if method in self.method_limits:
            self._spend(self.method_limits[method], f"method {method}", method, channel)

    def _spend(self, limit: Limit, key: str, method: str, channel: str) -> None:
        now, spent = self.clock(), self._spoken[key]
        while spent and spent[0] <= now - limit.seconds:
            spent.popleft()
        if len(spent) >= limit.calls:
            self.throttled.append((method, channel))
            wait = max(1, math.ceil(spent[0] + limit.seconds - now))
            raise ApiError("ratelimited", status=429, retry_after=wait)
        spent.append(now)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        file = self.uploads.get(request.match_info["ticket"])
        if file is None:
            return web.Response(status=404, text="not found")
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            parts = [part for part in form.values() if isinstance(part, web.FileField)]
            content = parts[0].file.read() if parts else b""
        else:
            content = await request.read()
        if len(content) != file.size:
            return web.Response(status=400, text=f"expected {file.size} bytes")
        file.content, (file.mimetype, _) = content, files.kind_of(content)
        return web.Response(text=f"OK - {len(content)}", content_type="text/plain")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        file = self.files.get(request.match_info["file"].rpartition("-")[2])
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.files_away:
            return web.Response(status=503, text="away")
        if file is None:
            return web.Response(status=404, text="not found")
        if bearer != self.bot_token or self.revoked or "files:read" not in self.scopes:
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        return web.Response(body=file.content or b"", content_type=file.mimetype)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        url = self.answer_urls.get(request.match_info["id"])
        if url is None or self.clock() - url.at > ANSWER_LIVES:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if url.uses >= ANSWERS:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        url.uses += 1
        args = Args("response_url", await _arguments(request))
        try:
            self.answered(url, args)
        except ApiError as refused:
            return web.json_response({"ok": False, "error": refused.error} | refused.more, status=400)
        self.calls.append(Call("response_url", args.values, "", self.clock()))
        self.changed()
        return web.Response(text="ok")

    def answered(self, url: AnswerUrl, args: Args) -> None:
        """What the app says to a command or a press, in its acknowledgement or at the response_url."""
        original = url.message
        if args.flag("delete_original") and original is not None:
            self._forget(original)
            return
        if args.flag("replace_original") and original is not None:
            self._rewrite(original, args)
            return
        if args.text("response_type") == "in_channel":
            chat.post_message(self, Args("response_url", args.values | {"channel": url.channel.id}))
            return
        text, blocks = chat.read_text(self, args), chat.read_blocks(self, args) or []
        chat.listen(self, args, url.channel, text, blocks)
        self.ephemerals.append(Ephemeral(url.channel, url.user, text, blocks, self.next_ts()))

    def _forget(self, message: Message | Ephemeral) -> None:
        if isinstance(message, Message):
            self.emit(self.deleted_event(message), message.channel)
            self.drop_message(message)
        else:
            self.ephemerals.remove(message)

    def _rewrite(self, message: Message | Ephemeral, args: Args) -> None:
        text, blocks = chat.read_text(self, args), chat.read_blocks(self, args)
        chat.listen(self, args, message.channel, text, blocks or [])
        if isinstance(message, Message):
            before = message.shape()
            message.change(text, message.blocks if blocks is None else blocks)
            self.emit(self.changed_event(message, before), message.channel)
        else:
            message.fallback, message.blocks = text, message.blocks if blocks is None else blocks


async def _arguments(request: web.Request) -> Json:
    """The arguments of a call: of the query and of the body, be it JSON or a form."""
    values: Json = dict(request.query)
    if request.content_type == JSON:
        body: object = json.loads(await request.read() or b"{}")
        return values | cast("Json", body) if isinstance(body, dict) else values
    return values | dict(await request.post())


async def _lose(request: web.Request, drop: Drop) -> web.StreamResponse:
    """End the connection without an answer, or leave it open until the caller gives up."""
    if drop.hang:
        await asyncio.Event().wait()
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
