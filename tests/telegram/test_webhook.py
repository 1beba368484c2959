"""Updates that Telegram brings: proved to be Telegram's, and stored before they are acknowledged."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
import uvicorn
from sqlalchemy import select
from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot.adapters.telegram.webhook import MOST_OF_A_BODY, PATH, Webhook
from bot.errors import Broken
from bot.i18n import Catalogs
from bot.store import tables
from tests.telegram.fake import FakeTelegram
from tests.telegram.office import IMPATIENT, Office, open_office, running

SECRET = "a-secret-of-the-company"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 7, "type": "private"}, "text": "fire"}}


@dataclass
class Door:
    """The address that Telegram calls, and who knocks."""

    office: Office
    http: httpx.AsyncClient

    async def knocks(self, body: bytes | None = None, secret: bytes = SECRET.encode()) -> int:
        """The status of the answer."""
        content = json.dumps(UPDATE).encode() if body is None else body
        return (await self.http.post(PATH, content=content, headers=[(HEADER.encode(), secret)])).status_code

    async def kept(self) -> list[str]:
        return [update for (update,) in await self.office.store.rows(select(tables.inbox.c.update))]


@asynccontextmanager
async def open_door(telegram: FakeTelegram, folder: Path, catalogs: Catalogs, secret: str) -> AsyncGenerator[Door]:
    async with open_office(telegram, folder, catalogs, mode="webhook", webhook_secret=secret) as office:
        transport = httpx.ASGITransport(Starlette(routes=list(office.adapter.routes)))
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as http, running(office):
            await telegram.wait_for(lambda: telegram.updates.webhook)
            telegram.updates.online(online=False)
            yield Door(office, http)


async def test_an_update_is_stored_before_it_is_acknowledged(
    telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs
) -> None:
    async with open_door(telegram, tmp_path, catalogs, SECRET) as door:
        assert telegram.updates.webhook is not None
        assert telegram.updates.webhook.url == "https://tocsin.example.com/telegram/updates"
        assert await door.knocks() == 200
        assert await door.knocks() == 200
        assert await door.kept() == ["1"]


async def test_only_telegram_knows_the_secret(telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs) -> None:
    async with open_door(telegram, tmp_path, catalogs, SECRET) as door:
        for wrong in (b"", b"guess", SECRET.encode() + b"x", "ä".encode()):
            assert await door.knocks(secret=wrong) == 401
        assert (await door.http.post(PATH, json=UPDATE)).status_code == 401
        assert await door.kept() == []


async def test_without_a_secret_in_the_configuration_there_is_one(
    telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs
) -> None:
    async with open_door(telegram, tmp_path, catalogs, "") as door:
        assert await door.knocks(secret=b"") == 401
        (hooked,) = [call for call in telegram.calls if call.method == "setWebhook"]
        assert await door.knocks(secret=hooked.given["secret_token"].encode()) == 200
        assert telegram.token not in hooked.given["secret_token"]


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"{}", b'{"update_id": "x"}', b"[" * 100_000])
async def test_what_is_no_update(telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs, body: bytes) -> None:
    async with open_door(telegram, tmp_path, catalogs, SECRET) as door:
        assert await door.knocks(body) == 400


async def test_a_body_without_end(telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs) -> None:
    async with open_door(telegram, tmp_path, catalogs, SECRET) as door:
        assert await door.knocks(b"x" * (MOST_OF_A_BODY + 1)) == 413


async def test_a_full_disk_is_not_acknowledged(telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs) -> None:
    async with open_door(telegram, tmp_path, catalogs, SECRET) as door:
        door.office.inlet.full = True
        assert await door.knocks() == 503
        door.office.inlet.full = False
        assert await door.knocks() == 200


async def test_unless_the_house_is_open_nothing_is_taken(
    telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs
) -> None:
    async with open_office(telegram, tmp_path, catalogs, mode="webhook", webhook_secret=SECRET) as office:
        transport = httpx.ASGITransport(Starlette(routes=list(office.adapter.routes)))
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as http:
            door = Door(office, http)
            assert await door.knocks() == 503
            async with running(office):
                await telegram.wait_for(lambda: telegram.updates.webhook)
            assert await door.knocks() == 503


def test_a_polled_bot_has_no_such_address(office: Office) -> None:
    assert office.adapter.routes == ()


async def test_a_webhook_that_ends_unseen_is_told_to_the_admins(
    telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs
) -> None:
    telegram.updates.online(online=False)
    async with open_office(telegram, tmp_path, catalogs) as office:
        wire, patience = office.adapter.wire, replace(IMPATIENT, look=0.01)
        webhook = Webhook(replace(wire.settings, webhook_secret=SECRET), "https://tocsin.example.com", office.clock)

        async def ends() -> str:
            with pytest.raises(Broken) as broken:
                await webhook.run(wire.client, office.inlet, patience)
            return broken.value.reason.key

        def stands() -> bool:
            hook = telegram.updates.webhook
            ours = hook is not None and hook.url.startswith("https://tocsin.example.com/")
            return ours and telegram.calls[-1].method == "getWebhookInfo"

        for elsewhere, key in (("https://other.example.com/x", "webhook_elsewhere"), ("", "two_pollers")):
            ending = asyncio.create_task(ends())
            await telegram.wait_for(stands)
            await wire.client.call("setWebhook", url=elsewhere)
            assert await ending == f"telegram.{key}"
        transport = httpx.ASGITransport(Starlette(routes=[webhook.route]))
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as http:
            assert await Door(office, http).knocks() == 200, "what still comes is taken while somebody mends it"
        ending = asyncio.create_task(ends())
        await telegram.wait_for(stands)
        telegram.fail_next("getWebhookInfo", 502, "Bad Gateway")
        await telegram.wait_for(lambda: any(each.status == 502 for each in telegram.calls))
        telegram.revoke()
        assert await ending == "telegram.token_refused"


async def test_telegram_itself_calls_the_address(telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs) -> None:
    xu = telegram.user("Xu Liang")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        reached_at = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = {"mode": "webhook", "webhook_secret": SECRET, "public_url": reached_at}
        async with open_office(telegram, tmp_path, catalogs, **settings) as office:
            app = Starlette(routes=list(office.adapter.routes))
            server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none"))
            serving = asyncio.create_task(server.serve([listening]))
            async with running(office):
                xu.says(telegram.private(xu), "fire")
                await telegram.wait_for(lambda: not telegram.updates.pending)
            assert [raw.chat for raw in office.inlet.kept] == [str(xu.id)]
            server.should_exit = True
            await serving


async def test_an_address_that_telegram_refuses_is_said(
    telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs
) -> None:
    telegram.fail_next("setWebhook", 502, "Bad Gateway")
    telegram.fail_next("setWebhook", 400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
    async with open_office(telegram, tmp_path, catalogs, mode="webhook") as office:
        async with running(office) as task:
            with pytest.raises(ExceptionGroup) as broken, capture_logs() as logs:
                await task
        (said,) = (each for each in broken.value.exceptions if isinstance(each, Broken))
        assert said.reason.key == "telegram.webhook_refused"
        assert "telegram.webhook.not_set" in [line["event"] for line in logs]
        telegram.revoke()
        async with running(office) as task:
            with pytest.raises(ExceptionGroup) as broken:
                await task
        (said,) = (each for each in broken.value.exceptions if isinstance(each, Broken))
        assert said.reason.key == "telegram.token_refused"
