"""What many measurements come to."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

PER_SECOND = 1_000.0
"""Milliseconds of a second."""


def milliseconds(seconds: float) -> float:
    """A length of time as the table shows it."""
    return seconds * PER_SECOND


def percentile(values: Sequence[float], part: float) -> float:
    """The value that `part` (0 to 1) of the values do not exceed: the nearest rank, never one in between.

    Raises ValueError where there are none.
    """
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * round(part * PER_SECOND) // round(PER_SECOND)))
    return ordered[rank - 1]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return median(values)
