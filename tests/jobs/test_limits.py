"""The relay under limits: urgent first over all rooms, never a failure, and the platform never sees too much."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.chat.adapter import Budget
from bot.chat.card import Card, CardRef
from bot.chat.effect import OpenRoom, Outgoing, Post, Priority, ShowCard
from bot.domain.ids import DepartmentId, EventId, RoomId, command_room
from bot.errors import RetryLater
from bot.jobs.gate import AHEAD
from bot.jobs.rates import MARGIN
from bot.store import tables
from bot.text import Words, same, text
from tests.jobs.conftest import Office, Running, quiet

if TYPE_CHECKING:
    from bot.jobs.relay import Relay
    from bot.store.work import Work

SECOND = timedelta(seconds=1)
OFFICE = DepartmentId("office")
Limits = Callable[[str], tuple[Budget, ...]]


def telegram(address: str) -> tuple[Budget, ...]:
    """Three a second in all, one a second to each person, twenty a minute and an edit in three seconds in a group."""
    three = Budget("all", 3, 1.0)
    if address.startswith("@"):
        return three, Budget(f"chat/{address}", 1, 1.0)
    return three, Budget(f"group/{address}", 20, 60.0, edits_every=3.0)


def slack(address: str) -> tuple[Budget, ...]:
    return (Budget(f"channel/{address}", 1, 1.0, edits_every=1.0),)


def overall(address: str) -> tuple[Budget, ...]:
    del address
    return (Budget("all", 1, 1.0),)


def post(key: str, room: str, priority: Priority = Priority.CARD, thread: str | None = None) -> Outgoing:
    return Outgoing(
        Post(key, RoomId(room), Card(None, "plain", text("room.direct", person=same(key))), thread), priority
    )


async def _send(office: Office, *messages: Outgoing) -> None:
    async def job(work: Work) -> None:
        for message in messages:
            work.send(message)

    await office.store.write(job)


def _keys(office: Office) -> list[str]:
    return [message.key for message in office.platform.messages]


async def _passes(office: Office, job: Relay, seconds: float) -> None:
    """Let time pass, stopping whenever something may leave."""
    until = office.clock.now() + timedelta(seconds=seconds)
    await quiet(office.store, job)
    while (due := await job.next_due()) is not None and due <= until:
        office.clock.set(due)
        await quiet(office.store, job)
    office.clock.set(until)
    await quiet(office.store, job)


async def test_an_alarm_leaves_before_a_card_before_an_edit_before_a_reminder_over_all_rooms(office: Office) -> None:
    await _send(office, post("stands", "sales"))
    job = office.relay()
    async with Running(job):
        await quiet(office.store, job)
        office.platform.limits = overall
        await _send(
            office,
            post("reminder", "office", Priority.REMINDER),
            post("stands", "sales", Priority.EDIT),
            post("card", "@chen"),
            post("alarm", "@wang", Priority.ALARM),
        )
        handed = len(office.platform.handed)
        await _passes(office, job, 10)
    left = [getattr(each, "key", "") for each in office.platform.handed[handed:]]
    assert left == ["alarm", "card", "stands", "reminder"]


async def test_what_waits_for_a_limit_has_not_failed_and_says_when_it_may_leave(office: Office) -> None:
    office.platform.limits = slack
    begun = office.clock.now()
    await _send(office, post("one", "office"), post("two", "office"), post("three", "office"), post("else", "sales"))
    job = office.relay()
    async with Running(job):
        await quiet(office.store, job)
        assert sorted(_keys(office)) == ["else", "one"]
        assert await job.next_due() == begun + SECOND + MARGIN - AHEAD
        office.clock.set(begun + SECOND)
        await quiet(office.store, job)
        assert len(_keys(office)) == 2
        assert await job.next_due() == begun + SECOND + MARGIN
        await _passes(office, job, 5)
        assert await job.next_due() is None
    assert [key for key in _keys(office) if key != "else"] == ["one", "two", "three"]
    columns = tables.deliveries.c
    assert {tuple(row) for row in await office.store.rows(select(columns.attempts, columns.error))} == {(1, None)}


async def test_a_roll_of_people_keeps_the_platforms_limit_and_uses_it(office: Office) -> None:
    office.platform.limits = telegram
    begun = office.clock.now()
    people = [f"@person{number}" for number in range(120)]
    await _send(office, *(post(person, person, Priority.ALARM) for person in people))
    times: list[datetime] = []
    job = office.relay()
    async with Running(job):
        await quiet(office.store, job)
        while (due := await job.next_due()) is not None:
            times += [office.clock.now()] * (len(office.platform.messages) - len(times))
            office.clock.set(due)
            await quiet(office.store, job)
    times += [office.clock.now()] * (len(office.platform.messages) - len(times))
    assert _keys(office) == people
    assert all(later - earlier >= SECOND for earlier, later in zip(times, times[3:], strict=False))
    assert office.clock.now() - begun <= 39 * (SECOND + MARGIN)


async def test_a_busy_card_holds_no_alarm_up_in_its_own_room(office: Office) -> None:
    event = await office.report()
    job = office.relay()
    async with Running(job):
        await quiet(office.store, job)
        office.platform.limits = telegram
        await _send(office, _edit(event, 100))
        await quiet(office.store, job)
        await _send(office, _edit(event, 101))
        await quiet(office.store, job)
        shown = office.platform.deliveries
        await _send(office, post("alarm", "office", Priority.ALARM), post("reminder", "sales", Priority.REMINDER))
        await quiet(office.store, job)
        assert _keys(office)[-2:] == ["alarm", "reminder"]
        assert office.platform.deliveries == shown + 2
        assert await job.next_due() is not None
        await _passes(office, job, 4)
        assert office.platform.deliveries == shown + 3
    assert await office.store.rows(select(tables.outbox.c.id)) == []


async def test_an_edit_that_an_alarm_hangs_under_does_not_wait(office: Office) -> None:
    event = await office.report()
    job = office.relay()
    async with Running(job):
        await quiet(office.store, job)
        office.platform.limits = telegram
        await _send(office, _edit(event, 100))
        await quiet(office.store, job)
        await _send(office, _edit(event, 101), post("under", "office", Priority.ALARM, f"{event}/office"))
        await quiet(office.store, job)
        assert _keys(office)[-1] == "under"
        await _passes(office, job, 4)


def _edit(event: EventId, revision: int) -> Outgoing:
    return Outgoing(ShowCard(CardRef(event, "checklist", OFFICE), RoomId("office"), revision), Priority.EDIT, event)


@pytest.mark.parametrize(("limits", "within"), [(slack, 3.0), (telegram, 7.0)])
async def test_a_card_pressed_for_ten_seconds_shows_its_last_state_soon(
    office: Office, limits: Limits, within: float
) -> None:
    event = await office.report()
    job = office.relay()
    async with Running(job):
        await quiet(office.store, job)
        office.platform.limits = limits
        handed = len(office.platform.handed)
        for press in range(50):
            await _send(office, _edit(event, 100 + press))
            await _passes(office, job, 0.2)
        await _passes(office, job, within)
        assert await office.store.rows(select(tables.outbox.c.id)) == []
    assert len(office.platform.handed) - handed <= 10 / (1.0 if limits is slack else 3.0) + 2


async def test_a_pause_that_a_platform_asks_for_holds_only_its_lane(office: Office) -> None:
    office.platform.limits = telegram
    office.platform.refuses.append(RetryLater("slow down", 30))
    await _send(office, post("one", "@wang", Priority.ALARM))
    job = office.relay()
    async with Running(job):
        await quiet(office.store, job)
        await _send(office, post("two", "@chen"), post("three", "office"))
        await _passes(office, job, 29)
        assert sorted(_keys(office)) == ["three", "two"]
        await _passes(office, job, 1)
    assert sorted(_keys(office)) == ["one", "three", "two"]


async def test_what_is_said_in_a_new_room_counts_where_the_room_stands(office: Office) -> None:
    event = await office.report()
    room, asked = command_room(EventId("EV-2026-9999")), list[str]()

    def limits(address: str) -> tuple[Budget, ...]:
        asked.append(address)
        return slack(address)

    office.platform.limits = limits
    opening = OpenRoom(room, event, Words("指挥", "Command"), ())
    await _send(office, Outgoing(opening, Priority.CARD), post("first", room, Priority.ALARM))
    job = office.relay()
    async with Running(job):
        await _passes(office, job, 3)
    assert "first" in _keys(office)
    assert asked.count(room) >= 2


async def test_an_address_of_no_known_form_stops_nobody(office: Office) -> None:
    def limits(address: str) -> tuple[Budget, ...]:
        return () if address != "@wang" else (Budget(f"chat/{int(address)}", 1, 1.0),)

    office.platform.limits = limits
    await _send(office, post("one", "@wang"), post("two", "@chen"))
    job = office.relay()
    async with Running(job):
        await quiet(office.store, job)
    assert sorted(_keys(office)) == ["one", "two"]


async def test_hundreds_of_rooms_that_rest_hide_nothing_behind_them(office: Office) -> None:
    rooms = [f"room {number}" for number in range(130)]
    job = office.relay()
    async with Running(job):
        await _send(office, *(post(f"card {room}", room) for room in rooms))
        await quiet(office.store, job)
        office.platform.limits = lambda address: (Budget(f"group/{address}", 20, 60.0, edits_every=3.0),)
        await _send(office, *(post(f"card {room}", room, Priority.EDIT) for room in rooms))
        await quiet(office.store, job)
        await _send(office, *(post(f"card {room}", room, Priority.EDIT) for room in rooms))
        await _send(office, post("reminder", "@wang", Priority.REMINDER), post("under", rooms[0]))
        await quiet(office.store, job)
        assert sorted(_keys(office)[-2:]) == ["reminder", "under"]
        await _passes(office, job, 4)
    assert office.platform.deliveries == 3 * 130 + 2


@pytest.mark.parametrize("limits", [slack, overall])
async def test_what_opens_while_the_house_looks_is_looked_at_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch, limits: Limits
) -> None:
    office.platform.limits = limits
    job, write = office.relay(), office.store.write

    async def slowly(task: Callable[[Work], Awaitable[object]], update: tuple[str, str] | None = None) -> object:
        done = await write(task, update)
        office.clock.set(office.clock.now() + 2 * SECOND)
        return done

    await _send(office, post("one", "office"), post("two", "office"))
    async with Running(job):
        await quiet(office.store, job)
        assert _keys(office) == ["one"]
        monkeypatch.setattr(office.store, "write", slowly)
        office.store.bells.relay.ring()
        await quiet(office.store, job)
    assert _keys(office) == ["one", "two"]
