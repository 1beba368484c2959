"""The way out: posts, edits, threads, files, pins, rooms, and what becomes of them when Slack is not well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.adapter import Entering
from bot.chat.card import Button, Line, Link, Telephone
from bot.chat.effect import Invite, OpenRoom
from bot.domain.ids import EventId, PersonId, RoomId
from bot.errors import RetryLater, Undeliverable, Unknown
from bot.text import Words, same
from tests.slack.fake import FakeSlack
from tests.slack.plant import Plant, card

EVENT = EventId("EV-2026-0001")


async def test_card_is_posted_and_edited_in_place(plant: Plant) -> None:
    message = await plant.post(card("Fire, Workshop 3", revision=1))
    again = await plant.post(card("Fire, Workshop 3, out", revision=2), standing=message)

    (posted,) = plant.slack.messages(plant.production)
    assert again == message == f"{plant.production.id}/{posted.ts}"
    assert "out" in posted.text
    assert posted.metadata == {
        "event_type": "tocsin",
        "event_payload": {"key": "EV-2026-0001/production", "revision": 2},
    }


async def test_room_of_both_languages_reads_chinese_first(plant: Plant) -> None:
    await plant.post(card(head="x", lead=(Words("先撤离", "Leave first"),)), language="both")
    (posted,) = plant.slack.messages(plant.production)
    assert posted.text.index("先撤离") < posted.text.index("Leave first")


async def test_message_hangs_under_its_card(plant: Plant) -> None:
    parent = await plant.post(card())
    await plant.post(card("Task late"), "EV-2026-0001/9", thread_address=parent)
    (first, reply) = plant.slack.messages(plant.production)
    assert reply.thread_ts == first.ts


async def test_message_whose_card_is_gone_stands_by_itself(plant: Plant) -> None:
    await plant.post(card("Task late"), thread_address=f"{plant.production.id}/1600000000.000100")
    (posted,) = plant.slack.messages(plant.production)
    assert posted.thread_ts is None


async def test_card_that_somebody_deleted_is_posted_anew(plant: Plant) -> None:
    zhang = plant.person("zhang")
    message = await plant.post(card())
    await zhang.deletes(plant.slack.messages(plant.production)[0])
    again = await plant.post(card("Still burning"), standing=message)
    (posted,) = plant.slack.messages(plant.production)
    assert again == f"{plant.production.id}/{posted.ts}" != message


async def test_person_gets_a_direct_message_and_its_edit(plant: Plant) -> None:
    zhang = plant.person("zhang")
    message = await plant.post(card("Please take over"), address=zhang.id, room=RoomId("@zhang"))
    await plant.post(card("Taken over"), standing=message, address=zhang.id, room=RoomId("@zhang"))
    (posted,) = zhang.direct
    assert "Taken over" in posted.text
    assert message == f"{zhang.dm.id}/{posted.ts}"


async def test_command_card_is_pinned_and_a_full_board_stops_nothing(plant: Plant) -> None:
    await plant.post(card(), pin=True)
    plant.slack.fail_next("pins.add", "too_many_pins")
    await plant.post(card("second"), "other", pin=True)
    assert len(plant.slack.messages(plant.production)) == 2
    assert len(plant.slack.pins[plant.production.id]) == 1


async def test_photo_hangs_under_its_message(plant: Plant, photo: bytes) -> None:
    file = await plant.store.files.keep(photo, "image/jpeg", "roof.jpg")
    await plant.post(card(files=(file,)))
    first, second = plant.slack.messages(plant.production)
    assert second.thread_ts == first.ts
    assert [sent.content for sent in second.files] == [photo]


async def test_a_file_of_a_drill_says_so_first_and_last(plant: Plant, photo: bytes) -> None:
    file = await plant.store.files.keep(photo, "image/jpeg", "roof.jpg")
    await plant.post(replace(card(files=(file,)), kind="drill"))
    (sent,) = plant.slack.messages(plant.production)[-1].files
    assert sent.name == "DRILL-演练-roof-演练-DRILL.jpg"


async def test_file_that_cannot_be_sent_leaves_the_message_where_it_is(plant: Plant, photo: bytes) -> None:
    file = await plant.store.files.keep(photo, "image/jpeg")
    await plant.store.files.destroy(file)
    await plant.post(card(files=(file,)))
    other = await plant.store.files.keep(photo + b"\0", "image/jpeg")
    plant.slack.fail_next("files.getUploadURLExternal", "file_uploads_disabled")
    await plant.post(card(files=(other,)), "other")
    assert len(plant.slack.messages(plant.production)) == 2


async def test_public_channel_is_joined_with_the_first_message(plant: Plant) -> None:
    plant.production.members.remove(plant.slack.bot_user_id)
    await plant.post(card())
    assert plant.slack.bot_user_id in plant.production.members
    assert len(plant.slack.messages(plant.production)) == 1


async def test_card_is_edited_where_the_app_was_put_out_of_a_public_channel(plant: Plant) -> None:
    message = await plant.post(card())
    plant.production.members.remove(plant.slack.bot_user_id)
    assert await plant.post(card("Still burning"), standing=message) == message
    (posted,) = plant.slack.messages(plant.production)
    assert "Still burning" in posted.text


@pytest.mark.parametrize("what", ["archived", "deleted", "outside"])
async def test_room_that_is_gone_takes_nothing_ever(plant: Plant, what: str) -> None:
    zhang = plant.person("zhang")
    if what == "archived":
        await zhang.archives(plant.production)
    elif what == "deleted":
        await zhang.deletes_channel(plant.production)
    else:
        plant.production.private = True
        plant.production.members.remove(plant.slack.bot_user_id)
    with pytest.raises(Undeliverable):
        await plant.post(card())


async def test_somebody_who_left_the_company_gets_nothing(plant: Plant) -> None:
    with pytest.raises(Undeliverable):
        await plant.post(card(), address="U0GONE")


async def test_deactivated_account_gets_nothing_though_slack_would_take_it(plant: Plant) -> None:
    async with plant.open_door() as gate:
        await plant.until(lambda: plant.slack.called("users.list") or None)
        zhang = plant.person("zhang")
        await zhang.changes(deleted=True)
        await plant.hears(gate.kept[-1])
        with pytest.raises(Undeliverable):
            await plant.post(card(), address=zhang.id, room=RoomId("@zhang"))
        assert zhang.direct == []
        await zhang.changes(deleted=False)
        await plant.post(card(), address=zhang.id, room=RoomId("@zhang"))
        assert len(zhang.direct) == 1


async def test_throttled_message_waits_as_long_as_slack_says(plant: Plant) -> None:
    plant.slack.fail_next("chat.postMessage", "ratelimited", retry_after=17)
    with pytest.raises(RetryLater) as waits:
        await plant.post(card())
    assert waits.value.after == 17


async def test_revoked_token_is_said_once_and_tried_again_after_a_minute(
    plant: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    plant.slack.revoked = True
    for _ in range(3):
        with pytest.raises(RetryLater) as waits:
            await plant.post(card())
        assert waits.value.after == 60
    assert capsys.readouterr().out.count("slack.not_let_in") == 1

    plant.slack.revoked = False
    await plant.post(card())


async def test_slack_out_of_reach_means_not_sent(plant: Plant) -> None:
    await plant.slack.goes_away()
    with pytest.raises(RetryLater):
        await plant.post(card())


@pytest.mark.parametrize("error", ["fatal_error", "internal_error"])
async def test_halfway_error_leaves_open_whether_it_was_sent(plant: Plant, error: str) -> None:
    plant.slack.fail_next("chat.postMessage", error)
    with pytest.raises(Unknown):
        await plant.post(card())


async def test_server_in_trouble_may_have_sent_it_and_one_that_is_away_has_not(plant: Plant) -> None:
    plant.slack.fail_next("chat.postMessage", "bad_gateway", status=502)
    with pytest.raises(Unknown):
        await plant.post(card())
    plant.slack.fail_next("chat.postMessage", "unavailable", status=503)
    with pytest.raises(RetryLater):
        await plant.post(card())


@pytest.mark.parametrize("accepted", [True, False])
async def test_after_a_lost_answer_the_message_stands_once(plant: Plant, *, accepted: bool) -> None:
    tried_at = plant.store.clock.now()
    plant.slack.drop_next("chat.postMessage", accepted=accepted)
    with pytest.raises(Unknown):
        await plant.post(card())
    message = await plant.post(card(), tried_at=tried_at)
    (posted,) = plant.slack.messages(plant.production)
    assert message == f"{plant.production.id}/{posted.ts}"


async def test_lost_answer_of_a_card_that_is_posted_anew(plant: Plant) -> None:
    zhang = plant.person("zhang")
    message = await plant.post(card())
    await zhang.deletes(plant.slack.messages(plant.production)[0])
    tried_at = plant.store.clock.now()
    plant.slack.drop_next("chat.postMessage", accepted=True)
    with pytest.raises(Unknown):
        await plant.post(card("Still burning", revision=2), standing=message)
    again = await plant.post(card("Still burning", revision=2), standing=message, tried_at=tried_at)
    (posted,) = plant.slack.messages(plant.production)
    assert again == f"{plant.production.id}/{posted.ts}"


async def test_lost_answer_in_a_thread_and_in_direct_messages(plant: Plant) -> None:
    zhang = plant.person("zhang")
    tried_at = plant.store.clock.now() - timedelta(seconds=5)
    parent = await plant.post(card())
    reply = await plant.post(card("late"), "late", thread_address=parent)
    assert await plant.post(card("late"), "late", thread_address=parent, tried_at=tried_at) == reply
    direct = await plant.post(card("call"), "call", address=zhang.id)
    assert await plant.post(card("call"), "call", address=zhang.id, tried_at=tried_at) == direct


async def test_lost_answer_is_found_among_many_messages_and_its_files_are_sent_once(plant: Plant, photo: bytes) -> None:
    file = await plant.store.files.keep(photo, "image/jpeg")
    tried_at = plant.store.clock.now()
    message = await plant.post(card(files=(file,)), "wanted")
    for number in range(120):
        await plant.post(card(), f"other/{number}")
    assert await plant.post(card(files=(file,)), "wanted", tried_at=tried_at) == message
    assert len(plant.slack.messages(plant.production)) == 122


async def test_card_that_changed_while_nobody_knew_shows_its_last_state(plant: Plant) -> None:
    tried_at = plant.store.clock.now()
    plant.slack.drop_next("chat.postMessage", accepted=True)
    with pytest.raises(Unknown):
        await plant.post(card("Fire", revision=1))
    message = await plant.post(card("Fire, out", revision=2), tried_at=tried_at)
    (posted,) = plant.slack.messages(plant.production)
    assert message == f"{plant.production.id}/{posted.ts}"
    assert "out" in posted.text


async def test_search_under_a_card_that_is_gone_loses_no_message(plant: Plant) -> None:
    gone = f"{plant.production.id}/1600000000.000100"
    tried_at = plant.store.clock.now()
    message = await plant.post(card("Task late"), "late", thread_address=gone, tried_at=tried_at)
    assert await plant.post(card("Task late"), "late", thread_address=gone, tried_at=tried_at) == message
    assert len(plant.slack.messages(plant.production)) == 1


async def test_search_finds_no_other_message_than_its_own(plant: Plant) -> None:
    tried_at = plant.store.clock.now()
    await plant.post(card(), "one", tried_at=tried_at)
    await plant.post(card(), "another", tried_at=tried_at)
    assert len(plant.slack.messages(plant.production)) == 2


async def test_words_of_people_call_nobody_and_mean_nothing(plant: Plant) -> None:
    zhang = plant.person("zhang")
    rough = f"<!channel> <@{zhang.id}> <b>&amp; *bold* _it_ `x` :fire: <https://x.example|y>"
    await plant.post(
        card(
            rough,
            lead=(same(rough),),
            lines=(Line(same(rough), "late", same(rough)),),
            telephones=(Telephone(same(rough), "138 0000"), Telephone(same("x"), "—")),
            links=(Link(same(rough), "event/<b>|EV 1"),),
            buttons=(Button("task.done", same(rough), EVENT, confirm=same(rough)),),
            foot=same(rough),
        ),
        language="both",
    )
    (posted,) = plant.slack.messages(plant.production)
    assert rough in posted.text
    assert plant.slack.notified == []


async def test_room_of_an_event_is_made_with_its_people(plant: Plant) -> None:
    zhang, sun = plant.person("zhang"), plant.person("sun")
    room = OpenRoom(RoomId("EV-2026-0001"), EVENT, Words("火灾 · 3号车间", "Fire · Workshop 3"), (PersonId("zhang"),))
    made = await plant.adapter.deliver(Entering(room, "EV-2026-0001", (zhang.id, sun.id)))

    channel = plant.slack.named("ev-2026-0001-火灾-3号车间")
    assert made.message == channel.id
    assert channel.private
    assert {zhang.id, sun.id} <= set(channel.members)
    assert "【紧急】" in channel.topic

    again = await plant.adapter.deliver(Entering(room, "EV-2026-0001", (zhang.id,)))
    assert again.message == channel.id

    wei = plant.person("wei")
    invite = Invite(RoomId("EV-2026-0001"), (PersonId("wei"),))
    await plant.adapter.deliver(Entering(invite, channel.id, (wei.id, zhang.id)))
    await plant.adapter.deliver(Entering(invite, channel.id, (wei.id,)))
    assert wei.id in channel.members


async def test_name_that_others_took_gets_a_number(plant: Plant) -> None:
    plant.slack.channel("drill-演练-dr-2026-0001-演练-drill", [plant.person("zhang")], bot=True)
    name = Words("【演练】DR-2026-0001【演练】", "DRILL DR-2026-0001 DRILL")
    room = OpenRoom(RoomId("DR-2026-0001"), EventId("DR-2026-0001"), name, ())
    plant.slack.fail_next("conversations.setTopic", "too_long")
    made = await plant.adapter.deliver(Entering(room, "", ()))
    assert made.message == plant.slack.named("drill-演练-dr-2026-0001-演练-drill-2").id


async def test_a_room_of_a_drill_is_one_first_and_last_however_long_its_name(plant: Plant) -> None:
    title, english = (
        "车间与仓库之间的通道起火并伴有浓烟" * 6,
        "fire with smoke between the workshop and the warehouse " * 6,
    )
    name = Words(f"【演练】DR-2026-0001 {title}【演练】", f"DRILL DR-2026-0001 {english} DRILL")
    made = await plant.adapter.deliver(
        Entering(OpenRoom(RoomId("DR-2026-0001"), EventId("DR-2026-0001"), name, ()), "", ())
    )
    channel = next(each for each in plant.slack.channels.values() if each.id == made.message)
    assert channel.name.startswith("drill-演练-dr-2026-0001")
    assert channel.name.endswith("-drill")
    assert channel.topic.startswith("【演练】")
    assert channel.topic.endswith("DRILL")


async def test_room_stands_though_somebody_may_not_come_in(plant: Plant) -> None:
    plant.slack.fail_next("conversations.invite", "user_is_restricted")
    room = OpenRoom(RoomId("EV-2026-0001"), EVENT, same("EV-2026-0001 x"), ())
    made = await plant.adapter.deliver(Entering(room, "", (plant.person("zhang").id,)))
    assert made.message == plant.slack.named("ev-2026-0001-x").id


async def test_nobody_may_make_rooms(plant: Plant) -> None:
    plant.slack.fail_next("conversations.create", "restricted_action")
    room = OpenRoom(RoomId("EV-2026-0001"), EVENT, same("x"), ())
    with pytest.raises(Undeliverable):
        await plant.adapter.deliver(Entering(room, "", ()))
    plant.slack.fail_next("conversations.create", "name_taken", times=5)
    with pytest.raises(Undeliverable):
        await plant.adapter.deliver(Entering(room, "", ()))
    channel = plant.slack.channel("closed")
    plant.slack.fail_next("conversations.invite", "is_archived")
    with pytest.raises(Undeliverable):
        await plant.adapter.deliver(Entering(Invite(RoomId("x"), ()), channel.id, (plant.person("zhang").id,)))


async def test_budget_is_one_message_a_second_in_each_channel(plant: Plant, slack: FakeSlack) -> None:
    (budget,) = plant.adapter.budgets("C1")
    assert (budget.name, budget.count, budget.seconds, budget.edits_every) == ("channel/C1", 1, 1.0, 1.0)


async def test_edit_that_is_refused_for_good(plant: Plant) -> None:
    message = await plant.post(card())
    plant.slack.fail_next("chat.update", "is_archived")
    with pytest.raises(Undeliverable):
        await plant.post(card(), standing=message)


async def test_channel_that_is_listed_far_behind_is_found(plant: Plant) -> None:
    zhang = plant.person("zhang")
    for number in range(450):
        plant.slack.channel(f"old-{number}", [zhang])
    room = OpenRoom(RoomId("EV-2026-0001"), EVENT, same("EV-2026-0001 x"), ())
    first = await plant.adapter.deliver(Entering(room, "", ()))
    again = await plant.adapter.deliver(Entering(room, "", ()))
    assert first == again


async def test_closed_adapter_sends_nothing(plant: Plant) -> None:
    await plant.adapter.close()
    with pytest.raises(RetryLater):
        await plant.post(card())
