"""One run: both houses prepared, then measured in turn, so that whatever else the machine does hits both alike."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from time import perf_counter
from typing import Self

from benchmarks.house import Folder, looking
from benchmarks.load import Plan, Presser
from benchmarks.preparing import AT_ONCE, prepare
from benchmarks.processes import ROOT, Server, ask, free_port, serving
from benchmarks.proving import drained, entries_verified, presses_stored
from benchmarks.rows import Figures, Yardstick, rows
from benchmarks.table import Row
from bot.domain.ids import EventId

BUILD = ROOT / "build" / "bench"
PAUSE_ALONE = 0.05
"""Seconds somebody alone thinks between two presses."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long, how often."""

    load_seconds: float = 30.0
    load_runs: int = 2
    alone_seconds: float = 2.5
    alone_runs: int = 2
    bare_seconds: float = 3.0
    pages_seconds: float = 8.0
    starts: int = 5
    reports: int = 60
    report_runs: int = 2

    @classmethod
    def quick(cls) -> Self:
        """To see that it works."""
        return cls(4.0, 1, 1.5, 1, 1.0, 2.0, 2, 10, 1)


@dataclass(slots=True)
class House:
    """One of the two, with what was measured in it."""

    name: str
    folder: Folder
    pressers: tuple[Presser, ...]
    figures: Figures = field(default_factory=Figures)

    @property
    def events(self) -> tuple[EventId, ...]:
        """Those that are measured."""
        return tuple(sorted({EventId(presser.event) for presser in self.pressers}))

    def served(self) -> AbstractContextManager[Server]:
        """`tocsin run` in this house."""
        return serving(self.folder.command, self.folder.port, BUILD / f"{self.name}.log")

    def say(self, what: str) -> None:
        """Tell how far it is."""
        print(f"{self.name}: {what}", file=sys.stderr, flush=True)


def run(effort: Effort) -> Sequence[Row]:
    """Measure everything."""
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    try:
        empty, full = _furnished("empty", past=False), _furnished("full", past=True)
        stored = {house.name: asyncio.run(presses_stored(house.folder, house.events)) for house in (empty, full)}
        for _ in range(effort.report_runs):
            _report(empty, effort.reports)
            _report(full, effort.reports)
        for _ in range(effort.starts):
            _start(empty)
            _start(full)
        yardstick = _press((empty, full), effort)
        for house in (empty, full):
            asyncio.run(_prove(house, stored))
        return rows(empty.figures, full.figures, yardstick)
    finally:
        shutil.rmtree(BUILD, ignore_errors=True)


def _furnished(name: str, *, past: bool) -> House:
    folder = Folder(BUILD / name, free_port())
    begun = perf_counter()
    house = House(name, folder, asyncio.run(prepare(folder, past=past)))
    house.say(f"prepared in {perf_counter() - begun:.0f} s")
    return house


def _report(house: House, reports: int) -> None:
    """In a copy: what is reported there is no part of what is measured later."""
    copy = Folder(BUILD / "copy", free_port())
    shutil.copytree(house.folder.path, copy.path)
    copy.furnish()
    command = [sys.executable, "-m", "benchmarks.reporting", str(copy.path), str(reports)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    shutil.rmtree(copy.path)
    house.figures.reports.append(json.loads(done.stdout))
    house.say(f"reports take {house.figures.report_middle:.1f} ms")


def _start(house: House) -> None:
    with house.served() as server:
        house.figures.starts.append(server.started_in)
        house.figures.megabytes_after_start.append(server.megabytes)
        house.say(f"starts in {server.started_in:.2f} s, {server.megabytes:.0f} MB")


def _press(houses: Sequence[House], effort: Effort) -> Yardstick:
    yardstick = Yardstick()
    with ExitStack() as stack:
        port = free_port()
        bare = stack.enter_context(serving(("-m", "benchmarks.bare", str(port)), port, BUILD / "bare.log"))
        servers = [stack.enter_context(house.served()) for house in houses]
        for _ in range(effort.load_runs):
            yardstick.alone.append(ask(Plan(bare.port, effort.alone_seconds, 1, PAUSE_ALONE)))
            yardstick.load.append(ask(Plan(bare.port, effort.bare_seconds, AT_ONCE)))
            for house, server in zip(houses, servers, strict=True):
                for _ in range(effort.alone_runs):
                    asyncio.run(_press_alone(house, server, effort.alone_seconds))
                asyncio.run(_press_together(house, server, effort.load_seconds))
            _press_with_pages(houses[0], servers[0], effort.pages_seconds)
        for house, server in zip(houses, servers, strict=True):
            house.figures.megabytes_after_load = server.megabytes
    return yardstick


def _press_with_pages(house: House, server: Server, seconds: float) -> None:
    measured = ask(Plan(server.port, seconds, AT_ONCE, 0.0, house.pressers, pages=True))
    house.figures.pages.append(measured)
    house.figures.answers += measured.answers
    house.say(f"with pages open {measured.answers / measured.seconds:.0f} presses/s, p99 {measured.p99:.0f} ms")


async def _press_alone(house: House, server: Server, seconds: float) -> None:
    measured = await asyncio.to_thread(ask, Plan(server.port, seconds, 1, PAUSE_ALONE, house.pressers))
    house.figures.alone.append(measured)
    house.figures.answers += measured.answers
    async with looking(house.folder) as store:
        await drained(store)
    house.say(f"alone {measured.median:.1f} ms")


async def _press_together(house: House, server: Server, seconds: float) -> None:
    async with looking(house.folder) as store:
        measured = await asyncio.to_thread(ask, Plan(server.port, seconds, AT_ONCE, 0.0, house.pressers))
        house.figures.drained.append(await drained(store))
    house.figures.load.append(measured)
    house.figures.answers += measured.answers
    house.say(f"{house.figures.per_second:.0f} presses/s, p99 {measured.p99:.0f} ms")


async def _prove(house: House, stored: Mapping[str, int]) -> None:
    """Every answered press is one entry, and every record it went into verifies."""
    added = await presses_stored(house.folder, house.events) - stored[house.name]
    assert added == house.figures.answers, (added, house.figures.answers)
    checked = await entries_verified(house.folder, house.events)
    house.say(f"{added} presses stored; {checked} entries verify")
