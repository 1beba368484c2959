"""Entries as a small event writes them, and rows as an update brings them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.chat.card import Card, CardRef
from bot.chat.effect import OpenRoom, Outgoing, Post, Priority, ShowCard
from bot.domain.entries import Draft
from bot.domain.entries_course import Opened
from bot.domain.entries_ending import FalseAlarm
from bot.domain.entries_house import HouseNote
from bot.domain.entries_talk import Noted
from bot.domain.entries_tasks import TaskAnswered, TaskReleased
from bot.domain.event import Event
from bot.domain.ids import (
    HOUSE,
    DepartmentId,
    EventId,
    LevelId,
    PersonId,
    PlaybookId,
    RoleId,
    RoomId,
    TaskId,
    command_room,
)
from bot.domain.parties import DepartmentRef, Member
from bot.store.store import Store
from bot.store.work import Work
from bot.text import Words, same, text

NOW = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)
YEAR = 2026
LIN = Member(PersonId("lin"), Words("林晓", "Lin Xiao"), Words("主任", "Head"), "8001")
OFFICE = DepartmentId("office")
OFFICE_ROOM = RoomId("office")


def opened(event: EventId) -> Draft:
    """A fire in Workshop 3."""
    departments = (DepartmentRef(OFFICE, Words("办公室", "Office")),)
    return Draft(
        Opened(
            event=event,
            event_kind="live",
            playbook=PlaybookId("fire"),
            playbook_digest="d",
            playbook_author="ent",
            playbook_saved_at="2026-01-01",
            title=Words("火灾", "Fire"),
            place=Words("3号车间", "Workshop 3"),
            level=LevelId("company"),
            level_name=Words("公司级响应", "Company-level response"),
            phase="response",
            reporter=Words("王五", "Wang Wu"),
            how="web",
            company=Words("厂", "Plant"),
            began_at=NOW,
            chain=(LIN,),
            departments=departments,
            clear_from=(),
            commander_answers_for=180,
        )
    )


def released(task: str, minutes: int = 3) -> Draft:
    """A task of the office that wants an answer within minutes."""
    return Draft(
        TaskReleased(
            task=TaskId(task),
            role=RoleId("office"),
            role_name=Words("办公室", "Office"),
            department=OFFICE,
            phase="response",
            text=Words("疏散", "Evacuate"),
            chain=(LIN,),
            acknowledge_for=minutes * 60,
            acknowledge_at=NOW + timedelta(minutes=minutes),
            finish_at=NOW + timedelta(minutes=30),
        )
    )


def acknowledged(task: str) -> Draft:
    """收到."""
    return Draft(TaskAnswered(TaskId(task), "acknowledge", LIN))


def noted(words: str) -> Draft:
    """/note."""
    return Draft(Noted(speaker=LIN.name, words=words))


def called_false() -> Draft:
    """/falsealarm."""
    return Draft(FalseAlarm(LIN))


async def open_event(work: Work) -> Event:
    """Report a fire: one task for the office."""
    event = await work.append(
        number := await work.next_event_id("live", YEAR),
        [opened(number), released("evacuate"), released("patrol", minutes=5)],
    )
    assert event is not None
    return event


async def begin(store: Store) -> EventId:
    """The number of a fresh event."""
    return (await store.write(open_event)).id


async def write(store: Store, event: EventId, *drafts: Draft) -> None:
    """Append in one transaction."""

    async def job(work: Work) -> None:
        await work.append(event, drafts)

    await store.write(job)


async def note_house(work: Work) -> None:
    """Something of the house itself."""
    await work.append(HOUSE, [Draft(HouseNote("house.tested", {}))])


def show(event: EventId, revision: int, priority: Priority = Priority.EDIT) -> Outgoing:
    """The office's card again."""
    return Outgoing(ShowCard(CardRef(event, "checklist", OFFICE), OFFICE_ROOM, revision), priority, event)


def post(key: str, room: str = OFFICE_ROOM, priority: Priority = Priority.CARD, thread: str | None = None) -> Outgoing:
    """A message of its own."""
    card = Card(None, "plain", text("room.direct", person=same(key)))
    return Outgoing(Post(key, RoomId(room), card, thread), priority)


def open_room(event: EventId) -> Outgoing:
    """The event's command room."""
    return Outgoing(OpenRoom(command_room(event), event, Words("指挥", "Command"), (LIN.person,)), Priority.CARD, event)
