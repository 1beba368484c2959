"""What only the sender sees: toasts, and answers in the private chat."""

from __future__ import annotations

from dataclasses import replace

from structlog.testing import capture_logs

from bot.chat.card import Link, Reply
from bot.chat.inbound import Account, Inbound, Said
from bot.domain.ids import RoomId
from bot.text import Words, same, text
from tests.telegram.fake import FakeTelegram
from tests.telegram.office import Office, button, card
from tests.telegram.people import User
from tests.telegram.things import Chat
from tests.telegram.world import Press

RECORDED = Words("已记录", "Recorded")


async def pressed(telegram: FakeTelegram, office: Office, user: User, group: Chat) -> Press:
    """Somebody presses the button of a card in a group."""
    office.binds("production", group)
    await office.shows(card("Fire", button()), group)
    return user.presses(telegram.from_bot(group)[-1], "收到 Got it")


async def test_a_short_answer_to_a_press_is_a_toast(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    press = await pressed(telegram, office, xu, telegram.group("Production", members=[xu], supergroup=True))
    await office.answers(Reply(RECORDED))
    answer = await press.answered()
    assert (answer.text, answer.show_alert) == ("Recorded", False)
    assert telegram.messages(xu.private) == []


async def test_a_refusal_has_to_be_put_away(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    press = await pressed(telegram, office, xu, telegram.group("Production", members=[xu], supergroup=True))
    await office.answers(Reply(text("refused.unknown_button"), stored=False), "zh")
    assert (await press.answered()).show_alert


async def test_nothing_to_say_still_ends_the_waiting(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    press = await pressed(telegram, office, xu, telegram.group("Production", members=[xu], supergroup=True))
    await office.answers(Reply(stored=False))
    answer = await press.answered()
    assert (answer.text, answer.show_alert) == ("", False)


async def test_undo_stands_in_the_private_chat(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.starts()
    press = await pressed(telegram, office, xu, telegram.group("Production", members=[xu], supergroup=True))
    undo = button("task.undo", Words("撤回", "Undo"))
    await office.answers(Reply(RECORDED, undo=undo))
    assert (await press.answered()).text == "Recorded"
    message = await telegram.next_message(xu.private, "Recorded")
    xu.presses(message, "Undo")
    heard = await office.reads()
    assert heard is not None
    assert (heard.room, getattr(heard.what, "action", "")) == (f"@telegram:{xu.id}", "task.undo")
    await office.answers(Reply(undo=undo))
    assert "undo it" in (await telegram.next_message(xu.private, "undo it")).text


async def test_a_card_goes_to_the_private_chat_and_the_toast_says_so(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.starts()
    group = telegram.group("Production", members=[xu], supergroup=True)
    press = await pressed(telegram, office, xu, group)
    await office.answers(Reply(card=card("Telephones", kind=None), link=Link(Words("打开", "Open"), "board")))
    assert (await press.answered()).text == "Sent to your private chat with the bot."
    message = await telegram.next_message(xu.private, "Telephones")
    assert message.buttons == (("Open", "https://tocsin.example.com/board"),)
    assert len(telegram.from_bot(group)) == 1


async def test_a_long_answer_is_shortened_in_the_toast_and_whole_in_private(
    telegram: FakeTelegram, office: Office
) -> None:
    xu = telegram.user("Xu Liang")
    xu.starts()
    press = await pressed(telegram, office, xu, telegram.group("Production", members=[xu], supergroup=True))
    long = "What to do now. " * 20
    await office.answers(Reply(same(long)))
    assert len((await press.answered()).text) <= 200
    assert (await telegram.next_message(xu.private)).text == long.strip()


async def test_where_the_private_chat_is_closed_the_answer_stands_under_the_message(
    telegram: FakeTelegram, office: Office
) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Plant", members=[xu], forum=True)
    topic = telegram.topic(group, "Production")
    office.binds("production", f"{group.id}/{topic}")
    message = xu.says(group, "/contacts", thread=topic)
    await office.answers(Reply(card=card("Telephones", kind=None)))
    (answer,) = telegram.from_bot(group)
    assert (answer.text, answer.reply_to, answer.thread) == ("Telephones", message, topic)


async def test_a_secret_never_stands_in_a_group(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Production", members=[xu], supergroup=True)
    office.binds("production", group)
    xu.says(group, "/link")
    await office.answers(Reply(card=card("Your code is 4711", kind=None), secret=True))
    (answer,) = telegram.from_bot(group)
    assert "4711" not in answer.text
    assert "press Start" in answer.text
    xu.starts()
    xu.says(group, "/link")
    await office.answers(Reply(card=card("Your code is 4711", kind=None), secret=True))
    assert "4711" in telegram.from_bot(xu.private)[-1].text
    assert len(telegram.from_bot(group)) == 1


async def test_what_concerns_everybody_is_said_once_in_a_group(telegram: FakeTelegram, office: Office) -> None:
    people = [telegram.user(name) for name in ("Xu Liang", "Zhu Lin", "He Ping")]
    group, other = (telegram.group(name, members=people, supergroup=True, admin=True) for name in ("One", "Two"))
    office.binds("production", group)
    office.binds("purchasing", other)
    people[2].starts()
    for where, person in ((group, people[0]), (group, people[1]), (group, people[2]), (other, people[0])):
        person.says(where, "收到")
        await office.answers(Reply(same("Link this account first."), stored=False, general=True))
    assert [len(telegram.from_bot(where)) for where in (group, other)] == [1, 1]
    assert telegram.from_bot(group)[0].reply_to is not None
    assert [message.text for message in telegram.from_bot(people[2].private)] == ["Link this account first."]


async def test_words_are_answered_with_text_and_card(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.starts()
    xu.says(xu.private, "/report fire")
    await office.answers(Reply(RECORDED, card=card("What happens now")))
    assert [each.text for each in telegram.from_bot(xu.private)] == ["Recorded", "EMERGENCY. What happens now"]
    xu.says(xu.private, "/record")
    await office.answers(Reply(link=Link(Words("记录", "Record"), "record")))
    assert telegram.from_bot(xu.private)[-1].text == "Record"


async def test_an_unnamed_administrator_is_answered_in_the_group(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True, admin=True)
    office.binds("production", group)
    telegram.anonymous_admin_says(group, "/report fire")
    await office.answers(Reply(RECORDED))
    assert [each.text for each in telegram.from_bot(group)] == ["Recorded"]


async def test_a_private_chat_that_was_blocked_is_left_alone(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.starts()
    update = telegram.updates.all[-1]
    xu.blocks_bot()
    raw = office.raw(update)
    inbound = await office.adapter.read(raw)
    assert inbound is not None
    await office.adapter.answer(raw, inbound, Reply(RECORDED), "en")
    assert telegram.from_bot(xu.private) == []


async def test_a_pause_is_waited_for_and_a_long_one_drops_the_answer(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.starts()
    telegram.fail_next("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
    await office.answers(Reply(RECORDED))
    assert len(telegram.from_bot(xu.private)) == 1
    telegram.fail_next("sendMessage", 429, "Too Many Requests: retry after 60", retry_after=60)
    with capture_logs() as logs:
        await office.answers(Reply(RECORDED))
    assert [line["event"] for line in logs] == ["telegram.not_answered"]
    assert len(telegram.from_bot(xu.private)) == 1


async def test_a_press_that_is_too_old_is_answered_in_private(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    xu.starts()
    await pressed(telegram, office, xu, telegram.group("Production", members=[xu], supergroup=True))
    telegram.fail_next("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
    await office.answers(Reply(RECORDED, card=card("Still here", kind=None)))
    assert (await telegram.next_message(xu.private, "Still here")).text == "Still here"


async def test_an_update_that_asked_for_nothing_is_not_answered(telegram: FakeTelegram, office: Office) -> None:
    raw = replace(office.raw({"update_id": 1}))
    account = Account("telegram", "1", "Xu")
    inbound = Inbound("1", account, RoomId("production"), Said("telegram/1/1", "x"), office.clock.now())
    await office.adapter.answer(raw, inbound, Reply(RECORDED), "en")
    assert telegram.calls == []
