"""The menu of commands, in both languages."""

from __future__ import annotations

from bot.adapters.telegram.menu import NAME
from bot.platforms import telegram_adapter
from tests.telegram.fake import FakeTelegram
from tests.telegram.office import Office, running


async def menus(telegram: FakeTelegram, office: Office) -> int:
    """Run until the menus stand; how often they were set."""
    async with running(office):
        await telegram.wait_for(lambda: sum(call.method == "getMyCommands" for call in telegram.calls) >= 3)
        await telegram.wait_for(lambda: telegram.commands.get(("default", "")))
    return sum(call.method == "setMyCommands" for call in telegram.calls)


async def test_the_menu_in_both_languages_is_set_once(telegram: FakeTelegram, office: Office) -> None:
    assert await menus(telegram, office) == 3
    assert [each["command"] for each in telegram.commands["default", "en"]] == ["report", "help"]
    zh, en = (telegram.commands["default", code][0]["description"] for code in ("zh", "en"))
    assert zh == telegram.commands["default", ""][0]["description"]
    assert zh != en
    telegram.calls.clear()
    assert await menus(telegram, office) == 0


async def test_the_adapter_knows_the_houses_chinese_words_beside_its_menu(office: Office) -> None:
    adapter = telegram_adapter(office.store, office.house)
    words = [name for name, _ in adapter.wire.words]
    assert {"report", "报险情", "报警"} <= set(words)
    assert [name for name in words if NAME.fullmatch(name)] == [name for name in words if name.isascii()]
    await adapter.close()
