"""A Slack for tests and benchmarks: the Web API, Socket Mode and signed HTTP requests over real sockets on 127.0.0.1.

`async with FakeSlack(bot_token=…, app_token=…, signing_secret=…) as slack:` runs it on a free port. `slack.base_url` is
for `AsyncWebClient(base_url=…)`. Requests reach the app by Socket Mode, or by HTTP as soon as `slack.http_url` is set.
People are `slack.user(…)`; what they do (`says`, `presses`, `commands`, `submits`) comes back when the app has
acknowledged it, or would have had to. What the app did is read from `slack.messages(channel)`, `slack.views`,
`slack.homes`, `slack.ephemerals`. `slack.invalid` lists what broke a documented rule: it should be empty at the end.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, Self, TypeVar, cast

from aiohttp import web

from tests.slack import accounts, chat, files, rooms, screens
from tests.slack.calling import METHOD_SCOPES, ApiError, Args, Method, need_scope
from tests.slack.deliveries import FORM, JSON, Answer, Delivery, Kind, Post, event_callback, sign
from tests.slack.people import User
from tests.slack.reading import Json, objects
from tests.slack.sockets import Connection, Sockets
from tests.slack.state import (
    ANSWER_LIVES,
    ANSWERS,
    SYSTEM,
    WALL,
    AnswerUrl,
    Call,
    Channel,
    Ephemeral,
    Message,
    Workspace,
)

T = TypeVar("T")
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
BOT_TOKEN: Final = "xoxb-fake"
APP_TOKEN: Final = "xapp-fake"
SIGNING_SECRET: Final = "fake-secret"
RETRIES: Final = 3
"""How often an event is sent again: at once, after a minute, after five (docs.slack.dev, Events API, "Retries")."""
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


class FakeSlack(Workspace):
    """One Slack workspace with one installed app."""

    def __init__(
        self,
        *,
        bot_token: str = BOT_TOKEN,
        app_token: str = APP_TOKEN,
        signing_secret: str = SIGNING_SECRET,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = WALL,
        signing_clock: Callable[[], float] | None = None,
        per_channel: Limit | None = None,
        ack_within: float = 3.0,
        delay: float = 0.0,
    ) -> None:
        """`clock` runs limits, triggers and response_urls; `wall` gives the timestamps of messages and events.

        `signing_clock` (else `wall`) gives those of signatures, which slack-bolt compares with the real time.

        `per_channel` limits posts and edits in each channel (none by default); `ack_within` is in real seconds;
        `delay` is how long each call of the Web API takes, in seconds.
        """
        super().__init__(clock, wall)
        self.signing_clock = signing_clock or wall
        self.bot_token, self.app_token, self.signing_secret = bot_token, app_token, signing_secret
        self.per_channel, self.method_limits = per_channel, dict[str, Limit]()
        self.ack_within, self.delay = ack_within, delay
        self.http_url: str | None = None
        self.scopes = set(ALL_SCOPES)
        self.app_scopes = {"connections:write"}
        self.revoked = False
        self.calls: list[Call] = []
        self.throttled: list[tuple[str, str]] = []
        self.deliveries: list[Delivery] = []
        self.pending: list[Delivery] = []
        self.given_up: list[Delivery] = []
        self.away = False
        self.port = 0
        self.sockets = Sockets(self.app_id, self.changed, self._connected)
        self.post = Post(signing_secret, ack_within)
        self._failures: defaultdict[str, deque[Failure]] = defaultdict(deque)
        self._drops: defaultdict[str, deque[Drop]] = defaultdict(deque)
        self._spoken: defaultdict[str, deque[float]] = defaultdict(deque)
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[Delivery] | None = None
        self._bell = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        await self._listen(0)
        return self

    async def __aexit__(self, *reason: object) -> None:
        """Stop: cut what is open, end what runs."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._unlisten()
        await self.post.close()

    @property
    def base_url(self) -> str:
        """What `AsyncWebClient(base_url=…)` wants."""
        return f"{self.root}/api/"

    # -- people and places --------------------------------------------------------------------------------------------

    def user(
        self,
        name: str,
        *,
        email: str | None = None,
        locale: str = "en-US",
        guest: bool = False,
        stranger: bool = False,
        bot: bool = False,
    ) -> User:
        """A person who has been here all along: a guest, a stranger (of another team, in shared channels), a bot."""
        account = self.ids("U")
        handle = name.lower().replace(" ", ".") if name.isascii() else account.lower()
        address = f"{handle}@example.com" if email is None else email
        team = self.stranger_team if stranger else self.team_id
        person = User(account, name, address, locale, team, guest=guest, stranger=stranger, bot=bot, slack=self)
        self.users[person.id] = self.accounts[person.id] = person
        return person

    def channel(
        self, name: str, members: Sequence[User] = (), *, private: bool = False, bot: bool = True, shared: bool = False
    ) -> Channel:
        """A channel that has been here all along; `bot`: the app is in it."""
        creator = members[0].id if members else "USLACKBOT"
        channel = Channel(self.ids("C"), name, creator, self.seconds(), private=private, shared=shared)
        channel.members = [person.id for person in members] + ([self.bot_user_id] if bot else [])
        self.channels[channel.id] = channel
        return channel

    def named(self, name: str) -> Channel:
        """The channel of this name, such as one the app made."""
        return next(channel for channel in self.channels.values() if channel.name == name)

    def messages(self, where: Channel | User | str, *, system: bool = False) -> list[Message]:
        """The messages there, oldest first, threads included; `system`: also the lines Slack itself writes."""
        channel = self.place(where)
        return [message for message in channel.messages.values() if system or message.subtype not in SYSTEM]

    def place(self, where: Channel | User | str) -> Channel:
        """The channel meant: a person stands for the direct messages with them."""
        match where:
            case Channel():
                return where
            case User():
                return self.dm(where.id)
            case str():
                return self.channels[where]

    def called(self, method: str) -> list[Call]:
        """The calls of this method, oldest first."""
        return [call for call in self.calls if call.method == method]

    @property
    def pins(self) -> dict[str, list[Message]]:
        """The pinned messages by channel id, in the order of pinning."""
        return {channel.id: self.pinned(channel) for channel in self.channels.values() if channel.pins}

    # -- waiting ------------------------------------------------------------------------------------------------------

    def changed(self) -> None:
        """Wake everybody who waits."""
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    async def wait_for(self, predicate: Callable[[], T], within: float = 5.0) -> T:
        """Wait until the predicate gives something truthy, and return that; TimeoutError after `within` seconds.

        It is asked again after each change here, and every twentieth of a second for what changes elsewhere.
        """
        async with asyncio.timeout(within):
            while not (result := predicate()):
                await self._rings(0.05)
        return result

    async def _rings(self, within: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._bell.wait()

    async def quiet(self) -> None:
        """Wait until everything this Slack had to send has been acknowledged or given up."""
        await self.wait_for(lambda: not self._tasks, 4 * self.ack_within + 5)

    # -- what the app hears -------------------------------------------------------------------------------------------

    def emit(self, event: Json, channel: Channel | None = None) -> None:
        """Send an event of the app's own doing, in the background; nothing where the app would not hear of it."""
        listening = self.http_url is not None or self.sockets.used
        if listening and self.hears(channel) and (self.echo or not self._own(event)):
            self.spawn(self._deliver_quietly(self.event(event, channel)))

    def _own(self, event: Json) -> bool:
        inner: Json = event.get("message") or event.get("previous_message") or event
        return self.bot_user_id == inner.get("user")

    def hears(self, channel: Channel | None) -> bool:
        """Whether events of this channel reach the app."""
        return channel is None or self.bot_user_id in channel.members

    def event(self, event: Json, channel: Channel | None = None) -> Delivery:
        """The delivery of an event, not sent yet."""
        ids: Json = {
            "team": self.team_id,
            "app": self.app_id,
            "bot": self.bot_user_id,
            "event_id": self.ids("Ev"),
            "at": self.seconds(),
            "shared": channel is not None and channel.shared,
        }
        return Delivery("events_api", event_callback(event, **ids))

    async def happens(self, event: Json, channel: Channel | None = None) -> Delivery | None:
        """Something the app hears of; comes back when it is acknowledged or given up. None where it does not hear."""
        return await self.deliver(self.event(event, channel)) if self.hears(channel) else None

    async def deliver(self, delivery: Delivery) -> Delivery:
        """Send it; an event that fails is sent again once, then waits for `retries()` or a new connection."""
        self.deliveries.append(delivery)
        if self._held is not None:
            self._held.append(delivery)
            return delivery
        await self._attempt(delivery)
        if delivery.kind == "events_api" and not delivery.acked and not delivery.refused:
            if not self.away and (self.http_url or self.sockets.connections):
                await self._attempt(delivery)
            if not delivery.acked:
                self.pending.append(delivery)
        self.changed()
        return delivery

    async def retries(self) -> list[Delivery]:
        """Send the events again that were not acknowledged, as Slack does a minute and five minutes later."""
        waiting, self.pending = self.pending, []
        for delivery in waiting:
            await self._attempt(delivery)
        left = [each for each in waiting if not each.acked]
        self.pending += [each for each in left if each.attempts <= RETRIES]
        self.given_up += [each for each in left if each.attempts > RETRIES]
        self.changed()
        return waiting

    async def repeats(self, delivery: Delivery | None = None) -> Delivery:
        """Send an event (the last one) once more with the same event_id, though it was acknowledged."""
        again = delivery or [each for each in self.deliveries if each.kind == "events_api"][-1]
        await self._attempt(again)
        return again

    @asynccontextmanager
    async def out_of_order(self) -> AsyncGenerator[None]:
        """What happens inside reaches the app at the end, the last first."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            for delivery in reversed(held):
                await self._attempt(delivery)

    async def sends(
        self,
        body: bytes,
        content_type: str = JSON,
        *,
        timestamp: str | None = None,
        signature: str | None = None,
        secret: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """A request made by hand over HTTP: with a timestamp, a signature or a secret of your own."""
        stamp = str(int(self.signing_clock())) if timestamp is None else timestamp
        signed = sign(secret or self.signing_secret, stamp, body) if signature is None else signature
        own = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signed} | (headers or {})
        return await self.post.send(self._url(), body, content_type, own)

    async def forges(self, body: bytes = b"{}") -> Answer:
        """A request signed with another secret."""
        return await self.sends(body, secret="another secret")

    async def sends_old(self, body: bytes = b"{}", age: int = 301) -> Answer:
        """A request that was well signed `age` seconds ago."""
        return await self.sends(body, timestamp=str(int(self.signing_clock()) - age))

    async def sends_unreadable_time(self, body: bytes = b"{}") -> Answer:
        """A well-signed request whose timestamp is no number."""
        return await self.sends(body, timestamp="yesterday")

    async def sends_too_much(self, size: int = 5_000_000) -> Answer:
        """A well-signed request with a very large body."""
        return await self.sends(b'{"type":"event_callback","padding":"' + b"x" * size + b'"}')

    async def sends_rubbish(self) -> Answer | None:
        """What cannot be parsed: over Socket Mode a broken envelope, over HTTP a well-signed body that is no JSON."""
        if self.http_url is not None:
            return await self.sends(b'{"type":"event_callback","event":')
        await self.sockets.shout('{"envelope_id":"00000000","type":"events_api","payload":')
        return None

    async def verifies_url(self) -> bool:
        """Slack's check of the address: whether the challenge comes back."""
        body = json.dumps(
            {"token": "verification-token", "challenge": "3eZbrw1aB", "type": "url_verification"}
        ).encode()
        answer = await self.sends(body)
        return answer.ok and answer.parsed() in ({"challenge": "3eZbrw1aB"}, "3eZbrw1aB")

    async def checks_ssl(self) -> Answer:
        """Slack's check of the certificate of a command's address, which is not signed."""
        return await self.post.send(self._url(), b"ssl_check=1&token=verification-token", FORM, {})

    # -- troubles -----------------------------------------------------------------------------------------------------

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

    async def goes_away(self) -> None:
        """Nobody listens any more; everything open is cut."""
        self.away = True
        await self._unlisten()

    async def comes_back(self) -> None:
        """Listen again at the same address; over HTTP, send what waits."""
        await self._listen(self.port)
        self.away = False
        if self.http_url is not None:
            await self.retries()

    async def disconnects(self, reason: str = "refresh_requested", connection: Connection | None = None) -> None:
        """Ask a connection (all of them) to be replaced; the old one stays open until the app or `drops` closes it."""
        for each in [connection] if connection else list(self.sockets.connections):
            await self.sockets.disconnect(each, reason)

    def drops(self, connection: Connection | None = None) -> None:
        """Cut a WebSocket (all of them) without a word."""
        for each in [connection] if connection else list(self.sockets.connections):
            each.cut()

    def goes_silent(self, connection: Connection | None = None) -> None:
        """A WebSocket (all of them) stays open, but nothing comes out of it and nothing is read."""
        for each in [connection] if connection else list(self.sockets.connections):
            each.silent = True

    async def revokes(self) -> None:
        """The app is uninstalled: it is told, and its token is worth nothing from now on."""
        tokens: Json = {"oauth": [], "bot": [self.bot_user_id]}
        self.revoked = True
        await self.happens({"type": "tokens_revoked", "tokens": tokens, "event_ts": self.next_ts()})
        await self.happens({"type": "app_uninstalled", "event_ts": self.next_ts()})

    # -- inside -------------------------------------------------------------------------------------------------------

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it beside; it ends with this Slack at the latest."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.changed()

    async def _deliver_quietly(self, delivery: Delivery) -> None:
        await self.deliver(delivery)

    def _connected(self) -> None:
        if self.pending and self.http_url is None:
            self.spawn(self._catch_up())

    async def _catch_up(self) -> None:
        await self.retries()

    def _url(self) -> str:
        if self.http_url is None:
            raise AssertionError("set slack.http_url to the address of the app first")
        return self.http_url

    async def _attempt(self, delivery: Delivery) -> None:
        reason = (delivery.error or "http_error") if delivery.attempts else ""
        number, delivery.attempts = delivery.attempts, delivery.attempts + 1
        if self.away:
            delivery.error = "connection_failed"
        elif self.http_url is not None:
            await self._by_http(delivery, number, reason)
        else:
            await self._by_socket(delivery, number, reason)

    async def _by_http(self, delivery: Delivery, number: int, reason: str) -> None:
        body, content_type = delivery.body_of()
        stamp = str(int(self.signing_clock()))
        retry = (number, reason) if number and delivery.kind == "events_api" else None
        headers = self.post.headers(body, stamp, retry)
        answer = await self.post.send(self._url(), body, content_type, headers)
        delivery.answers.append(answer)
        delivery.status, delivery.body, delivery.took = answer.status, answer.body, answer.took
        delivery.error = answer.error or ("" if answer.ok else "http_error")
        if answer.ok:
            delivery.acked, delivery.response = True, answer.parsed()

    async def _by_socket(self, delivery: Delivery, number: int, reason: str) -> None:
        began = time.perf_counter()
        waits = "timeout" if number else ""
        ack = await self.sockets.send(delivery.kind, delivery.payload, number, reason and waits, self.ack_within)
        delivery.took = time.perf_counter() - began
        if ack is None:
            delivery.error = "timeout"
        else:
            delivery.acked, delivery.error, delivery.response = True, "", ack.get("payload")

    async def _listen(self, port: int) -> None:
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

    async def _unlisten(self) -> None:
        self.sockets.cut()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # -- the Web API --------------------------------------------------------------------------------------------------

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

    # -- files and answers --------------------------------------------------------------------------------------------

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


__all__ = ["ALL_SCOPES", "Answer", "Connection", "Delivery", "FakeSlack", "Kind", "Limit", "User", "objects"]
