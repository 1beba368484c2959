"""The chat's own tables on both databases."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import httpx

from bot.i18n import Catalogs
from tests.web.town import phone_of, report, running, update, value


def unread(page: str, room: str) -> int:
    """The number beside a room."""
    found = re.search(
        rf'data-room="{room}".*?<span class="count"( hidden)?><span class="number">(\d+)', page, re.DOTALL
    )
    assert found is not None
    return int(found[2])


async def test_rooms_messages_and_what_is_unread(tmp_path: Path, catalogs: Catalogs, database_url: str) -> None:
    async with (
        running(
            tmp_path,
            catalogs,
            change=lambda settings: replace(settings, store=replace(settings.store, url=database_url)),
        ) as town,
        httpx.AsyncClient(base_url=town.address) as one,
        httpx.AsyncClient(base_url=town.address) as other,
    ):
        xu, zhang = await phone_of(one, "xu"), await phone_of(other, "zhang")
        event = await report(xu)
        await town.quiet()
        before = unread((await zhang.get("/")).text, "production")
        await xu.sends("/say", words="人都在A点", room="production", update=update())
        assert unread((await zhang.get("/")).text, "production") == before + 1
        press = value("task.acknowledge", event, "production", 0, None, 0)
        assert (await zhang.sends("/press", press=press, room="production", update=update()))["stored"] is True
        await town.quiet()
        page = (await zhang.get("/room/production")).text
        assert page.count(f'data-name="{event}/production"') == 1
        assert page.index(f'data-name="{event}/production"') < page.index("人都在A点"), "a changed card keeps its place"
        assert unread((await zhang.get("/")).text, "production") == before + 1, "a changed card is not news again"
        feed = re.search(r'data-feed="(\d+)"', (await zhang.get("/")).text)
        assert feed is not None
        assert (await zhang.post("/seen", room="production", feed=feed[1])).status_code == 200
        assert (await zhang.post("/seen", room="production", feed="1")).status_code == 200
        assert unread((await zhang.get("/")).text, "production") == 0
