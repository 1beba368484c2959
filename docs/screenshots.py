"""Pictures of the running demo for the README: `python docs/screenshots.py` writes docs/images/*.png.

A worker reports a fire, heads answer, and each picture is what one of the people sees. Needs Chromium on PATH.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from playwright.async_api import async_playwright

from bot.adapters.web.adapter import WebAdapter
from bot.app import App, built_in_chat
from bot.cli.serving import sample_settings
from bot.clock import RealClock
from bot.files.home import PLAYBOOKS
from bot.i18n import Catalogs

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from bot.text import Language

IMAGES = Path(__file__).parent / "images"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 860}
SETTLED_MS = 600
"""Until fonts are drawn and the stream has told the last change."""


@dataclass(frozen=True, slots=True)
class Studio:
    """The running demo and a browser."""

    address: str
    browser: Browser

    async def sits(
        self, person: str, language: Language, size: dict[str, int], scheme: Literal["light", "dark"] = "light"
    ) -> Page:
        """Somebody opens the chat."""
        context = await self.browser.new_context(
            viewport={"width": size["width"], "height": size["height"]}, color_scheme=scheme, device_scale_factor=1.5
        )
        page = await context.new_page()
        await page.goto(f"{self.address}/as/{person}/?lang={language}")
        return page

    async def takes(self, page: Page, name: str) -> None:
        """One picture."""
        await page.wait_for_timeout(SETTLED_MS)
        await page.screenshot(path=IMAGES / f"{name}.png")
        print(IMAGES / f"{name}.png")


async def main() -> None:
    """Start the demo, live through a fire, take the pictures."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        await with_demo(Path(folder), pictures)


async def with_demo(folder: Path, then: Callable[[str], Awaitable[None]]) -> None:
    """Run the demo on a free port of this machine while something is done with it."""
    settings = sample_settings(folder, "127.0.0.1", 0)
    app = await App.open(
        settings,
        PLAYBOOKS,
        Catalogs.load(),
        RealClock(),
        lambda store, house: {"web": built_in_chat(store, house, demo=True)},
    )
    web = app.adapters["web"]
    assert isinstance(web, WebAdapter)  # noqa: S101  it is what the line above made
    web.bind()
    serving = asyncio.create_task(app.run())
    try:
        await then(web.address)
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        await app.close()


async def pictures(address: str) -> None:
    """The fire."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        studio = Studio(address, browser)
        for language in ("zh", "en"):
            await report(studio, language, first=language == "zh")
        await answer(studio)
        for language in ("zh", "en"):
            await look(studio, language)
        await year(studio)
        await browser.close()


async def report(studio: Studio, language: Language, *, first: bool) -> None:
    """A worker's phone: tiles, then what happens now."""
    worker = await studio.sits("xu", language, PHONE)
    await worker.click("#report")
    await worker.wait_for_selector("#sheet .tile")
    await studio.takes(worker, f"report-{language}")
    await worker.click("#sheet .tile[value=fire]")
    await worker.wait_for_selector("#sheet .skip")
    if first:
        await worker.click("#sheet .option >> nth=2")
        await worker.click("#sheet .primary")
        await worker.wait_for_selector("#private .card")
        await studio.takes(worker, f"reported-{language}")


async def answer(studio: Studio) -> None:
    """Heads press what they can."""
    head = await studio.sits("zhang", "zh", PHONE)
    await head.goto(f"{studio.address}/as/zhang/room/production")
    for label in ("收到", "开始"):
        await head.locator("#log .card").first.get_by_role("button", name=label, exact=True).click()
        await head.wait_for_timeout(SETTLED_MS)
        if await head.locator("#sheet .tile, #sheet .option").count():
            await head.locator("#sheet .tile, #sheet .option").first.click()
            await head.wait_for_timeout(SETTLED_MS)
    office = await studio.sits("zhao", "zh", PHONE)
    await office.goto(f"{studio.address}/as/zhao/room/office")
    await office.locator("#log .card").first.get_by_role("button", name="收到", exact=True).click()
    await office.fill("#say textarea", "消防车5分钟后到东门，请保安队清出通道。")
    await office.click("#say .send")
    await office.wait_for_timeout(SETTLED_MS)


async def look(studio: Studio, language: Language) -> None:
    """A head's phone, and the general manager's desk."""
    head = await studio.sits("zhang", language, PHONE)
    await head.goto(f"{studio.address}/as/zhang/room/production")
    await studio.takes(head, f"phone-{language}")
    manager = await studio.sits("chen", language, DESKTOP)
    await manager.goto(f"{studio.address}/as/chen/room/office")
    await studio.takes(manager, f"desktop-{language}")
    if language == "zh":
        night = await studio.sits("chen", language, PHONE, "dark")
        await night.click(".banner")
        await studio.takes(night, f"night-{language}")


async def year(studio: Studio) -> None:
    """What the year owes, on a desk; its next month, on a phone."""
    desk = await studio.sits("chen", "en", DESKTOP)
    await desk.goto(f"{studio.address}/as/chen/readiness")
    await studio.takes(desk, "readiness-en")
    phone = await studio.sits("chen", "zh", PHONE)
    await phone.goto(f"{studio.address}/as/chen/readiness")
    await phone.click(".to-month a")
    await phone.click("[rel=next]")
    await studio.takes(phone, "month-zh")


if __name__ == "__main__":
    asyncio.run(main())
