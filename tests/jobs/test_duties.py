"""What is owed is opened once, when it is due; also what was missed while nothing ran."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.domain.drill import Drill
from bot.domain.duty import Cron, Duty, DutyCalendar, Every, Schedule
from bot.domain.entries_duty import DutyEnded, DutyOpened
from bot.domain.event import Event
from bot.domain.ids import DrillId, DutyId, EventId, PlaybookId, RoleId
from bot.domain.programme import Programme
from bot.jobs.duties import Duties
from bot.jobs.quiet import all_quiet
from bot.services.duties import owed
from bot.services.occurrences import occurrences
from bot.services.owing import hidden_hour
from bot.store.occurrences import OccurrenceRow, load_occurrences
from bot.text import Words
from tests.jobs.conftest import Office
from tests.stories.town import START

DAY = timedelta(days=1)
DUE = datetime(2026, 3, 31, 9, tzinfo=UTC)
BACKUP = Duty(
    id=DutyId("backup"),
    kind="backup",
    title=Words("备份", "Backup"),
    task=Words("备份。", "Back up."),
    schedule=Schedule(Every(1, "month", datetime.fromisoformat("2026-01-31T17:00")), "Asia/Shanghai"),
    owner=RoleId("it_engineer"),
    approve=RoleId("office"),
    covers=("G21",),
)
EXERCISE = replace(BACKUP, id=DutyId("fire-drill"), kind="drill", drill=DrillId("fire"))
HIDDEN = Drill(
    id=DrillId("fire"),
    playbook=PlaybookId("fire"),
    title=Words("火灾", "Fire"),
    scenario=Words("起火。", "Fire."),
    objectives=(),
    type="single",
    place="warehouse_1",
    organiser=RoleId("it_engineer"),
    safety=RoleId("security"),
    stop_word=Words("停止", "Stop"),
    participants=(),
    injects=(),
    hidden_within=timedelta(days=5),
)


def last(hours: Sequence[datetime]) -> datetime:
    return hours[-1]


@asynccontextmanager
async def owing(office: Office, *duties: Duty, drill: Drill | None = None) -> AsyncGenerator[Duties]:
    """The job runs, with a calendar of these."""
    drills = {} if drill is None else {drill.id: drill}
    office.house.reload(programme=Programme(drills, DutyCalendar({duty.id: duty for duty in duties})))
    job = Duties(office.store, office.house, last)
    running = asyncio.create_task(job.run())
    await settled(office, job)
    yield job
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def settled(office: Office, job: Duties, at: datetime | None = None) -> None:
    """Let time pass, then wait until nothing is left to do."""
    if at is not None:
        office.clock.set(at)
    while not await all_quiet(office.store, job):
        await _others()


async def _others() -> None:
    """Let the others run for once."""
    await asyncio.sleep(0)


async def rows(office: Office) -> list[OccurrenceRow]:
    return await load_occurrences(office.store.rows, START - 400 * DAY, START + 4000 * DAY)


async def states(office: Office) -> list[tuple[str, str]]:
    return [(f"{row.due_at:%m-%d}", row.state) for row in await rows(office)]


async def opened(office: Office, number: int = 1) -> tuple[Event, DutyOpened]:
    event = EventId(f"DU-2026-{number:04}")
    payloads = [entry.payload for entry in await office.store.entries(event)]
    return await office.store.event(event), next(each for each in payloads if isinstance(each, DutyOpened))


async def test_what_passed_before_it_was_first_seen_is_not_owed(office: Office) -> None:
    async with owing(office, BACKUP) as job:
        assert await states(office) == [("03-31", "waiting")]
        assert await job.next_due() == DUE - 14 * DAY
        await settled(office, job, DUE - 14 * DAY)
        assert await states(office) == [("03-31", "open"), ("04-30", "waiting")]
        event, opening = await opened(office)
        assert (event.duty and event.duty.due_at, opening.late, opening.skipped) == (DUE, 0, ())
        assert await office.store.events()


async def test_one_whose_first_notice_has_passed_opens_at_once(office: Office) -> None:
    office.clock.set(DUE - 3 * DAY)
    async with owing(office, BACKUP):
        _, opening = await opened(office)
        assert opening.notices == (7 * 86400, 86400, 3600)


async def test_what_was_missed_while_nothing_ran_is_asked_once_and_says_how_late(office: Office) -> None:
    async with owing(office, BACKUP):
        pass
    office.clock.set(datetime(2026, 6, 2, 9, tzinfo=UTC))
    async with owing(office, BACKUP):
        assert await states(office) == [
            ("03-31", "missed"), ("04-30", "missed"), ("05-31", "open"), ("06-30", "waiting"),
        ]  # fmt: skip
        _, opening = await opened(office)
        assert [f"{at:%m-%d}" for at in opening.skipped] == ["03-31", "04-30"]
        assert opening.late == 16 * 86400
        assert len(await office.store.events()) == 1


async def test_one_that_is_open_when_the_next_is_due_is_missed(office: Office) -> None:
    async with owing(office, BACKUP) as job:
        await settled(office, job, DUE)
        await settled(office, job, datetime(2026, 4, 30, 8, tzinfo=UTC))
        assert await states(office) == [("03-31", "open"), ("04-30", "open"), ("05-31", "waiting")]
        await settled(office, job, datetime(2026, 4, 30, 9, tzinfo=UTC))
        assert await states(office) == [("03-31", "missed"), ("04-30", "open"), ("05-31", "waiting")]
        ended = [entry.payload for entry in await office.store.entries(EventId("DU-2026-0001"))][-1]
        assert isinstance(ended, DutyEnded)
        assert (ended.outcome, ended.late) == ("missed", 0)


async def test_another_schedule_moves_what_waits_and_leaves_what_is_open(office: Office) -> None:
    async with owing(office, BACKUP) as job:
        await settled(office, job, DUE - DAY)
    weekly = replace(BACKUP, schedule=Schedule(Cron("0 9 * * mon"), "Asia/Shanghai"))
    async with owing(office, weekly):
        assert await states(office) == [("03-31", "open"), ("04-06", "open"), ("04-13", "open"), ("04-20", "waiting")]


async def test_an_entry_that_is_taken_away_is_dropped_and_comes_back(office: Office) -> None:
    async with owing(office, BACKUP) as job:
        await settled(office, job, DUE - DAY)
    async with owing(office):
        assert await states(office) == [("03-31", "open"), ("04-30", "dropped")]
    async with owing(office, BACKUP):
        assert await states(office) == [("03-31", "open"), ("04-30", "waiting")]
    office.house.reload(programme=Programme(calendar=DutyCalendar({}, whole=False)))
    assert await states(office) == [("03-31", "open"), ("04-30", "waiting")], "an entry with a mistake is still owed"


async def test_what_is_open_of_an_entry_that_is_taken_away_is_owed_no_more(office: Office) -> None:
    other = replace(BACKUP, id=DutyId("stores"))
    async with owing(office, BACKUP, other) as job:
        await settled(office, job, DUE - DAY)
    async with owing(office, other):
        first = {row.duty: row for row in reversed(await rows(office))}
        backup, stores = first[BACKUP.id], first[other.id]
        assert (backup.state, stores.state) == ("dropped", "open")
        assert backup.event is not None
        event = await office.store.event(backup.event)
        assert (event.status, event.duty and event.duty.outcome) == ("closed", "dropped")


async def test_a_restart_opens_nothing_twice(office: Office) -> None:
    for _ in range(3):
        async with owing(office, BACKUP) as job:
            await settled(office, job, DUE - 14 * DAY)
    assert await states(office) == [("03-31", "open"), ("04-30", "waiting")]


async def test_a_drill_s_hour_is_a_working_hour_of_its_window_and_stays(office: Office) -> None:
    async with owing(office, EXERCISE, drill=HIDDEN) as job:
        (row,) = await rows(office)
        assert row.hour_at == DUE - timedelta(minutes=30), "the last hour is 16:30 in the plant"
        await settled(office, job, DUE - 14 * DAY)
        _, opening = await opened(office)
        assert (opening.hour_at, opening.hidden, opening.window_from) == (row.hour_at, True, DUE - 5 * DAY)


async def test_days_off_are_no_days_for_a_hidden_hour() -> None:
    seen: list[datetime] = []

    def all_of_them(hours: Sequence[datetime]) -> datetime:
        seen.extend(hours)
        return hours[0]

    since, until = datetime(2026, 2, 13, 16, tzinfo=UTC), datetime(2026, 2, 24, 16, tzinfo=UTC)
    hidden_hour(EXERCISE, since, until, all_of_them)
    assert {hour.astimezone(UTC).day for hour in seen} == {14, 24}, "14 February 2026 was made a working day"
    assert (
        hidden_hour(EXERCISE, datetime(2026, 2, 15, tzinfo=UTC), datetime(2026, 2, 20, tzinfo=UTC), all_of_them).day
        == 20
    )


async def test_wall_time_is_kept_where_clocks_change(office: Office) -> None:
    weekly = replace(BACKUP, schedule=Schedule(Cron("0 9 * * mon"), "Europe/Berlin"), notices=(DAY,))
    async with owing(office, weekly) as job:
        for _ in range(8):
            due = await job.next_due()
            assert due is not None
            await settled(office, job, due)
        assert [f"{row.due_at:%m-%d %H}" for row in await rows(office)][:5] == [
            "03-09 08", "03-16 08", "03-23 08", "03-30 07", "04-06 07",
        ]  # fmt: skip


async def test_an_entry_that_cannot_be_opened_harms_no_other(office: Office) -> None:
    broken = replace(BACKUP, id=DutyId("broken"), notices=(timedelta(days=14),), owner=RoleId("it_engineer"))
    wrong = replace(broken, covers=(object(),))  # type: ignore[arg-type]  no entry can be written of it
    with structlog.testing.capture_logs() as logs:
        async with owing(office, wrong, BACKUP) as job:
            await settled(office, job, DUE - 14 * DAY)
            assert sorted(row.state for row in await rows(office)) == ["open", "waiting", "waiting"]
            following = await job.next_due()
            assert following is not None
            assert following > office.clock.now(), "it rests"
    assert "duties.failed" in {line["event"] for line in logs}


async def test_what_is_owed_is_listed_with_what_is_to_come(office: Office) -> None:
    async with owing(office, BACKUP) as job:
        await settled(office, job, DUE + DAY)
        found = await owed(office.store, office.house)
        assert [(each.state, each.overdue(office.clock.now())) for each in found] == [
            ("open", True),
            ("waiting", False),
        ]
        year = await occurrences(office.store, office.house, START, START + 366 * DAY)
        assert [each.state for each in year] == ["open", "waiting", *["planned"] * 10]
        assert year[0].owners[0].person == "song"
