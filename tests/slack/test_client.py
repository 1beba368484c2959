"""The network's edges: what goes to nobody else, and what an answer means."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.adapters.slack.client import Refusal, SlackClient, mapped
from bot.errors import RetryLater, Undeliverable, Unknown
from tests.slack.fake import BOT_TOKEN, FakeSlack


@pytest.fixture
async def client(slack: FakeSlack) -> AsyncIterator[SlackClient]:
    client = SlackClient(BOT_TOKEN, slack.base_url)
    yield client
    await client.close()


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        ("ratelimited", 429, RetryLater),
        ("", 429, RetryLater),
        ("", 503, RetryLater),
        ("service_unavailable", 200, RetryLater),
        ("", 500, Unknown),
        ("fatal_error", 200, Unknown),
        ("missing_scope", 200, RetryLater),
        ("channel_not_found", 200, Refusal),
        ("invalid_blocks", 200, Undeliverable),
    ],
)
def test_what_an_error_means(error: str, status: int, kind: type[Exception]) -> None:
    assert isinstance(mapped("chat.postMessage", error, status, None, {}), kind)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30.0), (None, None), ("soon", None), ("1.5", None), ("-1", None), ("0", None), ("9" * 400, 3600.0)],
)
def test_slack_says_how_long_to_wait(header: str | None, seconds: float | None) -> None:
    found = mapped("x", "ratelimited", 429, header, {})
    assert isinstance(found, RetryLater)
    assert found.after == seconds


async def test_the_token_goes_to_slack_alone(client: SlackClient) -> None:
    for foreign in ("https://files.example/x", "https://slack.com.evil.example/x", "file:///etc/passwd", ""):
        assert await client.download(foreign, 100) is None
        with pytest.raises(Undeliverable):
            await client.respond(foreign, {"text": "x"})


async def test_file_larger_than_it_may_be_is_not_taken_to_the_end(client: SlackClient, slack: FakeSlack) -> None:
    file = slack.user("zhang").uploads(b"x" * 300_000)
    url = str(file.shape(slack.root)["url_private_download"])
    assert await client.download(url, 200_000) is None
    assert await client.download(url, 300_000) == b"x" * 300_000


async def test_upload_to_an_address_that_is_gone(client: SlackClient, slack: FakeSlack) -> None:
    with pytest.raises(Undeliverable):
        await client.upload(f"{slack.root}/upload/v1/nothing", b"x")
    with pytest.raises(Undeliverable):
        await client.respond(f"{slack.root}/response/nothing", {"text": "x"})
    await slack.goes_away()
    with pytest.raises(RetryLater):
        await client.upload(f"{slack.root}/upload/v1/nothing", b"x")


async def test_answers_that_are_none() -> None:
    async def busy(request: web.Request) -> web.Response:
        status, media = int(request.match_info["status"]), request.match_info["media"]
        text, kind = ("[1]", "application") if media == "json" else ("Blocked by the company's proxy", "text")
        return web.Response(status=status, text=text, content_type=f"{kind}/{media}", headers={"Retry-After": "7"})

    app = web.Application()
    app.router.add_route("*", "/{status}/{media}/{method}", busy)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        for status, media, kind in (
            (502, "plain", Unknown),
            (503, "plain", RetryLater),
            (429, "html", RetryLater),
            (413, "html", Undeliverable),
            (404, "plain", Unknown),
            (403, "html", Unknown),
            (200, "html", Unknown),
            (200, "plain", Unknown),
            (200, "json", Unknown),
        ):
            client = SlackClient(BOT_TOKEN, f"{root}/{status}/{media}")
            with pytest.raises(kind):
                await client.call("chat.postMessage", channel="C1")
            await client.close()
        client = SlackClient(BOT_TOKEN, root)
        with pytest.raises(RetryLater) as waits:
            await client.download(f"{root}/500/plain/file", 100)
        assert waits.value.after == 7
        await client.close()
    finally:
        await runner.cleanup()


async def test_missing_scope_is_said_with_its_name(
    client: SlackClient, slack: FakeSlack, capsys: pytest.CaptureFixture[str]
) -> None:
    slack.scopes.remove("pins:write")
    for _ in range(2):
        with pytest.raises(RetryLater) as waits:
            await client.call("pins.add", channel="C1", timestamp="1")
        assert waits.value.after == 60
    told = capsys.readouterr().out
    assert told.count("slack.not_let_in") == 1
    assert "pins:write" in told
    assert not client.doubtful.is_set()
