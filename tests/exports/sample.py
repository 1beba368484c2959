"""A small record with everything a document must show: photo, late entry, escalation, typed markup, all clear."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from PIL import Image

from bot.domain import entries as e
from bot.domain.ids import DepartmentId, EventId, FactId, FileId, LevelId, PersonId, PlaybookId, RoleId, RoomId, TaskId
from bot.domain.parties import Actor, DepartmentRef, EventKind, Member
from bot.domain.record import GENESIS, Entry, seal
from bot.text import Words

EVENT = EventId("EV-2026-0001")
BEGAN = datetime(2026, 3, 12, 6, 2, tzinfo=UTC)
PHOTO = FileId("f" * 64)
TYPED = "=SUM(A1) 二楼有烟 <script>alert(1)</script> | *bold*"
PURCHASING = DepartmentId("purchasing")
TASK = TaskId("call-reserve")


def photo() -> bytes:
    """A real JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 80, 40)).save(out, "JPEG")
    return out.getvalue()


def member(person: str, zh: str, en: str) -> Member:
    """Somebody with a position."""
    return Member(PersonId(person), Words(zh, en), Words("部长", "Head"))


LIN, WEI, GUO = member("lin", "林晓", "Lin Xiao"), member("wei", "魏敏", "Wei Min"), member("guo", "郭强", "Guo Qiang")


def by(who: Member) -> Actor:
    """As the record names an actor."""
    return Actor(who.person, who.name, "web")


def opened(kind: EventKind = "live") -> e.Opened:
    """A fire in workshop 3."""
    return e.Opened(
        event=EVENT,
        event_kind=kind,
        playbook=PlaybookId("fire"),
        playbook_digest="ab" * 32,
        playbook_author="sun",
        playbook_saved_at="2026-01-05T08:00:00+00:00",
        title=Words("火灾", "Fire"),
        place=Words("3号车间", "Workshop 3"),
        level=LevelId("company"),
        level_name=Words("公司级响应", "Company-level response"),
        phase="response",
        reporter=Words("徐亮", "Xu Liang"),
        how="web",
        company=Words("华诚精密制造有限公司", "Huacheng Precision"),
        began_at=BEGAN,
        chain=(GUO,),
        departments=(DepartmentRef(PURCHASING, Words("采购部", "Purchasing")),),
        clear_from=(PURCHASING,),
        commander_answers_for=180,
    )


def released() -> e.TaskReleased:
    """One task of purchasing."""
    return e.TaskReleased(
        task=TASK,
        role=RoleId("purchasing"),
        role_name=Words("采购部部长", "Head of Purchasing"),
        department=PURCHASING,
        phase="response",
        text=Words("联系备用供应商。", "Call the reserve supplier."),
        chain=(LIN, WEI),
        acknowledge_for=300,
        acknowledge_at=BEGAN + timedelta(minutes=5),
        finish_at=BEGAN + timedelta(minutes=30),
    )


def drafts(kind: EventKind = "live") -> Iterator[tuple[float, e.Draft]]:
    """Seconds since the beginning, and what happened then."""
    command = EVENT_ROOM, EVENT_ROOM_NAME
    yield 0, e.Draft(opened(kind), Actor(PersonId("xu"), Words("徐亮", "Xu Liang"), "web"))
    yield 1, e.Draft(e.CommandPassed(GUO, "opened"))
    yield 1, e.Draft(released())
    sent = Words("【紧急】火灾\n采购部", "EMERGENCY · Fire\nPurchasing")
    yield 2, e.Draft(e.MessageSent("k", RoomId("purchasing"), Words("采购部", "Purchasing"), "web", sent, BEGAN))
    yield 90, e.Draft(e.Said("m1", *command, WEI.name, words=TYPED), by(WEI))
    yield 95, e.Draft(e.FileKept(PHOTO, "image/jpeg", 1234, WEI.name, name="照片.jpg"), by(WEI))
    yield 300, e.Draft(e.Escalated(TASK, 1, (WEI,), (LIN,), BEGAN + timedelta(minutes=10)))
    yield 400, e.Draft(e.TaskAnswered(TASK, "acknowledge", WEI), by(WEI))
    yield 2400, e.Draft(e.TaskAnswered(TASK, "done", WEI), by(WEI))
    fact = e.FactSet(FactId("orders_affected"), 7, Words("受影响订单", "Orders affected"), Words("7单", "7"))
    yield 2450, e.Draft(fact, by(WEI))
    yield 2500, e.Draft(e.Noted(WEI.name, "消防车到达"), by(WEI), BEGAN + timedelta(minutes=8))
    yield 2600, e.Draft(e.StandDownAsked(), by(GUO))
    yield 2650, e.Draft(e.AllClear(PURCHASING, WEI), by(WEI))
    yield 2700, e.Draft(e.StoodDown(GUO), by(GUO))


EVENT_ROOM = RoomId(EVENT)
EVENT_ROOM_NAME = Words("指挥频道", "Command room")


def sealed(happened: Iterable[tuple[float, e.Draft]]) -> list[Entry]:
    """The chain of these drafts, with salts that are the same each time."""
    salts = count()
    chain: list[Entry] = []
    for number, (after, draft) in enumerate(happened, 1):
        chain.append(
            seal(
                draft,
                stream=EVENT,
                sequence=number,
                previous=chain[-1].hash if chain else GENESIS,
                now=BEGAN + timedelta(seconds=after),
                salt=lambda: f"{next(salts):032x}",
            )
        )
    return chain
