"""One writer: many jobs share a transaction, and each can come to nothing by itself."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import structlog
from sqlalchemy import event as events
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from bot.chat.inbound import Account
from bot.domain.ids import HOUSE, EventId, PersonId
from bot.errors import NotSaved, Refused
from bot.store import tables
from bot.text import text
from tests.store.conftest import Open
from tests.store.stories import NOW, acknowledged, begin, called_false, note_house, open_event, show, write

if TYPE_CHECKING:
    from bot.store.store import Store
    from bot.store.work import Work


async def _settings(store: Store) -> dict[str, str]:
    rows = await store.rows(select(tables.settings.c.key, tables.settings.c.value))
    return dict(map(tuple, rows))


def _remember(key: str, value: str = "x"):  # noqa: ANN202  a job
    async def job(work: Work) -> str:
        await work.put_setting(key, value)
        return key

    return job


async def _count_statements(store: Store) -> list[str]:
    seen: list[str] = []

    def count(*args: object) -> None:
        seen.append(str(args[2]))

    async def job(work: Work) -> None:
        events.listen(work.connection.engine.sync_engine, "before_cursor_execute", count)

    await store.write(job)
    return seen


async def test_fifty_presses_on_one_event_cost_a_handful_of_statements(store: Store) -> None:
    event = await begin(store)

    async def press(number: int) -> None:
        async def job(work: Work) -> None:
            assert await work.received("web", f"u{number}") is None
            state = await work.event(event)
            await work.append(event, [acknowledged("evacuate")])
            work.send(show(event, state.sequence))
            await work.next_feed()

        await store.write(job, ("web", f"u{number}"))

    await press(50)
    statements = await _count_statements(store)
    await asyncio.gather(*(press(number) for number in range(50)))
    assert len(statements) <= 9, "\n".join(statements)
    assert (await store.event(event)).sequence == 3 + 51
    assert len(await store.rows(select(tables.outbox.c.id))) == 1


async def test_a_job_that_raises_contributes_nothing_and_the_others_are_kept(store: Store) -> None:
    async def refused(work: Work) -> None:
        await work.put_setting("refused", "x")
        raise Refused(text("refused.stranger"))

    results = await asyncio.gather(
        store.write(_remember("before")),
        store.write(refused),
        store.write(_remember("after")),
        return_exceptions=True,
    )
    assert results[0] == "before"
    assert isinstance(results[1], Refused)
    assert await _settings(store) == {"before": "x", "after": "x"}


async def test_a_job_that_raises_after_a_read_takes_its_rows_back(store: Store) -> None:
    event = await begin(store)

    async def refused(work: Work) -> None:
        await work.append(event, [acknowledged("evacuate")])
        await work.put_setting("refused", "x")
        assert len(await work.rows(select(tables.settings.c.key))) == 2
        raise Refused(text("refused.stranger"))

    async def later(work: Work) -> int:
        assert await work.setting("refused") is None
        return (await work.event(event)).sequence

    results = await asyncio.gather(
        store.write(_remember("before")), store.write(refused), store.write(later), return_exceptions=True
    )
    assert results[2] == 3
    assert await _settings(store) == {"before": "x"}
    assert (await store.event(event)).tasks.keys() == {"evacuate", "patrol"}


async def test_what_the_database_objects_to_fails_alone(store: Store) -> None:
    await store.write(_remember("there"))

    async def twice(work: Work) -> None:
        work.insert(tables.settings, {"key": "there", "value": "again"})

    results = await asyncio.gather(
        store.write(_remember("one")), store.write(twice), store.write(_remember("two")), return_exceptions=True
    )
    assert isinstance(results[1], IntegrityError)
    assert await _settings(store) == {"there": "x", "one": "x", "two": "x"}


async def test_later_jobs_see_what_earlier_ones_of_the_batch_wrote(store: Store) -> None:
    async def look(work: Work) -> tuple[str | None, int, bool]:
        rows = await work.rows(select(func.count()).select_from(tables.settings))
        row = await work.row(tables.absences, person="lin")
        return await work.setting("one"), rows[0][0], row is not None

    async def away(work: Work) -> None:
        await work.set_absence(PersonId("lin"), None)

    _, _, seen = await asyncio.gather(store.write(_remember("one")), store.write(away), store.write(look))
    assert seen == ("x", 1, True)


async def test_a_part_of_a_job_can_come_to_nothing(store: Store) -> None:
    async def part(work: Work) -> None:
        await note_house(work)
        raise Refused(text("refused.stranger"))

    async def job(work: Work) -> int:
        with pytest.raises(Refused):
            await work.attempt(part)
        await work.attempt(note_house)
        return len(work.appended)

    assert await store.write(job) == 1
    assert [entry.sequence for entry in await store.entries(HOUSE)] == [1]


async def test_a_caller_who_goes_away_does_not_undo_the_commit(store: Store) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def slow(work: Work) -> None:
        started.set()
        await go_on.wait()
        await work.put_setting("slow", "x")

    caller = asyncio.create_task(store.write(slow))
    neighbour = asyncio.create_task(store.write(_remember("neighbour")))
    await started.wait()
    caller.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await neighbour
    assert (await _settings(store)).keys() == {"slow", "neighbour"}


async def test_what_is_queued_at_closing_is_carried_out(open_store: Open) -> None:
    store = await open_store()
    queued = [asyncio.create_task(store.write(_remember(f"k{number}"))) for number in range(120)]
    await asyncio.sleep(0)
    await store.close()
    assert len(await asyncio.gather(*queued)) == 120
    with pytest.raises(NotSaved):
        await store.write(_remember("late"))
    assert len(await _settings(await open_store())) == 120


async def test_bells_ring_after_the_commit(store: Store) -> None:
    kept: list[str] = []

    async def job(work: Work) -> None:
        event = await open_event(work)
        work.send(show(event.id, 1))
        await work.next_feed()
        work.after_commit(lambda: kept.append(event.id))
        assert not kept

    await store.write(job)
    assert kept == ["EV-2026-0001"]
    assert store.bells.relay.is_set()
    assert store.bells.timers.is_set()
    assert store.bells.feed.is_set()


async def test_numbers_have_no_gaps(store: Store) -> None:
    async def refused(work: Work) -> None:
        await open_event(work)
        raise Refused(text("refused.stranger"))

    await begin(store)
    with pytest.raises(Refused):
        await store.write(refused)
    await begin(store)

    async def drill(work: Work) -> EventId:
        return await work.next_event_id("drill", 2027)

    assert await store.write(drill) == "DR-2027-0001"
    assert [row.id for row in await store.events()] == ["EV-2026-0002", "EV-2026-0001"]


async def test_open_events_are_those_that_are_not_over(store: Store) -> None:
    first, second = await begin(store), await begin(store)

    async def opened(work: Work) -> list[EventId]:
        return [event.id for event in await work.open_events()]

    assert await store.write(opened) == [first, second]
    await write(store, first, called_false())
    assert await store.write(opened) == [second]


async def test_small_things_are_remembered_and_forgotten(open_store: Open) -> None:
    store = await open_store()

    async def forget(work: Work) -> None:
        await work.put_setting("one", "")

    async def look(work: Work) -> str | None:
        return await work.setting("one")

    await store.write(_remember("one"))
    await store.write(_remember("one", "two"))
    assert await store.write(look) == "two"
    await store.close()
    store = await open_store()
    assert await store.write(look) == "two"
    await store.write(forget)
    assert await store.write(look) is None


async def test_absences_end_by_themselves(open_store: Open) -> None:
    store = await open_store()

    async def leave(work: Work) -> None:
        await work.set_absence(PersonId("lin"), None)
        await work.set_absence(PersonId("sun"), NOW)
        await work.set_absence(PersonId("he"), None)
        await work.clear_absence(PersonId("he"))

    async def away(work: Work) -> object:
        return await work.absences()

    await store.write(leave)
    assert await store.write(away) == {"lin": None}
    await store.close()
    assert await (await open_store()).write(away) == {"lin": None}


async def test_accounts_belong_to_people(open_store: Open) -> None:
    store = await open_store()

    async def link(work: Work) -> None:
        assert await work.person_of("slack", "U1") is None
        work.link(Account("slack", "U1", "Lin Xiao"), PersonId("lin"))

    async def whose(work: Work) -> tuple[str | None, str | None]:
        return await work.person_of("slack", "U1"), await work.person_of("web", "wang")

    await store.write(link)
    assert await store.write(whose) == ("lin", "wang")
    await store.close()
    assert await (await open_store()).write(whose) == ("lin", "wang")


async def test_what_somebody_does_after_the_commit_cannot_undo_it(store: Store) -> None:
    def broken() -> None:
        raise RuntimeError

    async def job(work: Work) -> str:
        work.after_commit(broken)
        return await _remember("one")(work)

    with structlog.testing.capture_logs() as logs:
        assert await store.write(job) == "one"
    assert [line["event"] for line in logs] == ["store.after_commit_failed"]
    assert await _settings(store) == {"one": "x"}


async def test_a_job_that_is_cancelled_inside_does_not_end_the_writer(store: Store) -> None:
    async def cancelled(work: Work) -> None:
        await work.put_setting("cancelled", "x")
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await store.write(cancelled)
    await store.write(_remember("after"))
    assert await _settings(store) == {"after": "x"}
