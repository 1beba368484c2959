"""Pauses that grow, and stop growing."""

from __future__ import annotations

from bot.jobs.patience import doubling


def test_pause_doubles_up_to_its_most_and_outlives_any_weekend() -> None:
    assert [doubling(1.0, times, 30.0) for times in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert doubling(1.0, 100_000, 60.0) == 60.0
