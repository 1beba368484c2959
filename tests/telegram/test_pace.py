"""Answers leave the relay its limits."""

from __future__ import annotations

import asyncio

import pytest

from bot.adapters.telegram.pace import ANSWERS_BELOW, BUSY, IN_A_GROUP, MOST, MOST_CHATS, MOST_IN_A_GROUP, Pace
from bot.chat.card import Reply
from bot.errors import RetryLater
from bot.text import Words
from tests.telegram.fake import FakeTelegram
from tests.telegram.limits import Limits
from tests.telegram.office import Office, button, card

GROUP = -100123


class Time:
    """Seconds that go when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pace(time: Time) -> Pace:
    return Pace(time)


async def test_while_little_is_said_nothing_waits(pace: Pace) -> None:
    for _ in range(BUSY - 1):
        await pace.turn(5, 0)
        pace.note(5)
    assert pace.delivery_in(5) == 0


async def test_when_it_is_busy_each_person_hears_one_thing_a_second(pace: Pace, time: Time) -> None:
    for chat in range(BUSY):
        pace.note(chat)
    assert pace.answer_in(3) == pytest.approx(1.1)
    assert pace.answer_in(77) == 0
    with pytest.raises(RetryLater):
        await pace.turn(3, 0.5)
    await pace.turn(77, 0)
    assert pace.delivery_in(77) == pytest.approx(1.1)
    assert pace.delivery_in(3) == 0, "what the relay sent itself it counts itself"
    time.now += 1.1
    assert pace.answer_in(3) == pace.delivery_in(77) == 0


async def test_answers_leave_a_third_to_the_relay(pace: Pace) -> None:
    for chat in range(ANSWERS_BELOW):
        pace.note(chat)
    assert pace.answer_in(77) > 0


async def test_a_message_waits_only_where_answers_took_its_place(pace: Pace) -> None:
    for chat in range(MOST):
        pace.note(chat)
    assert pace.delivery_in(77) == 0
    other = Pace(Time())
    await other.turn(1, 0)
    for chat in range(MOST):
        other.note(chat)
    assert other.delivery_in(77) > 0


async def test_in_a_group_answers_are_few(pace: Pace, time: Time) -> None:
    await pace.turn(GROUP, 0)
    for _ in range(IN_A_GROUP):
        pace.note(GROUP)
    assert pace.answer_in(GROUP) > 50
    assert pace.delivery_in(GROUP) == 0
    for _ in range(MOST_IN_A_GROUP - IN_A_GROUP):
        pace.note(GROUP)
    with pytest.raises(RetryLater) as later:
        await pace.before_delivery(GROUP)
    assert later.value.after is not None
    time.now += later.value.after
    await pace.before_delivery(GROUP)


async def test_only_so_many_chats_are_remembered(pace: Pace, time: Time) -> None:
    for chat in range(MOST_CHATS + 2):
        pace.note(chat)
        time.now += 2
        await pace.turn(chat, 0)
    assert pace.remembered == MOST_CHATS
    pace.note("not a chat")


async def test_a_second_passes_by_itself() -> None:
    pace = Pace()
    await pace.turn(5, 0)
    for chat in range(BUSY):
        pace.note(chat)
    await pace.before_delivery(5)
    for chat in range(BUSY):
        pace.note(chat)
    await pace.turn(5, 2)


async def test_many_presses_at_once_are_all_answered_without_a_429(telegram: FakeTelegram, office: Office) -> None:
    telegram.limits = Limits()
    people = [telegram.user(f"Worker {number}") for number in range(60)]
    group = telegram.group("Production", members=people, supergroup=True)
    office.binds("production", group)
    await office.shows(card("Fire", button()), group)
    undo = Reply(Words("已记录", "Recorded"), undo=button("task.undo", Words("撤回", "Undo")))
    async with asyncio.TaskGroup() as answers:
        for user in people:
            telegram.private(user)
            user.presses(telegram.from_bot(group)[0], "收到 Got it")
            raw = office.raw()
            inbound = await office.adapter.read(raw)
            assert inbound is not None
            answers.create_task(office.adapter.answer(raw, inbound, undo, "en"))
    assert all(len(telegram.from_bot(user.private)) == 1 for user in people)
    assert telegram.throttled == []
