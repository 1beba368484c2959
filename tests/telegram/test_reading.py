"""What people do on Telegram, as the house hears it."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image

from bot.adapters.telegram import reading
from bot.adapters.telegram.inbound import Message, parse_update
from bot.chat.inbound import Account, EditedMessage, Pressed, Said
from bot.errors import RetryLater, Undeliverable, Unknown, Unreadable
from bot.text import Words
from tests.telegram.fake import FakeTelegram
from tests.telegram.office import EVENT, Office, button, card


def picture() -> bytes:
    """A photo that says where it was taken."""
    image, written = Image.new("RGB", (64, 48), "red"), io.BytesIO()
    exif = image.getexif()
    exif[0x0110] = "Camera of Xu"
    image.save(written, "JPEG", exif=exif)
    return written.getvalue()


async def test_a_command_in_a_department_group(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang", language_code="zh-hans")
    group = telegram.group("Production", members=[xu], supergroup=True, admin=True)
    office.binds("production", group)
    message = xu.says(group, "/report@Tocsin_Bot fire Workshop 3")
    heard = await office.reads()
    assert heard is not None
    assert (heard.room, heard.at) == ("production", office.clock.now())
    assert heard.account == Account("telegram", str(xu.id), "Xu Liang", "zh")
    assert heard.what == Said(f"telegram/{group.id}/{message.id}", "/report fire Workshop 3")


async def test_a_command_for_another_bot_is_not_ours(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], admin=True)
    office.binds("production", group)
    xu.says(group, "/report@weather_bot fire")
    assert await office.reads() is None


async def test_a_name_of_a_bot_needs_no_space_behind_it(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    for typed, heard in (("/report@tocsin_bot火灾", "/report 火灾"), ("/report@tocsin_bot：火灾", "/report ：火灾")):
        xu.says(telegram.private(xu), typed)
        said = await office.hears()
        assert isinstance(said, Said)
        assert said.words == heard
    for typed in ("/report@weather_bot火灾", "/report@weather_bot: fire", "/report@WeatherBot fire"):
        xu.says(xu.private, typed)
        assert await office.reads() is None


@pytest.mark.parametrize(
    "typed",
    [
        "/报险情3号车间起火@liwei快来",
        "/报险情3号车间起火@liwei，快来",
        "/报险情3号车间起火@liwei 快来",
        "/报险情3号车间起火@li_robot 快来",
        "/report@liwei fire",
        "/report@tocsin_bot2 fire",
    ],
)
async def test_an_alarm_that_mentions_somebody_is_no_other_bots(
    telegram: FakeTelegram, office: Office, typed: str
) -> None:
    xu = telegram.user("Xu Liang")
    xu.says(telegram.private(xu), typed)
    said = await office.hears()
    assert isinstance(said, Said)
    assert said.words == typed


async def test_chinese_commands_and_the_full_width_slash(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    for typed, heard in (
        ("/报险情 火灾", "/报险情 火灾"),
        ("／report@tocsin_bot 火灾", "/report 火灾"),
        ("/报险情@Tocsin_bot起火", "/报险情 起火"),
    ):
        xu.says(telegram.private(xu), typed)
        said = await office.hears()
        assert isinstance(said, Said)
        assert said.words == heard


async def test_a_first_hello_and_a_link_that_was_followed(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.starts()
    assert await office.hears() == Said(f"telegram/{xu.id}/1", "/help")
    xu.starts("ABCD2345")
    assert await office.hears() == Said(f"telegram/{xu.id}/2", "/link ABCD2345")


async def test_a_private_chat_is_the_persons_own_room(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.starts()
    heard = await office.reads()
    assert heard is not None
    assert heard.room == f"@telegram:{xu.id}"
    await office.links(xu, "xu")
    xu.says(xu.private, "on my way")
    heard = await office.reads()
    assert heard is not None
    assert heard.room == "@xu"


async def test_topics_are_rooms_of_their_own(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Plant", members=[xu], forum=True, admin=True)
    topic = telegram.topic(group, "Purchasing")
    office.binds("production", group)
    office.binds("purchasing", f"{group.id}/{topic}")
    xu.says(group, "in the topic", thread=topic)
    heard = await office.reads()
    assert heard is not None
    assert (heard.room, heard.what) == ("purchasing", Said(f"telegram/{group.id}/2", "in the topic"))
    xu.says(group, "in General")
    heard = await office.reads()
    assert heard is not None
    assert heard.room == "production"


async def test_a_foreign_group_is_answered_but_nothing_of_it_is_kept(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Family", members=[xu], admin=True)
    message = xu.says(group, "dinner?", photo=picture())
    assert await office.reads() is None
    xu.edits(xu.says(group, "dinner!"), "dinner at six!")
    assert await office.reads() is None
    xu.says(group, "/help")
    heard = await office.reads()
    assert heard is not None
    assert heard.room == f"telegram:{group.id}"
    assert [call.method for call in telegram.calls] == []
    assert message.parts["photo"]


async def test_an_answer_to_a_card_names_the_card(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], supergroup=True)
    office.binds("production", group)
    await office.shows(card(), group, key="EV-2026-0001/production")
    (shown,) = telegram.from_bot(group)
    xu.says(group, "fire is out", reply_to=shown)
    heard = await office.hears()
    assert isinstance(heard, Said)
    assert heard.reply_to == "EV-2026-0001/production"
    own = xu.says(group, "/note one")
    xu.says(group, "/note two", reply_to=own)
    heard = await office.hears()
    assert isinstance(heard, Said)
    assert heard.reply_to is None


async def test_an_answer_to_any_part_of_a_long_message_names_it(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], supergroup=True)
    office.binds("production", group)
    await office.shows(card("fire " * 1500), group, key="long")
    for shown in telegram.from_bot(group):
        xu.says(group, "read it", reply_to=shown)
        heard = await office.hears()
        assert isinstance(heard, Said)
        assert heard.reply_to == "long"


async def test_an_edited_message(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    message = xu.says(telegram.private(xu), "three people")
    xu.edits(message, "four people")
    assert await office.hears() == EditedMessage(f"telegram/{xu.id}/{message.id}", "four people")
    command = xu.says(xu.private, "/report fire")
    xu.edits(command, "/report flood")
    assert isinstance(await office.hears(), EditedMessage)


async def test_a_photo_is_kept_without_what_it_tells_of_its_place(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.says(telegram.private(xu), photo=picture(), caption="/report fire Workshop 3")
    heard = await office.hears()
    assert isinstance(heard, Said)
    assert heard.words == "/report fire Workshop 3"
    kept = await office.store.files.load(heard.files[0])
    assert kept.startswith(b"\xff\xd8\xff")
    assert b"Camera of Xu" not in kept


async def test_an_album_is_as_many_messages(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.sends_album(telegram.private(xu), [picture(), picture()], caption="two sides")
    heard = [await office.hears(update) for update in telegram.updates.all]
    assert [said.words for said in heard if isinstance(said, Said)] == ["two sides", ""]
    assert all(isinstance(said, Said) and len(said.files) == 1 for said in heard)


async def test_documents_and_voices_are_kept_as_what_they_are(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    private = telegram.private(xu)
    voice = telegram.add_file("voice.ogg", b"OggS")
    sent = (
        ({"document": ("plan.pdf", b"%PDF-1.7")}, "application/pdf"),
        ({"document": ("page.html", b"<script>")}, "text/plain; charset=utf-8"),
        ({"document": ("tool.bin", b"\x00\x01")}, "application/octet-stream"),
        ({"voice": {**voice.shown(), "duration": 3, "mime_type": "audio/ogg"}}, "audio/ogg"),
    )
    for parts, media_type in sent:
        xu.says(private, **parts)  # pyright: ignore[reportArgumentType]  of the Message object
        heard = await office.hears()
        assert isinstance(heard, Said)
        file = heard.files[0]
        assert (await office.store.write(lambda work, file=file: work.file(file))).media_type == media_type


async def test_a_file_that_is_too_large_is_said_and_the_words_count(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    private = telegram.private(xu)
    office.adapter.wire.upload_limit = 1024 * 1024
    xu.says(private, document=("film.bin", b"x" * 1024 * 1024 * 2), caption="film of the fire")
    heard = await office.hears()
    assert isinstance(heard, Said)
    assert (heard.words, heard.files) == ("film of the fire", ())
    assert "The limit is 1 MB" in (await telegram.next_message(private)).text
    xu.says(private, document=("film.bin", b"x" * 1024 * 1024 * 2))
    assert await office.reads() is None


async def test_a_photo_that_is_none_is_said(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang", language_code="zh")
    xu.says(telegram.private(xu), photo=b"not a picture")
    assert await office.reads() is None
    assert "照片" in (await telegram.next_message(xu.private)).text


async def test_a_file_that_telegram_no_longer_has_is_said(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.says(telegram.private(xu), photo=picture())
    telegram.fail_next("getFile", 400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    assert await office.reads() is None
    assert "can no longer be fetched" in (await telegram.next_message(xu.private)).text


async def test_a_file_that_goes_between_two_calls_holds_nobody_up(telegram: FakeTelegram, office: Office) -> None:
    with pytest.raises(Undeliverable, match="gone"):
        await office.adapter.wire.client.download("photos/gone.jpg")
    telegram.away = 502
    with pytest.raises(Unknown):
        await office.adapter.wire.client.download("photos/gone.jpg")


async def test_a_file_waits_while_telegram_is_away(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.says(telegram.private(xu), photo=picture())
    update = telegram.updates.all[-1]
    telegram.away = True
    with pytest.raises(RetryLater):
        await office.reads(update)
    telegram.away = False
    heard = await office.hears(update)
    assert isinstance(heard, Said)
    assert heard.files


@pytest.mark.parametrize("typed", ["/report fire Workshop 3", "／report fire Workshop 3"])
async def test_a_report_waits_for_no_photo(telegram: FakeTelegram, office: Office, typed: str) -> None:
    xu = telegram.user("Xu Liang")
    xu.says(telegram.private(xu), photo=picture(), caption=typed)
    telegram.fail_next("getFile", 502, "Bad Gateway")
    heard = await office.hears()
    assert isinstance(heard, Said)
    assert (heard.words, heard.files) == (typed, ())
    assert (await telegram.next_message(xu.private)).text == "Please send the photo or file again; it did not arrive."


async def test_a_report_is_heard_while_nothing_of_telegram_answers(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.says(telegram.private(xu), photo=picture(), caption="/report fire Workshop 3")
    update = telegram.updates.all[-1]
    telegram.away = True
    heard = await office.hears(update)
    assert isinstance(heard, Said)
    assert (heard.words, heard.files) == ("/report fire Workshop 3", ())


async def test_a_photo_that_takes_too_long_holds_no_report_up(
    telegram: FakeTelegram, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "HURRIED_FOR", 0.0)
    xu = telegram.user("Xu Liang")
    xu.says(telegram.private(xu), photo=picture(), caption="/report fire Workshop 3")
    heard = await office.hears()
    assert isinstance(heard, Said)
    assert (heard.words, heard.files) == ("/report fire Workshop 3", ())
    assert "did not arrive" in (await telegram.next_message(xu.private)).text


async def test_words_wait_for_their_file_for_twenty_seconds(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang", language_code="zh")
    xu.says(telegram.private(xu), photo=picture(), caption="two sides")
    raw = office.raw()
    telegram.fail_next("getFile", 502, "Bad Gateway", times=2)
    office.clock.set(raw.at + timedelta(seconds=19))
    with pytest.raises(RetryLater):
        await office.adapter.read(raw)
    office.clock.set(raw.at + timedelta(seconds=20))
    heard = await office.adapter.read(raw)
    assert heard is not None
    assert isinstance(heard.what, Said)
    assert (heard.what.words, heard.what.files) == ("two sides", ())
    assert "没有收到" in (await telegram.next_message(xu.private)).text


async def test_an_anonymous_administrator_is_nobody(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], supergroup=True, admin=True)
    office.binds("production", group)
    telegram.anonymous_admin_says(group, "/report fire")
    heard = await office.reads()
    assert heard is not None
    assert heard.account == Account("telegram", f"chat:{group.id}", "Production")
    telegram.anonymous_admin_says(group, "/link ABCD2345")
    assert await office.reads() is None
    assert telegram.from_bot(group)[0].text.startswith("匿名管理员无法关联人员")


@pytest.mark.parametrize(
    "typed",
    ["/report", "／report", "/Report@Tocsin_bot", "/report@liwei", "/report：", "/报险情", "／报险情@tocsin_bot"],
)
async def test_an_anonymous_administrator_cannot_be_asked_back(
    telegram: FakeTelegram, office: Office, typed: str
) -> None:
    group = telegram.group("Production", supergroup=True, admin=True)
    office.binds("production", group)
    telegram.anonymous_admin_says(group, typed)
    assert await office.reads() is None
    (told,) = telegram.from_bot(group)
    assert "/报险情 3号车间起火" in told.text


@pytest.mark.parametrize(
    "typed",
    [
        "/report,fire",
        "/report:gas-leak",
        "/report：fire",
        "/report@tocsin_bot，fire",
        "/报险情3号车间起火",
        "/报险情，起火",
    ],
)
async def test_an_anonymous_administrators_whole_report_counts(
    telegram: FakeTelegram, office: Office, typed: str
) -> None:
    group = telegram.group("Production", supergroup=True, admin=True)
    office.binds("production", group)
    telegram.anonymous_admin_says(group, typed)
    assert isinstance(await office.hears(), Said)
    assert telegram.from_bot(group) == []


async def test_bots_and_channels_are_not_heard(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], supergroup=True, admin=True)
    office.binds("production", group)
    channel = telegram.channel("News")
    telegram.other_bot_says(group, "/report fire")
    assert await office.reads() is None
    telegram.channel_says(channel, "/report fire")
    assert await office.reads() is None
    telegram.says_as_channel(channel, group, "hello")
    heard = await office.reads()
    assert heard is not None
    assert heard.account.account == f"chat:{channel.id}"
    xu.says(group, "hello", is_automatic_forward=True)
    assert await office.reads() is None


async def test_what_is_no_message_is_nothing(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], supergroup=True, admin=True)
    office.binds("production", group)
    telegram.user("Lin Xiao").joins(group)
    assert await office.reads() is None
    xu.says(group, location={"latitude": 1.0, "longitude": 2.0})
    assert await office.reads() is None
    xu.removes_bot(group)
    assert await office.reads() is None
    assert await office.reads({"update_id": 7, "poll": {}}) is None


@pytest.mark.parametrize(
    "payload",
    [
        "not JSON",
        "[1]",
        '{"update_id": 1, "message": "words"}',
        '{"update_id": 1, "message": {"message_id": 1, "chat": 5}}',
        '{"update_id": 1, "message": {"message_id": 1, "chat": {"id": "x"}}}',
        '{"update_id": 1, "message": {"chat": {"id": 1}, "from": {"id": 1}, "text": "x"}}',
        '{"update_id": 1, "message": {"message_id": 1, "chat": {"id": 1}, "from": {"id": 1}, "document": {}}}',
        '{"update_id": 1, "callback_query": {"from": {"id": 1}, "data": "x"}}',
    ],
)
async def test_what_nobody_can_read(payload: str) -> None:
    with pytest.raises(Unreadable):
        parse_update(payload)


def test_words_that_are_no_text_are_nothing() -> None:
    assert parse_update('{"message": {"message_id": 1, "chat": {"id": 1}, "from": {"id": 1}, "text": 5}}') is None
    found = parse_update('{"message": {"message_id": 1, "chat": {"id": 1}, "from": {"id": 1}, "text": "a"}}')
    assert isinstance(found, Message)
    assert found.sender.name == ""


async def test_a_press_is_what_the_button_said(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], supergroup=True)
    office.binds("production", group)
    await office.shows(card("Fire", button(revision=3, commander="guo")), group)
    (message,) = telegram.from_bot(group)
    xu.presses(message, "收到 Got it")
    heard = await office.reads()
    assert heard is not None
    assert (heard.room, heard.account.account) == ("production", str(xu.id))
    assert heard.what == Pressed("task.acknowledge", EVENT, "production", 3, "guo")  # pyright: ignore[reportArgumentType]


async def test_a_tampered_press_is_an_old_button(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], supergroup=True)
    await office.shows(card("Fire", button()), group)
    (message,) = telegram.from_bot(group)
    press = xu.presses_raw(message, "' OR 1=1 --")
    assert await office.reads() is None
    answer = await press.answered()
    assert answer.show_alert
    assert "too old" in answer.text


async def test_a_press_on_a_message_nobody_can_place(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    await office.shows(card("Fire", button()), telegram.private(xu))
    (message,) = telegram.from_bot(xu.private)
    xu.presses(message, "收到 Got it")
    update = dict(telegram.updates.all[-1])
    query = dict(update["callback_query"])
    del query["message"]
    heard = await office.reads({**update, "callback_query": query})
    assert heard is not None
    assert heard.room == f"@telegram:{xu.id}"
    assert await office.reads({**update, "callback_query": {**query, "data": None}}) is None
    assert await office.reads({**update, "callback_query": {**query, "from": {"id": 1, "is_bot": True}}}) is None


async def test_an_anonymous_press_is_the_chats(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], supergroup=True)
    await office.shows(card("Fire", button()), group)
    (message,) = telegram.from_bot(group)
    xu.presses(message, "收到 Got it")
    update = dict(telegram.updates.all[-1])
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    heard = await office.reads({**update, "callback_query": {**update["callback_query"], "from": anonymous}})
    assert heard is not None
    assert (heard.room, heard.account.account) == (f"telegram:{group.id}", f"chat:{group.id}")


async def test_a_dangerous_press_counts_after_its_question(telegram: FakeTelegram, office: Office) -> None:
    guo = telegram.user("Guo Qiang")
    group = telegram.group("Command", members=[guo], supergroup=True)
    sure = Words("确定结束吗？", "End the response?")
    await office.shows(card("Fire", button("standdown.confirm", confirm=sure)), group)
    (message,) = telegram.from_bot(group)
    first = guo.presses(message, "收到 Got it")
    assert await office.reads() is None
    asked = await first.answered()
    assert asked.show_alert
    assert asked.text.startswith("EMERGENCY. End the response?")
    guo.presses(message, "收到 Got it")
    assert await office.reads() is None, "a double tap confirms nothing"
    office.clock.set(office.clock.now() + timedelta(seconds=3))
    guo.presses(message, "收到 Got it")
    assert await office.hears() == Pressed("standdown.confirm", EVENT, "production", confirmed=True)
    guo.presses(message, "收到 Got it")
    assert await office.reads() is None, "each press is asked about"
    office.clock.set(office.clock.now() + timedelta(seconds=61))
    guo.presses(message, "收到 Got it")
    assert await office.reads() is None, "a question is good for a minute"


async def test_the_card_may_change_under_the_question(telegram: FakeTelegram, office: Office) -> None:
    guo = telegram.user("Guo Qiang")
    private, sure = telegram.private(guo), Words("确定？", "Sure?")
    asked = await office.shows(card("Fire", button("event.close", revision=4, confirm=sure)), private)
    guo.presses(telegram.from_bot(private)[0], "收到 Got it")
    assert await office.reads() is None
    later = card("Fire!", button("event.close", revision=5, confirm=sure))
    await office.shows(later, private, standing=asked.message)
    office.clock.set(office.clock.now() + timedelta(seconds=3))
    guo.presses(telegram.from_bot(private)[0], "收到 Got it")
    assert await office.hears() == Pressed("event.close", EVENT, "production", 5, confirmed=True)


async def test_a_question_nobody_saw_confirms_nothing(telegram: FakeTelegram, office: Office) -> None:
    guo = telegram.user("Guo Qiang")
    await office.shows(card("Fire", button("event.close", confirm=Words("确定？", "Sure?"))), telegram.private(guo))
    (message,) = telegram.from_bot(guo.private)
    guo.presses(message, "收到 Got it")
    first = telegram.updates.all[-1]
    guo.presses(message, "收到 Got it")
    second = telegram.updates.all[-1]
    telegram.fail_next("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
    assert await office.reads(first) is None
    office.clock.set(office.clock.now() + timedelta(seconds=5))
    assert await office.reads(second) is None


async def test_a_long_question_fits(telegram: FakeTelegram, office: Office) -> None:
    guo = telegram.user("Guo Qiang", language_code="zh")
    long = Words("确定结束响应吗？" * 40, "Sure? " * 80)
    await office.shows(card("Fire", button("event.close", confirm=long), kind="drill"), telegram.private(guo))
    press = guo.presses(telegram.from_bot(guo.private)[0], "收到 Got it")
    assert await office.reads() is None
    asked = await press.answered()
    assert asked.text.startswith("【演练】")
    assert len(asked.text) <= 200


async def test_rare_buttons_unfold(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], supergroup=True)
    rare = button("task.more_time", Words("多给三十分钟", "30 more minutes"), more=True)
    await office.shows(card("Fire", button(), rare), group)
    (message,) = telegram.from_bot(group)
    assert [label for label, _ in message.buttons] == ["收到 Got it", "⋯"]
    press = xu.presses(message, "⋯")
    assert await office.reads() is None
    await press.answered()
    assert [label for label, _ in message.buttons] == ["收到 Got it", "多给三十分钟 30 more minutes"]
    xu.presses(message, "多给三十分钟 30 more minutes")
    assert await office.hears() == Pressed("task.more_time", EVENT, "production")
    again = xu.presses_raw(message, message.edits[0].buttons[1][1] or "")
    assert await office.reads() is None, "unfolded already: nothing to change"
    await again.answered()


async def test_updates_twice_and_out_of_order_say_the_same(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    message = xu.says(telegram.private(xu), "one")
    xu.edits(message, "two")
    said, edited = telegram.updates.all
    assert await office.hears(edited) == EditedMessage(f"telegram/{xu.id}/1", "two")
    assert await office.hears(said) == await office.hears(said) == Said(f"telegram/{xu.id}/1", "one")
