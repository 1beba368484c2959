"""The year and its months on a phone, on a desktop and on paper."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.clock import VirtualClock
from bot.i18n import Catalogs
from tests.web.a_year import DECEMBER, lived, rows_of
from tests.web.browser.conftest import Look
from tests.web.browser.test_pages import LOW_CONTRAST, SMALL_TARGETS, TOO_SMALL_TEXT
from tests.web.town import Town, running

pytestmark = [pytest.mark.browser, pytest.mark.uncounted]

A4 = (595, 842)
"""Points."""


EVERY_DRILL_HELD = """() => document.querySelectorAll("td.last").forEach(
  (cell) => { cell.innerHTML = '<a class="number-of-event" href="#">DR-2026-0016</a>'; })"""


@pytest.fixture
async def town(tmp_path: Path, catalogs: Catalogs) -> AsyncIterator[Town]:
    """The demo on a day in December, after a year in which nothing was done: the fullest page there is."""
    async with running(tmp_path, catalogs, clock=VirtualClock(DECEMBER)) as december:
        shipped = december.app.shelf.programme
        await lived(december, shipped, rows_of(shipped, DECEMBER, idle=True))
        yield december


async def printed(page: Page) -> list[tuple[int, int]]:
    """The sheets it prints on, each with its width and height in points."""
    pdf = await page.pdf(prefer_css_page_size=True)
    sheets = len(re.findall(rb"/Type\s*/Page\b", pdf))
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
    assert boxes
    return [(round(float(boxes[0][0])), round(float(boxes[0][1])))] * sheets


async def test_what_is_overdue_comes_first_and_everything_is_large_enough(look: Look) -> None:
    for width, language in ((320, "zh"), (390, "en"), (1280, "zh")):
        for path in ("/readiness", "/readiness/2026-12", "/readiness/2026-02"):
            page = await look("chen", path=path, width=width, language=language, script=False, dark=width == 390)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            for complaint in (SMALL_TARGETS, TOO_SMALL_TEXT, LOW_CONTRAST):
                assert await page.evaluate(complaint) == []
            await page.context.close()
    chen = await look("chen", path="/readiness")
    await expect(chen.locator(".state")).to_contain_text(re.compile(r"\d+项已逾期；下一项"))
    await expect(chen.locator("h2").first).to_have_text("已逾期")
    await expect(chen.locator(".entries li.overdue b").first).to_have_text("逾期")
    await expect(chen.get_by_role("rowheader", name="备份")).to_be_visible()


async def test_a_month_is_left_and_found_again_with_a_thumb_or_the_keyboard(look: Look) -> None:
    chen = await look("chen", path="/readiness", language="en", script=False)
    await chen.get_by_role("link", name="Month view").click()
    await expect(chen.locator("h1")).to_have_text("December 2026")
    await expect(chen.locator("[aria-current=date]")).to_contain_text("Today")
    later = chen.get_by_role("link", name="Next month: January 2027")
    box = await later.bounding_box()
    assert box is not None
    assert box["y"] > 844 / 2
    await later.focus()
    await chen.keyboard.press("Enter")
    await expect(chen.locator("h1")).to_have_text("January 2027")
    await expect(chen.get_by_text("New Year's Day")).to_be_visible()
    await chen.get_by_role("link", name="中文").click()
    await expect(chen.locator("h1")).to_have_text("2027年1月")
    await chen.get_by_role("link", name="上个月：2026年12月").click()
    await chen.reload()
    await expect(chen.locator("h1")).to_have_text("2026年12月")
    await chen.locator(".bar .back").click()
    await expect(chen.locator("h1")).to_have_text("就绪情况 2026")


async def test_a_desktop_shows_weeks_of_seven_days(look: Look) -> None:
    chen = await look("chen", path="/readiness/2026-12", width=1280)
    table = chen.get_by_role("table", name="2026年12月")
    await expect(table.get_by_role("columnheader")).to_have_count(8)
    await expect(table.get_by_role("columnheader", name="周日")).to_be_visible()
    days = [await table.locator(f"time[datetime='2026-12-{day:02}']").bounding_box() for day in (7, 13, 14)]
    monday, sunday, next_monday = (each for each in days if each is not None)
    assert monday["y"] == sunday["y"] < next_monday["y"]
    assert monday["x"] == next_monday["x"] < sunday["x"]


async def test_the_year_prints_on_one_sheet_and_a_month_on_its_side(look: Look) -> None:
    for language in ("zh", "en"):
        page = await look("chen", path="/readiness", width=1280, language=language)
        assert await printed(page) == [A4]
        await page.evaluate(EVERY_DRILL_HELD)
        assert await printed(page) == [A4]
        await page.goto(page.url.replace("/readiness", "/readiness/2026-12"))
        assert await printed(page) == [(842, 595)]
