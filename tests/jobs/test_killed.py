"""The process is killed in the middle of an escalation: every answer, deadline and message is there afterwards."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import VirtualClock
from bot.domain.entries_tasks import Escalated, Reminded, TaskAnswered
from bot.domain.event import Event
from bot.domain.fold import replay
from bot.domain.proof import verify
from bot.domain.timers import timers
from bot.store import tables
from bot.store.store import Store
from bot.store.streams import load_timers
from tests.jobs.killed_house import EVENT
from tests.stories.town import START

pytestmark = pytest.mark.uncounted

ESCALATION = 181.0
"""Seconds after the report: the first tasks were to be answered within three minutes."""
LEASES_OVER = 240.0
"""PostgreSQL: what the dead process had claimed is free again."""


SEQUENCE = re.compile(r"/\d+")
"""A message is named after the entry that called for it; others may have been written between."""


@dataclass(slots=True)
class Child:
    """The house in its own process."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls, url: str, folder: Path, seconds: float) -> Child:
        command = [sys.executable, "-m", "tests.jobs.killed_house", url, str(folder), str(seconds)]
        return cls(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))

    def send(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def kept(self) -> str:
        """Wait for the next acknowledgement."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("kept "):
                return line.split()[1]
        raise AssertionError("the house ended")

    def does(self, *lines: str) -> None:
        for line in lines:
            self.send(line)
            self.kept()

    def ends(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        assert self.process.wait(30) == 0
        self._close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)
        assert self.process.stdin is not None
        self.process.stdin.close()
        self._close()

    def _close(self) -> None:
        assert self.process.stdout is not None
        self.process.stdout.close()


OPENING = ("say report wang /report fire Workshop 3", "clock 1")
ANSWERS = ("say a1 lin /note 水泵已启动", "say a2 guo /note 已到现场")


@dataclass(frozen=True, slots=True)
class Found:
    """What is there in the end."""

    event: Event
    escalated: Counter[str]
    answered: int
    delivered: Counter[str]


async def _look(url: str, folder: Path) -> Found:
    store = await Store.open(url, folder / "files", folder / "keys", VirtualClock(START))
    try:
        return await _found(store, (folder / "delivered").read_text().splitlines())
    finally:
        await store.close()


async def _found(store: Store, delivered: list[str]) -> Found:
    entries = await store.entries(EVENT)
    assert verify(entries).good
    event = await store.event(EVENT)
    assert replay(entries) == event
    assert await load_timers(store.rows, EVENT) == timers(event)
    assert await store.rows(select(tables.outbox.c.key)) == []
    assert {state for (state,) in await store.rows(select(tables.inbox.c.state))} == {"done"}
    payloads = [entry.payload for entry in entries]
    steps = Counter(
        f"{each.kind} {each.task} {each.step}" for each in payloads if isinstance(each, Escalated | Reminded)
    )
    answers = sum(isinstance(each, TaskAnswered) for each in payloads)
    return Found(event, steps, answers, Counter(SEQUENCE.sub("/n", line) for line in delivered))


def _unharmed(url: str, folder: Path) -> None:
    child = Child.start(url, folder, 0)
    child.does(*OPENING, *ANSWERS, f"clock {ESCALATION}", f"clock {LEASES_OVER}")
    child.ends()


def _killed(url: str, folder: Path, after: float) -> None:
    child = Child.start(url, folder, 0)
    child.does(*OPENING, *ANSWERS)
    before = (folder / "delivered").stat().st_size
    child.send(f"clock {ESCALATION}")
    if after:
        time.sleep(after)  # a moment of the machine's choosing; whichever it is, nothing may be lost
    else:
        _wait_for_growth(folder / "delivered", before)
    child.kill()
    child = Child.start(url, folder, ESCALATION)
    child.does(*OPENING[:1], *ANSWERS, f"clock {ESCALATION}", f"clock {LEASES_OVER}")
    child.ends()


def _wait_for_growth(path: Path, size: int) -> None:
    deadline = time.monotonic() + 30
    while path.stat().st_size == size:
        assert time.monotonic() < deadline


@pytest.fixture(scope="module")
def unharmed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The same story without a death in it."""
    folder = tmp_path_factory.mktemp("unharmed")
    url = f"sqlite:///{folder}/tocsin.db"
    _unharmed(url, folder)
    return url, folder


@pytest.mark.parametrize("after", [0, 0.01])
async def test_killed_in_the_middle_of_an_escalation(
    after: float, database_url: str, tmp_path: Path, unharmed: tuple[str, Path]
) -> None:
    _killed(database_url, tmp_path, after)
    wanted = await _look(*unharmed)
    found = await _look(database_url, tmp_path)
    assert found.escalated == wanted.escalated
    assert set(found.escalated.values()) == {1}
    assert found.event.tasks == wanted.event.tasks
    assert found.event.command == wanted.event.command
    assert set(found.delivered) == set(wanted.delivered)
    lost = wanted.delivered - found.delivered
    assert not [line for line in lost if "/n" in line], lost
