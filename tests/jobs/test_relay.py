"""Outbox rows become messages: in order, each once, the last state of a card always."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import insert, select

from bot.chat.adapter import Accepted, Delivery, Entering, Showing
from bot.chat.card import Card, CardRef
from bot.chat.effect import OpenRoom, Outgoing, Post, Priority, ShowCard
from bot.chat.inbound import Account
from bot.domain.entries_talk import MessageFailed, MessageSent
from bot.domain.ids import DepartmentId, EventId, FileId, PersonId, RoomId
from bot.domain.proof import verify
from bot.errors import NotSaved, RetryLater, Undeliverable, Unknown
from bot.jobs import courier, relay
from bot.jobs.relay import Relay
from bot.services.context import language_key
from bot.store import tables
from bot.text import Words, same, text
from tests.jobs.conftest import Office, Running, quiet, show
from tests.stories.platform import Platform

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import pytest

    from bot.store.store import Store
    from bot.store.work import Work

OFFICE = DepartmentId("office")


def post(key: str, room: str = "office", event: EventId | None = None, thread: str | None = None) -> Outgoing:
    card = Card("live" if event else None, "plain", text("room.direct", person=same(key)))
    return Outgoing(Post(key, RoomId(room), card, thread), Priority.CARD, event)


async def _send(store: Store, *messages: Outgoing) -> None:
    async def job(work: Work) -> None:
        for message in messages:
            work.send(message)

    await store.write(job)


async def _waiting(office: Office) -> int:
    return len(await office.store.rows(select(tables.outbox.c.id)))


async def _delivered(office: Office, *jobs: Relay) -> None:
    job = jobs[0] if jobs else office.relay()
    async with Running(job):
        await quiet(office.store, job)


async def test_a_report_brings_every_department_its_card(office: Office) -> None:
    event = await office.report()
    await _delivered(office)
    state = await office.store.event(event)
    keys = {message.key for message in office.platform.messages}
    assert {f"{event}/{task.department}" for task in state.tasks.values()} <= keys
    assert office.platform.members[RoomId(event)]
    assert await _waiting(office) == 0
    sent = [entry.payload for entry in await office.store.entries(event) if isinstance(entry.payload, MessageSent)]
    assert {message.message for message in sent} == keys
    card = next(message for message in sent if message.message == f"{event}/office")
    assert "紧急" in card.shown.zh
    assert "EMERGENCY" in card.shown.en
    assert verify(await office.store.entries(event)).good
    deliveries = await office.store.deliveries(event)
    assert all(delivery.accepted_at is not None and delivery.attempts == 1 for delivery in deliveries)


async def test_two_hundred_edits_in_flight_cost_one_delivery(office: Office) -> None:
    event = await office.report()
    gate = asyncio.Event()
    job = _gated(office, gate)
    async with Running(job):
        gate.set()
        await quiet(office.store, job)
        before = office.platform.deliveries
        gate.clear()
        for revision in range(100, 300):
            await _send(office.store, Outgoing(
                ShowCard(CardRef(event, "checklist", OFFICE), RoomId("office"), revision), Priority.EDIT, event
            ))  # fmt: skip
        gate.set()
        await quiet(office.store, job)
    assert office.platform.deliveries - before <= 2
    cards = [message for message in office.platform.messages if message.key == f"{event}/office"]
    assert len(cards) == 1
    assert await _waiting(office) == 0


def _gated(office: Office, gate: asyncio.Event, reached: asyncio.Event | None = None) -> Relay:
    """A platform that answers only while the gate is open; `reached`: something stands before it."""

    class Slow:
        name, abilities, run = office.platform.name, office.platform.abilities, office.platform.run
        budgets = office.platform.budgets

        async def deliver(self, delivery: Delivery) -> Accepted:
            if reached is not None:
                reached.set()
            await gate.wait()
            return await office.platform.deliver(delivery)

    return Relay(office.store, office.house, {"web": Slow()}, show)


async def test_a_platform_that_asks_for_a_pause_gets_it(office: Office) -> None:
    await _send(office.store, post("one"), post("two"))
    office.platform.refuses.append(RetryLater("slow down", 30))
    job = office.relay()
    async with Running(job):
        await quiet(office.store, job)
        assert office.platform.messages == []
        office.clock.set(office.clock.now() + timedelta(seconds=29))
        await quiet(office.store, job)
        assert office.platform.messages == []
        office.clock.set(office.clock.now() + timedelta(seconds=1))
        while await _waiting(office):
            await _turn()
    assert [message.key for message in office.platform.messages] == ["one", "two"]


async def test_a_pause_beyond_all_measure_ends_on_the_next_day(office: Office) -> None:
    await _send(office.store, post("one"))
    office.platform.refuses.append(RetryLater("slow down", 1e15))
    job = office.relay()
    async with Running(job):
        await quiet(office.store, job)
        office.clock.set(office.clock.now() + timedelta(days=1))
        await _gone(office)
    assert [message.key for message in office.platform.messages] == ["one"]


async def _turn() -> None:
    await asyncio.sleep(0)


async def test_a_message_nobody_knows_of_is_sent_again_under_its_name(office: Office) -> None:
    await _send(office.store, post("one"))
    office.platform.refuses += [Unknown("connection lost"), Unknown("again"), NotSaved()]
    job = office.relay()
    async with Running(job):
        while await _waiting(office):
            await quiet(office.store, job)
            office.clock.set(office.clock.now() + timedelta(seconds=5))
            await _turn()
    assert [message.key for message in office.platform.messages] == ["one"]


async def test_a_platform_that_does_not_answer_is_asked_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "DELIVER_FOR", 0.01)
    await _send(office.store, post("one"))
    gate = asyncio.Event()
    job = _gated(office, gate)
    async with Running(job):
        await quiet(office.store, job)
        gate.set()
        office.clock.set(office.clock.now() + timedelta(seconds=2))
        while await _waiting(office):
            await _turn()
    assert [message.key for message in office.platform.messages] == ["one"]


async def test_what_will_never_arrive_is_in_the_record_and_the_admins_hear_of_it(office: Office) -> None:
    event = await office.report()
    await _delivered(office)
    await _send(office.store, post("gone", event=event), post("stays"))
    office.platform.refuses.append(Undeliverable("room is gone"))
    with structlog.testing.capture_logs() as logs:
        await _delivered(office)
    failed = [entry.payload for entry in await office.store.entries(event) if isinstance(entry.payload, MessageFailed)]
    assert [(entry.message, entry.why) for entry in failed] == [("gone", "room is gone")]
    assert "relay.lost" in [line["event"] for line in logs]
    admins = office.house.room_with("admins")
    assert admins is not None
    told = [message.card.head for message in office.platform.in_room(admins.id)]
    assert [getattr(head, "key", None) for head in told] == ["relay.lost"]


async def test_a_message_to_the_admins_that_is_lost_calls_for_no_other(office: Office) -> None:
    admins = office.house.room_with("admins")
    assert admins is not None
    await _send(office.store, post("one", room=admins.id))
    office.platform.refuses.append(Undeliverable("room is gone"))
    with structlog.testing.capture_logs():
        await _delivered(office)
    assert office.platform.messages == []
    assert await _waiting(office) == 0


async def test_a_room_of_an_unknown_platform_is_lost(office: Office) -> None:
    office.store.route(lambda room: ("slack",) if room == "office" else ("web",))
    await _send(office.store, post("one"))
    with structlog.testing.capture_logs():
        await _delivered(office)
    assert await _waiting(office) == 0


async def test_a_mistake_of_ours_does_not_stop_the_others(office: Office) -> None:
    await _send(office.store, post("good"), post("other", room="sales"))

    async def poison(work: Work) -> None:
        row = {"platform": "web", "room": "office", "key": "bad", "thread": "", "rank": 0, "revision": 0}
        rest = {"effect": "{}", "queued_at": work.now, "attempts": 0}
        await work.connection.execute(insert(tables.outbox).values(**row, **rest))

    await office.store.write(poison)
    job = office.relay()
    with structlog.testing.capture_logs() as logs:
        async with Running(job):
            while await _waiting(office):
                await quiet(office.store, job)
                office.clock.set(office.clock.now() + timedelta(minutes=1))
                await _turn()
    keys = {message.key for message in office.platform.messages}
    assert {"good", "other"} <= keys
    assert [line["event"] for line in logs].count("relay.failed") == courier.GIVE_UP_AFTER


async def test_what_landed_is_written_down_as_soon_as_there_is_room(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "TRY_AGAIN_AFTER", 0)
    event = await office.report()
    failures: list[Exception] = [NotSaved(), NotSaved(), RuntimeError("no record")]
    write = office.store.write

    async def sometimes(job: Callable[[Work], Awaitable[object]], update: tuple[str, str] | None = None) -> object:
        if failures and office.platform.deliveries:
            raise failures.pop(0)
        return await write(job, update)

    monkeypatch.setattr(office.store, "write", sometimes)
    with structlog.testing.capture_logs() as logs:
        await _delivered(office)
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["relay.not_settled"]
    assert await _waiting(office) == 0
    places = {(message.room, message.key) for message in office.platform.messages}
    assert len(places) == len(office.platform.messages)
    assert (await office.store.event(event)).id == event


async def _gone(office: Office) -> None:
    """Two relays share the one bell of this store: whichever clears it must not take the other's call with it."""
    while await _waiting(office):
        office.store.bells.relay.ring()
        await _turn()


async def test_a_lease_that_ends_is_taken_over_by_another_relay(office: Office) -> None:
    await _send(office.store, post("one"))
    dead = _gated(office, asyncio.Event())
    async with Running(dead):
        while not dead.busy:
            await _turn()
    taken_over = office.relay()
    async with Running(taken_over):
        await quiet(office.store, taken_over)
        assert office.platform.messages == []
        office.clock.set(office.clock.now() + relay.LEASE)
        await _gone(office)
    assert [message.key for message in office.platform.messages] == ["one"]


def _with_photo(key: str) -> Outgoing:
    card = Card(None, "plain", same(key), files=(FileId("photo"),))
    return Outgoing(Post(key, RoomId("office"), card), Priority.CARD)


async def test_a_photo_on_its_way_is_sent_by_nobody_else(office: Office) -> None:
    await _send(office.store, _with_photo("one"))
    gate, reached = asyncio.Event(), asyncio.Event()
    slow, other = _gated(office, gate, reached), office.relay()
    async with Running(slow):
        await reached.wait()
        async with Running(other):
            office.clock.set(office.clock.now() + timedelta(seconds=courier.UPLOAD_FOR))
            await quiet(office.store, other)
            assert office.platform.messages == []
            gate.set()
            await _gone(office)
    assert office.platform.deliveries == 1


async def test_a_relay_that_died_with_a_photo_is_replaced(office: Office) -> None:
    await _send(office.store, _with_photo("one"))
    reached = asyncio.Event()
    async with Running(_gated(office, asyncio.Event(), reached)):
        await reached.wait()
    taken_over = office.relay()
    async with Running(taken_over):
        office.clock.set(office.clock.now() + courier.UPLOAD_LEASE)
        while await _waiting(office):
            await _turn()
    assert [message.key for message in office.platform.messages] == ["one"]


async def test_a_photo_has_its_own_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "UPLOAD_FOR", 0.01)
    await _send(office.store, _with_photo("one"))
    gate = asyncio.Event()
    job = _gated(office, gate)
    begun = asyncio.get_running_loop().time()
    async with Running(job):
        await quiet(office.store, job)
        assert asyncio.get_running_loop().time() - begun < courier.DELIVER_FOR
        gate.set()
        office.clock.set(office.clock.now() + timedelta(seconds=2))
        while await _waiting(office):
            await _turn()
    assert [message.key for message in office.platform.messages] == ["one"]


async def test_messages_under_a_card_name_its_thread(office: Office) -> None:
    event = await office.report()
    await _send(office.store, post("under", thread=f"{event}/office", event=event))
    await _delivered(office)
    under = next(message for message in office.platform.messages if message.key == "under")
    assert under.thread == f"{event}/office"


async def test_a_room_stands_where_the_configuration_says(office: Office) -> None:
    seen: list[str] = []

    class Elsewhere:
        name, abilities, run = "slack", office.platform.abilities, office.platform.run
        budgets = office.platform.budgets

        async def deliver(self, delivery: Delivery) -> Accepted:
            if isinstance(delivery, Showing):
                seen.append(delivery.address)
            return await office.platform.deliver(delivery)

    await _send(office.store, post("one"), post("direct", room="@wang"))
    await _delivered(office, Relay(office.store, office.house, {"web": Elsewhere()}, show))
    room = office.house.company.rooms[RoomId("office")]
    bound = [binding.address for binding in room.bindings if binding.platform == "web"]
    assert set(seen) == {*(bound or ["office"]), "@wang"}


def _shown(office: Office, key: str) -> Showing:
    """What the platform was handed of a message last."""
    return next(each for each in reversed(office.platform.handed) if isinstance(each, Showing) and each.key == key)


async def test_a_message_that_may_have_arrived_says_since_when(office: Office) -> None:
    await _send(office.store, post("one"))
    begun = office.clock.now()
    office.platform.swallows.append(Unknown("connection lost"))
    office.platform.refuses.append(RetryLater("busy", 1))
    job = office.relay()
    async with Running(job):
        await quiet(office.store, job)
        assert _shown(office, "one").tried_at is None
        while await _waiting(office):
            due = await job.next_due()
            assert due is not None
            office.clock.set(due)
            await quiet(office.store, job)
    tried = [each.tried_at for each in office.platform.handed if isinstance(each, Showing)]
    assert tried == [None, None, begun + timedelta(seconds=1)]
    assert office.platform.deliveries == 2


async def test_a_thread_is_where_its_card_stands_and_nowhere_else(office: Office) -> None:
    await _send(office.store, post("card"), post("under", thread="card"), post("alone", thread="never sent"))
    await _delivered(office)
    stands = next(message.id for message in office.platform.messages if message.key == "card")
    assert (_shown(office, "under").thread, _shown(office, "under").thread_address) == ("card", stands)
    assert (_shown(office, "alone").thread, _shown(office, "alone").thread_address) == ("never sent", None)
    await _send(office.store, post("later", thread="card"))
    await _delivered(office)
    assert _shown(office, "later").thread_address == stands


async def test_everybody_reads_their_language_at_the_address_they_have(office: Office) -> None:
    wang, chen = (office.house.company.people[PersonId(name)] for name in ("wang", "chen"))

    async def link(work: Work) -> None:
        work.link(Account("slack", "U1", "Wang", language="en"), wang.id)
        await work.put_setting(language_key(chen.id), "en")

    await office.store.write(link)
    office.store.route(lambda room: ("slack",) if room in {"@wang", "@slack:U9"} else ("web",))
    await _send(office.store, post("w", "@wang"), post("c", "@chen"), post("stranger", "@slack:U9"), post("r"))
    await _delivered(
        office, Relay(office.store, office.house, {"web": office.platform, "slack": office.platform}, show)
    )
    found = [(_shown(office, key).address, _shown(office, key).language) for key in ("w", "c", "stranger", "r")]
    room = office.house.company.rooms[RoomId("office")]
    assert found[:3] == [("U1", "en"), ("@chen", "en"), ("U9", "both")]
    assert found[3][1] == room.language


async def test_the_admins_hear_once_of_a_person_who_cannot_be_reached(office: Office) -> None:
    admins = office.house.room_with("admins")
    assert admins is not None
    office.store.route(lambda room: ("slack",) if room == "@wang" else ("web",))
    job = Relay(office.store, office.house, {"web": office.platform, "slack": office.platform}, show)
    with structlog.testing.capture_logs():
        for number in range(3):
            await _send(office.store, post(f"lost {number}", "@wang"))
            await _delivered(office, job)
        assert len(office.platform.in_room(admins.id)) == 1
        await office.store.write(_links_wang)
        office.clock.set(office.clock.now() + timedelta(seconds=1))
        await _send(office.store, post("arrives", "@wang"))
        await _delivered(office, job)
        office.clock.set(office.clock.now() + timedelta(seconds=1))
        office.platform.refuses.append(Undeliverable("blocked by the person"))
        await _send(office.store, post("blocked", "@wang"))
        await _delivered(office, job)
    assert len(office.platform.in_room(admins.id)) == 2
    assert await _waiting(office) == 0


async def _links_wang(work: Work) -> None:
    work.link(Account("slack", "U1", "Wang"), PersonId("wang"))


async def test_what_is_said_in_a_new_room_goes_where_the_platform_made_it(office: Office) -> None:
    event = await office.report()
    room = RoomId("EV-2026-0099")

    class Channels(Platform):
        async def deliver(self, delivery: Delivery) -> Accepted:
            accepted = await super().deliver(delivery)
            return Accepted("C99") if isinstance(delivery, Entering) else accepted

    office.platform = Channels()
    opening = OpenRoom(room, event, Words("指挥", "Command"), ())
    await _send(office.store, Outgoing(opening, Priority.CARD), post("first", room))
    await _delivered(office)
    assert _shown(office, "first").address == "C99"
