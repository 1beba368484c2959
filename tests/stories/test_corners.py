"""The less trodden ways: buttons of a form that has grown old, all clears taken back, evidence by photo."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.chat.card import Button, Choice
from bot.domain.commands import Record
from bot.domain.entries_house import HouseNote
from bot.domain.entries_talk import FileKept
from bot.domain.ids import HOUSE, EventId, PlaybookId, RoomId
from bot.domain.parties import SYSTEM
from bot.domain.playbook import Evidence, PlaybookVersion
from bot.errors import Refused
from bot.plays.stage import Gives
from bot.services.acting import act_alone
from bot.text import text
from tests.stories.test_playbooks import do_what_is_asked
from tests.stories.town import COMMAND

if TYPE_CHECKING:
    from bot.store.work import Work
    from tests.stories.town import Town

pytestmark = pytest.mark.in_turn

FIRST = EventId("EV-2026-0001")


def with_photo(version: PlaybookVersion) -> PlaybookVersion:
    """The fire playbook, whose task for purchasing wants a photo."""
    tasks = tuple(
        replace(task, evidence=Evidence("photo")) if task.id == "ready-supplies" else task
        for task in version.playbook.tasks
    )
    return replace(version, playbook=replace(version.playbook, tasks=tasks), digest="with-a-photo")


@pytest.mark.on("sqlite", "postgres", "slack", "telegram")  # the built-in chat shows a room to its own people alone
async def test_a_photo_under_the_card_is_the_evidence_and_is_not_asked_again(town: Town) -> None:
    xu, lin, zhu = town.people("xu", "lin", "zhu")
    fire = PlaybookId("fire")
    town.house.playbooks = {**town.playbooks, fire: with_photo(town.playbooks[fire])}
    await xu.says("/report fire Workshop 3")
    asked = await lin.presses("task.done", on="purchasing")
    assert asked.form.id == "task.evidence"
    photo = await town.photo()
    await zhu.says("", "purchasing", under=f"{FIRST}/purchasing", files=(photo,))
    assert (await town.task("ready-supplies")).given == (), "only those who may answer give evidence"
    await lin.says("", "purchasing", under=f"{FIRST}/purchasing", files=(photo,))
    (await lin.presses("task.done", on="purchasing")).says("Recorded")
    assert (await town.task("ready-supplies")).status == "done"
    assert [entry.payload.task for entry in await town.record() if isinstance(entry.payload, FileKept)] == [
        "ready-supplies",
        "ready-supplies",
    ]
    await lin.says("one more", "purchasing", under=f"{FIRST}/purchasing", files=(photo,))
    assert "file.kept" in await town.kinds()


async def test_a_photo_where_several_tasks_are_open_belongs_to_the_card_alone(town: Town) -> None:
    xu, zhao = town.people("xu", "zhao")
    await xu.says("/report fire Workshop 3")
    photo = await town.photo()
    await zhao.says("", "office", under=f"{FIRST}/office", files=(photo,))
    kept = [entry.payload for entry in await town.record() if isinstance(entry.payload, FileKept)]
    assert kept[0].task is None


async def test_a_photo_in_answer_to_a_call_belongs_to_its_task(town: Town) -> None:
    xu, lin = town.people("xu", "lin")
    await xu.says("/report fire Workshop 3")
    photo = await town.photo()
    await lin.says("", under=lin.direct.messages[0].key, files=(photo,))
    kept = [entry.payload for entry in await town.record() if isinstance(entry.payload, FileKept)]
    assert kept[0].task == "ready-supplies"


async def test_a_photo_goes_with_the_report(town: Town) -> None:
    (xu,) = town.people("xu")
    photo = await town.photo()
    await xu.says("/report fire Workshop 3", files=(photo,))
    assert "file.kept" in await town.kinds()


@pytest.mark.on("sqlite", "postgres", "telegram", "web")  # on Slack nothing is left to press there
async def test_an_all_clear_is_taken_back_by_a_press(town: Town) -> None:
    xu, chen, huang, zhu = town.people("xu", "chen", "huang", "zhu")
    await xu.says("/report fire Workshop 3")
    await do_what_is_asked(town)
    await chen.presses("standdown.ask", on=COMMAND)
    await huang.presses("standdown.clear", on="human_resources")
    assert "human_resources" in (await town.event()).clear
    back = Button("standdown.unclear", text("standdown.unclear"), FIRST, "human_resources")
    (await zhu.presses_button(back, "human_resources")).refused()
    (await huang.presses_button(back, "human_resources")).says("Recorded")
    assert "human_resources" not in (await town.event()).clear


@pytest.mark.on("sqlite", "postgres", "web")  # elsewhere it stands on the Home tab, or is the command
async def test_the_red_button_asks_what_is_happening(town: Town) -> None:
    (xu,) = town.people("xu")
    start = Button("report.start", text("report.title"), EventId(""))
    asked = await xu.presses_button(start)
    assert asked.form.id == "report.what"
    (await xu.presses_button(start, gives=Gives(more={"tile": "fire"}))).says("EV-2026-0001")


async def test_answers_where_nothing_is_left_say_so(town: Town) -> None:
    xu, lin, zhao = town.people("xu", "lin", "zhao")
    await xu.says("/report fire Workshop 3")
    await lin.presses("task.done", on="purchasing")
    for action in ("task.start", "task.done", "task.cannot", "task.more_time", "task.decline"):
        old = Button(action, text("task.done"), FIRST, "purchasing")
        (await lin.presses_button(old, "purchasing")).refused("Nothing is left to do here")
    give = await zhao.presses("task.give", on="office", task="call-fire", gives=Gives(person="tian"))
    give.says("Recorded")


async def test_cannot_and_start_offer_only_tasks_that_can_take_them(town: Town) -> None:
    xu, zhang = town.people("xu", "zhang")
    await xu.says("/report fire Workshop 3")
    await zhang.presses("task.cannot", on="production", task="safe-stop", gives=Gives(reason="no power"))
    form = (await zhang.presses("task.start", on="production", gives=Gives())).form
    assert form.id == "task.pick"
    (await zhang.presses("task.cannot", on="production", gives=Gives(reason="no people"))).says("Recorded")


async def test_talk_in_a_room_of_everybody_belongs_to_the_only_event(town: Town) -> None:
    xu, lin = town.people("xu", "lin")
    await xu.says("/report fire Workshop 3")
    everybody = town.house.room_with("all")
    assert everybody is not None
    await lin.says("收到", everybody.id)
    assert (await town.task("ready-supplies")).status == "waiting", "no department's card stands here"
    await lin.says("ok", everybody.id, under=f"{FIRST}/opened")
    assert (await town.kinds()).count("message.said") == 3


@pytest.mark.on("sqlite", "postgres", "slack", "telegram")  # the built-in chat shows a room to its own people alone
async def test_got_it_where_nothing_waits_says_so_and_calls_for_nobody(town: Town) -> None:
    xu, lin, zhu = town.people("xu", "lin", "zhu")
    await xu.says("/report fire Workshop 3")
    (await zhu.says("收到", "purchasing")).says("Kept that you have seen it")
    (await lin.says("收到", "purchasing")).says("Recorded")
    (await lin.says("收到", "purchasing")).says("acknowledged already")
    assert (await town.task("ready-supplies")).status == "acknowledged"


async def test_an_event_whose_place_nobody_said_is_listed_as_such(town: Town) -> None:
    xu, zhang, chen = town.people("xu", "zhang", "chen")
    await xu.says("/report fire Workshop 3")
    await xu.says("/报险情 停电")
    (await zhang.says("人已齐", "production")).says("place not known yet")
    asked = (await chen.says("/level", gives=Gives())).form.fields[0]
    assert isinstance(asked, Choice)
    title = (await town.event(EventId("EV-2026-0002"))).title
    shown = text("list.event", number="EV-2026-0002", title=title, place=text("place.unknown"))
    assert ("EV-2026-0002", shown) in asked.options


async def test_got_it_in_the_command_room_is_the_command_groups(town: Town) -> None:
    xu, chen, tang = town.people("xu", "chen", "tang")
    await xu.says("/report fire Workshop 3")
    (await tang.says("收到", town.command.id)).says("Recorded")
    await chen.says("收到", town.command.id, under=f"{FIRST}/command")
    assert (await town.event()).command.answer_at is None


async def test_got_it_in_a_direct_message_is_for_everything_one_was_called_for(town: Town) -> None:
    xu, zhao = town.people("xu", "zhao")
    await xu.says("/report fire Workshop 3")
    (await zhao.says("收到")).says("Recorded")
    asked = [task for task in (await town.event()).tasks.values() if task.chain[0].person == "zhao"]
    assert len(asked) > 1
    assert all(task.status == "acknowledged" for task in asked)


async def test_an_assigned_message_to_an_event_that_is_over_is_refused(town: Town) -> None:
    xu, zhang, chen = town.people("xu", "zhang", "chen")
    await xu.says("/report fire Workshop 3")
    await xu.says("/报险情 停电 2号车间")
    asked = await zhang.says("人已齐", "production")
    await chen.says("/falsealarm 1 x")
    await chen.says("/falsealarm #1 烟来自焊接")
    tap = next(button for button in asked.buttons if button.event == FIRST)
    (await zhang.presses_button(tap, "production")).refused("EV-2026-0001")
    other = next(button for button in asked.buttons if button.event != FIRST)
    (await chen.presses_button(other, "production")).says("EV-2026-0002")


@pytest.mark.on("sqlite", "postgres", "web")  # elsewhere nobody can send a form that was not asked
async def test_a_form_without_its_event_where_several_are_open_is_refused(town: Town) -> None:
    xu, chen = town.people("xu", "chen")
    await xu.says("/report fire Workshop 3")
    await xu.says("/报险情 停电 2号车间")
    note = await chen.says("/note", "EV-2026-0001")
    lost = replace(note.form, context={})
    reply = await town.stage.answers(
        chen.id, RoomId("@chen"), replace(note.reply, form=lost), Gives(more={"words": "x"})
    )
    assert not reply.stored


async def test_the_house_keeps_its_own_record_and_takes_no_commands(town: Town) -> None:
    (lin,) = town.people("lin")
    await lin.says("/absent 18:00")
    await lin.says("/absent")
    await lin.says("/back")
    (await lin.says("/不在 魏敏")).says("Wei Min")
    notes = [entry.payload for entry in await town.store.entries(HOUSE)]
    assert [note.what for note in notes if isinstance(note, HouseNote)] == [
        "house.absent_until",
        "house.back",
        "house.absent",
    ]

    async def job(work: Work) -> None:
        await act_alone(work, town.house, HOUSE, Record(SYSTEM, HouseNote("x", {})))

    with pytest.raises(Refused, match="no_event"):
        await town.store.write(job)
