"""No path of a drill leads outside: e-mail gets nothing of it while every room is dark, and each platform says so."""

from __future__ import annotations

import inspect
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from sqlalchemy import select

from bot.chat.adapter import Abilities, Showing, outside
from bot.chat.card import Card, CardRef
from bot.chat.effect import Invite, OpenRoom, Outgoing, Post, Priority, ShowCard, of_drill
from bot.domain.commands import Open
from bot.domain.decide_open import decide_open
from bot.domain.entries_rooms import RoomDark
from bot.domain.entries_talk import STAYS_INSIDE, MessageFailed
from bot.domain.ids import DepartmentId, EventId, PersonId, PlaybookId, RoomId
from bot.domain.parties import Actor
from bot.services.acting import write
from bot.store import tables
from bot.text import same
from tests.jobs.test_failover import OFFICE, Net, net, running

if TYPE_CHECKING:
    from bot.store.work import Work

pytestmark = pytest.mark.uncounted

__all__ = ["net"]
ADAPTERS = Path("bot/adapters")
DRILL, LIVE = EventId("DR-2026-0001"), EventId("EV-2026-0001")
CARD = Card("drill", "work", same("x"))


@pytest.mark.parametrize(
    ("effect", "event"),
    [
        (Post("k", OFFICE, replace(CARD, kind=None)), DRILL),
        (Post("k", OFFICE, CARD), None),
        (Post("k", OFFICE, replace(CARD, kind=None, event=DRILL)), None),
        (ShowCard(CardRef(DRILL, "command"), OFFICE, 1), None),
        (OpenRoom(RoomId(DRILL), DRILL, same("x"), ()), None),
        (Invite(RoomId(DRILL), (PersonId("guo"),)), None),
    ],
)
def test_whatever_says_that_it_is_a_drills_is_one(effect: Post | ShowCard | OpenRoom | Invite, event: EventId) -> None:
    assert of_drill(effect, event)


def test_what_is_real_is_no_drills() -> None:
    assert not of_drill(Post("k", OFFICE, replace(CARD, kind="live", event=LIVE)), LIVE)
    assert not of_drill(ShowCard(CardRef(LIVE, "checklist", DepartmentId("office")), OFFICE, 1), LIVE)
    assert not of_drill(Invite(RoomId(LIVE), ()), LIVE)


def test_a_platform_that_does_not_say_where_it_is_cannot_be_built() -> None:
    with pytest.raises(TypeError, match="outside"):
        Abilities()  # pyright: ignore[reportCallIssue]


def test_every_adapter_says_whether_it_leaves_the_house() -> None:
    """Whatever speaks SMTP, or calls what is not a chat of the company, is outside; so far that is e-mail alone."""
    stated: dict[str, bool] = {}
    for folder in sorted(each for each in ADAPTERS.iterdir() if (each / "adapter.py").exists()):
        source = inspect.getsource(import_module(f"bot.adapters.{folder.name}.adapter"))
        assert source.count("outside=") == source.count("Abilities(\n") + source.count("Abilities(outside"), folder
        stated[folder.name] = "outside=True" in source
        speaks_smtp = any("smtp" in each.read_text(encoding="utf-8").casefold() for each in folder.glob("*.py"))
        assert stated[folder.name] or not speaks_smtp, f"{folder.name} sends e-mail and does not say so"
    assert stated == {"mail": True, "slack": False, "telegram": False, "web": False}


async def test_the_outbox_refuses_and_the_record_says_so_once(net: Net) -> None:
    drill = await opens(net, "drill")

    async def job(work: Work) -> None:
        await work.event(drill)
        work.send(Outgoing(Post("k", OFFICE, replace(CARD, event=drill)), Priority.CARD, drill, only="email"))
        work.send(Outgoing(Post("k", OFFICE, replace(CARD, kind="live")), Priority.CARD, None, only="email"))

    await net.office.store.write(job)
    waiting = await net.office.store.rows(select(tables.outbox.c.event).where(tables.outbox.c.platform == "email"))
    assert [event for (event,) in waiting] == [None], "what is no drill's goes its way"
    assert [(each.platform, each.why) for each in await failures(net, drill)] == [("email", STAYS_INSIDE)]


async def test_what_was_queued_before_the_wall_stood_is_refused_at_the_door(net: Net) -> None:
    drill = await opens(net, "drill")
    net.office.store.route(lambda room: ("email",) if room == OFFICE else ("web",))

    async def job(work: Work) -> None:
        await work.event(drill)
        work.send(Outgoing(Post("k", OFFICE, replace(CARD, event=drill)), Priority.CARD, drill))

    await net.office.store.write(job)
    async with running(net):
        pass
    assert net.platforms["email"].handed == []
    assert [each.why for each in await failures(net, drill)] == [STAYS_INSIDE]
    columns = tables.deliveries.c
    assert await net.office.store.rows(select(columns.key).where(columns.platform == "email")) == []
    assert await net.outages() == [], "e-mail is none the worse for it"


async def test_with_every_room_dark_a_drill_is_telephoned_and_a_real_event_mailed(net: Net) -> None:
    drill, live = await opens(net, "drill"), await opens(net, "live")
    for name in ("slack", "telegram"):
        net.platforms[name].away = True
    async with running(net):
        await net.passes(180)
        of_drill_, of_live = await ways(net, drill), await ways(net, live)
        assert "email" in of_live
        assert of_drill_ <= {None}
        await net.passes(600)
        assert {each.card.kind for each in net.platforms["email"].messages} == {"live"}
        assert all(isinstance(each, Showing) and each.card.event == live for each in net.platforms["email"].handed), (
            "nothing of the drill was even tried"
        )
        for name in ("slack", "telegram"):
            net.platforms[name].away = False
        await net.passes(120)
    assert outside(net.platforms) == {"email"}


async def opens(net: Net, kind: Literal["live", "drill"]) -> EventId:
    """A fire in workshop 3, real or not."""
    house = net.office.house
    version = house.playbooks[PlaybookId("fire")]
    event = DRILL if kind == "drill" else LIVE

    async def job(work: Work) -> None:
        await work.keep_playbook(version)
        by = Actor(PersonId("wang"), same("Wang"), "web")
        command = Open(by, event, kind, "Workshop 3", (), "web", work.now, confirmed=True)
        await write(work, house, event, decide_open(command, house.setting(version), work.now), before=None)

    await net.office.store.write(job)
    return event


async def failures(net: Net, event: EventId) -> list[MessageFailed]:
    found = (entry.payload for entry in await net.office.store.entries(event))
    return [payload for payload in found if isinstance(payload, MessageFailed)]


async def ways(net: Net, event: EventId) -> set[str | None]:
    """Where the people of an event's dark office are said to be reached."""
    said = [each for each in await net.said(event, RoomDark) if each.room == OFFICE]
    return {each.next for each in said if isinstance(each, RoomDark)}
