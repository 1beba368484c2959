"""Records: appended, read back, folded anew, rebuilt, and shared by replicas."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.clock import VirtualClock
from bot.domain.entries import Draft
from bot.domain.entries_house import Destroyed
from bot.domain.fold import replay
from bot.domain.ids import HOUSE, EventId, FileId, PlaybookId
from bot.domain.proof import verify
from bot.domain.record import GENESIS
from bot.domain.timers import timers
from bot.errors import Refused
from bot.store import projections, tables
from bot.store.rebuild import rebuild
from bot.store.store import Store
from bot.store.streams import load_timers
from bot.store.work import Work
from tests.store.conftest import Open
from tests.store.stories import NOW, acknowledged, begin, called_false, note_house, noted, write

NOBODYS = EventId("EV-2026-0099")


async def test_a_record_verifies_and_replays_to_the_event(store: Store) -> None:
    event = await begin(store)
    await write(store, event, acknowledged("evacuate"), noted("水泵已启动"))
    entries = await store.entries(event)
    assert [entry.payload.kind for entry in entries][-2:] == ["task.answered", "note.added"]
    assert verify(entries).good
    assert replay(entries) == await store.event(event)
    assert await store.entries(event, after=4) == entries[4:]


async def test_deadlines_in_the_table_are_those_of_the_event(store: Store) -> None:
    event = await begin(store)
    for draft in (acknowledged("evacuate"), acknowledged("patrol"), called_false()):
        assert await load_timers(store.rows, event) == timers(await store.event(event)) != frozenset()
        await write(store, event, draft)
    assert await load_timers(store.rows, event) == frozenset()


async def test_a_restart_finds_everything_again(open_store: Open) -> None:
    store = await open_store()
    event = await begin(store)
    await write(store, event, acknowledged("evacuate"), noted("said"))
    before = await store.event(event)
    await store.close()
    store = await open_store()
    assert await store.event(event) == before
    await write(store, event, acknowledged("patrol"))
    assert verify(await store.entries(event)).good
    assert await load_timers(store.rows, event) == timers(await store.event(event))


async def test_a_snapshot_is_a_cache_and_nothing_else(open_store: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projections, "SNAPSHOT_EVERY", 5)
    store = await open_store()
    event = await begin(store)
    for number in range(9):
        await write(store, event, noted(str(number)))
    await write(store, event, acknowledged("evacuate"))
    rows = await store.rows(select(tables.streams.c.snapshot_sequence, tables.streams.c.snapshot))
    assert [row[0] for row in rows] == [10]
    await store.close()
    store = await open_store()
    folded = replay(await store.entries(event))
    assert await store.event(event) == folded
    await write(store, event, acknowledged("patrol"))
    assert await store.event(event) == replay(await store.entries(event))


async def test_rebuilding_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projections, "SNAPSHOT_EVERY", 2)
    first, second = await begin(store), await begin(store)
    await store.write(note_house)
    await write(store, first, acknowledged("evacuate"), noted("said"))
    await write(store, second, called_false())
    before = await _derived(store)
    assert await rebuild(store) == ()
    assert await _derived(store) == before
    await write(store, first, acknowledged("patrol"))
    assert await store.event(first) == replay(await store.entries(first))


async def test_rebuilding_mends_what_somebody_broke(store: Store) -> None:
    event = await begin(store)
    before = await _derived(store)

    async def vandal(work: Work) -> None:
        connection = work.connection
        await connection.execute(update(tables.events).values(status="closed", over=1))
        await connection.execute(update(tables.timers).values(due_at=NOW))
        await connection.execute(update(tables.streams).values(sequence=2))

    await store.write(vandal)
    assert await rebuild(store) == (event,)
    assert await _derived(store) == before
    assert await rebuild(store) == ()


async def _derived(store: Store) -> list[object]:
    tables_ = (tables.events, tables.timers)
    kept = [sorted(map(tuple, await store.rows(select(table)))) for table in tables_]
    columns = tables.streams.c
    return [*kept, sorted(map(tuple, await store.rows(select(columns.stream, columns.sequence, columns.head))))]


async def test_what_the_law_asks_for_is_destroyed_and_the_chain_verifies(store: Store) -> None:
    event = await begin(store)
    await write(store, event, noted("who was hurt"))

    async def destroy(work: Work) -> None:
        await work.destroy(event, [4], [FileId("f")])
        await work.append(event, [Draft(Destroyed((4,), (FileId("f"),), "应对法 85"))])

    await store.write(destroy)
    entries = await store.entries(event)
    assert entries[3].private is None
    assert "hurt" not in str(await store.rows(select(tables.entries.c.line)))
    assert verify(entries).good


async def test_there_is_no_such_event(store: Store) -> None:
    async def ask(work: Work) -> None:
        assert await work.head(NOBODYS) == GENESIS
        assert await work.append(NOBODYS, []) is None
        await work.event(NOBODYS)

    with pytest.raises(Refused):
        await store.write(ask)
    with pytest.raises(Refused):
        await store.event(NOBODYS)
    with pytest.raises(Refused):
        await store.event(HOUSE)


async def test_lists_of_events_say_what_they_are(store: Store) -> None:
    event = await begin(store)
    (row,) = await store.events()
    assert (row.id, row.kind, row.status, row.playbook) == (event, "live", "open", PlaybookId("fire"))
    assert row.place.en == "Workshop 3"
    assert row.closed_at is None

    async def head(work: Work) -> str:
        await work.append(event, [])
        return await work.head(event)

    assert await store.write(head) == (await store.entries(event))[-1].hash


async def test_replicas_append_to_one_event_in_turn(postgres_url: str, tmp_path: Path, clock: VirtualClock) -> None:
    paths = tmp_path / "files", tmp_path / "keys"
    one, other = [await Store.open(postgres_url, *paths, clock) for _ in range(2)]
    event = await begin(one)

    async def presses(store: Store) -> None:
        for number in range(20):
            await write(store, event, noted(str(number)))

    await asyncio.gather(presses(one), presses(other), presses(one), presses(other))
    await write(other, event, acknowledged("evacuate"))
    entries = await one.entries(event)
    assert [entry.sequence for entry in entries] == list(range(1, 85))
    assert verify(entries).good
    assert await one.event(event) == await other.event(event) == replay(entries)
    assert await load_timers(one.rows, event) == timers(replay(entries))
    await one.close()
    await other.close()


async def test_replicas_that_wait_for_each_other_are_untangled(
    postgres_url: str, tmp_path: Path, clock: VirtualClock
) -> None:
    paths = tmp_path / "files", tmp_path / "keys"
    one, other = [await Store.open(postgres_url, *paths, clock) for _ in range(2)]
    first, second = await begin(one), await begin(one)
    meeting = asyncio.Barrier(2)

    def both(order: tuple[EventId, EventId]):  # noqa: ANN202  a job
        tries = 0

        async def job(work: Work) -> int:
            nonlocal tries
            tries += 1
            await work.event(order[0])
            if tries == 1:
                await meeting.wait()
            await work.append(order[1], [noted("x")])
            await work.append(order[0], [noted("x")])
            return tries

        return job

    tries = await asyncio.gather(one.write(both((first, second))), other.write(both((second, first))))
    assert sorted(tries) == [1, 2]
    for event in (first, second):
        assert verify(await one.entries(event)).good
        assert (await one.event(event)).sequence == 5
    await one.close()
    await other.close()


async def test_the_live_stream_of_replicas_has_no_gaps_and_no_place_twice(
    postgres_url: str, tmp_path: Path, clock: VirtualClock
) -> None:
    paths = tmp_path / "files", tmp_path / "keys"
    stores = [await Store.open(postgres_url, *paths, clock) for _ in range(2)]
    seen: list[int] = []

    async def post(store: Store) -> None:
        for _ in range(25):

            async def job(work: Work) -> int:
                feed = await work.next_feed()
                await work.put_setting(f"feed/{feed}", "x")
                return feed

            await store.write(job)

    async def follow(store: Store) -> None:
        """What is seen is never before something that commits later."""
        while len(seen) < 50:
            rows = await store.rows(select(tables.settings.c.key))
            places = sorted(int(key.removeprefix("feed/")) for (key,) in rows)
            assert places == list(range(1, len(places) + 1))
            seen[:] = places

    await asyncio.gather(*(post(store) for store in stores), follow(stores[0]))
    assert seen == list(range(1, 51))
    for store in stores:
        await store.close()


async def test_a_replica_is_woken_by_what_another_commits(
    postgres_url: str, tmp_path: Path, clock: VirtualClock
) -> None:
    paths = tmp_path / "files", tmp_path / "keys"
    one, other = [await Store.open(postgres_url, *paths, clock) for _ in range(2)]
    await asyncio.wait_for(other.bells.relay.wait(), 10)
    for bell in (other.bells.relay, other.bells.timers):
        bell.clear()
    await begin(one)
    await asyncio.wait_for(other.bells.timers.wait(), 10)
    await one.close()
    await other.close()
