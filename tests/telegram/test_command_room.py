"""An event's command room on Telegram: a topic, or the group itself; people get a link."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.telegram import entering
from bot.chat.adapter import Entering
from bot.chat.effect import Invite, OpenRoom
from bot.domain.ids import EventId, FileId, RoomId
from bot.errors import Undeliverable, Unknown
from bot.i18n import Catalogs
from bot.store import tables
from bot.text import Language, Words
from tests.telegram.fake import FakeTelegram
from tests.telegram.office import EVENT, Office, card, open_office, running
from tests.telegram.things import Chat

NAME = Words("EV-2026-0001 火灾", "EV-2026-0001 Fire")


def opening(*accounts: str, room: str = "EV-2026-0001") -> Entering:
    return Entering(OpenRoom(RoomId(room), EVENT, NAME, ()), "", accounts)


@pytest.fixture
def forum(telegram: FakeTelegram) -> Chat:
    return telegram.group("Emergencies", members=[telegram.user("Guo Qiang")], forum=True, admin=True)


@pytest.fixture
async def house(telegram: FakeTelegram, forum: Chat, tmp_path: Path, catalogs: Catalogs) -> AsyncIterator[Office]:
    async with open_office(telegram, tmp_path, catalogs, command_group=str(forum.id)) as opened:
        yield opened


async def remembers(house: Office, room: str, address: str) -> None:
    """The relay keeps where a room was opened."""

    async def job(work: object) -> None:
        put = getattr(work, "put")  # noqa: B009  a Work
        put(tables.addresses, {"platform": "telegram", "room": room, "address": address})

    await house.store.write(job)


async def test_a_topic_for_each_event(telegram: FakeTelegram, house: Office, forum: Chat) -> None:
    assert house.adapter.abilities.opens_rooms
    accepted = await house.adapter.deliver(opening())
    (thread,) = forum.topics
    assert accepted.message == f"{forum.id}/{thread}"
    assert forum.topics[thread].name == "EV-2026-0001 火灾 EV-2026-0001 Fire"
    assert await house.adapter.deliver(opening()) == accepted, "asked for twice, it is made once"
    await remembers(house, "EV-2026-0001", accepted.message)
    await house.shows(card("Fire"), accepted.message, room="EV-2026-0001", pin=True)
    assert telegram.from_bot(forum, thread)[0].pinned
    guo = telegram.user("Guo Qiang")
    guo.says(forum, "I command", thread=thread)
    heard = await house.reads()
    assert heard is not None
    assert heard.room == "EV-2026-0001"


async def test_a_drill_s_topic_and_its_file_are_marked_however_long_their_names(
    telegram: FakeTelegram, house: Office, forum: Chat
) -> None:
    title = (
        "【演练】 DR-2026-0001 " + "仓库起火" * 60 + " 【演练】",
        "DRILL DR-2026-0001 " + "warehouse fire " * 20 + " DRILL",
    )
    drill = OpenRoom(RoomId("DR-2026-0001"), EventId("DR-2026-0001"), Words(*title), ())
    await house.adapter.deliver(Entering(drill, "", ()))
    (topic,) = forum.topics.values()
    assert topic.name.startswith("【演练】 DR-2026-0001")
    assert topic.name.endswith("… DRILL")
    assert len(topic.name) <= 128
    plan, photo = await house.store.files.keep(b"%PDF", "application/pdf", "plan.pdf"), FileId("0" * 64)
    shown = replace(card("Fire", kind="drill"), files=(plan,))
    await house.shows(shown, forum, room="DR-2026-0001")
    await house.shows(replace(shown, files=(plan, photo)), forum, room="DR-2026-0001")
    captioned, _, hung = telegram.from_bot(forum)
    for message in (captioned, hung):
        name = str(message.parts["document"]["file_name"])
        assert name == "DRILL-演练-plan-演练-DRILL.pdf"
        assert message.text.startswith("【演练】")
        assert message.text.endswith("DRILL")


async def test_a_room_that_was_opened_is_known_after_a_restart(
    telegram: FakeTelegram, house: Office, forum: Chat
) -> None:
    await remembers(house, "EV-2026-0001", f"{forum.id}/7")
    assert (await house.adapter.deliver(opening())).message == f"{forum.id}/7"
    assert forum.topics == {}


async def test_a_group_without_topics_is_the_room_itself(
    telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs
) -> None:
    guo = telegram.user("Guo Qiang")
    group = telegram.group("Emergencies", members=[guo], admin=True)
    async with open_office(telegram, tmp_path, catalogs, command_group=str(group.id)) as house:
        for room in ("EV-2026-0001", "EV-2026-0002"):
            accepted = await house.adapter.deliver(opening(room=room))
            assert accepted.message == str(group.id)
            await remembers(house, room, accepted.message)
            await house.shows(card(room), group, key=f"{room}/command", room=room)
        for shown, room in zip(telegram.from_bot(group), ("EV-2026-0001", "EV-2026-0002"), strict=True):
            guo.says(group, "seen", reply_to=shown)
            heard = await house.reads()
            assert heard is not None
            assert heard.room == room, "an answer decides where several events share a group"
        moved = telegram.migrate(group)
        accepted = await house.adapter.deliver(opening(room="EV-2026-0003"))
        assert accepted.message == str(moved.id)
        guo.says(moved, "here")
        heard = await house.reads()
        assert heard is not None
        assert heard.room.startswith("EV-2026")


async def test_without_the_right_to_make_topics_the_group_is_used(
    telegram: FakeTelegram, tmp_path: Path, catalogs: Catalogs
) -> None:
    group = telegram.group("Emergencies", forum=True)
    async with open_office(telegram, tmp_path, catalogs, command_group=str(group.id)) as house:
        assert (await house.adapter.deliver(opening())).message == str(group.id)
        telegram.drop_answers("getChat")
        with pytest.raises(Unknown):
            await house.adapter.deliver(opening(room="EV-2026-0009"))


async def test_no_group_no_room(office: Office) -> None:
    assert not office.adapter.abilities.opens_rooms
    with pytest.raises(Undeliverable):
        await office.adapter.deliver(opening())
    with pytest.raises(Undeliverable):
        await office.adapter.deliver(Entering(Invite(RoomId("EV-2026-0001"), ()), "nowhere", ()))


async def test_people_outside_get_a_link(telegram: FakeTelegram, house: Office, forum: Chat) -> None:
    lin, wei, stranger = telegram.user("Lin Xiao"), telegram.user("Wei Min"), telegram.user("Cai Yun")
    for user in (lin, wei):
        user.starts()
    wei.joins(forum)
    async with running(house):
        address = (await house.adapter.deliver(opening(str(lin.id), str(wei.id)))).message
        message = await telegram.next_message(lin.private, "EV-2026-0001")
        assert "https://t.me/+" in message.text
        invite = Invite(RoomId("EV-2026-0001"), ())
        await house.adapter.deliver(Entering(invite, address, (str(stranger.id), "nobody", str(lin.id))))
        await telegram.wait_for(lambda: len(telegram.from_bot(lin.private)) == 2)
    assert telegram.from_bot(wei.private) == []
    (link, _) = [call for call in telegram.calls if call.method == "createChatInviteLink"]
    assert link.given["member_limit"] == 1


@pytest.mark.parametrize(
    ("room", "language", "first", "last"),
    [
        ("EV-2026-0001", "zh", "【紧急】请进入 EV-2026-0001 的指挥群：https://t.me/+", ""),
        ("EV-2026-0001", "en", "EMERGENCY. Please join the command group of EV-2026-0001: https://t.me/+", ""),
        ("DR-2026-0002", "zh", "【演练】请进入 DR-2026-0002 的指挥群：https://t.me/+", " 【演练】"),
        ("DR-2026-0002", "en", "DRILL: Please join the command group of DR-2026-0002: https://t.me/+", " DRILL"),
    ],
)
async def test_an_invitation_says_first_whether_it_is_an_emergency_or_a_drill(
    telegram: FakeTelegram, house: Office, room: str, language: Language, first: str, last: str
) -> None:
    house.adapter.wire.default_language = language
    lin = telegram.user("Lin Xiao")
    lin.starts()
    async with running(house):
        await house.adapter.deliver(opening(str(lin.id), room=room))
        message = await telegram.next_message(lin.private, room)
    assert message.text.startswith(first)
    assert message.text.endswith(last)


async def test_where_the_bot_may_not_invite_nobody_is_held_up(telegram: FakeTelegram, house: Office) -> None:
    lin = telegram.user("Lin Xiao")
    lin.starts()
    async with running(house):
        telegram.fail_next("createChatInviteLink", 400, "Bad Request: not enough rights to manage chat invite link")
        await house.adapter.deliver(opening(str(lin.id)))
        await telegram.wait_for(lambda: [call for call in telegram.calls if call.method == "createChatInviteLink"])
    assert telegram.from_bot(lin.private) == []


async def test_nobody_is_passed_by_because_telegram_is_busy_or_an_answer_is_lost(
    telegram: FakeTelegram, house: Office
) -> None:
    lin, wei = telegram.user("Lin Xiao"), telegram.user("Wei Min")
    for user in (lin, wei):
        user.starts()
    telegram.fail_next("getChatMember", 429, "Too Many Requests: retry after 1", retry_after=1)
    telegram.drop_answers("sendMessage")
    async with running(house):
        await house.adapter.deliver(opening(str(lin.id), str(wei.id)))
        for user in (lin, wei):
            assert "https://t.me/+" in (await telegram.next_message(user.private, "EV-2026-0001")).text


async def test_a_lost_answer_ends_the_invitation_for_nobody(
    telegram: FakeTelegram, house: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "PAUSE", 0.01)
    lin, wei = telegram.user("Lin Xiao"), telegram.user("Wei Min")
    for user in (lin, wei):
        user.starts()
    telegram.drop_answers("getChatMember")
    telegram.drop_answers("createChatInviteLink", entering.TRIES - 1)
    async with running(house):
        await house.adapter.deliver(opening(str(lin.id), str(wei.id)))
        for user in (lin, wei):
            assert "https://t.me/+" in (await telegram.next_message(user.private, "EV-2026-0001")).text


async def test_a_link_that_never_comes_holds_no_other_invitation_up(
    telegram: FakeTelegram, house: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "PAUSE", 0.01)
    lin = telegram.user("Lin Xiao")
    lin.starts()
    telegram.drop_answers("createChatInviteLink", entering.TRIES)
    async with running(house):
        await house.adapter.deliver(opening(str(lin.id)))
        await house.adapter.deliver(opening(str(lin.id), room="EV-2026-0002"))
        await telegram.next_message(lin.private, "EV-2026-0002")
    assert len(telegram.from_bot(lin.private)) == 1


async def test_a_group_that_moves_while_its_topic_is_made(telegram: FakeTelegram, house: Office, forum: Chat) -> None:
    new = telegram.group("Emergencies", forum=True, admin=True)
    telegram.fail_next(
        "createForumTopic",
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=new.id,
    )
    assert (await house.adapter.deliver(opening())).message.startswith(f"{new.id}/")
    assert forum.topics == {}


async def test_two_messages_to_a_deleted_topic_make_one_anew(
    telegram: FakeTelegram, house: Office, forum: Chat
) -> None:
    topic = telegram.topic(forum, "Production")
    telegram.delete_topic(forum, topic)
    address = f"{forum.id}/{topic}"
    async with asyncio.TaskGroup() as both:
        for key in ("one", "two"):
            both.create_task(house.shows(card(key), address, key=key))
    (thread,) = forum.topics
    assert len(telegram.from_bot(forum, thread)) == 2
