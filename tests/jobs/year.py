"""A year of the sample company: what its people do about each time something is owed, and what must become of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise, takewhile
from pathlib import Path
from random import Random
from typing import Literal

from sqlalchemy import select

from bot.clock import VirtualClock
from bot.domain.commands import AnyCommand
from bot.domain.commands_duty import DecidePostpone, NoteDrill, Postpone
from bot.domain.commands_tasks import Answer, GiveEvidence
from bot.domain.duty import Duty, DutyKind
from bot.domain.duty_plan import THE_TASK
from bot.domain.event import Event
from bot.domain.ids import EventId, FileId, PersonId
from bot.domain.parties import Actor
from bot.domain.playbook import FactValue
from bot.domain.programme import Programme
from bot.domain.readiness import Figures
from bot.i18n import Catalogs
from bot.jobs.duties import Duties
from bot.jobs.timers import Timers
from bot.schedules import due_times
from bot.services.acting import act_alone
from bot.services.house import House
from bot.store import tables
from bot.store.store import Store
from tests.stories.town import sample

BEGINS = datetime(2025, 12, 31, 16, tzinfo=UTC)
ENDS = datetime(2026, 12, 31, 16, tzinfo=UTC)
"""The year by the company's clock."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SETTLED = timedelta(seconds=150)
Manner = Literal["prompt", "in grace", "late", "put off", "refused", "silent", "stand-in", "cannot"]
MANNERS: tuple[Manner, ...] = (
    "prompt", "prompt", "in grace", "late", "put off", "refused", "silent", "stand-in", "cannot",
)  # fmt: skip
Deed = Literal["acknowledge", "done", "cannot", "ask", "agree", "refuse"]


@dataclass(frozen=True, slots=True)
class Owed:
    """One time of an entry, what people make of it, and when the time after it is due."""

    duty: Duty
    due_at: datetime
    next_due: datetime
    manner: Manner

    @property
    def until(self) -> datetime:
        """What a postponement asks for."""
        return self.due_at + 2 * DAY

    @property
    def done_at(self) -> datetime | None:
        """When somebody says that it is done."""
        match self.manner:
            case "prompt" | "refused" | "stand-in":
                return self.due_at - 6 * HOUR
            case "in grace":
                return self.due_at + self.duty.grace / 2
            case "late":
                return self.due_at + self.duty.grace + 6 * HOUR
            case "put off":
                return self.until - 5 * HOUR
            case "silent" | "cannot":
                return None

    def deeds(self) -> Iterator[tuple[datetime, Deed]]:
        """Who does what when."""
        if self.manner != "silent":
            yield self.due_at - 36 * HOUR, "cannot" if self.manner == "cannot" else "acknowledge"
        if self.manner in {"put off", "refused"}:
            yield self.due_at - 30 * HOUR, "ask"
            yield self.due_at - 29 * HOUR, "agree" if self.manner == "put off" else "refuse"
        if self.done_at is not None:
            yield self.done_at, "done"

    def figures(self, at: datetime) -> Figures:
        """How it counts at a moment."""
        done_at = self.done_at
        put_off = self.manner == "put off" and at >= self.due_at - 29 * HOUR
        due_at = self.until if put_off else self.due_at
        if done_at is not None and done_at + SETTLED <= at:
            return Figures(late=1) if done_at - due_at > self.duty.grace else Figures(done=1)
        if self.next_due <= at:
            return Figures(missed=1)
        return Figures(overdue=1) if due_at < at else Figures(to_come=1)


def script(programme: Programme, seed: int) -> list[Owed]:
    """Every time of every entry in the year; the manners come in turn, from a place that the seed chooses."""
    random, found = Random(seed), list[Owed]()  # noqa: S311  a game, no secret
    for duty in programme.calendar.duties.values():
        turn = random.randrange(len(MANNERS))
        times = takewhile(lambda pair: pair[0] < ENDS, pairwise(due_times(duty.schedule, BEGINS)))
        for number, (due_at, following) in enumerate(times):
            found.append(Owed(duty, due_at, following, MANNERS[(turn + number) % len(MANNERS)]))
    return found


def expected(owed: Sequence[Owed], at: datetime) -> dict[DutyKind, Figures]:
    """The figures of readiness by kind."""
    found: dict[DutyKind, Figures] = {}
    for each in owed:
        one, so_far = each.figures(at), found.get(each.duty.kind, Figures())
        found[each.duty.kind] = Figures(
            done=so_far.done + one.done,
            late=so_far.late + one.late,
            missed=so_far.missed + one.missed,
            overdue=so_far.overdue + one.overdue,
            to_come=so_far.to_come + one.to_come,
        )
    return found


def third(hours: Sequence[datetime]) -> datetime:
    """A hidden hour that every run draws alike."""
    return hours[len(hours) // 3]


class Sleepers(VirtualClock):
    """A clock that knows who sleeps until when: to find out whether the house is quiet, no row is read."""

    def __init__(self, start: datetime) -> None:
        """Nobody sleeps yet."""
        super().__init__(start)
        self.asleep: dict[int, tuple[datetime, asyncio.Event]] = {}
        self.slept = asyncio.Event()

    async def sleep_until(self, at: datetime, wake: asyncio.Event) -> None:
        """Write down who sleeps."""
        name = id(wake)
        self.asleep[name] = at, wake
        self.slept.set()
        try:
            await super().sleep_until(at, wake)
        finally:
            del self.asleep[name]

    @property
    def next_waking(self) -> datetime:
        """When the first of them wakes."""
        return min(at for at, _ in self.asleep.values())

    def all_asleep(self, sleepers: int) -> bool:
        """Whether so many sleep, and none is about to wake."""
        waking = any(at <= self.now() or wake.is_set() for at, wake in self.asleep.values())
        return len(self.asleep) == sleepers and not waking


@dataclass(slots=True)
class Year:
    """The house on a virtual clock, with the jobs that act by themselves. What it says goes nowhere."""

    folder: Path
    catalogs: Catalogs
    programme: Programme
    clock: Sleepers = field(default_factory=lambda: Sleepers(BEGINS))
    store: Store = field(init=False)
    house: House = field(init=False)
    starts: int = 0
    _tasks: list[asyncio.Task[None]] = field(default_factory=list["asyncio.Task[None]"])

    async def start(self) -> None:
        """Start the process (again)."""
        self.starts += 1
        self.folder.mkdir(exist_ok=True)
        settings, playbooks = sample()
        url = f"sqlite+aiosqlite:///{self.folder / 'year.db'}"
        self.store = await Store.open(url, self.folder / "files", self.folder / "keys", self.clock)
        self.store.route(lambda _room: ())
        self.house = House(settings, playbooks, self.catalogs, self.clock, self.programme)
        jobs = (Timers(self.store, self.house), Duties(self.store, self.house, third))
        self._tasks = [asyncio.create_task(job.run()) for job in jobs]

    async def stop(self) -> None:
        """Stop it, wherever it is."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        await self.store.close()

    async def restart(self) -> None:
        """It dies and comes back within no time."""
        await self.stop()
        await self.start()

    async def quiet(self) -> None:
        """Wait until nothing is left to do at this moment."""
        async with asyncio.timeout(60):
            while not self.clock.all_asleep(len(self._tasks)):
                self.clock.slept.clear()
                await self.clock.slept.wait()

    async def event_of(self, owed: Owed) -> Event:
        """The record of one time of an entry."""
        columns = tables.occurrences.c
        mine = (columns.duty == owed.duty.id, columns.due_at == owed.due_at)
        found = await self.store.rows(select(columns.event).where(*mine))
        assert found, f"{owed.duty.id} of {owed.due_at} was never asked for"
        return await self.store.event(EventId(found[0][0]))

    async def does(self, owed: Owed, deed: Deed) -> None:
        """Somebody does it."""
        event = await self.event_of(owed)
        for command in self._commands(owed, event, deed):
            await self.store.write(lambda work, command=command: act_alone(work, self.house, event.id, command))
        await self.quiet()

    def _commands(self, owed: Owed, event: Event, deed: Deed) -> Iterator[AnyCommand]:
        task = event.tasks[THE_TASK]
        who = task.chain[-1 if owed.manner == "stand-in" else 0].person
        assert event.duty is not None
        match deed:
            case "acknowledge":
                yield Answer(actor(who), "acknowledge", task.department, THE_TASK)
            case "cannot":
                yield Answer(actor(who), "cannot", task.department, THE_TASK, "no hands")
            case "ask":
                yield Postpone(actor(who), owed.until, "the hall is let")
            case "agree" | "refuse":
                assert event.duty.approver is not None
                yield DecidePostpone(actor(event.duty.approver.person), deed == "agree", "")
            case "done" if owed.duty.drill is not None:
                yield NoteDrill(EventId("DR-2026-0001"), held=True, member=task.chain[0])
            case "done":
                if task.evidence is not None:
                    value, file = _evidence(task.evidence.kind, sorted(task.evidence.choices or ()))
                    yield GiveEvidence(actor(who), THE_TASK, value, file)
                yield Answer(actor(who), "done", task.department, THE_TASK)


def _evidence(kind: str, choices: Sequence[str]) -> tuple[FactValue | None, FileId | None]:
    match kind:
        case "number":
            return 5, None
        case "choice":
            return choices[0], None
        case "text":
            return "gone through", None
        case _:
            return None, FileId("f" * 64)


def actor(person: PersonId) -> Actor:
    """One of the company's people, on the built-in chat."""
    return Actor(person, sample()[0].company.people[person].name, "web")


def month_ends() -> list[datetime]:
    """The last moment of each month of the year, by the company's clock."""
    firsts = [datetime(2026, month, 1, tzinfo=UTC) - 8 * HOUR for month in range(2, 13)]
    return [*firsts, ENDS - timedelta(seconds=1)]
