"""One thread from end to end: a message in by polling, a card out, a press."""

from __future__ import annotations

from pathlib import Path

from bot.chat.card import Reply
from bot.chat.inbound import Pressed, Said
from bot.i18n import Catalogs
from bot.text import text
from tests.telegram.fake import FakeTelegram
from tests.telegram.office import EVENT, button, card, open_office, running


async def test_a_report_comes_in_a_card_goes_out_and_its_button_works(
    telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs
) -> None:
    xu = telegram.user("Xu Liang", language_code="zh-hans")
    group = telegram.group("Production", members=[xu], supergroup=True, admin=True)
    async with open_office(telegram, tmp_path, catalogs) as office:
        office.binds("production", group)
        async with running(office):
            xu.says(group, "/report@tocsin_bot fire Workshop 3")
            await telegram.wait_for(lambda: office.inlet.kept)
        said = await office.adapter.read(office.inlet.kept[0])
        assert said is not None
        assert (said.room, said.account.name, said.account.language) == ("production", "Xu Liang", "zh")
        assert isinstance(said.what, Said)
        assert said.what.words == "/report fire Workshop 3"


async def test_a_press_is_what_the_button_said(telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], supergroup=True)
    async with open_office(telegram, tmp_path, catalogs) as office:
        office.binds("production", group)
        await office.shows(card("Fire", button(revision=3)), group)
        (message,) = telegram.from_bot(group)
        assert message.text == "【紧急】Fire\n―――\nEMERGENCY. Fire"
        press = xu.presses(message, "收到 Got it")
        assert await office.hears() == Pressed("task.acknowledge", EVENT, "production", 3)
        await office.answers(Reply(text("refused.unknown_button"), stored=False))
        answer = await press.answered()
        assert answer.show_alert
