"""What happens at fixed times."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import structlog
from sqlalchemy import select

from bot.chat.card import Reply
from bot.chat.inbound import Pressed, Raw
from bot.domain.ids import EventId
from bot.errors import NotSaved
from bot.jobs import calendar
from bot.jobs.calendar import KEEP_UPDATES_FOR, Calendar
from bot.store import housekeeping, tables
from bot.text import text
from tests.jobs.conftest import Office

if TYPE_CHECKING:
    from bot.services.context import Context


async def answer(context: Context) -> Reply:
    del context
    return Reply(text("reply.already"))


async def nothing() -> None:
    return


async def test_files_are_looked_at_again_and_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "RELOAD_EVERY", 0.01)
    looked = asyncio.Queue[int]()

    async def reload() -> None:
        await looked.put(1)

    running = asyncio.create_task(Calendar(office.store, reload, "Asia/Shanghai").run())
    for _ in range(3):
        await asyncio.wait_for(looked.get(), 10)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_what_is_owed_is_looked_at_again_and_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "DUTIES_EVERY", 0.01)
    running = asyncio.create_task(Calendar(office.store, nothing, "Asia/Shanghai").run())
    for _ in range(2):
        await asyncio.wait_for(office.store.bells.duties.wait(), 10)
        office.store.bells.duties.clear()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_stopping_in_the_middle_of_a_look_is_silent(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(calendar, "RELOAD_EVERY", 0.01)
    looking, stopped = asyncio.Event(), asyncio.Event()

    async def reload() -> None:
        looking.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    running = asyncio.create_task(Calendar(office.store, reload, "Asia/Shanghai").run())
    await asyncio.wait_for(looking.wait(), 10)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await asyncio.sleep(0)
    assert stopped.is_set()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_look_that_fails_is_logged_and_the_next_one_comes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "RELOAD_EVERY", 0.01)
    looked = asyncio.Queue[int]()

    async def reload() -> None:
        await looked.put(1)
        raise OSError

    with structlog.testing.capture_logs() as logs:
        running = asyncio.create_task(Calendar(office.store, reload, "Asia/Shanghai").run())
        for _ in range(2):
            await asyncio.wait_for(looked.get(), 10)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert logs[0]["event"] == "calendar.failed"


async def test_updates_answered_long_ago_are_forgotten_and_presses_are_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "AT_ONCE", 2)
    intake = office.intake(answer)
    for number in range(5):
        await intake.receive(office.inbound(f"old {number}"))
    await intake.receive(office.inbound('they typed "kind":"pressed"', update="typed"))
    await intake.receive(office.inbound(Pressed("task.done", EventId("EV-2026-0001")), update="press"))
    await intake.keep([Raw("slack", "new", "C1", "not answered yet", office.clock.now())])
    office.clock.set(office.clock.now() + KEEP_UPDATES_FOR + timedelta(seconds=1))
    await intake.receive(office.inbound("fresh", update="fresh"))
    await Calendar(office.store, nothing, "Asia/Shanghai").tidy()
    left = await office.store.rows(select(tables.inbox.c.update))
    assert {update for (update,) in left} == {"new", "fresh", "press"}


async def test_no_room_to_tidy_up_is_no_drama(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: object) -> int:
        raise NotSaved

    monkeypatch.setattr(calendar, "sweep", full)
    with structlog.testing.capture_logs() as logs:
        await Calendar(office.store, nothing, "Asia/Shanghai").tidy()
    assert [line["event"] for line in logs] == ["calendar.not_tidied"]
