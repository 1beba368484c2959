"""A whole house with the sample company, its built-in chat on a port of its own, and people who use it."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import shutil
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import httpx

from bot.adapters.web.adapter import WebAdapter
from bot.app import App, built_in_chat
from bot.cli.serving import sample_settings
from bot.clock import Clock, RealClock
from bot.config import Settings
from bot.files.home import PLAYBOOKS
from bot.i18n import Catalogs

READ_ONCE = Path(tempfile.mkdtemp(prefix="tocsin-playbooks-")) / "cache"
"""Playbooks as one test has read them, for those after it."""
PATIENCE = 10.0
"""Seconds until something that must happen has not happened."""
Json = dict[str, object]
Change = Callable[[Settings], Settings]
Visit = Callable[[str], Awaitable["Phone"]]


@dataclass(frozen=True, slots=True)
class Town:
    """The running house and where it is reached."""

    app: App
    web: WebAdapter

    @property
    def address(self) -> str:
        """Without a slash at the end."""
        return self.web.address

    async def quiet(self) -> None:
        """Wait until nothing is on its way."""
        async with asyncio.timeout(PATIENCE):
            while not await self.app.quiet():  # noqa: ASYNC110  the house is asked, it has no event for being quiet
                await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Phone:
    """One browser that is one person, without a screen."""

    http: httpx.AsyncClient
    base: str
    token: str
    person: str

    async def get(self, path: str) -> httpx.Response:
        """A page."""
        return await self.http.get(self.base + path)

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """What our script sends."""
        return await self.http.post(self.base + path, json=fields, headers={"x-token": self.token})

    async def sends(self, path: str, **fields: str) -> Json:
        """The same, and what came back."""
        return told(await self.post(path, **fields))

    async def uploads(self, content: bytes, name: str, media_type: str, **fields: str) -> Json:
        """A file."""
        files = {"file": (name, content, media_type)}
        answer = await self.http.post(self.base + "/upload", files=files, data=fields, headers={"x-token": self.token})
        return told(answer)


def told(answer: httpx.Response) -> Json:
    """The JSON of an answer."""
    return cast("Json", answer.json())


_numbers = itertools.count(1)


def update() -> str:
    """A browser's random id."""
    return f"update-{next(_numbers):08d}"


@asynccontextmanager
async def running(
    folder: Path,
    catalogs: Catalogs,
    *,
    demo: bool = True,
    change: Change = lambda settings: settings,
    clock: Clock | None = None,
    calendar: bool = False,
) -> AsyncGenerator[Town]:
    """Open the house and serve, until the block ends; `calendar`: with what it owes these days."""
    settings = change(sample_settings(folder, "127.0.0.1", 0))
    settings = replace(settings, web=replace(settings.web, messages_per_minute=10_000))
    if READ_ONCE.exists():
        shutil.copytree(READ_ONCE, folder / "cache")
    app = await App.open(
        settings,
        PLAYBOOKS,
        catalogs,
        clock or RealClock(),
        lambda store, house: {"web": built_in_chat(store, house, demo=demo)},
        calendar=calendar,
    )
    if not READ_ONCE.exists() and (folder / "cache").exists():
        shutil.copytree(folder / "cache", READ_ONCE)
    web = app.adapters["web"]
    assert isinstance(web, WebAdapter)
    try:
        web.bind()
        serving = asyncio.create_task(app.run())
        try:
            await _answers(web, serving)
            yield Town(app, web)
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving
    finally:
        await app.close()


async def _answers(web: WebAdapter, serving: asyncio.Task[None]) -> None:
    async with httpx.AsyncClient() as http, asyncio.timeout(PATIENCE):
        while True:
            if serving.done():
                await serving
            with suppress(httpx.TransportError):
                await http.get(f"{web.address}/healthz")
                return


async def phone_of(http: httpx.AsyncClient, person: str) -> Phone:
    """Somebody of the sample company, with their own page open."""
    page = await http.get(f"/as/{person}/")
    found = re.search(r'data-token="([0-9a-f]+)"', page.text)
    assert found is not None, page.text
    return Phone(http, f"/as/{person}", found[1], person)


def value(*parts: object) -> str:
    """A button's value."""
    return json.dumps(parts, ensure_ascii=False)


async def report(phone: Phone, words: str = "/report fire, Workshop 3") -> str:
    """Report an event in one line; its number."""
    answer = await phone.sends("/say", words=words, room=f"@{phone.person}", update=update())
    return str(answer["event"])
