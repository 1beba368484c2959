"""A small plant with people to tell stories about: its company, one playbook, and an event that is decided on."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from bot.domain.commands import AnyCommand, Due, Open
from bot.domain.commands_tasks import Answer, GiveEvidence
from bot.domain.company import Company, Department, Level, Person, Place, Role
from bot.domain.decide import decide, decide_open
from bot.domain.entries import Draft, Payload
from bot.domain.entries_drill import DrillStarted
from bot.domain.entries_tasks import AnswerWord
from bot.domain.event import Event, Task
from bot.domain.fold import fold, start
from bot.domain.ids import DepartmentId, EventId, FactId, LevelId, PersonId, PlaceId, PlaybookId, RoleId, TaskId
from bot.domain.parties import Actor, EventKind
from bot.domain.playbook import (
    AFFECTED_HEAD,
    PLACE,
    Condition,
    Evidence,
    FactValue,
    Phase,
    PlannedTask,
    Playbook,
    Question,
    Review,
    Rule,
)
from bot.domain.record import GENESIS, Entry, seal
from bot.domain.setting import ReviewWords, Setting
from bot.domain.timers import Timer, timers
from bot.errors import Refused
from bot.i18n import Catalogs
from bot.text import LANGUAGES, Words, same

NOW = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EVENT = EventId("EV-2026-0007")

HOLDERS = {
    "general_manager": ("command_group", ("chen",)),
    "factory_manager": ("command_group", ("guo",)),
    "command_group": ("command_group", ("guo", "lin", "sun")),
    "office": ("office", ("lin", "wei")),
    "production": ("production", ("sun", "he")),
    "sales": ("sales", ("tang",)),
    "technical": ("technical", ()),
}
NAMES = {
    "chen": Words("陈立", "Chen Li"),
    "guo": Words("郭强", "Guo Qiang"),
    "lin": Words("林晓", "Lin Xiao"),
    "wei": Words("魏敏", "Wei Min"),
    "sun": Words("孙平", "Sun Ping"),
    "he": Words("何田", "He Tian"),
    "tang": Words("唐宁", "Tang Ning"),
    "wang": Words("王五", "Wang Wu"),
    "admin": Words("管理员", "Admin"),
    "audit": Words("审计", "Audit"),
}
DEPARTMENTS = {
    "command_group": Words("指挥小组", "Command group"),
    "office": Words("办公室", "Office"),
    "production": Words("生产部", "Production"),
    "sales": Words("销售服务中心", "Sales"),
    "technical": Words("技术部", "Technical"),
}
Key = TypeVar("Key")
Value = TypeVar("Value")


def _person(person: str) -> Person:
    departments = (department for department, people in HOLDERS.values() if person in people)
    return Person(
        PersonId(person),
        NAMES[person],
        DepartmentId(next(departments, "production")),
        mobile="138",
        access="admin" if person == "admin" else "auditor" if person == "audit" else "employee",
    )


COMPANY = Company(
    name=Words("样例公司", "Sample Company"),
    time_zone="Asia/Shanghai",
    form_code="F-01",
    form_revision="A",
    departments={
        DepartmentId(each): Department(
            DepartmentId(each), name, RoleId("general_manager" if each == "command_group" else each)
        )
        for each, name in DEPARTMENTS.items()
    },
    roles={
        RoleId(role): Role(
            RoleId(role), Words(f"岗位{role}", role), DepartmentId(department), tuple(map(PersonId, people))
        )
        for role, (department, people) in HOLDERS.items()
    },
    people={PersonId(person): _person(person) for person in NAMES},
    rooms={},
    places={
        PlaceId("w3"): Place(PlaceId("w3"), Words("3号车间", "Workshop 3"), DepartmentId("production"), same("A")),
        PlaceId("gate"): Place(PlaceId("gate"), Words("东门", "East Gate"), DepartmentId("office"), same("A")),
    },
    levels={
        LevelId("team"): Level(LevelId("team"), Words("班组级", "Team"), 1),
        LevelId("company"): Level(LevelId("company"), Words("公司级", "Company"), 3),
    },
    contacts={},
    default_place_department=DepartmentId("office"),
    assembly_point=same("A"),
)


def planned(
    task: str, role: str, phase: Phase = "response", after: Sequence[str] = (), evidence: Evidence | None = None,
    *, held: bool = False,
) -> PlannedTask:  # fmt: skip
    """A task that wants an answer within 5 minutes and is to be done within an hour."""
    return PlannedTask(
        id=TaskId(task),
        role=RoleId(role),
        phase=phase,
        text=Words(f"任务{task}", f"Task {task}"),
        acknowledge_for=5 * MINUTE,
        finish_for=HOUR,
        after=tuple(map(TaskId, after)),
        held=held,
        evidence=evidence,
    )


def when(fact: str, operator: str, value: FactValue | None = None, *, or_unknown: bool = False) -> Condition:
    """A comparison as a playbook writes it."""
    return Condition(FactId(fact), operator, value, or_unknown)  # type: ignore[arg-type] # the test names it


REPAIR_HOURS = FactId("repair_hours")
ORDERS = FactId("orders")
STAGE = FactId("stage")
PLAYBOOK = Playbook(
    id=PlaybookId("utility-outage"),
    title=Words("公用事业中断", "Utility outage"),
    covers=("G15",),
    owner=RoleId("office"),
    commander=RoleId("general_manager"),
    level=LevelId("company"),
    tile="power_water_gas",
    opens="warning",
    first_call=(RoleId("office"),),
    report=(
        Question(
            STAGE,
            Words("到哪一步了？", "How far is it?"),
            {"warned": Words("有预警", "Warned"), "here": Words("已发生", "It is here")},
        ),
        Question(PLACE, Words("哪里？", "Where?"), {}),
    ),
    tasks=(
        planned("ready", "office", "warning"),
        planned("warn", "office"),
        planned("evacuate", "office"),
        planned("repair", "production", evidence=Evidence("number", REPAIR_HOURS, "h")),
        planned("orders", "sales", evidence=Evidence("number", ORDERS, "1")),
        planned("clear", AFFECTED_HEAD, after=("evacuate",)),
        planned("customers", "sales", held=True, evidence=Evidence("text")),
        planned("verdict", "production", held=True, evidence=Evidence("choice", choices={"good": same("good")})),
        planned("photo", "sales", after=("customers",), evidence=Evidence("photo")),
        planned("wiring", "technical", held=True),
        planned("restart", "production", "recovery"),
    ),
    rules=(
        Rule((when("stage", "is", "here"),), enter="response"),
        Rule(
            (when("repair_hours", "at least", 8), when("orders", "at least", 1, or_unknown=True)),
            release=(TaskId("customers"),),
        ),
        Rule((when("repair_hours", "unknown"),), elapsed=8 * HOUR, release=(TaskId("customers"),)),
        Rule((when("repair_hours", "more than", 24),), level=LevelId("team"), release=(TaskId("wiring"),)),
    ),
    all_clear=(),
    review=Review(RoleId("office"), timedelta(days=7), RoleId("general_manager")),
    at_once=Words("先离开", "Leave first"),
)
REVIEW = ReviewWords(
    Words("写总结", "Write the review"), Words("审阅总结", "Read the review"), Words("批准", "Approve"),
    Words("退回", "Send back"),
)  # fmt: skip
SETTING = Setting(COMPANY, PLAYBOOK, REVIEW, digest="d", author="lin", saved_at="2026-01-01")


def actor(person: str) -> Actor:
    """A person of the plant, on the built-in chat."""
    return Actor(PersonId(person), NAMES.get(person), "web")


STRANGER = Actor(None, same("Visitor"), "web")


@dataclass
class Story:
    """One event with its clock: what people do is decided, sealed, folded and kept."""

    setting: Setting = SETTING
    now: datetime = NOW
    record: list[Entry] = field(default_factory=list[Entry])
    event: Event = field(init=False)
    salts: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def opens(
        self, by: Actor | None = None, place: str = "3号车间", stage: str | None = "here", *, confirmed: bool = True,
        kind: EventKind = "live", clock_speed: float = 1.0, began_at: datetime | None = None,
        absent: Iterable[tuple[str, datetime | None]] = (), facts: Sequence[tuple[str, FactValue]] = (),
        starting: DrillStarted | None = None,
    ) -> list[Payload]:  # fmt: skip
        """Somebody reports; what follows is kept."""
        reported = [*facts] if stage is None else [("stage", stage), *facts]
        command = Open(
            by=by or actor("wang"),
            event=EVENT,
            event_kind=kind,
            place=place,
            facts=tuple((FactId(fact), value) for fact, value in reported),
            how="web",
            began_at=began_at or self.now,
            confirmed=confirmed,
            absent=tuple((PersonId(person), until) for person, until in absent),
            clock_speed=clock_speed,
            starting=starting,
        )
        return self.keep(decide_open(command, self.setting, self.now))

    def keep(self, drafts: Iterable[Draft]) -> list[Payload]:
        """Seal and fold what was decided."""
        kept: list[Payload] = []
        for draft in drafts:
            entry = seal(
                draft,
                stream=EVENT,
                sequence=len(self.record) + 1,
                previous=self.record[-1].hash if self.record else GENESIS,
                now=self.now,
                salt=lambda: f"{next(self.salts):032x}",
            )
            self.event = fold(self.event, entry) if self.record else start(entry)
            self.record.append(entry)
            kept.append(entry.payload)
        return kept

    def does(self, command: AnyCommand) -> list[Payload]:
        """Decide one command and keep what follows."""
        return self.keep(decide(self.event, command, self.setting, self.now))

    def answers(
        self, person: str, word: AnswerWord, task: str | None = None, reason: str = "", department: str = "office"
    ) -> list[Payload]:
        """One press on a card."""
        if task is not None and task in self.event.tasks:
            department = self.event.tasks[TaskId(task)].department
        return self.does(
            Answer(actor(person), word, DepartmentId(department), None if task is None else TaskId(task), reason)
        )

    def gives(self, person: str, task: str, value: FactValue) -> list[Payload]:
        """The evidence of a task."""
        return self.does(GiveEvidence(actor(person), TaskId(task), value))

    def passes(self, span: timedelta, *, punctual: bool = True) -> list[Payload]:
        """Time goes by; deadlines fire when they are due, or (not `punctual`) all at the end, after downtime."""
        until, kept = self.now + span, list[Payload]()
        if not punctual:
            self.now = until
        while (timer := self.next_timer(until)) is not None:
            self.now = max(self.now, timer.due_at)
            kept += self.does(Due(timer.step, timer.task, timer.due_at))
        self.now = until
        return kept

    def next_timer(self, until: datetime) -> Timer | None:
        """The first deadline up to `until`."""
        running = (timer for timer in timers(self.event) if timer.due_at <= until)
        return min(running, key=lambda timer: (timer.due_at, timer.step, timer.task or ""), default=None)

    def task(self, task: str) -> Task:
        """A released task as it stands."""
        return self.event.tasks[TaskId(task)]

    @property
    def leads(self) -> str | None:
        """Who commands now."""
        holder = self.event.command.holder
        return None if holder is None else holder.person


@contextmanager
def refused(key: str) -> Generator[None]:
    """The rules say no, with this sentence, which reads well in both languages."""
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.reason.key == key
    for language in LANGUAGES:
        assert Catalogs.load(strict=True).render(caught.value.reason, language, ZONE, NOW)


def only(kind: type[Value], payloads: Iterable[Payload]) -> Value:
    """The one payload of a kind among those that were kept."""
    found = [payload for payload in payloads if isinstance(payload, kind)]
    assert len(found) == 1, found
    return found[0]


def kinds(payloads: Iterable[Payload]) -> list[str]:
    """What was kept, by kind."""
    return [payload.kind for payload in payloads]


def with_playbook(**changes: object) -> Setting:
    """The setting with another playbook."""
    return replace(SETTING, playbook=replace(PLAYBOOK, **changes))  # type: ignore[arg-type] # fields by name
