"""The adapter's own tables on either database engine."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.chat.adapter import Entering
from bot.chat.effect import OpenRoom
from bot.chat.inbound import Pressed, Said
from bot.domain.ids import RoomId
from bot.i18n import Catalogs
from bot.text import Words
from tests.telegram.fake import FakeTelegram
from tests.telegram.office import EVENT, button, card, open_office, running


async def test_presses_moves_rooms_and_updates(
    telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs, database_url: str
) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], admin=True)
    forum = telegram.group("Emergencies", members=[xu], forum=True, admin=True)
    async with open_office(telegram, tmp_path, catalogs, database=database_url, command_group=str(forum.id)) as office:
        office.binds("production", group)
        await office.shows(card("Fire", button()), group)
        await office.shows(card("fire " * 1500), group, key="long")
        xu.presses(telegram.from_bot(group)[0], "收到 Got it")
        assert await office.hears() == Pressed("task.acknowledge", EVENT, "production")
        xu.says(group, "read it", reply_to=telegram.from_bot(group)[-1])
        moved = telegram.migrate(group)
        room = RoomId("EV-2026-0001")
        opened = await office.adapter.deliver(Entering(OpenRoom(room, EVENT, Words("火灾", "Fire"), ()), "", ()))
        async with running(office):
            xu.says(moved, "all safe")
            await telegram.wait_for(lambda: not telegram.updates.pending)
        heard = [inbound for raw in office.inlet.kept if (inbound := await office.adapter.read(raw)) is not None]
        assert [inbound.room for inbound in heard] == ["production"] * 3
        assert isinstance(heard[1].what, Said)
        assert heard[1].what.reply_to == "long"
        assert opened.message.startswith(f"{forum.id}/")
        office.clock.set(office.clock.now() + timedelta(days=500))
        assert await office.adapter.wire.presses.sweep() == 1
