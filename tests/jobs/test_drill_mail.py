"""A drill played to its end while every department's room is dark: the mail server hears of the real event alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.adapters.mail.adapter import MailAdapter
from bot.app import platforms_of
from bot.chat.adapter import outside
from bot.chat.inbound import Submitted
from bot.config import MailSettings
from bot.domain.company import Binding
from bot.domain.entries_drill import DrillEnded, InjectGiven
from bot.domain.entries_rooms import RoomDark
from bot.domain.ids import EventId
from bot.jobs.failover import Failover
from bot.jobs.quiet import all_quiet
from bot.jobs.relay import Relay
from bot.services.drill_photos import with_photos
from bot.store import tables
from handlers import house_router
from handlers.dispatch import handle
from tests.jobs.conftest import show
from tests.jobs.test_failover import Net, net
from tests.mail.conftest import SENDER, mail
from tests.stories.drills import shipped

if TYPE_CHECKING:
    from bot.chat.card import Reply
    from bot.chat.inbound import What
    from bot.domain.company import Room
    from tests.mail.conftest import Office as MailServer

pytestmark = pytest.mark.uncounted

__all__ = ["mail", "net"]
DRILL, LIVE = EventId("DR-2026-0001"), EventId("EV-2026-0001")
DARK = ("slack", "telegram")
"""Where the departments' rooms are."""
STEP = timedelta(seconds=30)


async def test_a_drill_played_to_its_end_in_the_dark_sends_no_mail_and_the_real_event_beside_it_does(
    net: Net, mail: MailServer
) -> None:
    wired = await in_the_dark(net, mail)
    async with asyncio.TaskGroup() as group:
        timers = wired.office.timers()
        jobs = (wired.relay, wired.failover, timers)
        tasks = [group.create_task(each.run()) for each in jobs]

        async def rests() -> None:
            while not await all_quiet(wired.office.store, *jobs):
                await turn()

        async def passes(minutes: int) -> None:
            await rests()
            for _ in range(minutes * 2):
                wired.office.clock.set(wired.office.clock.now() + STEP)
                await rests()

        asked = await tells(wired, "/drill start fire-drill")
        assert asked.form is not None
        await tells(wired, Submitted(asked.form.id, asked.form.context, {"beside": "no"}))
        await passes(2)
        assert mail.box.received == [], "all is dark, and nothing but the drill goes on"
        await wired.office.report("/report flood Warehouse 2")
        await passes(4)
        await tells(wired, "/drill end")
        await passes(1)
        for task in tasks:
            task.cancel()

    drill = [entry.payload for entry in await wired.office.store.entries(DRILL)]
    assert any(isinstance(each, InjectGiven) for each in drill)
    assert any(isinstance(each, DrillEnded) for each in drill)
    dark = [each for each in drill if isinstance(each, RoomDark) and each.room != DRILL]
    assert {each.next for each in dark} == {None}, "the people of its departments are telephoned"
    live = {each.next for each in await wired.said(LIVE, RoomDark) if isinstance(each, RoomDark)}
    assert "email" in live

    assert mail.box.received
    for message in mail.box.received:
        assert str(message["Subject"]).startswith(f"【紧急】{LIVE}")
        assert DRILL not in message.as_string()
        for body in (message.get_body(("plain",)), message.get_body(("html",))):
            assert body is not None
            assert all(mark not in body.get_content() for mark in (DRILL, "演练", "DRILL"))
    columns = tables.deliveries.c
    kept = await wired.office.store.rows(select(columns.key).where(columns.platform == "email"))
    assert kept
    assert all(key.startswith(LIVE) for (key,) in kept)


async def turn() -> None:
    """Let the others run for once."""
    await asyncio.sleep(0)


async def in_the_dark(net: Net, mail: MailServer) -> Net:
    """No department's room takes anything, and each has its mailbox behind the real adapter."""
    house, store = net.office.house, net.office.store
    rooms = {name: _with_mailbox(room) for name, room in house.company.rooms.items()}
    house.reload(
        company=replace(house.company, rooms=rooms),
        programme=await with_photos(store.files, shipped()),
    )
    for name in DARK:
        net.platforms[name].away = True
    settings = MailSettings("127.0.0.1", mail.port, "", "", "none", SENDER)
    chats = {name: platform for name, platform in net.platforms.items() if name != "email"}
    adapters = {**chats, "email": MailAdapter(settings, house, net.office.clock, context=mail.trusts)}
    store.route(partial(platforms_of, house, store.links, adapters), outside(adapters))
    return Net(net.office, chats, Failover(store, house, adapters), Relay(store, house, adapters, show))


def _with_mailbox(room: Room) -> Room:
    if room.purpose != "department" or room.department == "command_group":
        return room
    mailbox = Binding("email", f"{room.id}-duty@plant.example")
    return replace(room, bindings=(*(each for each in room.bindings if each.platform != "email"), mailbox))


async def tells(net: Net, what: What | str) -> Reply:
    """The organiser, through the real handlers."""
    router = house_router()
    intake = net.office.intake(lambda context: handle(context, router))
    reply = await intake.receive(net.office.inbound(what, account="tian"))
    assert reply.stored, reply.text
    return reply
