"""A clock that is moved by hand wakes whoever sleeps, as the machine's does."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.clock import RealClock, VirtualClock
from tests.stories.town import START


@pytest.mark.parametrize("clock", [RealClock(), VirtualClock(START)], ids=["real", "virtual"])
async def test_a_call_wakes_everybody_though_the_first_takes_it_back(clock: RealClock | VirtualClock) -> None:
    bell, awake = asyncio.Event(), list[int]()

    async def sleeper(number: int) -> None:
        await clock.sleep_until(clock.now() + timedelta(days=1), bell)
        bell.clear()
        awake.append(number)

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(sleeper(number))
        for _ in range(3):
            await asyncio.sleep(0)
        bell.set()
    assert awake == [0, 1, 2]


async def test_a_moment_wakes_whoever_waits_for_it_and_nobody_else() -> None:
    clock, awake = VirtualClock(START), list[int]()

    async def sleeper(hours: int) -> None:
        await clock.sleep_until(START + timedelta(hours=hours), asyncio.Event())
        awake.append(hours)

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        for hours in (3, 1, 2):
            group.create_task(sleeper(hours))
        await asyncio.sleep(0)
        for hour in (1, 2, 3):
            clock.set(START + timedelta(hours=hour))
            while len(awake) < hour:
                await _turn()
    assert awake == [1, 2, 3]


async def _turn() -> None:
    """Let the others run for once."""
    await asyncio.sleep(0)
