"""What was measured becomes rows: medians of the runs, their goals, and how the two houses compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from benchmarks.figures import middle, percentile
from benchmarks.load import Measured
from benchmarks.table import Row

PAST = "200,000 entries stored"
MOST_SLOWER = 1.2
"""How many times slower a long past may make anything."""


@dataclass(slots=True)
class Figures:
    """Of one house. Reports in milliseconds, starts in seconds."""

    reports: list[list[float]] = field(default_factory=list[list[float]])
    starts: list[float] = field(default_factory=list[float])
    megabytes_after_start: list[float] = field(default_factory=list[float])
    megabytes_after_load: float = 0.0
    alone: list[Measured] = field(default_factory=list[Measured])
    load: list[Measured] = field(default_factory=list[Measured])
    pages: list[Measured] = field(default_factory=list[Measured])
    """The same load with everybody's page open."""
    drained: list[float] = field(default_factory=list[float])
    """Seconds after each load until the outbox was empty."""
    answers: int = 0
    """Presses that were answered, all runs together."""

    @property
    def report_middle(self) -> float:
        """The median of the runs' medians."""
        return middle([middle(run) for run in self.reports])

    @property
    def per_second(self) -> float:
        """Presses a second, counted until nothing waited any more."""
        runs = zip(self.load, self.drained, strict=True)
        return middle([load.answers / (load.seconds + drained) for load, drained in runs])


@dataclass(slots=True)
class Yardstick:
    """Of the bare handler."""

    alone: list[Measured] = field(default_factory=list[Measured])
    load: list[Measured] = field(default_factory=list[Measured])

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return middle([load.answers / load.seconds for load in self.load])


def rows(empty: Figures, full: Figures, bare: Yardstick) -> Sequence[Row]:
    """The whole table."""
    pairs = chain(_reports(empty, full), _presses(empty, full), _pages(empty), _process(empty, full))
    return (*pairs, *_yardstick(empty, bare))


def both(name: str, unit: str, goal: float | None, empty: float, full: float) -> Iterator[Row]:
    """A figure of both houses, and how many times larger it is in the one with a past."""
    yield Row(name, empty, unit, goal, "less")
    yield Row(f"{name}, {PAST}", full, unit, None, "less")
    yield Row(f"{name}, {PAST}: times as much", full / empty, "×", MOST_SLOWER, "less")


def _reports(empty: Figures, full: Figures) -> Iterator[Row]:
    name = "report to eleventh card handed over"
    yield from both(f"{name}, median", "ms", 40, empty.report_middle, full.report_middle)
    yield from both(f"{name}, p99", "ms", 120, _p99_of_reports(empty), _p99_of_reports(full))


def _p99_of_reports(figures: Figures) -> float:
    return percentile([each for run in figures.reports for each in run], 0.99)


def _presses(empty: Figures, full: Figures) -> Iterator[Row]:
    alone = (middle(medians(empty.alone)), middle(medians(full.alone)))
    yield from both("press to answer, alone, median", "ms", 10, *alone)
    together = (middle(medians(empty.load)), middle(medians(full.load)))
    yield from both("press to answer, 50 at once, median", "ms", None, *together)
    late = (middle([each.p99 for each in empty.load]), middle([each.p99 for each in full.load]))
    yield from both("press to answer, 50 at once, p99", "ms", 150, *late)
    name = "presses stored and answered, 50 at once"
    yield Row(name, empty.per_second, "1/s", 800, "more")
    yield Row(f"{name}, {PAST}", full.per_second, "1/s", None, "more")
    yield Row(f"{name}, {PAST}: times fewer", empty.per_second / full.per_second, "×", MOST_SLOWER, "less")
    yield Row("outbox empty after the last answer", max(empty.drained), "s", 1, "less")
    yield Row(f"outbox empty after the last answer, {PAST}", max(full.drained), "s", 1, "less")


def _pages(empty: Figures) -> Iterator[Row]:
    name = "50 at once with 50 pages open"
    yield Row(f"press to answer, {name}, p99", middle([each.p99 for each in empty.pages]), "ms", None, "less")
    per_second = middle([each.answers / each.seconds for each in empty.pages])
    yield Row(f"presses stored and answered, {name}", per_second, "1/s", None, "more")


def _process(empty: Figures, full: Figures) -> Iterator[Row]:
    yield from both("start-up", "s", 1, middle(empty.starts), middle(full.starts))
    begun = (middle(empty.megabytes_after_start), middle(full.megabytes_after_start))
    yield from both("memory after start", "MB", 100, *begun)
    yield from both("memory after the load", "MB", None, empty.megabytes_after_load, full.megabytes_after_load)


def _yardstick(empty: Figures, bare: Yardstick) -> Iterator[Row]:
    alone = middle(medians(bare.alone))
    yield Row("bare Starlette: answer, alone, median", alone, "ms", None, "less")
    yield Row("bare Starlette: answers, 50 at once", bare.per_second, "1/s", None, "more")
    yield Row("press, alone: times a bare answer", middle(medians(empty.alone)) / alone, "×", None, "less")
    yield Row("bare answers for one press, 50 at once", bare.per_second / empty.per_second, "×", None, "less")


def medians(runs: Iterable[Measured]) -> list[float]:
    """Of each run its median."""
    return [run.median for run in runs]
