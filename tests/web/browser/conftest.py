"""Real pages in a real Chromium; a page that complains on its console fails the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from tests.web.town import Town

Look = Callable[..., Awaitable[Page]]
"""Open a page as a person: `width`, `script`, `language`, `path`."""
PATIENCE_MS = 10_000


@pytest.fixture
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    """Chromium, without a window."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield running
        await running.close()


@pytest.fixture
async def complaints() -> AsyncIterator[list[str]]:
    """What pages complained of; a test that expects some takes them out of the list."""
    found: list[str] = []
    yield found
    assert not found


@pytest.fixture
async def look(browser: Browser, town: Town, complaints: list[str]) -> Look:
    """Open the chat as somebody, on a phone of 390 px unless said otherwise."""

    def console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    async def look_as(
        person: str, *, path: str = "/", language: str = "zh", width: int = 390, script: bool = True, dark: bool = False
    ) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": 844},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            has_touch=width < 900,
        )
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        page.on("console", console)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{town.address}/as/{person}/?lang={language}")
        if path != "/":
            await page.goto(f"{town.address}/as/{person}{path}")
        return page

    return look_as
