"""Those who wait to be acknowledged come before what is stored already."""

from __future__ import annotations

import asyncio

from bot.jobs.turns import IN_A_RUSH, RUSH, SIDE_BY_SIDE, Turns


async def _waiting(turns: Turns, count: int) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(turns.take()) for _ in range(count)]
    await _others()
    return tasks


async def _others() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_so_many_go_at_once_and_the_next_goes_when_one_is_back() -> None:
    turns = Turns()
    tasks = await _waiting(turns, SIDE_BY_SIDE + 2)
    assert [task.done() for task in tasks] == [*[True] * SIDE_BY_SIDE, False, False]
    turns.give_back()
    await _others()
    assert [task.done() for task in tasks[-2:]] == [True, False]
    tasks[-1].cancel()
    await _others()
    turns.give_back()
    (last,) = await _waiting(turns, 1)
    assert last.done()


async def test_in_a_rush_fewer_go_until_it_is_over() -> None:
    turns = Turns()
    for _ in range(RUSH):
        turns.storing(1)
    tasks = await _waiting(turns, SIDE_BY_SIDE)
    assert sum(task.done() for task in tasks) == IN_A_RUSH
    turns.storing(-1)
    await _others()
    assert all(task.done() for task in tasks)
