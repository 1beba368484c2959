"""What people say is the record: talk, 收到, photos, edits and deletions, late notes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.domain.entries_talk import Deleted, Edited, FileKept, Noted, Said
from bot.domain.ids import DepartmentId
from tests.stories.town import START

if TYPE_CHECKING:
    from tests.stories.town import Town

pytestmark = pytest.mark.in_turn


async def said(town: Town) -> list[Said]:
    return [entry.payload for entry in await town.record() if isinstance(entry.payload, Said)]


async def test_what_is_said_in_the_command_room_and_under_cards_is_kept(town: Town) -> None:
    xu, lin, chen, zhu = town.people("xu", "lin", "chen", "zhu")
    await xu.says("/report fire Workshop 3")
    await chen.says("所有人从西门走", town.command.id)
    await lin.says("供应商电话占线", "purchasing", under=f"{town.newest}/purchasing")
    await lin.says("再打一次", "purchasing")
    await zhu.says("午饭吃什么", "admins")
    await lin.says("我在路上", under=town.person("lin").direct.messages[0].key)
    kept = await said(town)
    assert [each.words for each in kept] == [
        "/report fire Workshop 3",
        "所有人从西门走",
        "供应商电话占线",
        "再打一次",
        "我在路上",
    ]
    assert [each.department for each in kept][1:] == ["command_group", "purchasing", "purchasing", "purchasing"]
    assert kept[2].room_name.en
    assert kept[1].room_name.en == "Command room of EV-2026-0001"
    assert kept[4].room_name.en == "Direct messages with Lin Xiao"


async def test_talk_while_nothing_is_open_is_nobodys_business(town: Town) -> None:
    (lin,) = town.people("lin")
    (await lin.says("早上好", "purchasing")).kept()
    assert (await lin.says("收到", "purchasing")).words == ""


async def test_plain_got_it_acknowledges_and_is_kept_as_said_too(town: Town) -> None:
    xu, lin, zhang, wu, huang = town.people("xu", "lin", "zhang", "wu", "huang")
    await xu.says("/report fire Workshop 3")
    (await lin.says("好的，收到！", "purchasing")).says("Recorded")
    assert (await town.task("ready-supplies")).status == "acknowledged"
    await zhang.says("OK", "production", under=f"{town.newest}/production")
    assert all(task.status == "acknowledged" for task in (await town.event()).of_department(DepartmentId("production")))
    (await wu.says("Got it", under=wu.direct.messages[0].key)).says("Recorded")
    assert (await town.task("cut-energy")).status == "acknowledged"
    (await huang.says("roger")).says("Recorded")
    assert (await town.task("expected-list")).status == "acknowledged"
    assert [each.words for each in await said(town)][1:] == ["好的，收到！", "OK", "Got it", "roger"]


@pytest.mark.on("sqlite", "postgres", "slack", "telegram")  # the built-in chat shows a room to its own people alone
async def test_got_it_from_somebody_else_is_kept_as_seen(town: Town) -> None:
    xu, zhu = town.people("xu", "zhu")
    await xu.says("/report fire Workshop 3")
    (await zhu.says("收到", "purchasing")).says("still has to answer")
    assert (await town.task("ready-supplies")).status == "waiting"


async def test_a_sentence_with_got_it_in_it_acknowledges_nothing(town: Town) -> None:
    xu, lin = town.people("xu", "lin")
    await xu.says("/report fire Workshop 3")
    await lin.says("收到货了没有？", "purchasing")
    assert (await town.task("ready-supplies")).status == "waiting"


@pytest.mark.on("sqlite", "postgres", "web")  # no platform tells of a change to what it never had
async def test_an_edit_and_a_deletion_are_entries_and_the_old_text_stays(town: Town) -> None:
    xu, lin, zhu = town.people("xu", "lin", "zhu")
    await xu.says("/report fire Workshop 3")
    await lin.says("收到", "purchasing", message="m-1")
    for words in ("收到", "没收到", "没收到"):
        await lin.edits("purchasing", "m-1", words)
    await lin.deletes("purchasing", "m-1")
    await zhu.edits("purchasing", "never-kept", "x")
    await zhu.deletes("purchasing", "never-kept")
    edited = [entry.payload for entry in await town.record() if isinstance(entry.payload, Edited | Deleted)]
    assert [each.kind for each in edited] == ["message.edited", "message.deleted"]
    assert isinstance(edited[0], Edited)
    assert edited[0].words == "没收到"
    assert (await said(town))[-1].words == "收到"
    assert (await town.task("ready-supplies")).status == "acknowledged"


async def test_a_late_note_is_marked_as_such(town: Town) -> None:
    xu, chen = town.people("xu", "chen")
    await xu.says("/report fire Workshop 3")
    await town.passes(minutes=30)
    late = await chen.says("/note at 14:05 Fire engine arrived", town.command.id)
    late.says("14:05", "14:30")
    await chen.says("/记录：14：10 伤员送医", town.command.id)
    await chen.says("/note 23:50 watchman heard a bang", town.command.id)
    await chen.says("/note 03-04 18:00 tank was filled", town.command.id)
    await chen.says("/note smoke is gone", town.command.id)
    (await chen.says("/note 25:99 nonsense", town.command.id)).refused("25:99")
    (await chen.says("/note 14:05", town.command.id)).refused()
    asked = await chen.says("/note", town.command.id)
    assert asked.form.id == "note.add"
    await chen.says("/note the gate as it looks now", town.command.id, files=(await town.photo(),))
    record = await town.record()
    assert len([entry for entry in record if isinstance(entry.payload, FileKept)]) == 1
    notes = [entry for entry in record if isinstance(entry.payload, Noted)]
    assert [(entry.at - START) / timedelta(minutes=1) for entry in notes] == [5, 10, -850, -1200, 30, 30]
    assert [entry.late for entry in notes] == [True, True, True, True, False, False]


async def test_a_photo_under_a_card_belongs_to_the_task_that_wants_one(town: Town) -> None:
    xu, lin = town.people("xu", "lin")
    await xu.says("/report fire Workshop 3")
    photo = await town.photo()
    await lin.says("", "purchasing", under=f"{town.newest}/purchasing", files=(photo,))
    kept = [entry.payload for entry in await town.record() if isinstance(entry.payload, FileKept)]
    assert (kept[0].task, kept[0].media_type) == ("ready-supplies", "image/jpeg")
    assert kept[0].size > 0
    assert (kept[0].name or "").endswith(".jpg")
    assert (await town.task("ready-supplies")).given == ()


async def test_words_said_in_the_command_room_are_part_of_it(town: Town) -> None:
    xu, chen = town.people("xu", "chen")
    await xu.says("/report fire Workshop 3")
    await chen.says("/status", town.command.id)
    await chen.says("/stauts", town.command.id)
    assert [each.words for each in await said(town)][1:] == ["/status", "/stauts"]
