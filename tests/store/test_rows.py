"""Changes that wait are merged: one for each row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from bot.store import tables
from bot.store.columns import EPOCH, MICROSECOND
from bot.store.rows import Change, DuplicateRowError, Kind, Pending

KEY = {"person": "lin"}
Step = tuple[Kind, int]


def _change(step: Step) -> Change:
    kind, value = step
    at = EPOCH + MICROSECOND * value
    return Change(kind, KEY if kind == "delete" else {**KEY, "until": at})


def _is_legal(steps: list[Step]) -> bool:
    there = False
    for kind, _ in steps:
        if (kind == "insert" and there) or (kind == "update" and not there):
            return False
        there = kind != "delete"
    return True


KINDS: tuple[Kind, ...] = ("insert", "put", "keep", "update", "delete")
STEPS: st.SearchStrategy[list[Step]] = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 9)), max_size=6)


@given(steps=STEPS.filter(_is_legal), flush_after=st.sets(st.integers(0, 6)))
def test_merged_or_one_by_one_the_rows_are_the_same(steps: list[Step], flush_after: set[int]) -> None:
    assert _after(steps, flush_after) == _after(steps, set(range(7)))


def _after(steps: list[Step], flush_after: set[int]) -> list[object]:
    engine = create_engine("sqlite://")
    tables.absences.create(engine)
    with engine.begin() as connection:
        pending = Pending()
        for place, step in enumerate(steps):
            pending.add(tables.absences, _change(step))
            if place in flush_after:
                pending.flush(connection)
        pending.flush(connection)
        rows = [tuple(row) for row in connection.execute(select(tables.absences))]
    engine.dispose()
    return list(rows)


def test_two_new_rows_with_one_key_are_a_mistake() -> None:
    pending = Pending()
    pending.add(tables.absences, _change(("insert", 1)))
    with pytest.raises(DuplicateRowError):
        pending.add(tables.absences, _change(("insert", 2)))


def test_what_waits_in_the_outbox_keeps_its_most_urgent_rank() -> None:
    pending = Pending()
    key = {"platform": "web", "room": "office", "key": "EV-1/office"}
    pending.add(tables.outbox, Change("put", {**key, "rank": 1, "revision": 1}))
    pending.add(tables.outbox, Change("put", {**key, "rank": 2, "revision": 2}))
    found = pending.find(tables.outbox, ("web", "office", "EV-1/office"))
    assert found is not None
    assert (found.values["rank"], found.values["revision"]) == (1, 2)


def test_rows_that_still_look_as_they_were_read_are_taken_away() -> None:
    engine = create_engine("sqlite://")
    tables.absences.create(engine)
    pending = Pending()
    with engine.begin() as connection:
        pending.add(tables.absences, _change(("insert", 1)))
        pending.flush(connection)
        pending.delete_if(tables.absences, {**KEY, "until": EPOCH})
        pending.flush(connection)
        assert len(connection.execute(select(tables.absences)).all()) == 1
        pending.delete_if(tables.absences, {**KEY, "until": EPOCH + MICROSECOND})
        pending.flush(connection)
        assert connection.execute(select(tables.absences)).all() == []
    engine.dispose()
