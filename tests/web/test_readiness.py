"""The page of readiness and the months: who may look, what an address gives, what stands on it."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from bot.clock import VirtualClock
from bot.i18n import Catalogs
from tests.web.a_year import DECEMBER, a_programme, lived, rows_of
from tests.web.town import running

NO_MONTHS = ("2026-13", "2026-00", "0000-01", "abc", "2026-1", "1999-01", "２０２６-01", "2026-12-01", "")


def words(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<main")[2].partition(">")[2]).split())


async def test_a_year_that_went_well_enough(tmp_path: Path, catalogs: Catalogs) -> None:
    async with (
        running(tmp_path, catalogs, clock=VirtualClock(DECEMBER)) as town,
        httpx.AsyncClient(base_url=town.address) as http,
    ):
        await lived(town, a_programme(), rows_of(a_programme(), DECEMBER))

        async def reads(person: str, path: str) -> str:
            page = await http.get(f"/as/{person}{path}")
            assert page.status_code == 200
            return page.text

        for person in ("xu", "zhao", "qin", "chen"):
            assert f'href="/as/{person}/readiness"' in await reads(person, "/")
            page = words(await reads(person, "/readiness?lang=en"))
            assert page.startswith("Nothing is overdue; next: Half-yearly on-site drill: power failure, by 2026-12-18.")
            assert "Backups Owed 11 Done 8 Late 2 Missed 1 Overdue 0 To come 1" in page
            assert "All Owed 54 Done 39 Late 9 Missed 6 Overdue 0 To come 6" in page
            assert "Servers down for more than 8 hours Owed 1 Held 0 Missing 1 To come 0" in page
            assert "G21 2 of 12 open" in page
            assert "P1 done" in page

        records = re.findall(r'href="(/as/chen/record/DU-[0-9-]+)"', await reads("chen", "/readiness"))
        assert records
        assert (await http.get(records[0])).status_code == 200
        assert "/record/" not in await reads("xu", "/readiness") + await reads("xu", "/readiness/2026-12")

        organiser = words(await reads("zhao", "/readiness/2026-12?lang=en"))
        assert re.search(r"Yearly chemical spill drill \w+ · begins \d\d:\d\d", organiser)
        for person in ("xu", "chen", "qin"):
            other = words(await reads(person, "/readiness/2026-12?lang=en"))
            assert re.search(r"Yearly chemical spill drill \w+ · from here until 2026-12-21, hour not announced", other)
            assert re.search(r"Yearly chemical spill drill \w+ · last day, hour not announced", other)
            assert not re.search(r"chemical spill drill \w+ · begins", other)

        asked = await http.get("/as/chen/readiness?month=2026-11&lang=en")
        assert (asked.status_code, asked.headers["location"]) == (303, "/as/chen/readiness/2026-11?lang=en")
        for month in NO_MONTHS:
            for address in (f"/as/chen/readiness/{month}", f"/as/chen/readiness?month={month}"):
                none = await http.get(address, follow_redirects=True)
                assert (none.status_code, 'role="alert"' in none.text) == (404, True)


async def test_a_house_that_owes_nothing_yet(tmp_path: Path, catalogs: Catalogs) -> None:
    async with (
        running(tmp_path, catalogs, clock=VirtualClock(DECEMBER)) as town,
        httpx.AsyncClient(base_url=town.address) as http,
    ):
        assert "No duties are planned." in words((await http.get("/as/chen/readiness?lang=en")).text)
        assert "Nothing is due this month." in words((await http.get("/as/chen/readiness/2026-08?lang=en")).text)
        await lived(town, a_programme())
        page = words((await http.get("/as/chen/readiness?lang=en")).text)
        assert "Nothing is overdue; first due: Half-yearly on-site drill: power failure, by 2026-12-18." in page


async def test_strangers_are_shown_the_way_in(tmp_path: Path, catalogs: Catalogs) -> None:
    async with (
        running(tmp_path, catalogs, demo=False) as town,
        httpx.AsyncClient(base_url=town.address) as stranger,
    ):
        for path in ("/readiness", "/readiness/2026-11"):
            answer = await stranger.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/join")
