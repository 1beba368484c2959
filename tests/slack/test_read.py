"""The way in: what somebody does on Slack, and what the house understands of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.slack import hearing, people
from bot.adapters.slack.client import SlackClient
from bot.chat.card import Button
from bot.chat.inbound import Account, DeletedMessage, EditedMessage, Inbound, Pressed, Raw, Said, Submitted
from bot.domain.ids import EventId, PersonId
from bot.errors import RetryLater, Undeliverable, Unreadable
from bot.store import tables
from bot.store.work import Work
from bot.text import same
from handlers import house_router
from tests.slack.fake import BOT_TOKEN
from tests.slack.plant import Gate, Plant, card

EVENT = EventId("EV-2026-0001")
NOW = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)


@pytest.fixture
async def gate(plant: Plant) -> AsyncIterator[Gate]:
    """What the adapter has stored."""
    async with plant.open_door() as gate:
        yield gate


async def last(plant: Plant, gate: Gate) -> Inbound | None:
    return await plant.hears(gate.kept[-1])


async def said(plant: Plant, gate: Gate) -> Said:
    heard = await last(plant, gate)
    assert heard is not None
    assert isinstance(heard.what, Said)
    return heard.what


async def test_talk_in_a_department_s_channel(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang", locale="zh-CN")
    message = await zhang.says(plant.production, "3号车间冒烟 & 有人 <受伤>")
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.account == Account("slack", zhang.id, "zhang", "zh", "zhang@ningjiang.example")
    assert heard.room == "production"
    assert heard.what == Said(f"slack/{plant.production.id}/{message.ts}", "3号车间冒烟 & 有人 <受伤>")
    assert gate.kept[-1].chat == plant.production.id


async def test_people_channels_and_links_are_read_as_words(plant: Plant, gate: Gate) -> None:
    zhang, sun = plant.person("zhang"), plant.person("sun")
    await zhang.says(plant.production, f"{sun.mention} see https://example.com/a?b=1&c=2 <!channel>")
    words = (await said(plant, gate)).words
    assert words == "@sun see https://example.com/a?b=1&c=2 <!channel>"


async def test_answer_in_a_thread_names_the_card(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    message = await plant.post(card())

    async def kept(work: Work) -> None:
        row = {"platform": "slack", "room": "production", "key": "EV-2026-0001/production", "message": message}
        numbers = {"revision": 1, "queued_at": work.now, "attempts": 1}
        work.insert(tables.deliveries, row | numbers)

    await plant.store.write(kept)
    (standing,) = plant.slack.messages(plant.production)
    await zhang.says(plant.production, "收到", thread_ts=standing)
    assert (await said(plant, gate)).reply_to == "EV-2026-0001/production"

    other = await zhang.says(plant.production, "and mine?")
    await zhang.says(plant.production, "yours", thread_ts=other)
    assert (await said(plant, gate)).reply_to is None


async def test_photo_is_kept_without_its_position(plant: Plant, gate: Gate, photo: bytes) -> None:
    zhang = plant.person("zhang")
    await zhang.says(plant.production, "报险情 3号车间", files=[photo])
    heard = await said(plant, gate)
    (file,) = heard.files
    content = await plant.store.files.load(file)
    assert content.startswith(b"\xff\xd8\xff")
    assert b"GPS" not in content
    assert content != photo


async def test_file_that_is_not_wanted_is_refused_in_words(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang", locale="zh-CN")
    await zhang.says(plant.production, "look", files=[b"\0\1binary" * 100])
    assert (await said(plant, gate)).files == ()
    assert "Files of this type cannot be sent" in zhang.ephemerals[-1].text

    await zhang.says(plant.production, files=[b"x" * 2_000_000])
    assert await last(plant, gate) is None
    assert "1 MB" in zhang.ephemerals[-1].text


async def test_file_slack_does_not_hand_over(plant: Plant, gate: Gate, photo: bytes) -> None:
    zhang = plant.person("zhang")
    await zhang.says(zhang, files=[photo])
    plant.slack.scopes.remove("files:read")
    assert await last(plant, gate) is None
    assert "could not be fetched" in zhang.direct[-1].text


async def test_words_wait_for_their_file_for_twenty_seconds(plant: Plant, gate: Gate, photo: bytes) -> None:
    zhang = plant.person("zhang")
    await zhang.says(zhang, "two sides", files=[photo, photo])
    sent = gate.kept[-1]
    plant.slack.files_away = True
    with pytest.raises(RetryLater):
        await plant.hears(sent)
    heard = await plant.hears(replace(sent, at=sent.at - timedelta(seconds=20)))
    assert heard is not None
    assert isinstance(heard.what, Said)
    assert (heard.what.words, heard.what.files) == ("two sides", ())
    (told,) = zhang.direct
    assert (
        told.text == "请再发一次照片或文件，刚才的没有收到。\nPlease send the photo or file again; it did not arrive."
    )
    plant.slack.files_away = False
    heard = await plant.hears(sent)
    assert heard is not None
    assert isinstance(heard.what, Said)
    assert len(heard.what.files) == 2


async def test_command_waits_for_no_photo(plant: Plant, gate: Gate, photo: bytes) -> None:
    zhang = plant.person("zhang")
    plant.slack.files_away = True
    await zhang.says(plant.production, "／报险情 3号车间起火", files=[photo])
    heard = await said(plant, gate)
    assert (heard.words, heard.files) == ("／报险情 3号车间起火", ())
    assert "did not arrive" in zhang.ephemerals[-1].text


async def test_photo_that_takes_too_long_holds_no_report_up(
    plant: Plant, gate: Gate, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "HURRIED_FOR", 0.0)
    zhang = plant.person("zhang")
    await zhang.says(plant.production, "／报险情 3号车间起火", files=[photo, photo])
    assert (await said(plant, gate)).files == ()
    assert "did not arrive" in zhang.ephemerals[-1].text
    assert len(zhang.ephemerals) == 1


async def test_line_about_a_photo_holds_no_report_up(
    plant: Plant, gate: Gate, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "SOON", 0.0)
    zhang = plant.person("zhang")
    await zhang.says(plant.production, "／报险情 3号车间起火", files=[photo])
    plant.slack.files_away = True
    plant.slack.drop_next("chat.postEphemeral", hang=True)
    async with asyncio.timeout(10):
        assert (await said(plant, gate)).words == "／报险情 3号车间起火"


async def test_form_of_a_report_waits_for_no_photo(plant: Plant, gate: Gate, photo: bytes) -> None:
    from tests.slack.test_answer import FORM, show_form

    zhang = plant.person("zhang")
    filled = {"kind": "b", "place": "Gate 2", "count": "1", "note": "smoke", "photo": [photo]}
    plant.slack.files_away = True
    await zhang.submits(await show_form(plant, gate, zhang), filled)
    with pytest.raises(RetryLater):
        await last(plant, gate)
    await zhang.submits(await show_form(plant, gate, zhang, replace(FORM, id="report.details")), filled)
    heard = await last(plant, gate)
    assert heard is not None
    assert isinstance(heard.what, Submitted)
    assert (heard.what.form, heard.what.values["note"], heard.what.files) == ("report.details", "smoke", {})
    assert "did not arrive" in zhang.ephemerals[-1].text


async def test_file_of_another_company_is_asked_for(plant: Plant, gate: Gate, photo: bytes) -> None:
    visitor = plant.slack.user("Visitor", stranger=True)
    plant.production.members.append(visitor.id)
    await visitor.says(plant.production, "from outside", files=[photo])
    assert len((await said(plant, gate)).files) == 1


@pytest.mark.parametrize("error", ["file_not_found", "file_deleted"])
async def test_file_that_is_gone_takes_no_words_along(plant: Plant, gate: Gate, photo: bytes, error: str) -> None:
    visitor = plant.slack.user("Visitor", stranger=True)
    plant.production.members.append(visitor.id)
    await visitor.says(plant.production, "from outside", files=[photo])
    plant.slack.fail_next("files.info", error)
    heard = await said(plant, gate)
    assert (heard.words, heard.files) == ("from outside", ())
    assert "could not be fetched" in visitor.ephemerals[-1].text


async def test_command_and_its_prefix_and_any_word(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    for command, text, words in (
        ("/report", "fire Workshop 3", "/report fire Workshop 3"),
        ("/tocsin-status", "", "/status"),
        ("/tocsin", "报险情 3号车间起火", "/报险情 3号车间起火"),
        ("/tocsin", "/report fire", "/report fire"),
        ("/tocsin", "", "/"),
    ):
        await zhang.commands(command, text, plant.production)
        assert (await said(plant, gate)).words == words


async def test_command_text_is_text(plant: Plant, gate: Gate) -> None:
    zhang, sun = plant.person("zhang"), plant.person("sun")
    typed = f"<!channel> <@{sun.id}> <b>fire</b> &amp; smoke"
    await zhang.commands("/report", typed, plant.production)
    assert (await said(plant, gate)).words == "/report @channel @sun <b>fire</b> & smoke"


async def test_direct_message_is_the_person_s_room_and_a_stranger_s(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    await zhang.says(zhang, "hello")
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.room == f"@slack:{zhang.id}"
    await plant.link(zhang, "zhang")
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.room == "@zhang"


async def test_event_s_own_channel(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    channel = plant.slack.channel("ev-2026-0001", [zhang])

    async def opened(work: Work) -> None:
        work.insert(tables.addresses, {"platform": "slack", "room": str(EVENT), "address": channel.id})

    await plant.store.write(opened)
    await zhang.says(channel, "fire engine is here")
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.room == EVENT


async def test_channel_that_is_none_of_ours(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    lunch = plant.slack.channel("lunch", [zhang])
    message = await zhang.says(lunch, "noodles?")
    assert await last(plant, gate) is None
    await zhang.edits(message, "rice?")
    assert await last(plant, gate) is None
    await zhang.says(lunch, "／report smoke in the canteen")
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.room == f"slack:{lunch.id}"
    await zhang.commands("/report", "smoke", lunch)
    assert (await said(plant, gate)).words == "/report smoke"


async def test_edit_and_deletion_are_seen(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    message = await zhang.says(plant.production, "two hurt")
    name = f"slack/{plant.production.id}/{message.ts}"
    await zhang.edits(message, "three hurt")
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.what == EditedMessage(name, "three hurt")
    await zhang.deletes(message)
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.what == DeletedMessage(name)
    assert heard.account.account == zhang.id


async def test_press_says_what_its_button_carried(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    more = Button("task.more_time", same("More time"), EVENT, target="t2", more=True)
    down = Button("standdown.ask", same("End"), EVENT, "", 7, PersonId("chen"), "danger", same("Really?"))
    done = Button("task.done", same("Done"), EVENT, target="t1", revision=3, style="primary")
    await plant.post(card(buttons=(done, more, down)))
    (standing,) = plant.slack.messages(plant.production)
    assert [button.label for button in standing.buttons] == ["Done", "End", "More time"]

    await zhang.presses(standing, "Done")
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.what == Pressed("task.done", EVENT, "t1", 3)
    assert heard.room == "production"

    await zhang.presses(standing, "More time")
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.what == Pressed("task.more_time", EVENT, "t2")

    assert await zhang.presses(standing, "End", confirm=False) is None
    await zhang.presses(standing, "End")
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.what == Pressed("standdown.ask", EVENT, "", 7, PersonId("chen"), confirmed=True)


@pytest.mark.parametrize(
    "value",
    [
        '["a","b","\\ud83d",1,null]',
        "x",
        "[]",
        '["a"]',
        "{}",
        '["a","b","c",true,null,2]',
        '["a","b","c","1",null]',
        "[" * 5000,
        "9" * 3000,
    ],
)
async def test_tampered_button_is_a_press_that_nothing_answers_to(plant: Plant, gate: Gate, value: str) -> None:
    zhang = plant.person("zhang")
    await plant.post(card(buttons=(Button("task.done", same("Done"), EVENT),)))
    await zhang.presses(plant.slack.messages(plant.production)[0], "Done", tampered=value)
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.what == Pressed("", EventId(""))


async def test_link_button_and_pages_of_ours_say_nothing(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    await plant.post(card(buttons=(Button("task.done", same("Done"), EVENT),)))
    await zhang.presses(plant.slack.messages(plant.production)[0], "Done", tampered="")
    assert await last(plant, gate) is None
    await zhang.opens_home("messages")
    assert await last(plant, gate) is None


async def test_home_tab_counts_as_a_press(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    await plant.link(zhang, "zhang")
    await zhang.opens_home()
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.what == Pressed("home.show", EventId("HOUSE"))
    assert heard.room == "@zhang"


async def test_only_full_members_are_vouched_for(plant: Plant, gate: Gate) -> None:
    guest = plant.slack.user("guest", email="zhang@ningjiang.example", guest=True)
    visitor = plant.slack.user("visitor", email="sun@ningjiang.example", stranger=True)
    plant.production.members += [guest.id, visitor.id]
    for somebody in (guest, visitor):
        await somebody.says(plant.production, "let me in")
        heard = await last(plant, gate)
        assert heard is not None
        assert heard.account.email == ""

    wei = plant.person("wei")
    await wei.changes(deleted=True)
    assert await last(plant, gate) is None
    await guest.changes(name="still a guest")
    assert await last(plant, gate) is None
    met_at_start = {account.account for account in gate.met}
    assert not met_at_start & {guest.id, visitor.id, wei.id}


async def test_new_colleague_is_met(plant: Plant, gate: Gate) -> None:
    wei = plant.person("wei")
    await wei.joins_team()
    await last(plant, gate)
    assert gate.met[-1].email == "wei@ningjiang.example"
    await wei.changes(locale="zh-CN")
    await last(plant, gate)
    assert gate.met[-1].language == "zh"
    assert await plant.adapter.read(gate.kept[-1]) is None


async def test_what_bots_say_is_not_even_stored(plant: Plant, gate: Gate) -> None:
    bot = plant.slack.user("Deploy", bot=True)
    plant.production.members.append(bot.id)
    await plant.post(card())
    message = await bot.says(plant.production, "/report deployed")
    await bot.edits(message, "deployed twice")
    await bot.deletes(message)
    await plant.person("sun").joins(plant.production)
    await plant.slack.quiet()
    assert gate.kept == []


async def test_somebody_slack_calls_a_bot_is_not_heard(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    plant.slack.accounts[zhang.id].bot = True
    command = {"command": "/report", "text": "x", "user_id": zhang.id, "channel_id": "D1", "trigger_id": "1"}
    assert await plant.hears(raw(command)) is None


async def test_account_slack_does_not_know_is_called_by_what_it_brought(plant: Plant, gate: Gate) -> None:
    command = {"command": "/report", "text": "x", "user_id": "U0NOBODY", "user_name": "nobody", "channel_id": "D1"}
    heard = await plant.hears(raw(command))
    assert heard is not None
    assert heard.account == Account("slack", "U0NOBODY", "nobody")


async def test_form_comes_back_with_what_was_typed_tapped_and_attached(plant: Plant, gate: Gate, photo: bytes) -> None:
    from tests.slack.test_answer import FORM, show_form

    zhang = plant.person("zhang")
    window = await show_form(plant, gate, zhang)
    await zhang.submits(
        window,
        {"kind": "b", "pick-place": "Gate 2", "count": "12.5", "note": "two\nlines", "photo": [photo]},
    )
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.room == "production"
    assert isinstance(heard.what, Submitted)
    assert heard.what.form == FORM.id
    assert heard.what.context == {"event": "EV-2026-0001"}
    assert heard.what.values == {"kind": "b", "place": "Gate 2", "count": "12.5", "note": "two\nlines"}
    assert set(heard.what.files) == {"photo"}


async def test_form_of_somebody_else_is_a_dead_letter(plant: Plant, gate: Gate) -> None:
    view = {"id": "V1", "hash": "h", "private_metadata": "{}"}
    foreign = {"type": "view_submission", "user": {"id": "U1"}, "view": view}
    with pytest.raises(Unreadable):
        await plant.hears(raw(foreign))


@pytest.mark.parametrize("payload", ["[]", "no", '{"type":"shortcut"}', "{}", "[" * 100_000])
async def test_what_nobody_can_read_is_a_dead_letter(plant: Plant, payload: str) -> None:
    with pytest.raises(Unreadable):
        await plant.hears(Raw("slack", "1", "C1", payload, NOW))


async def test_events_nobody_asked_for_say_nothing(plant: Plant) -> None:
    for event in (
        {"type": "reaction_added", "user": "U1"},
        {"type": "message", "channel": "C1", "subtype": "channel_topic", "user": "U1", "ts": "1"},
        {"type": "message", "channel": "C1", "text": "no user", "ts": "1"},
        {
            "type": "message",
            "subtype": "message_changed",
            "channel": "C1",
            "message": {"user": "U1", "text": "a"},
            "previous_message": {"text": "a"},
        },
        {"type": "message", "subtype": "message_deleted", "channel": "C1"},
    ):
        assert await plant.hears(raw({"type": "event_callback", "event": event})) is None


async def test_parent_of_a_thread_that_was_deleted_is_gone(plant: Plant) -> None:
    zhang = plant.person("zhang")
    event = {
        "type": "message",
        "subtype": "message_changed",
        "channel": plant.production.id,
        "message": {"subtype": "tombstone", "user": "USLACKBOT", "ts": "1.2", "text": "This message was deleted."},
        "previous_message": {"user": zhang.id, "ts": "1.2", "text": "two hurt"},
    }
    heard = await plant.hears(raw({"type": "event_callback", "event": event}))
    assert heard is not None
    assert heard.what == DeletedMessage(f"slack/{plant.production.id}/1.2")


async def test_channel_that_was_closed_and_app_that_was_taken_off_are_logged(
    plant: Plant, gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    zhang = plant.person("zhang")
    await zhang.archives(plant.production)
    assert await last(plant, gate) is None
    assert "slack.room_gone" in capsys.readouterr().out
    await plant.slack.revokes()
    assert await last(plant, gate) is None
    assert "slack.revoked" in capsys.readouterr().out


async def test_update_waits_while_slack_cannot_be_asked(plant: Plant, gate: Gate) -> None:
    await plant.slack.wait_for(lambda: any(call.method == "users.list" for call in plant.slack.calls))
    zhang = plant.person("zhang")
    await zhang.says(plant.production, "hello")
    plant.slack.fail_next("users.info", "ratelimited", retry_after=3)
    with pytest.raises(RetryLater):
        await last(plant, gate)
    plant.slack.drop_next("users.info")
    with pytest.raises(RetryLater):
        await last(plant, gate)
    assert await last(plant, gate) is not None
    calls = len(plant.slack.calls)
    assert await last(plant, gate) is not None
    assert len(plant.slack.calls) == calls


async def test_report_of_somebody_known_waits_for_nobody(plant: Plant, gate: Gate) -> None:
    zhang, sun = plant.person("zhang"), plant.person("sun")
    await plant.link(zhang, "zhang")
    plant.slack.fail_next("users.info", "ratelimited", times=9)
    await zhang.commands("/report", f"fire, ask {sun.mention}", plant.production)
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.account == Account("slack", zhang.id, "zhang")
    assert isinstance(heard.what, Said)
    assert heard.what.words == f"/report fire, ask @{sun.id}"


async def test_report_waits_for_no_name_in_it(plant: Plant, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    await plant.until(lambda: plant.slack.called("users.list") or None)
    monkeypatch.setattr(people, "NAMES_WITHIN", 0.0)
    zhang, sun = plant.person("zhang"), plant.person("sun")
    await plant.link(zhang, "zhang")
    plant.slack.drop_next("users.info", hang=True)
    await zhang.commands("/report", f"fire, ask {sun.mention}", plant.production)
    async with asyncio.timeout(10):
        assert (await said(plant, gate)).words == f"/report fire, ask @{sun.id}"


async def test_report_of_a_stranger_waits_its_time_to_hear_who_it_is(plant: Plant, gate: Gate) -> None:
    await plant.until(lambda: plant.slack.called("users.list") or None)
    zhang = plant.person("zhang")
    plant.slack.fail_next("users.info", "ratelimited", times=99)
    for word in ("／report fire", "hello", "报险情：3号车间起火", "险情已解除"):
        await zhang.says(plant.production, word)
    await zhang.commands("/report", "fire", plant.production)
    for sent in gate.kept:
        with pytest.raises(RetryLater):
            await plant.hears(replace(sent, at=plant.store.clock.now()))
    late = [replace(sent, at=sent.at - timedelta(seconds=20)) for sent in gate.kept]
    heard = [await plant.hears(late[at]) for at in (0, 2, 4)]
    assert [each.account for each in heard if each is not None] == [
        Account("slack", zhang.id, zhang.id),
        Account("slack", zhang.id, zhang.id),
        Account("slack", zhang.id, "zhang"),
    ]
    for talk in (late[1], late[3]):
        with pytest.raises(RetryLater):
            await plant.hears(talk)


def test_words_that_report_without_a_slash_are_those_of_the_house() -> None:
    report = next(word for word in house_router().words if word.name == "report")
    assert report.also == hearing.REPORT_WORDS


async def test_people_are_read_on_where_slack_stopped(plant: Plant) -> None:
    for number in range(250):
        plant.slack.user(f"worker {number}")
    client = SlackClient(BOT_TOKEN, plant.slack.base_url)
    known = people.People(client, plant.store.clock)
    try:
        pages = known.everybody()
        first = await anext(pages)
        plant.slack.fail_next("users.list", "ratelimited")
        with pytest.raises(RetryLater):
            await anext(pages)
        rest = [page async for page in known.everybody()]
        pages = known.everybody()
        await anext(pages)
        plant.slack.fail_next("users.list", "invalid_cursor")
        with pytest.raises(Undeliverable):
            await anext(pages)
        again = await anext(known.everybody())
    finally:
        await client.close()
    everybody = [profile.id for page in (first, *rest) for profile in page]
    assert (len(first), len(again)) == (200, 200)
    assert len(everybody) == len(set(everybody)) == len(plant.slack.accounts)


async def test_stranger_is_heard_by_an_app_that_may_not_ask_who_it_is(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    plant.slack.scopes.remove("users:read")
    await zhang.commands("/report", "fire", plant.production)
    heard = await last(plant, gate)
    assert heard is not None
    assert heard.account == Account("slack", zhang.id, "zhang")
    plant.slack.revoked = True
    with pytest.raises(RetryLater):
        await last(plant, gate)


async def test_same_update_twice_is_one_row_and_order_is_as_it_came(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    await zhang.says(plant.production, "one")
    await plant.slack.repeats()
    async with plant.slack.out_of_order():
        await zhang.says(plant.production, "two")
        await zhang.says(plant.production, "three")
    assert len(gate.kept) == 3
    assert len({raw.update for raw in gate.kept}) == 3
    assert {raw.chat for raw in gate.kept} == {plant.production.id}


async def test_message_under_two_names_of_slack_s_is_one_row(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    message = await zhang.says(plant.production, "／报险情 3号车间起火")
    await plant.slack.happens(plant.slack.message_event(message), plant.production)
    assert len(gate.kept) == 1
    await zhang.edits(message, "／报险情 2号车间起火")
    await zhang.deletes(message)
    assert len(gate.kept) == 3


async def test_half_a_character_is_a_question_mark(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    await zhang.says(plant.production, "smoke \ud83d 🔥")
    assert gate.kept[-1].payload.encode()
    assert (await said(plant, gate)).words == "smoke ? 🔥"


def raw(sent: object) -> Raw:
    return Raw("slack", "1", "C1", json.dumps(sent), NOW)
