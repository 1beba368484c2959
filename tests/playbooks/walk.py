"""A whole event by the rules alone: people do what is asked, the commander ends it, the record is closed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Final

from bot.domain.commands import AnyCommand, Due, Open
from bot.domain.commands_ending import AskStandDown, Close, GiveAllClear, StandDown
from bot.domain.commands_tasks import Answer, GiveEvidence
from bot.domain.decide import decide, decide_open
from bot.domain.entries import Draft
from bot.domain.entries_course import Opened
from bot.domain.event import Event, Task
from bot.domain.fold import apply, opened
from bot.domain.ids import DepartmentId, EventId, FactId, FileId, PersonId, TaskId
from bot.domain.parties import Actor
from bot.domain.playbook import PLACE, FactValue, Playbook
from bot.domain.setting import ReviewWords, Setting
from bot.domain.timers import timers
from bot.text import Words, same
from tests.playbooks.shelf import settings

BEGAN: Final = datetime(2026, 3, 12, 6, 2, tzinfo=UTC)
REPORTER: Final = Actor(PersonId("xu"), Words("徐亮", "Xu Liang"), "web")
PHOTO: Final = FileId("0" * 64)
REVIEW_APPROVE: Final = TaskId("review-approve")
NUMBERS: Final = (0, 1, 12, 50_000)
ANY: Final = same("-")


@dataclass(slots=True)
class Walk:
    """One event. `choose` decides what people answer; the same seed walks the same way."""

    playbook: Playbook
    choose: random.Random
    event: Event
    setting: Setting
    now: datetime = BEGAN
    first: Counter[DepartmentId] = field(default_factory=Counter[DepartmentId])
    """Tasks of each department as the event opens."""
    most: Counter[DepartmentId] = field(default_factory=Counter[DepartmentId])
    """Open tasks of each department when there were most of them."""

    def take(self, drafts: Iterable[Draft]) -> None:
        """What was decided is true."""
        for draft in drafts:
            self.event = apply(self.event, draft.payload, draft.actor, self.now)
        self.most |= Counter(task.department for task in self.event.tasks.values() if task.open)

    def does(self, command: AnyCommand) -> None:
        """Somebody wants something."""
        self.take(decide(self.event, command, self.setting, self.now))

    def open_tasks(self) -> Iterator[Task]:
        """In the order they were asked for, until none is left."""
        while task := next((task for task in self.event.tasks.values() if task.open), None):
            yield task

    def works(self) -> None:
        """Everybody does what is asked of them, a few minutes each."""
        for task in self.open_tasks():
            self.now += timedelta(minutes=2)
            who = Actor(task.chain[0].person, task.chain[0].name, "web")
            if task.evidence is not None:
                self.does(GiveEvidence(who, task.id, self.answer(task), self.upload(task)))
            self.does(Answer(who, "done", task.department, task.id))

    def answer(self, task: Task) -> FactValue | None:
        """What the task's evidence is this time."""
        assert task.evidence is not None
        match task.evidence.kind:
            case "number":
                return self.choose.choice(NUMBERS)
            case "choice":
                choices = list(task.evidence.choices or {})
                return choices[0] if task.id == REVIEW_APPROVE else self.choose.choice(choices)
            case "text":
                return "17:05 已办"
            case "photo" | "file":
                return None

    def upload(self, task: Task) -> FileId | None:
        """A photo or a file, where the task wants one."""
        return PHOTO if task.evidence is not None and task.evidence.kind in ("photo", "file") else None

    def time_passes(self, hours: float) -> None:
        """Nobody does anything for so long; rules on time alone fire."""
        until = self.now + timedelta(hours=hours)
        while rule := self._next_rule(until):
            self.now = max(self.now, rule.due_at)
            self.does(rule)
        self.now = until

    def _next_rule(self, until: datetime) -> Due | None:
        due = sorted((timer.due_at, timer.step) for timer in timers(self.event) if timer.step.startswith("rule:"))
        return next((Due(step, None, at) for at, step in due if at <= until), None)

    def ends(self) -> None:
        """All clear from each department, the response ends, recovery, review, closing."""
        commander = self.commander()
        self.does(AskStandDown(commander))
        company = self.setting.company
        for part in self.event.departments:
            head = company.chain(company.departments[part.id].head)[0]
            self.does(GiveAllClear(Actor(head, company.people[head].name, "web"), part.id))
        self.does(StandDown(commander))
        self.works()
        self.does(Close(commander, "head", "signature", "key"))

    def commander(self) -> Actor:
        """Whoever leads now."""
        holder = self.event.command.holder
        assert holder is not None
        return Actor(holder.person, holder.name, "web")


def begin(playbook: Playbook, facts: Iterable[tuple[FactId, FactValue]], seed: int = 0) -> Walk:
    """Somebody reports the event in Workshop 3."""
    setting = Setting(settings().company, playbook, ReviewWords(ANY, ANY, ANY, ANY))
    command = Open(
        by=REPORTER,
        event=EventId("EV-2026-0001"),
        event_kind="live",
        place="Workshop 3",
        facts=tuple(facts),
        how="web",
        began_at=BEGAN,
        confirmed=True,
    )
    first, *rest = decide_open(command, setting, BEGAN)
    assert isinstance(first.payload, Opened)
    walk = Walk(playbook, random.Random(seed), opened(first.payload, first.actor, BEGAN), setting)  # noqa: S311 - a die
    walk.take(rest)
    walk.first = Counter(task.department for task in walk.event.tasks.values())
    return walk


def reports(playbook: Playbook) -> list[tuple[tuple[FactId, FactValue], ...]]:
    """Every way to answer the questions of the report, the question left out included."""
    asked = [question for question in playbook.report if question.fact != PLACE]
    answers: list[list[tuple[FactId, FactValue] | None]] = [
        [None, *((question.fact, value) for value in question.choices or NUMBERS)] for question in asked
    ]
    return [tuple(answer for answer in way if answer is not None) for way in product(*answers)]
