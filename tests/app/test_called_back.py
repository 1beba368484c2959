"""HTTP mode and webhook: Slack and Telegram call the built-in chat's own server, each proves that it is itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.adapters.web.adapter import EVERYWHERE, WebAdapter
from bot.app import App
from bot.cli.serving import sample_settings
from bot.clock import RealClock
from bot.config import Settings
from bot.files.home import CACHE, PLAYBOOKS
from bot.i18n import Catalogs
from bot.platforms import linked_to, make_adapters, reached_at
from tests.slack.fake import FakeSlack
from tests.telegram.fake import FakeTelegram

SECRET = "a_word-9"
PUBLIC = "https://tocsin.example"


@dataclass(slots=True)
class Open:
    """The house, and how it is called."""

    app: App
    slack: FakeSlack
    telegram: FakeTelegram
    caller: httpx.AsyncClient

    async def until_hooked(self) -> None:
        """Telegram was told where to bring updates."""
        async with asyncio.timeout(30):
            while not self._hooked():  # noqa: ASYNC110  the fake has no event for it
                await asyncio.sleep(0)

    def _hooked(self) -> bool:
        webhook = self.telegram.updates.webhook
        return webhook is not None and webhook.url == f"{PUBLIC}/telegram/updates"


def called_back(settings: Settings, slack: FakeSlack, telegram: FakeTelegram) -> Settings:
    """Both platforms call us."""
    return replace(
        settings,
        web=replace(settings.web, public_url=PUBLIC),
        slack=replace(
            settings.slack,
            bot_token=slack.bot_token,
            signing_secret=slack.signing_secret,
            mode="http",
            api_url=slack.base_url,
        ),
        telegram=replace(
            settings.telegram,
            bot_token=telegram.token,
            mode="webhook",
            webhook_secret=SECRET,
            api_url=telegram.base_url.removesuffix("/bot"),
        ),
    )


@pytest.fixture
async def house(tmp_path: Path, catalogs: Catalogs) -> AsyncIterator[Open]:
    """It runs in this process, on a free port."""
    async with FakeSlack() as slack, FakeTelegram() as telegram:
        settings = called_back(sample_settings(tmp_path, "127.0.0.1", 0), slack, telegram)
        app = await App.open(settings, PLAYBOOKS, catalogs, RealClock(), make_adapters, cache=CACHE, calendar=False)
        web = app.adapters["web"]
        assert isinstance(web, WebAdapter)
        web.bind()
        running = asyncio.create_task(app.run())
        try:
            async with httpx.AsyncClient(base_url=web.address, timeout=30) as caller:
                yield Open(app, slack, telegram, caller)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await app.close()


async def test_slack_calls_with_its_signature(house: Open) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "sesame"})
    now = str(int(RealClock().now().timestamp()))
    signature = SignatureVerifier(house.slack.signing_secret).generate_signature(timestamp=now, body=body)
    headers = {"x-slack-request-timestamp": now, "x-slack-signature": str(signature)}
    answered = await house.caller.post("/slack/events", content=body, headers=headers)
    assert (answered.status_code, "sesame" in answered.text) == (200, True)
    forged = await house.caller.post("/slack/events", content=body, headers=headers | {"x-slack-signature": "v0=0"})
    assert forged.status_code == 401


async def test_telegram_calls_with_its_secret_and_the_update_is_kept(house: Open) -> None:
    await house.until_hooked()
    update = {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}}
    header = "x-telegram-bot-api-secret-token"
    forged = await house.caller.post("/telegram/updates", json=update, headers={header: "another"})
    assert forged.status_code == 401
    taken = await house.caller.post("/telegram/updates", json=update, headers={header: SECRET})
    assert taken.status_code == 200
    received = await house.app.store.write(lambda work: work.received("telegram", "7"))
    assert received is not None


async def test_another_host_is_refused_and_the_pages_keep_their_gate(house: Open) -> None:
    for path in ("/slack/events", "/telegram/updates"):
        answer = await house.caller.post(path, headers={"host": "elsewhere.example"})
        assert answer.status_code == 421
        assert (await house.caller.post(path, headers={"host": "tocsin.example"})).status_code == 401
    assert (await house.caller.get("/")).headers["location"] == "/join"


def test_links_on_other_platforms_lead_to_where_phones_get(tmp_path: Path) -> None:
    web = sample_settings(tmp_path, "127.0.0.1", 8080).web
    assert (linked_to(web), reached_at(web)) == ("", "http://127.0.0.1:8080")
    assert linked_to(replace(web, public_url=PUBLIC)) == PUBLIC
    assert linked_to(replace(web, host="192.0.2.7")) == "http://192.0.2.7:8080"
    everywhere = EVERYWHERE[0]
    assert everywhere not in linked_to(replace(web, host=everywhere))
