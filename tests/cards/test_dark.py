"""A room takes no messages: how it reads on the command card, in the other room and in the mailbox."""

from __future__ import annotations

from functools import partial

import pytest

from bot.cards.command import command
from bot.cards.plain import plain
from bot.chat.card import Card
from bot.chat.effect import Outgoing, Post, Priority, ShowCard
from bot.domain.commands import LoseRoom, RegainRoom
from bot.domain.commands_ending import CallFalse
from bot.domain.ids import DepartmentId, RoomId, command_room
from bot.text import Language, same
from tests.cards.town import DEPARTMENTS, EVENT, MINUTE, Town, actor

PURCHASING = DepartmentId("purchasing")


@pytest.fixture
def town() -> Town:
    town = Town()
    town.opens()
    town.now += 5 * MINUTE
    return town


def lost(town: Town, platform: str, next_: str | None, *, in_need: bool = False) -> tuple[Outgoing, ...]:
    """Purchasing's room takes nothing since five past two."""
    room = RoomId(PURCHASING)
    return town.does(LoseRoom(room, DEPARTMENTS[room], platform, town.now, next_, PURCHASING, in_need=in_need))


def read(town: Town, card: Card, language: Language = "en") -> str:
    return plain(card, partial(town.house.render, language=language, now=town.now))


def posted(sent: tuple[Outgoing, ...]) -> tuple[Outgoing, Post]:
    """The one message besides the cards."""
    (found,) = [each for each in sent if isinstance(each.effect, Post)]
    assert isinstance(found.effect, Post)
    return found, found.effect


def test_whoever_leads_sees_which_room_since_when_and_whom_to_ring(town: Town) -> None:
    sent = lost(town, "slack", "telegram")
    shown = [each.effect for each in sent if isinstance(each.effect, ShowCard)]
    assert [each.ref.name for each in shown] == ["command"]
    english, chinese = read(town, command(town.event, town.now)), read(town, command(town.event, town.now), "zh")
    assert (
        "⏰ Purchasing   Slack has taken no messages since 14:05; now reached by Telegram, phone if need be" in english
    )
    assert "⏰ 采购部   Slack自14:05起无法收到消息，已改用Telegram，必要时打电话" in chinese
    assert "Lin Xiao (Purchasing) 138 0000 0006" in english
    assert "林晓（采购部） 138 0000 0006" in chinese


def test_with_no_other_way_the_telephone_is_left(town: Town) -> None:
    assert not [each for each in lost(town, "matrix", None) if isinstance(each.effect, Post)]
    assert "⏰ Purchasing   matrix has taken no messages since 14:05; please phone" in read(
        town, command(town.event, town.now)
    )


def test_the_next_room_is_told_on_its_platform_alone_with_numbers(town: Town) -> None:
    outgoing, post = posted(lost(town, "slack", "web"))
    assert (outgoing.only, outgoing.priority, post.room) == ("web", Priority.ALARM, PURCHASING)
    assert post.thread == f"{EVENT}/purchasing"
    assert read(town, post.card).startswith("EMERGENCY. Work from here: Slack has taken no messages since 14:05.")
    assert read(town, post.card, "zh").startswith("【紧急】请在这里继续处理：Slack自14:05起无法收到消息。")
    assert "8001" in read(town, post.card)
    town.now += 9 * MINUTE
    outgoing, post = posted(town.does(RegainRoom("slack", RoomId(PURCHASING), town.now)))
    assert outgoing.only == "web"
    assert read(town, post.card).startswith(
        "EMERGENCY. You can go back to Slack: it has been taking messages again since 14:14."
    )
    assert "taken no messages" not in read(town, command(town.event, town.now))


def test_a_mailbox_gets_the_card_as_it_stands_once(town: Town) -> None:
    outgoing, post = posted(lost(town, "slack", "email", in_need=True))
    assert outgoing.only == "email"
    english = read(town, post.card)
    assert english.startswith(
        "EMERGENCY. Go by the checklist below and report by telephone: Slack has taken no messages"
    )
    assert "Call the reserve supplier" in english
    assert "Office 8001" in english
    assert not post.card.buttons
    assert not [each for each in lost(town, "telegram", "email", in_need=True) if isinstance(each.effect, Post)]


def test_the_command_room_is_followed_too(town: Town) -> None:
    room = command_room(town.event.id)
    _, post = posted(town.does(LoseRoom(room, same(room), "telegram", town.now, "email", in_need=True)))
    assert (post.room, post.thread) == (room, f"{EVENT}/command")
    assert "⏰ Command room   Telegram has taken no messages since 14:05; now reached by e-mail" in read(
        town, command(town.event, town.now)
    )
    town.does(RegainRoom("telegram", room, town.now))


def test_nothing_is_said_when_nothing_was_used_and_nothing_stays_after_the_end(town: Town) -> None:
    lost(town, "slack", None)
    sent = town.does(RegainRoom("slack", RoomId(PURCHASING), town.now))
    assert not [each for each in sent if isinstance(each.effect, Post)]
    lost(town, "slack", "web")
    town.does(CallFalse(actor("chen")))
    assert "taken no messages" not in read(town, command(town.event, town.now))
