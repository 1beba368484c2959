"""The fake Telegram answers python-telegram-bot and bare HTTP as the real one does."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import telegram as ptb
from telegram.error import BadRequest

from tests.telegram.fake import FakeTelegram


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[ptb.Bot]:
    """A bot as the project makes one."""
    async with ptb.Bot(telegram.token, base_url=telegram.base_url, base_file_url=telegram.file_url) as started:
        yield started


async def test_first_thread(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang", language_code="zh-hans")
    xu.starts("abc")
    (update,) = await bot.get_updates(timeout=1)
    assert update.message is not None
    assert update.message.text == "/start abc"
    keyboard = ptb.InlineKeyboardMarkup([[ptb.InlineKeyboardButton("知道了", callback_data="ack:1")]])
    sent = await bot.send_message(xu.id, "<b>Fire</b> in A&amp;B", parse_mode="HTML", reply_markup=keyboard)
    assert sent.text == "Fire in A&B"
    (message,) = telegram.from_bot(xu.private)
    press = xu.presses(message, "知道了")
    (update,) = await bot.get_updates(offset=update.update_id + 1, timeout=1)
    assert update.callback_query is not None
    await update.callback_query.answer("好", show_alert=True)
    answer = await press.answered()
    assert (answer.text, answer.show_alert) == ("好", True)
    await bot.edit_message_text("done", xu.id, message.id)
    assert [each.text for each in message.edits] == ["Fire in A&B"]
    assert message.text == "done"
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("done", xu.id, message.id)
    await bot.send_photo(xu.id, b"picture", caption="smoke")
    await bot.send_media_group(xu.id, [ptb.InputMediaPhoto(b"one"), ptb.InputMediaPhoto(b"two", caption="x")])
    document = await bot.send_document(xu.id, b"%PDF", filename="plan.pdf")
    assert document.document is not None
    file = await bot.get_file(document.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"%PDF"
