"""A plant with rooms and telephones: what its people do is decided for real, and what goes out is read as it reads."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cards.present import present
from bot.chat.card import Card, CardRef
from bot.chat.effect import Outgoing, Post, ShowCard
from bot.clock import VirtualClock
from bot.config import (
    ChatSettings,
    EventSettings,
    MailSettings,
    RecordSettings,
    Settings,
    SlackSettings,
    StoreSettings,
    TelegramSettings,
    WebSettings,
)
from bot.domain.commands import AnyCommand, Due, Open
from bot.domain.commands_tasks import Answer, GiveEvidence
from bot.domain.company import Company, Contact, Department, Level, Person, Place, Role, Room
from bot.domain.decide import decide, decide_open
from bot.domain.entries import Draft
from bot.domain.entries_tasks import AnswerWord
from bot.domain.event import Event, Task
from bot.domain.fold import fold, start
from bot.domain.ids import (
    ContactId,
    DepartmentId,
    EventId,
    FactId,
    LevelId,
    PersonId,
    PlaceId,
    PlaybookId,
    RoleId,
    RoomId,
    TaskId,
)
from bot.domain.parties import Actor, EventKind
from bot.domain.playbook import Evidence, FactValue, Phase, PlannedTask, Playbook, PlaybookVersion, Review, Rule
from bot.domain.record import GENESIS, Entry, seal
from bot.domain.timers import timers
from bot.i18n import Catalogs
from bot.services.announce import announce
from bot.services.house import House
from bot.text import Language, Text, Words

NOW = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
"""14:00 in the plant."""
ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
EVENT = EventId("EV-2026-0007")

NAMES = {
    "chen": Words("陈志远", "Chen Zhiyuan"),
    "guo": Words("郭强", "Guo Qiang"),
    "fang": Words("方琳", "Fang Lin"),
    "hu": Words("胡静", "Hu Jing"),
    "sun": Words("孙平", "Sun Ping"),
    "lin": Words("林晓", "Lin Xiao"),
    "wei": Words("魏敏", "Wei Min"),
    "wang": Words("王五", "Wang Wu"),
    "admin": Words("李工", "Li Gong"),
    "outsider": Words("赵明", "Zhao Ming"),
}
POSITIONS = {"chen": Words("总经理", "general manager"), "guo": Words("工厂负责人", "factory manager")}
HOLDERS = {
    "general_manager": ("command_group", ("chen",)),
    "factory_manager": ("command_group", ("guo",)),
    "command_group": ("command_group", ("guo", "fang")),
    "office": ("office", ("fang", "hu")),
    "production": ("production", ("sun",)),
    "purchasing": ("purchasing", ("lin", "wei")),
}
DEPARTMENTS = {
    "command_group": Words("应急指挥小组", "Emergency command group"),
    "office": Words("办公室", "Office"),
    "production": Words("生产部", "Production"),
    "purchasing": Words("采购部", "Purchasing"),
}


def person_of(person: str) -> Person:
    departments = (department for department, people in HOLDERS.values() if person in people)
    return Person(
        PersonId(person),
        NAMES[person],
        DepartmentId(next(departments, "stores" if person == "outsider" else "production")),
        position=POSITIONS.get(person, Words("", "")),
        mobile={"guo": "138 0000 0002", "lin": "138 0000 0006"}.get(person, ""),
        access="admin" if person == "admin" else "employee",
    )


def _contact(contact: str, zh: str, en: str, telephone: str, kind: str = "external") -> Contact:
    return Contact(ContactId(contact), Words(zh, en), telephone, kind, emergency=kind in ("own", "emergency"))


CONTACTS = (
    _contact("fire", "火警", "Fire service", "119", "emergency"),
    _contact("medical", "急救", "Ambulance", "120", "emergency"),
    _contact("duty", "办公室", "Office", "8001", "own"),
    _contact("reserve", "备用供应商", "Reserve supplier", "0000 1111"),
)
ROOMS = (
    Room(RoomId("all"), Words("全体", "Everybody"), "all"),
    Room(RoomId("admins"), Words("管理员", "Admins"), "admins"),
    *(
        Room(RoomId(each), DEPARTMENTS[each], "department", DepartmentId(each))
        for each in DEPARTMENTS
        if each != "command_group"
    ),
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
            RoleId(role), DEPARTMENTS[department], DepartmentId(department), tuple(map(PersonId, people))
        )
        for role, (department, people) in HOLDERS.items()
    },
    people={PersonId(person): person_of(person) for person in NAMES},
    rooms={room.id: room for room in ROOMS},
    places={
        PlaceId("w3"): Place(
            PlaceId("w3"), Words("3号车间", "Workshop 3"), DepartmentId("production"), Words("B集合点", "Point B")
        )
    },
    levels={
        LevelId("team"): Level(LevelId("team"), Words("班组级响应", "Team-level response"), 1),
        LevelId("company"): Level(LevelId("company"), Words("公司级响应", "Company-level response"), 3),
    },
    contacts={contact.id: contact for contact in CONTACTS},
    default_place_department=DepartmentId("production"),
    assembly_point=Words("A集合点", "Point A"),
    emergency_telephones=tuple(contact for contact in CONTACTS if contact.emergency),
)


def planned(
    task: str, role: str, zh: str, en: str, phase: Phase = "response", *,
    acknowledge: int = 15, finish: int = 60, evidence: Evidence | None = None, contacts: Sequence[str] = (),
    template: str | None = None, after: Sequence[str] = (),
) -> PlannedTask:  # fmt: skip
    """A task, its times in minutes."""
    return PlannedTask(
        id=TaskId(task),
        role=RoleId(role),
        phase=phase,
        text=Words(zh, en),
        acknowledge_for=acknowledge * MINUTE,
        finish_for=finish * MINUTE,
        after=tuple(map(TaskId, after)),
        evidence=evidence,
        contacts=tuple(map(ContactId, contacts)),
        template=template,
    )


FIRE = Playbook(
    id=PlaybookId("fire"),
    title=Words("火灾", "Fire"),
    covers=("G13",),
    owner=RoleId("office"),
    commander=RoleId("general_manager"),
    level=LevelId("company"),
    tile="fire",
    opens="response",
    first_call=(RoleId("office"),),
    report=(),
    tasks=(
        planned("evacuate", "office", "疏散并清点人数。", "Evacuate and call the roll.", acknowledge=2, finish=10),
        planned(
            "supplier", "purchasing", "联系备用供应商。", "Call the reserve supplier.", contacts=("reserve", "gone")
        ),
        planned(
            "orders", "purchasing", "统计受影响订单。", "Orders affected.",
            evidence=Evidence("number", FactId("orders"), "1"),
        ),
        planned("outside", "purchasing", "落实外协加工。", "Arrange subcontracting.", template="delay"),
        planned("spending", "purchasing", "报应急采购金额。", "Report urgent spending.", finish=20),
        planned("restart", "production", "检查后开机。", "Check, then restart.", "recovery"),
    ),
    rules=(),
    all_clear=(DepartmentId("office"), DepartmentId("purchasing")),
    review=Review(RoleId("office"), timedelta(days=7), RoleId("general_manager")),
    at_once=Words("现在从东门撤到B集合点。", "Leave now by East Gate to Point B."),
)  # fmt: skip


@cache
def catalogs() -> Catalogs:
    """The real catalogs; a missing key or parameter fails the test."""
    return Catalogs.load(strict=True)


def settings(company: Company = COMPANY, commander_answers: timedelta = 7 * MINUTE) -> Settings:
    """The settings of the plant."""
    here = Path()
    return Settings(
        company=company,
        default_language="zh",
        store=StoreSettings("", here, here),
        web=WebSettings(
            "", 0, "", (), None, None, plain_http_off_loopback=False,
            session_days=1, upload_limit_mb=1, message_limit=1, messages_per_minute=1,
        ),
        chat=ChatSettings(bridge=True, failover_after=MINUTE),
        slack=SlackSettings("", "", "", "socket", "", "off"),
        telegram=TelegramSettings("", "polling", "", "", ""),
        mail=MailSettings("", 0, "", "", "tls", ""),
        event=EventSettings(commander_answers, 10 * MINUTE, 2 * MINUTE, 0.5, 10 * MINUTE, MINUTE, MINUTE),
        records=RecordSettings(3),
    )  # fmt: skip


def house_with(playbook: Playbook = FIRE, company: Company = COMPANY) -> House:
    """The house with one playbook."""
    versions = {playbook.id: PlaybookVersion(playbook, "d", "fang", "2026-01-01")}
    return House(settings(company), versions, catalogs(), VirtualClock(NOW))


def actor(person: str) -> Actor:
    """A person of the plant, on the built-in chat."""
    return Actor(PersonId(person), NAMES[person], "web")


STRANGER = Actor(None, Words("路人", "A passer-by"), "web")


@dataclass
class Town:
    """One event and its clock. `sent` is what the last thing called for."""

    house: House = field(default_factory=house_with)
    now: datetime = NOW
    record: list[Entry] = field(default_factory=list[Entry])
    sent: tuple[Outgoing, ...] = ()
    event: Event = field(init=False)
    salts: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def version(self) -> PlaybookVersion:
        """The only playbook."""
        return next(iter(self.house.playbooks.values()))

    def opens(
        self, by: Actor | None = None, place: str = "3号车间", *, confirmed: bool = True, kind: EventKind = "live",
        absent: Iterable[str] = (), facts: Mapping[str, FactValue] | None = None,
    ) -> tuple[Outgoing, ...]:  # fmt: skip
        """Somebody reports."""
        command = Open(
            by=by or actor("wang"),
            event=EVENT,
            event_kind=kind,
            place=place,
            facts=tuple((FactId(fact), value) for fact, value in (facts or {}).items()),
            how="web",
            began_at=self.now,
            confirmed=confirmed,
            absent=tuple((PersonId(person), None) for person in absent),
        )
        return self.keep(decide_open(command, self.house.setting(self.version), self.now))

    def does(self, command: AnyCommand) -> tuple[Outgoing, ...]:
        """Somebody does something."""
        return self.keep(decide(self.event, command, self.house.setting(self.version), self.now))

    def keep(self, drafts: Sequence[Draft]) -> tuple[Outgoing, ...]:
        """Seal, fold and announce."""
        before, first = (self.event if self.record else None), len(self.record)
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
        self.sent = announce(before, self.event, self.record[first:], self.house)
        return self.sent

    def answers(self, person: str, word: AnswerWord, task: str, reason: str = "") -> tuple[Outgoing, ...]:
        """One press about one task."""
        department = self.task(task).department
        return self.does(Answer(actor(person), word, department, TaskId(task), reason))

    def gives(self, person: str, task: str, value: FactValue) -> tuple[Outgoing, ...]:
        """The evidence of a task."""
        return self.does(GiveEvidence(actor(person), TaskId(task), value))

    def passes(self, minutes: float) -> tuple[Outgoing, ...]:
        """Time goes by and deadlines fire; everything they called for."""
        until, sent = self.now + minutes * MINUTE, list[Outgoing]()
        while True:
            running = [timer for timer in timers(self.event) if timer.due_at <= until]
            if not running:
                break
            timer = min(running, key=lambda timer: (timer.due_at, timer.step, timer.task or ""))
            self.now = max(self.now, timer.due_at)
            sent += self.does(Due(timer.step, timer.task, timer.due_at))
        self.now = until
        self.sent = tuple(sent)
        return self.sent

    def wakes_after(self, minutes: float) -> tuple[Outgoing, ...]:
        """The house was down for so long; then everything missed is caught up."""
        self.now += minutes * MINUTE
        return self.passes(0)

    def task(self, task: str) -> Task:
        """A released task as it stands."""
        return self.event.tasks[TaskId(task)]

    def card(self, department: str | None = None) -> Card:
        """A department's checklist, or the command card."""
        of = None if department is None else DepartmentId(department)
        ref = CardRef(self.event.id, "command" if of is None else "checklist", of)
        return present(self.event, ref, self.house.company, self.now)

    def renderer(self, language: Language) -> partial[str]:
        """Texts for one reader, now."""
        return partial(self.house.catalogs.render, language=language, zone=ZONE, now=self.now)

    def posts(self) -> dict[str, Card]:
        """The last messages, by room; each room gets one at most."""
        effects = [outgoing.effect for outgoing in self.sent if isinstance(outgoing.effect, Post)]
        rooms = {effect.room: effect.card for effect in effects}
        assert len(rooms) == len(effects), [effect.key for effect in effects]
        return {str(room): card for room, card in rooms.items()}

    def posted(self) -> list[Post]:
        """The last messages in order."""
        return [outgoing.effect for outgoing in self.sent if isinstance(outgoing.effect, Post)]

    def shown(self) -> list[str]:
        """The cards that were shown again."""
        return [
            outgoing.effect.ref.key.removeprefix(f"{EVENT}/")
            for outgoing in self.sent
            if isinstance(outgoing.effect, ShowCard)
        ]


def actions(card: Card, *, folded: bool = False) -> list[str]:
    """What can be pressed on a card."""
    return [button.action for button in card.buttons if button.more == folded]


def key_of(card: Card) -> str:
    """What a card says first."""
    assert isinstance(card.head, Text)
    return card.head.key


def with_playbook(**changes: object) -> House:
    """The house with another playbook."""
    return house_with(replace(FIRE, **changes))  # type: ignore[arg-type] # fields by name


def rule(**fields: object) -> Rule:
    """A rule of a playbook."""
    return Rule(when=(), **fields)  # type: ignore[arg-type] # fields by name
