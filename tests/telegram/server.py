"""The HTTP side: reads a call, validates it, answers as the Bot API does."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final, cast

from aiohttp import web
from aiohttp.web_request import FileField

from tests.telegram import hooks, rooms, sending
from tests.telegram.calls import Call
from tests.telegram.refusal import Invalid, Refusal
from tests.telegram.rules import UPLOAD
from tests.telegram.spec import Method, Upload, load_spec

if TYPE_CHECKING:
    from tests.telegram.fake import FakeTelegram

Json = dict[str, Any]

METHODS: Final = sending.METHODS | rooms.METHODS | hooks.METHODS
COUNTED: Final = ("send", "edit", "copy", "forward")
"""Methods that begin so spend the budget of messages …"""
FREE: Final = frozenset({"sendChatAction", "editForumTopic", "editGeneralForumTopic"})
"""… except these."""
BAD_GATEWAY: Final = "<html><head><title>502 Bad Gateway</title></head></html>"


class Server:
    """Listens on a free port of 127.0.0.1."""

    def __init__(self, telegram: FakeTelegram) -> None:
        self.telegram = telegram
        self.port = 0
        self.in_progress = 0
        """How many calls are being answered, a poll that waits among them."""
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None

    async def start(self) -> None:
        """Begins to answer."""
        app = web.Application(client_max_size=UPLOAD + 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.listen()
        self.port = int(self._runner.addresses[0][1])

    async def listen(self) -> None:
        """Takes connections, again on the same port."""
        assert self._runner is not None, "not started"
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await self._site.start()

    async def deafen(self) -> None:
        """Refuses connections."""
        assert self._site is not None, "not started"
        await self._site.stop()

    async def stop(self) -> None:
        """Answers whoever polls, then closes."""
        self.telegram.updates.interrupt()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        self.in_progress += 1
        try:
            return await self._answer(request)
        finally:
            self.in_progress -= 1
            self.telegram.changed()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        telegram = self.telegram
        if telegram.delay:
            await asyncio.sleep(telegram.delay)
        if telegram.away:
            return _gone(request, telegram.away)
        call = Call(request.match_info["method"], telegram.clock())
        try:
            self._authorise(request)
            body = {"ok": True, "result": await self._done(request, call)}
            call.status = 200
        except Refusal as refusal:
            body, call.status, call.refusal = refusal.body, refusal.status, refusal
        cut = call.status == 200 and telegram.dropping[call.method] > 0
        if cut:
            telegram.dropping[call.method] -= 1
        if cut or telegram.away or request.transport is None:
            call.status = 0
        telegram.note(call)
        if call.status == 0:
            return _gone(request, telegram.away)
        return web.Response(body=_encoded(body), status=call.status, content_type="application/json")

    def _authorise(self, request: web.Request) -> None:
        if request.match_info["token"] != self.telegram.token:
            raise Refusal(401, "Unauthorized")

    async def _done(self, request: web.Request, call: Call) -> object:
        telegram, method = self.telegram, load_spec().method(call.method)
        if method is None:
            raise Invalid(404, "Not Found: method not found")
        call.method = method.name
        call.given, parts = await _given(request, method)
        wrong = method.check(call.given)
        if wrong is not None:
            raise Invalid(400, f"Bad Request: {wrong}")
        if method.name not in METHODS:
            raise Invalid(400, f"Bad Request: this server does not do {method.name}")
        if telegram.failing[method.name]:
            raise telegram.failing[method.name].popleft()
        self._throttle(call)
        if parts:
            call.given = _placed(call.given, parts)
        done = METHODS[method.name](telegram, call.given)
        result = await done if asyncio.iscoroutine(done) else done
        if telegram.checks_answers and method.name != "getUpdates":  # updates are checked as they arise
            wrong = method.check_result(result)
            assert wrong is None, f"{method.name}{wrong}"
        return result

    def _throttle(self, call: Call) -> None:
        limits = self.telegram.limits
        if limits is None or not call.method.startswith(COUNTED) or call.method in FREE:
            return
        messages = len(call.given["media"]) if call.method == "sendMediaGroup" else 1
        wait = limits.take(_chat_id(call.given), call.at, messages)
        if wait:
            raise Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        telegram = self.telegram
        if telegram.delay:
            await asyncio.sleep(telegram.delay)
        if telegram.away:
            return _gone(request, telegram.away)
        try:
            self._authorise(request)
        except Refusal as refusal:
            return web.Response(body=_encoded(refusal.body), status=401, content_type="application/json")
        path = request.match_info["path"]
        file = next((each for each in telegram.files.values() if each.path == path), None)
        if file is None:
            missing: Json = {"ok": False, "error_code": 404, "description": "Not Found"}
            return web.Response(body=_encoded(missing), status=404, content_type="application/json")
        return web.Response(body=file.content, content_type="application/octet-stream")


async def _given(request: web.Request, method: Method) -> tuple[Json, dict[str, Upload]]:
    """The fields of a call, from its address and its body, as JSON has them; and the files that `attach://` names."""
    given: Json = method.read(request.query) if request.query else {}
    if not request.can_read_body:
        return given, {}
    if request.content_type == "application/json":
        return given | _json(await request.read()), {}
    try:
        form = await request.post()
    except web.HTTPRequestEntityTooLarge as error:
        raise Refusal(413, "Request Entity Too Large") from error
    written = {name: _part(part) for name, part in form.items()}
    parts = _attached(written) if request.content_type == "multipart/form-data" else {}
    return given | method.read({name: part for name, part in written.items() if name not in parts}), parts


def _json(body: bytes) -> Json:
    try:
        fields: object = json.loads(body)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise Invalid(400, "Bad Request: can't parse JSON object")
    return cast("Json", fields)


def _attached(written: dict[str, str | Upload]) -> dict[str, Upload]:
    """The file parts that some field names by `attach://`."""
    fields = [text for text in written.values() if isinstance(text, str)]
    files = {name: part for name, part in written.items() if isinstance(part, Upload)}
    return {name: part for name, part in files.items() if any(f"attach://{name}" in text for text in fields)}


def _placed(value: Any, parts: dict[str, Upload]) -> Any:  # noqa: ANN401 - any JSON
    match value:
        case str() if value.startswith("attach://"):
            return parts.get(value.removeprefix("attach://"), value)
        case dict():
            return {name: _placed(each, parts) for name, each in cast("Json", value).items()}
        case list():
            return [_placed(each, parts) for each in cast("list[object]", value)]
        case _:
            return value


def _part(part: str | bytes | bytearray | FileField) -> str | Upload:
    if isinstance(part, FileField):
        return Upload(part.filename, part.file.read(), part.content_type)
    return part if isinstance(part, str) else bytes(part).decode()


def _chat_id(given: Json) -> int:
    wanted = str(given.get("chat_id", 0))
    return int(wanted) if wanted.lstrip("-").isdigit() else 0


def _gone(request: web.Request, away: int) -> web.StreamResponse:
    if away > 1:  # True is 1
        return web.Response(status=away, text=BAD_GATEWAY, content_type="text/html")
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=502)


def _encoded(body: Json) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
