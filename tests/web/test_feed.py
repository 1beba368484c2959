"""The calendar of a phone: a secret address without sign-in; a guessed one finds nothing."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from icalendar import Alarm, Calendar
from starlette.applications import Starlette

from bot.adapters.web.feed import MOST_WRONG, Feed
from bot.clock import VirtualClock
from bot.exports.calendar_feed import FeedEvent, FeedState, render_feed
from bot.i18n import Catalogs
from bot.text import Language, Words, text
from tests.web.town import PATIENCE, Phone, Town, Visit, told

NOW = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
DUE = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)

BACKUP = FeedEvent(
    uid="backup-20260331T090000Z@tocsin",
    title=Words("每月备份", "Monthly backup"),
    drill=False,
    starts_at=DUE - timedelta(hours=1),
    ends_at=DUE,
    due_at=DUE,
    whole_days=False,
    zone=SHANGHAI,
    role=Words("IT工程师", "IT engineer"),
    covers=("G13", "P2"),
    task=Words("备份系统；试恢复, 一个文件。\n写下结果。", "Back up; restore, one file.\nWrite it down."),
    state="open",
    number="DU-2026-0001",
    notices=(timedelta(days=14), timedelta(hours=1)),
    changed_at=None,
    sequence=0,
)


def rendered(catalogs: Catalogs, *events: FeedEvent, language: Language = "zh") -> bytes:
    return render_feed(
        events, text("feed.mine"), language, lambda said: catalogs.render(said, language, SHANGHAI, NOW), NOW
    )


def test_what_is_written_is_read_again_by_the_rules(catalogs: Catalogs) -> None:
    moved = replace(BACKUP, uid="other@tocsin", zone=BERLIN, sequence=1, changed_at=NOW)
    written = rendered(catalogs, BACKUP, moved)
    calendar = Calendar.from_ical(written)
    first, second = calendar.events
    assert (first.summary, first.uid, first.sequence) == ("每月备份", BACKUP.uid, 0)
    assert first.start == datetime(2026, 3, 31, 16, tzinfo=SHANGHAI)
    assert first.end == datetime(2026, 3, 31, 17, tzinfo=SHANGHAI)
    assert (first.description or "").split("\n") == [
        "备份系统；试恢复, 一个文件。", "写下结果。", "岗位：IT工程师", "依据：G13、P2", "编号：DU-2026-0001",
    ]  # fmt: skip
    alarms = [each.TRIGGER for each in first.subcomponents if isinstance(each, Alarm)]
    assert alarms == [timedelta(hours=1) - each for each in BACKUP.notices]
    assert (second.sequence, second.last_modified) == (1, NOW)
    assert {zone.tz_name for zone in calendar.timezones} == {"Asia/Shanghai", "Europe/Berlin"}
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT12H" in written


def test_its_lines_are_those_of_rfc_5545(catalogs: Catalogs) -> None:
    long = replace(BACKUP, title=Words("很长的标题" * 40, "A long title " * 20))
    for language in ("zh", "en"):
        written = rendered(catalogs, long, language=language)
        assert written.endswith(b"END:VCALENDAR\r\n")
        assert b"\n" not in written.replace(b"\r\n", b"")
        assert max(map(len, written.split(b"\r\n"))) <= 75
        unfolded = written.replace(b"\r\n ", b"").decode()
        assert ("很长的标题" * 40 if language == "zh" else "A long title " * 20) in unfolded
        for name in ("UID", "DTSTAMP", "DTSTART;TZID=Asia/Shanghai", "DTEND;TZID=Asia/Shanghai", "SUMMARY", "SEQUENCE"):
            assert unfolded.count(f"\r\n{name}:") == (2 if name == "UID" else 1), name


@pytest.mark.parametrize(
    ("state", "zh", "en"),
    [
        ("planned", "【演练】每月备份【演练】", "DRILL Monthly backup DRILL"),
        ("done", "【演练】每月备份（已完成）【演练】", "DRILL Monthly backup (done) DRILL"),
        ("late", "【演练】每月备份（逾期完成）【演练】", "DRILL Monthly backup (done late) DRILL"),
        ("missed", "【演练】每月备份（未做）【演练】", "DRILL Monthly backup (missed) DRILL"),
        ("overdue", "【演练】每月备份（逾期）【演练】", "DRILL Monthly backup (overdue) DRILL"),
    ],
)
def test_a_drill_says_first_and_last_that_it_is_one(catalogs: Catalogs, state: FeedState, zh: str, en: str) -> None:
    drill = replace(BACKUP, drill=True, state=state)
    summaries = [
        Calendar.from_ical(rendered(catalogs, drill, language=language)).events[0].summary for language in ("zh", "en")
    ]
    assert summaries == [zh, en]


def test_a_window_is_whole_days_and_has_no_hour(catalogs: Catalogs) -> None:
    window = replace(BACKUP, drill=True, whole_days=True, starts_at=DUE - timedelta(days=5))
    event = Calendar.from_ical(rendered(catalogs, window)).events[0]
    assert (event.start, event.end) == (date(2026, 3, 26), date(2026, 4, 1))
    assert "不预告" in (event.description or "")


@dataclass(slots=True)
class Shelf:
    """Two links; how often anybody looked."""

    looked: int = 0

    async def calendar(self, token: str) -> bytes | None:
        self.looked += 1
        return b"BEGIN:VCALENDAR\r\n" if token in ("right", "also-right") else None


@asynccontextmanager
async def serving(feed: Feed) -> AsyncGenerator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=[feed.route()]))
    async with httpx.AsyncClient(transport=transport, base_url="http://house") as http:
        yield http


async def test_whoever_keeps_guessing_is_not_looked_up_and_phones_are_served_all_the_same(town: Town) -> None:
    clock, shelf = VirtualClock(NOW), Shelf()
    async with serving(Feed(shelf.calendar, town.app.house, clock)) as http:
        assert (await http.get("/calendar/right.ics")).status_code == 200
        for number in range(MOST_WRONG + 5):
            wrong = await http.get(f"/calendar/wrong{number}.ics")
            assert wrong.status_code == 404
            assert "没有这个日历链接" in wrong.text
            assert "There is no such calendar link" in wrong.text
        assert shelf.looked == MOST_WRONG + 1
        assert (await http.get("/calendar/right.ics")).status_code == 200
        assert (await http.get("/calendar/also-right.ics")).status_code == 404
        assert (await http.get(f"/calendar/{'x' * 1000}.ics")).status_code == 404
        clock.set(NOW + timedelta(hours=2))
        assert (await http.get("/calendar/also-right.ics")).status_code == 200


async def test_a_link_is_asked_for_and_read_by_a_phone_without_signing_in(town: Town, visit: Visit) -> None:
    song = await visit("song")
    path = await new_link(song)
    async with httpx.AsyncClient(base_url=town.address, timeout=PATIENCE) as anybody:
        answer = await anybody.get(path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/calendar")
        assert answer.headers["cache-control"].startswith("private")
        assert "set-cookie" not in answer.headers
        assert Calendar.from_ical(answer.content).calendar_name == "例行工作与演练"
        guessed = await anybody.get("/calendar/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ics")
        assert guessed.status_code == 404
        assert (await anybody.post(path)).status_code == 405


async def new_link(phone: Phone) -> str:
    """The address in the answer, as a path."""
    answer = await phone.post("/say", words="/duties link", room=f"@{phone.person}", update="update-feed-0001")
    found = re.search(r"/calendar/[\w-]+\.ics", str(told(answer)))
    assert found is not None, answer.text
    return found[0]
