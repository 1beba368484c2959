"""The outbox: one lane a room, in order, claimed by leases; a card that changed meanwhile is shown again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.chat.card import Card
from bot.chat.effect import Outgoing, Post, Priority
from bot.clock import VirtualClock
from bot.domain.ids import RoomId
from bot.store import lanes, tables, waiting
from bot.store.lanes import Claim, Claims, Later, Lost, Stays, Superseded, Taken
from bot.store.store import Store
from bot.store.waiting import OPEN, Closed, Lane, Waiting
from bot.text import same, text
from tests.store.stories import NOW, OFFICE_ROOM, begin, open_room, post, show

if TYPE_CHECKING:
    from bot.store.work import Work

LEASE = timedelta(seconds=30)
OFFICE_LANE: Lane = ("web", OFFICE_ROOM)


async def _send(store: Store, *messages: Outgoing) -> None:
    async def job(work: Work) -> None:
        for message in messages:
            work.send(message)

    await store.write(job)


@dataclass
class Open:
    """No limits but those a test names: what may not leave, and until when the lane takes nothing at all."""

    stays: dict[str, Stays] = field(default_factory=dict[str, Stays])
    closed: Closed = OPEN
    asked: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])

    def ask(self, waiting: Waiting, rank: int) -> Stays | None:
        self.asked.append((waiting.key, rank))
        return self.stays.get(waiting.key)


async def _claims(store: Store, gate: Open, *, busy: tuple[Lane, ...] = (), most: int = 64) -> Claims:
    async def job(work: Work) -> Claims:
        return await lanes.claim(work, "relay", work.now + LEASE, gate, busy=busy, most=most)

    return await store.write(job)


async def _claim(store: Store, *, busy: tuple[Lane, ...] = (), most: int = 64) -> dict[Lane, Claim]:
    claims = await _claims(store, Open(), busy=busy, most=most)
    return {claim.lane: claim for claim in claims.lanes}


async def _settle(store: Store, claim: Claim, *outcomes: lanes.Outcome) -> None:
    async def job(work: Work) -> None:
        lanes.settle(work, claim, outcomes)

    await store.write(job)


def _keys(claimed: dict[Lane, Claim], lane: Lane = OFFICE_LANE) -> list[str]:
    return [waiting.key for waiting in claimed[lane].rows]


async def _only(store: Store, lane: Lane = OFFICE_LANE) -> tuple[Claim, Waiting]:
    """The one row that may leave in a lane."""
    claim = (await _claim(store))[lane]
    (row,) = claim.rows
    return claim, row


async def test_a_card_that_changes_often_waits_once_with_its_last_state(store: Store) -> None:
    event = await begin(store)
    for revision in range(200):
        await _send(store, show(event, revision))
    claimed = await _claim(store)
    assert [(row.key, row.revision) for row in claimed[OFFICE_LANE].rows] == [(f"{event}/office", 199)]


async def test_a_claimed_lane_is_nobody_elses_until_the_lease_ends(store: Store, clock: VirtualClock) -> None:
    await _send(store, post("one"), post("two", room="sales"))
    assert set(await _claim(store)) == {OFFICE_LANE, ("web", "sales")}
    await _send(store, post("three"))
    assert await _claim(store) == {}
    clock.set(NOW + LEASE)
    assert _keys(await _claim(store)) == ["one", "three"]


async def test_a_restart_on_sqlite_does_not_wait_for_dead_leases(
    sqlite_url: str, tmp_path: Path, clock: VirtualClock
) -> None:
    paths = tmp_path / "files", tmp_path / "keys"
    store = await Store.open(sqlite_url, *paths, clock)
    await _send(store, post("one"))
    await _claim(store)
    await store.close()
    clock.set(NOW + timedelta(seconds=1))
    store = await Store.open(sqlite_url, *paths, clock)
    (row,) = (await _claim(store))[OFFICE_LANE].rows
    assert (row.key, row.tried_at) == ("one", NOW)
    await store.close()


async def test_urgent_messages_leave_first_and_threads_keep_their_order(store: Store) -> None:
    event = await begin(store)
    card = f"{event}/office"
    await _send(
        store,
        post("reminder", priority=Priority.REMINDER),
        show(event, 1, Priority.CARD),
        post("under the card", priority=Priority.ALARM, thread=card),
        post("plain"),
        post("alarm", priority=Priority.ALARM),
    )
    assert _keys(await _claim(store)) == ["alarm", card, "under the card", "plain", "reminder"]


async def test_a_room_is_opened_before_anything_is_said_in_it(store: Store) -> None:
    event = await begin(store)
    lane = ("web", RoomId(event))
    await _send(store, post("alarm", room=event, priority=Priority.ALARM), open_room(event))
    claimed = await _claim(store)
    assert _keys(claimed, lane) == ["room", "alarm"]
    await _settle(store, claimed[lane], *(Taken(row, f"at {row.key}", 0, NOW) for row in claimed[lane].rows))
    await _send(store, post("later", room=event))
    _, later = await _only(store, lane)
    assert later.address == "at room"


async def test_what_was_taken_leaves_the_outbox_and_stands_among_the_deliveries(store: Store) -> None:
    event = await begin(store)
    await _send(store, show(event, 3))
    claim, row = await _only(store)
    await _settle(store, claim, Taken(row, "m1", 4, NOW + LEASE))
    assert await store.rows(select(tables.outbox.c.id)) == []
    (delivery,) = await store.deliveries(event)
    assert (delivery.message, delivery.queued_at, delivery.accepted_at) == ("m1", NOW, NOW + LEASE)
    await _send(store, show(event, 5))
    claim, row = await _only(store)
    assert (row.message, row.shown) == ("m1", 4)
    await _settle(store, claim, Taken(row, "m1", 5, NOW + 2 * LEASE))
    (delivery,) = await store.deliveries(event)
    assert delivery.accepted_at == NOW + LEASE


async def test_a_card_that_changed_in_flight_is_shown_again(store: Store) -> None:
    event = await begin(store)
    await _send(store, show(event, 1))
    claim, row = await _only(store)
    await _send(store, show(event, 2))
    await _settle(store, claim, Taken(row, "m1", 1, NOW))
    claim, row = await _only(store)
    assert row.revision == 2
    await _settle(store, claim, Superseded(row))
    assert await _claim(store) == {}


async def test_what_is_put_off_waits_for_its_time(store: Store, clock: VirtualClock) -> None:
    event = await begin(store)
    await _send(store, show(event, 1), post("other", room="sales"))
    claimed = await _claim(store)
    later = NOW + timedelta(seconds=90)
    office, sales = claimed[OFFICE_LANE], claimed["web", RoomId("sales")]
    await _settle(store, office, Later(office.rows[0], "throttled", later))
    await _settle(store, sales, Taken(sales.rows[0], "m", 0, NOW))
    assert await _claim(store) == {}
    assert await waiting.next_free(store.rows, NOW) == later
    assert not await waiting.is_waiting(store.rows, NOW)
    (delivery,) = await store.deliveries(event)
    assert (delivery.error, delivery.accepted_at) == ("throttled", None)
    clock.set(later)
    claim, row = await _only(store)
    assert row.attempts == 1
    await _settle(store, claim, Taken(row, "m1", 1, later))
    await _send(store, show(event, 2))
    claim, row = await _only(store)
    await _settle(store, claim, Later(row, "throttled again", later + LEASE))
    (delivery,) = await store.deliveries(event)
    assert (delivery.error, delivery.message, delivery.attempts) == ("throttled again", "m1", 2)
    assert await waiting.next_free(store.rows, later) == later + LEASE


async def test_what_will_never_arrive_is_kept_as_failed(store: Store) -> None:
    event = await begin(store)
    await _send(store, show(event, 1))
    claim, row = await _only(store)
    await _settle(store, claim, Lost(row, "room is gone", NOW))
    assert await store.rows(select(tables.outbox.c.id)) == []
    (delivery,) = await store.deliveries(event)
    assert (delivery.error, delivery.failed_at) == ("room is gone", NOW)


async def test_a_claim_leaves_out_lanes_that_are_busy_and_takes_no_more_than_asked(store: Store) -> None:
    await _send(store, *(post(room, room=room) for room in ("a", "b", "c")))
    busy = ("web", RoomId("b"))
    claimed = await _claim(store, busy=(busy,), most=1)
    assert list(claimed) == [("web", "a")]
    assert set(await _claim(store, busy=(busy,))) == {("web", "c")}


async def test_a_room_of_two_platforms_has_two_lanes(store: Store) -> None:
    store.route(lambda room: ("web", "slack") if room == "office" else ("web",))
    await _send(store, post("one"), post("two", room="sales"))
    assert set(await _claim(store)) == {OFFICE_LANE, ("slack", "office"), ("web", "sales")}


async def test_replicas_never_claim_the_same_lane(postgres_url: str, tmp_path: Path, clock: VirtualClock) -> None:
    paths = tmp_path / "files", tmp_path / "keys"
    stores = [await Store.open(postgres_url, *paths, clock) for _ in range(3)]
    await _send(stores[0], *(post(f"m{n}", room=f"room {n % 40}") for n in range(120)))
    claims = await asyncio.gather(*(_claim(store, most=15) for store in stores for _ in range(2)))
    taken = [lane for claimed in claims for lane in claimed]
    assert len(taken) == len(set(taken))
    assert len(taken) >= 15
    for store in stores:
        await store.close()


async def test_a_message_written_anew_while_the_older_is_on_its_way_is_shown_again(store: Store) -> None:
    await _send(store, post("one"))
    claim, row = await _only(store)
    newer = Outgoing(
        Post("one", OFFICE_ROOM, Card(None, "plain", text("room.direct", person=same("new")))), Priority.EDIT
    )
    await _send(store, newer)
    await _settle(store, claim, Taken(row, "m1", 0, NOW))
    claim, row = await _only(store)
    assert (row.effect, row.message) == (newer.effect, "m1")
    await _settle(store, claim, Taken(row, "m1", 0, NOW))
    assert await _claim(store) == {}


async def test_only_what_may_have_been_sent_is_in_doubt_until_somebody_knows(store: Store, clock: VirtualClock) -> None:
    await _send(store, post("one"), post("two"))
    claim = (await _claim(store))[OFFICE_LANE]
    assert [row.tried_at for row in claim.rows] == [None, None]
    clock.set(NOW + timedelta(seconds=2))
    await _settle(store, claim, Later(claim.rows[0], "lost connection", NOW + LEASE, unknown=True))
    clock.set(NOW + LEASE)
    await _send(store, post("alarm", priority=Priority.ALARM))
    claim = (await _claim(store))[OFFICE_LANE]
    assert [(row.key, row.tried_at) for row in claim.rows] == [("alarm", None), ("one", NOW), ("two", None)]
    alarm, one, two = claim.rows
    await _settle(store, claim, Taken(alarm, "m1", 0, NOW), Later(one, "throttled", NOW + LEASE))
    claim = (await _claim(store))[OFFICE_LANE]
    assert [(row.key, row.tried_at) for row in claim.rows] == [("one", NOW), ("two", None)]
    await _settle(store, claim, Taken(one, "m2", 0, NOW), Later(two, "throttled", NOW + LEASE))
    assert [row.tried_at for row in (await _claim(store))[OFFICE_LANE].rows] == [None]


async def test_a_lease_that_ended_leaves_in_doubt_what_was_on_it(store: Store, clock: VirtualClock) -> None:
    await _send(store, post("one"))
    await _claim(store)
    clock.set(NOW + LEASE)
    await _send(store, post("two"))
    claim = (await _claim(store))[OFFICE_LANE]
    assert [(row.key, row.tried_at) for row in claim.rows] == [("one", NOW), ("two", None)]
    await _settle(store, claim, Lost(claim.rows[0], "gone", NOW), Superseded(claim.rows[1]))
    (lane,) = await store.rows(select(tables.lanes.c.claimed_by, tables.lanes.c.tried_at))
    assert tuple(lane) == (None, None)


async def test_what_may_not_leave_is_not_claimed(store: Store) -> None:
    await _send(store, post("one"), post("two"), post("other", room="sales"), post("third", room="third"))
    until = NOW + timedelta(seconds=5)
    gate = Open({"two": Stays(), "other": Stays(until), "third": Stays()})
    claims = await _claims(store, gate)
    assert [[row.key for row in claim.rows] for claim in claims.lanes] == [["one"]]
    assert await waiting.next_free(store.rows, NOW) == until
    assert await waiting.is_waiting(store.rows, NOW)
    closed = Closed(platforms=frozenset({"web"}))
    assert not await waiting.is_waiting(store.rows, NOW, closed)
    gate = Open(closed=closed)
    assert (await _claims(store, gate)).lanes == ()
    assert gate.asked == []


async def test_a_lane_that_rests_takes_no_edits_and_a_thread_keeps_its_order(store: Store) -> None:
    event = await begin(store)
    card = f"{event}/office"
    await _send(store, show(event, 1), post("other", room="sales", priority=Priority.REMINDER))
    gate = Open(closed=Closed(resting=frozenset({OFFICE_LANE, ("web", RoomId("sales"))})))
    assert (await _claims(store, gate)).lanes == ()
    await _send(store, post("under", thread=card))
    (claim,) = (await _claims(store, gate, most=1)).lanes
    assert gate.asked == [(card, Priority.CARD)]
    assert [row.key for row in claim.rows] == [card]


async def test_more_than_is_looked_at_once_is_said_to_wait(store: Store) -> None:
    await _send(store, *(post(f"m{number}", room=f"room {number}") for number in range(lanes.AT_ONCE + 1)))
    first = await _claims(store, Open(), most=1000)
    assert (len(first.lanes), first.more) == (lanes.AT_ONCE, True)
    second = await _claims(store, Open(), most=1000)
    assert (len(second.lanes), second.more) == (1, False)
