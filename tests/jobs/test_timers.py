"""Deadlines are rows: each is carried out once, also after downtime."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Row, Select, select

from bot.domain.entries_tasks import Escalated, Reminded
from bot.domain.timers import Timer, timers
from bot.jobs import patience
from bot.jobs import timers as deadlines
from bot.jobs.timers import carry_out_due
from bot.services.house import House
from bot.store import tables
from tests.jobs.conftest import Office, Running, quiet

if TYPE_CHECKING:
    import pytest

    from bot.domain.ids import EventId
    from bot.store.work import Work


async def _kinds(office: Office, event: EventId) -> list[str]:
    return [entry.payload.kind for entry in await office.store.entries(event)]


async def test_each_deadline_is_carried_out_when_it_is_due(office: Office) -> None:
    event = await office.report()
    job = office.timers()
    async with Running(job):
        await quiet(office.store, job)
        before = await _kinds(office, event)
        assert "task.reminded" not in before
        for _ in range(12):
            due = min(timer.due_at for timer in timers(await office.store.event(event)))
            office.clock.set(due)
            await quiet(office.store, job)
            assert min(timer.due_at for timer in timers(await office.store.event(event))) > due
    after = await _kinds(office, event)
    assert "task.reminded" in after
    assert "task.escalated" in after
    assert all(
        entry.payload.late == 0
        for entry in await office.store.entries(event)
        if isinstance(entry.payload, (Reminded, Escalated))
    )


async def test_what_was_missed_while_nothing_ran_is_carried_out_once_and_said_to_be_late(office: Office) -> None:
    event = await office.report()
    office.clock.set(office.clock.now() + timedelta(hours=1))
    job = office.timers()
    async with Running(job):
        await quiet(office.store, job)
    entries = await office.store.entries(event)
    late = [entry.payload for entry in entries if isinstance(entry.payload, Escalated)]
    assert late
    assert all(escalated.late > 0 for escalated in late)
    assert len({escalated.task for escalated in late}) == len(late)


async def test_two_relays_of_time_carry_a_deadline_out_once(office: Office) -> None:
    event = await office.report()
    due = min(timer.due_at for timer in timers(await office.store.event(event)))
    office.clock.set(due)
    one, other = office.timers(), office.timers()
    async with Running(one), Running(other):
        await quiet(office.store, one, other)
    entries = [entry.payload for entry in await office.store.entries(event)]
    reminded = [(entry.task, entry.step) for entry in entries if isinstance(entry, Reminded)]
    assert len(reminded) == len(set(reminded))


async def test_a_deadline_that_cannot_be_carried_out_rests_and_the_others_go_on(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = await office.report(), await office.report("/report flood Warehouse 2")

    async def fail_for_one(work: Work, house: House, event: EventId) -> tuple[Timer, ...]:
        if event == broken:
            raise RuntimeError(event)
        return await carry_out_due(work, house, event)

    monkeypatch.setattr(deadlines, "carry_out_due", fail_for_one)
    office.clock.set(office.clock.now() + timedelta(minutes=20))
    job = office.timers()
    with structlog.testing.capture_logs() as logs:
        async with Running(job):
            await quiet(office.store, job)
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["timers.failed"]
    assert "task.escalated" in await _kinds(office, fine)
    assert "task.escalated" not in await _kinds(office, broken)


async def test_a_deadline_that_would_not_go_away_is_reported(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(work: Work, house: object, event: EventId, command: object) -> object:
        del house, command
        return await work.event(event), ()

    monkeypatch.setattr(deadlines, "act_alone", nothing)
    event = await office.report()
    office.clock.set(min(timer.due_at for timer in timers(await office.store.event(event))))
    job = office.timers()
    with structlog.testing.capture_logs() as logs:
        async with Running(job):
            await quiet(office.store, job)
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["timers.stuck"]
    assert await office.store.rows(select(tables.timers.c.step).limit(1))


async def test_nothing_due_means_sleeping(office: Office) -> None:
    job = office.timers()
    async with Running(job):
        await quiet(office.store, job)
        office.clock.set(office.clock.now() + timedelta(hours=2))
        await asyncio.sleep(0)
        await quiet(office.store, job)
    assert await office.store.events() == []


async def test_a_database_that_is_away_for_a_while_ends_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "TRY_AGAIN_AFTER", 0)
    event = await office.report()
    office.clock.set(min(timer.due_at for timer in timers(await office.store.event(event))))
    failures = [OSError("away"), OSError("still away")]
    rows, back = office.store.rows, asyncio.Event()

    async def sometimes(query: Select[*tuple[object, ...]]) -> Sequence[Row[*tuple[object, ...]]]:
        if failures:
            raise failures.pop()
        back.set()
        return await rows(query)

    monkeypatch.setattr(office.store, "rows", sometimes)
    job = office.timers()
    with structlog.testing.capture_logs() as logs:
        async with Running(job):
            await back.wait()
            await quiet(office.store, job)
    assert [line["event"] for line in logs].count("store.not_read") == 2
    assert "task.reminded" in await _kinds(office, event)
