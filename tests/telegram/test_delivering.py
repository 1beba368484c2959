"""Cards on their way to Telegram, and everything that can become of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot.adapters.telegram import client, filing
from bot.adapters.telegram.render import units
from bot.chat.adapter import Budget, Showing
from bot.chat.card import Line, Link, Telephone
from bot.domain.ids import FileId, RoomId
from bot.errors import RetryLater, Undeliverable, Unknown
from bot.jobs import courier
from bot.store.telegram_tables import telegram_presses
from bot.text import Words, same, text
from tests.telegram.fake import FakeTelegram
from tests.telegram.limits import Limits
from tests.telegram.office import Office, button, card
from tests.telegram.test_reading import picture


async def test_a_card_in_a_room_of_both_languages(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    shown = replace(
        card("Fire", button()),
        lines=(Line(Words("关阀门", "Close the valve"), "done", same("14:12")),),
        telephones=(Telephone(Words("办公室", "Office"), "8001"),),
        links=(Link(Words("打开", "Open"), "event/EV-2026-0001"),),
        foot=text("card.foot", at=same("14:23"), revision=5),
    )
    accepted = await office.shows(shown, group)
    (message,) = telegram.from_bot(group)
    assert accepted.message == f"{group.id}/{message.id}"
    zh, en = message.text.split("\n―――\n")
    assert zh == "【紧急】Fire\n✅ 关阀门   14:12\n电话：办公室 8001"
    assert en.startswith("EMERGENCY. Fire\n✅ Close the valve   14:12")
    assert [entity["type"] for entity in message.parts["entities"]] == ["bold", "bold"]
    assert message.buttons[1] == ("打开 Open", "https://tocsin.example.com/event/EV-2026-0001")


@pytest.mark.parametrize(("language", "label"), [("zh", "收到"), ("en", "Got it")])
async def test_a_room_of_one_language(telegram: FakeTelegram, office: Office, language: str, label: str) -> None:
    group = telegram.group("Production", supergroup=True)
    await office.shows(card("Fire", button()), group, language=language)  # pyright: ignore[reportArgumentType]
    (message,) = telegram.from_bot(group)
    assert message.buttons[0][0] == label
    assert "―――" not in message.text


async def test_a_drill_says_so_first_and_last(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    await office.shows(card("Fire", kind="drill"), group)
    (message,) = telegram.from_bot(group)
    assert message.text == "【演练】Fire\n【演练】\n―――\nDRILL: Fire\nDRILL"


async def test_words_with_markup_in_them_are_words(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    for words in ("<b>bold</b> & <script>", "*stars* _and_ `ticks` [link](http://x)", "</code>", "&lt;", "😀" * 40):
        await office.shows(card(words, kind=None), group, language="en")
        assert telegram.from_bot(group)[-1].text == words


async def test_a_card_that_says_nothing(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    await office.shows(card(" \n ", kind=None), group)
    assert telegram.from_bot(group)[-1].text == "·"


async def test_an_edit_changes_the_message_and_the_same_again_is_done(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    posted = await office.shows(card("Fire", button()), group)
    for _ in range(2):
        edited = await office.shows(card("Fire is out"), group, standing=posted.message)
        assert edited == posted
    (message,) = telegram.from_bot(group)
    assert message.text.startswith("【紧急】Fire is out")
    assert message.buttons == ()
    assert len(message.edits) == 1


async def test_a_card_shown_again_writes_no_press_twice(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    posted = await office.shows(card("Fire", button()), group)
    before = office.store.commits
    await office.adapter.deliver(
        Showing("k", RoomId("production"), str(group.id), card("Smoke", button()), standing=posted.message)
    )
    assert office.store.commits == before
    columns = telegram_presses.c
    assert (await office.store.rows(select(func.count(columns.token))))[0][0] == 1


async def test_a_card_that_was_removed_is_posted_anew(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    posted = await office.shows(card("Fire"), group)
    telegram.delete_message(telegram.from_bot(group)[0])
    anew = await office.shows(card("Fire is out"), group, standing=posted.message)
    assert anew != posted
    assert [each.text[:4] for each in telegram.from_bot(group)] == ["【紧急】"]


async def test_a_message_hangs_under_its_card(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    posted = await office.shows(card("Fire"), group)
    first = telegram.from_bot(group)[0]
    await office.shows(card("Note", kind=None), group, key="note", under=posted.message)
    assert telegram.from_bot(group)[1].reply_to is first
    telegram.delete_message(first)
    await office.shows(card("More", kind=None), group, key="more", under=posted.message)
    assert telegram.from_bot(group)[1].reply_to is None


async def test_a_card_is_pinned_where_the_bot_may(telegram: FakeTelegram, office: Office) -> None:
    allowed = telegram.group("Command", supergroup=True, admin=True)
    await office.shows(card("Fire"), allowed, pin=True)
    assert telegram.from_bot(allowed)[0].pinned
    other = telegram.group("Command", supergroup=True)
    await office.shows(card("Fire"), other, pin=True)
    assert not telegram.from_bot(other)[0].pinned


async def test_a_direct_message(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.starts()
    await office.shows(card("Please take over", button()), str(xu.id), room="@xu", language="en")
    (message,) = telegram.from_bot(xu.private)
    assert message.text == "EMERGENCY. Please take over"


async def test_a_long_message_is_split_between_words(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    shown = replace(
        card("Fire", button(), kind="drill"),
        lines=tuple(Line(Words(f"第{n}项：检查泵房和阀门。", f"{n}: check the pump room.")) for n in range(300)),
    )
    accepted = await office.shows(shown, group)
    messages = telegram.from_bot(group)
    assert accepted.message == f"{group.id}/{'+'.join(str(each.id) for each in messages)}"
    assert len(messages) > 2
    for message in messages:
        assert message.text.startswith("【演练】")
        assert message.text.endswith("DRILL")
        assert units(message.text) <= 4096
    assert [bool(each.buttons) for each in messages] == [False] * (len(messages) - 1) + [True]
    for place in range(300):
        assert sum(f"{place}: check the pump room." in message.text.split("\n") for message in messages) == 1


async def test_a_long_message_that_grows_and_shrinks(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    short, long = card("Fire", button()), card("fire " * 1000, button())
    posted = await office.shows(short, group)
    longer = await office.shows(long, group, standing=posted.message)
    assert longer.message.startswith(f"{posted.message}+")
    assert [bool(each.buttons) for each in telegram.from_bot(group)] == [False, False, False, True]
    shorter = await office.shows(short, group, standing=longer.message)
    assert shorter == posted
    assert len(telegram.from_bot(group)) == 1
    longer = await office.shows(long, group, standing=posted.message)
    telegram.fail_next("deleteMessage", 400, "Bad Request: message can't be deleted", times=3)
    assert await office.shows(short, group, standing=longer.message) == posted


async def test_a_pause_in_the_middle_of_a_long_message_repeats_nothing(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    long, other = card("fire " * 1500, button()), card("flood " * 1500)
    telegram.limits = Limits(group=1)
    with pytest.raises(RetryLater):
        await office.shows(long, group, language="en")
    telegram.limits = None
    accepted = await office.shows(long, group, language="en")
    assert accepted.message == f"{group.id}/{'+'.join(str(each.id) for each in telegram.from_bot(group))}"
    assert "".join(each.text for each in telegram.from_bot(group)).count("fire") == 1500
    telegram.limits = Limits(group=1)
    with pytest.raises(RetryLater):
        await office.shows(long, group, key="other", language="en")
    telegram.limits = None
    await office.shows(other, group, key="other", language="en")
    assert "".join(each.text for each in telegram.from_bot(group)).count("flood") == 1500


async def test_a_lost_answer_in_the_middle_repeats_nothing_that_is_known_to_stand(
    telegram: FakeTelegram, office: Office
) -> None:
    group = telegram.group("Production", supergroup=True)
    long = card("fire " * 1500, button())
    telegram.limits = Limits(group=1)
    with pytest.raises(RetryLater):
        await office.shows(long, group, language="en")
    telegram.limits = None
    telegram.drop_answers("sendMessage")
    with pytest.raises(Unknown):
        await office.shows(long, group, language="en")
    await office.shows(long, group, language="en")
    first, lost, again = telegram.from_bot(group)
    assert lost.text == again.text != first.text


async def test_an_address_that_telegram_refuses_holds_no_alarm_up(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    shown = replace(card("Fire", button()), links=(Link(Words("打开", "Open"), "board"),))
    telegram.fail_next("sendMessage", 400, "Bad Request: inline keyboard button URL 'x' is invalid: Wrong HTTP URL")
    with capture_logs() as logs:
        await office.shows(shown, group)
    assert [line["event"] for line in logs] == ["telegram.link_refused"]
    assert [label for label, _ in telegram.from_bot(group)[0].buttons] == ["收到 Got it"]


async def test_a_photo_carries_its_card(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    file = await office.store.files.keep(picture(), "image/jpeg", "fire.jpg")
    posted = await office.shows(replace(card("Fire", button()), files=(file,)), group)
    (message,) = telegram.from_bot(group)
    assert message.parts["photo"]
    assert message.text.startswith("【紧急】Fire")
    assert message.buttons
    again = await office.shows(replace(card("Fire is out"), files=(file,)), group, standing=posted.message)
    assert again == posted
    assert telegram.from_bot(group)[0].text.startswith("【紧急】Fire is out")


async def test_files_hang_under_a_long_message(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    photo = await office.store.files.keep(picture(), "image/jpeg")
    plan = await office.store.files.keep(b"%PDF", "application/pdf", "plan.pdf")
    telegram.fail_next("sendDocument", 429, "Too Many Requests: retry after 1", times=2, retry_after=1)
    gone = FileId("0" * 64)
    await office.shows(replace(card("fire " * 300), files=(photo, gone, plan)), group)
    text_, picture_, document = telegram.from_bot(group)
    assert picture_.reply_to is text_
    assert document.parts["document"]["file_name"] == "plan.pdf"
    telegram.fail_next("sendDocument", 400, "Bad Request: wrong type")
    telegram.fail_next("sendPhoto", 429, "Too Many Requests: retry after 60", retry_after=60)
    with capture_logs() as logs:
        await office.shows(replace(card("Fire"), files=(photo, plan)), group)
    assert [line["event"] for line in logs] == ["telegram.file_not_sent", "telegram.file_not_sent"]


async def test_uploads_that_are_not_answered_leave_their_message_standing(
    telegram: FakeTelegram, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filing, "HANGS_FOR", 0.1)
    group = telegram.group("Production", supergroup=True, admin=True)
    files = [await office.store.files.keep(b"%PDF" + bytes([each]), "application/pdf") for each in range(3)]
    telegram.delay = 0.4
    with capture_logs() as logs:
        posted = await office.shows(replace(card("Fire"), files=tuple(files)), group, pin=True)
    assert [line["event"] for line in logs] == ["telegram.file_not_sent"] * 3
    assert posted.message == f"{group.id}/{telegram.from_bot(group)[0].id}"
    assert "pinChatMessage" in [call.method for call in telegram.calls]


def test_a_delivery_with_files_has_time_for_all_of_it() -> None:
    words_and_pin = 3 * client.ANSWERS_WITHIN
    assert words_and_pin + filing.HANGS_FOR < 0.8 * courier.UPLOAD_FOR


async def test_a_picture_that_telegram_does_not_show_goes_as_a_file(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    file = await office.store.files.keep(picture(), "image/jpeg", "chat.jpg")
    telegram.fail_next("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    shown = replace(card("Fire", button()), files=(file,))
    posted = await office.shows(shown, group)
    (message,) = telegram.from_bot(group)
    assert message.parts["document"]["file_name"] == "chat.jpg"
    assert message.text.startswith("【紧急】Fire")
    assert await office.shows(replace(shown, lead=(same("out"),)), group, standing=posted.message) == posted


async def test_a_file_may_take_longer_than_words(
    telegram: FakeTelegram, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "ANSWERS_WITHIN", 0.05)
    group = telegram.group("Production", supergroup=True)
    file = await office.store.files.keep(picture(), "image/jpeg")
    telegram.delay = 0.3
    with pytest.raises(Unknown):
        await office.shows(card("Fire"), group)
    await office.shows(replace(card("Smoke"), files=(file,)), group)


async def test_a_file_that_was_destroyed_leaves_the_words(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    await office.shows(replace(card("Fire"), files=(FileId("0" * 64),)), group)
    assert telegram.from_bot(group)[0].text.startswith("【紧急】Fire")


async def test_throttled_the_lane_waits_as_long_as_telegram_asks(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    telegram.limits = Limits(group=1)
    await office.shows(card("Fire"), group)
    with pytest.raises(RetryLater) as later:
        await office.shows(card("Smoke"), group)
    assert later.value.after is not None
    assert 0 < later.value.after <= 60
    assert len(telegram.throttled) == 1
    telegram.fail_next("sendMessage", 429, "Too Many Requests")
    with pytest.raises(RetryLater) as later:
        await office.shows(card("Smoke"), group)
    assert later.value.after is None, "it was not taken, though nobody says for how long"


async def test_blocked_removed_and_unknown(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    with pytest.raises(Undeliverable, match="can't initiate"):
        await office.shows(card(), str(xu.id))
    xu.starts()
    xu.blocks_bot()
    with pytest.raises(Undeliverable, match="blocked"):
        await office.shows(card(), str(xu.id))
    group = telegram.group("Production", members=[xu], supergroup=True)
    xu.removes_bot(group)
    with pytest.raises(Undeliverable, match="kicked"):
        await office.shows(card(), group)
    for address in ("-100999", "a name", "1/2/3"):
        with pytest.raises(Undeliverable):
            await office.shows(card(), address)


async def test_a_group_that_became_a_supergroup_is_found(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], admin=True)
    office.binds("production", group)
    posted = await office.shows(card("Fire"), group)
    moved = telegram.migrate(group)
    again = await office.shows(card("Fire is out"), group, standing=posted.message)
    assert again.message.startswith(f"{moved.id}/")
    await office.shows(card("Fire is out", button()), group, standing=again.message)
    assert len(telegram.from_bot(moved)) == 1
    xu.says(moved, "all safe")
    heard = await office.reads()
    assert heard is not None
    assert heard.room == "production"


async def test_a_move_that_is_told_is_known_before_anything_is_sent(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu])
    moved = telegram.migrate(group)
    for update in telegram.updates.all:
        assert await office.reads(update) is None
    await office.shows(card("Fire"), group)
    assert [call.status for call in telegram.calls] == [200]
    assert len(telegram.from_bot(moved)) == 1


async def test_a_topic_that_was_deleted_is_made_anew(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Plant", members=[xu], forum=True, admin=True)
    topic = telegram.topic(group, "Production")
    room = office.binds("production", f"{group.id}/{topic}")
    await office.shows(card("Fire"), f"{group.id}/{topic}")
    telegram.delete_topic(group, topic)
    await office.shows(card("Fire"), f"{group.id}/{topic}")
    await office.shows(card("Smoke"), f"{group.id}/{topic}", key="smoke")
    (thread,) = group.topics
    assert group.topics[thread].name == "生产部 Production"
    assert len(telegram.from_bot(group, thread)) == 2
    xu.says(group, "all safe", thread=thread)
    heard = await office.reads()
    assert heard is not None
    assert heard.room == room


async def test_a_topic_that_was_closed_for_a_while_is_still_heard(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Plant", members=[xu], forum=True, rights=("can_pin_messages",))
    topic = telegram.topic(group, "Production")
    room = office.binds("production", f"{group.id}/{topic}")
    group.topics[topic].closed = True
    await office.shows(card("Fire"), f"{group.id}/{topic}")
    group.topics[topic].closed = False
    for thread in (topic, None):
        xu.says(group, "all safe", thread=thread)
        heard = await office.reads()
        assert heard is not None
        assert heard.room == room


async def test_a_group_counts_once_under_its_old_and_its_new_number(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", admin=True)
    moved = telegram.migrate(group)
    assert office.adapter.budgets(str(group.id)) != office.adapter.budgets(str(moved.id))
    await office.shows(card("Fire"), group)
    assert office.adapter.budgets(str(group.id)) == office.adapter.budgets(str(moved.id))


async def test_where_no_topic_can_be_made_the_group_itself_is_used(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Plant", forum=True)
    topic = telegram.topic(group, "Production")
    telegram.delete_topic(group, topic)
    await office.shows(card("Fire"), f"{group.id}/{topic}", room="EV-2026-0001")
    assert [each.thread for each in telegram.from_bot(group)] == [None]


async def test_a_closed_general_topic_is_no_topic_to_be_made_anew(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Plant", forum=True, admin=True)
    telegram.fail_next("sendMessage", 400, "Bad Request: TOPIC_CLOSED")
    with pytest.raises(Undeliverable, match=r"(?i)topic_closed"):
        await office.shows(card("Fire"), group)
    assert not group.topics
    assert await office.adapter.wire.places.load() == {}
    await office.shows(card("Fire"), group)
    assert [each.thread for each in telegram.from_bot(group)] == [None]


async def test_no_network_is_not_sent(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    async with telegram.unplugged():
        with pytest.raises(RetryLater):
            await office.shows(card(), group)
    assert telegram.from_bot(group) == []


async def test_an_answer_that_is_lost_is_unknown(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    telegram.drop_answers("sendMessage")
    with pytest.raises(Unknown):
        await office.shows(card(), group)
    assert len(telegram.from_bot(group)) == 1
    posted = await office.shows(card("Fire"), group)
    telegram.drop_answers("editMessageText")
    with pytest.raises(Unknown):
        await office.shows(card("Smoke"), group, standing=posted.message)
    assert await office.shows(card("Smoke"), group, standing=posted.message) == posted, "an edit repeated is an edit"
    assert len(telegram.from_bot(group)) == 2


async def test_an_answer_without_a_number_is_unknown(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    telegram.away = 502
    with pytest.raises(Unknown):
        await office.shows(card(), group)


async def test_a_revoked_token_is_tried_again_much_later(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    telegram.revoke()
    with pytest.raises(RetryLater) as later:
        await office.shows(card(), group)
    assert later.value.after == 60
    assert telegram.token not in str(later.value)


async def test_a_store_that_keeps_nothing_sends_nothing(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    await office.store.close()
    with pytest.raises(RetryLater):
        await office.adapter.deliver(
            Showing("k", RoomId("production"), str(group.id), card("Fire", button(revision=9)))
        )
    assert telegram.from_bot(group) == []


def test_budgets_are_telegrams_documented_limits(office: Office) -> None:
    overall = Budget("all", 30, 1.0)
    assert office.adapter.budgets("5000001") == (overall, Budget("chat/5000001", 1, 1.0))
    shared = Budget("group/-100123", 20, 60.0, edits_every=3.0)
    assert office.adapter.budgets("-100123") == office.adapter.budgets("-100123/7") == (overall, shared)
    assert office.adapter.budgets("nonsense") == (overall,)


async def test_presses_are_forgotten_after_a_year(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    await office.shows(card("Fire", button()), group)
    assert await office.adapter.wire.presses.sweep() == 0
    office.clock.set(office.clock.now() + timedelta(days=401))
    assert await office.adapter.wire.presses.sweep() == 1
    assert await office.store.rows(select(telegram_presses.c.token)) == []
