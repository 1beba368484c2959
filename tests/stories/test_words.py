"""Each word a person can say, as they say it and as it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.chat.card import Choice
from bot.domain.ids import PersonId
from bot.plays.stage import Gives
from tests.stories.town import COMMAND, Somebody

if TYPE_CHECKING:
    from tests.stories.town import Town

pytestmark = pytest.mark.in_turn


async def test_help_shows_only_what_this_person_may_do(town: Town) -> None:
    worker, leader, auditor = town.people("xu", "chen", "qin")
    shown = await worker.says("/help")
    shown.says("/报险情 3号车间起火", "/report fire Workshop 3", "/status", "/帮助")
    assert "/standdown" not in shown.words
    assert "/level" not in shown.words
    (await leader.says("／帮助")).says("/standdown", "/level", "/handover", "/falsealarm")
    reading = await auditor.says("/help")
    reading.says("/report", "/record")
    assert "/note" not in reading.words
    await worker.says("/report fire Workshop 3")
    (await worker.says("/help")).says("/merge")


async def test_a_mistyped_word_is_answered_with_the_nearest_and_an_example(town: Town) -> None:
    (xu,) = town.people("xu")
    (await xu.says("/repot fire")).refused("/报险情 3号车间起火", "/report fire Workshop 3")
    (await xu.says("/xyzzy")).refused("/help", "/帮助")


async def test_contacts_are_one_tap_away(town: Town) -> None:
    xu, auditor = town.people("xu", "qin")
    (await xu.says("/contacts")).says("119", "120", "8001", "138 0000 0061")
    (await xu.says("/联络 采购部")).says("Lin Xiao", "138 0000 0061", "8161")
    (await auditor.says("/contacts fire")).says("119")
    (await xu.says("/contacts nobody-like-this")).says("nobody-like-this")


async def test_myrole_tells_roles_stand_ins_and_tasks(town: Town) -> None:
    xu, wei, lin = town.people("xu", "wei", "lin")
    await xu.says("/report fire Workshop 3")
    (await lin.says("/myrole")).says("Head of purchasing", "Lin Xiao, Wei Min", "Fire", "EV-2026-0001")
    (await wei.says("/职责")).says("stand-in number 1")
    (await xu.says("/myrole")).says("You hold no emergency role")


async def test_language_is_each_persons_own(town: Town) -> None:
    (lin,) = town.people("lin")
    assert (await lin.says("/lang en")).words.splitlines()[0] == "From now on you get English."
    assert (await lin.says("/语言 中文")).words.splitlines()[0] == "今后用中文与您联系。"
    asked = await lin.says("/lang")
    assert isinstance(asked.form.fields[0], Choice)
    await lin.says("/lang", gives=Gives(more={"language": "en"}))
    (await lin.says("/lang klingon")).refused("/lang en")


async def test_the_record_is_one_tap_away_for_those_who_may_read_it(town: Town) -> None:
    xu, lin, zhu, auditor = town.people("xu", "lin", "zhu", "qin")
    (await lin.says("/record")).refused("No event is open")
    await xu.says("/report fire Workshop 3")
    shown = await lin.says("/实施记录")
    assert shown.reply.link is not None
    assert shown.reply.link.path == "record/EV-2026-0001"
    assert shown.reply.card is not None
    assert [link.path for link in shown.reply.card.links][1:] == [
        "record/EV-2026-0001.docx?lang=zh",
        "record/EV-2026-0001.docx?lang=en",
        "record/EV-2026-0001.docx?lang=both",
    ]
    (await auditor.presses("record.open", on=COMMAND)).kept()
    (await zhu.says("/record")).refused()


async def test_status_and_tasks_tell_what_is_open(town: Town) -> None:
    xu, lin = town.people("xu", "lin")
    (await lin.says("/status")).says("No event is open")
    (await lin.says("/tasks")).says("No task is open")
    await xu.says("/report fire Workshop 3")
    (await lin.says("/状态")).says("Fire", "Workshop 3", "Chen Jianguo")
    (await lin.says("/tasks")).says("reserve suppliers", "EV-2026-0001")
    (await lin.says("/任务 office")).says("6 tasks to do")
    (await xu.says("/tasks nonsense")).says("No task is open")


async def test_a_report_with_no_word_of_a_playbook_opens_the_general_one_and_keeps_the_text(town: Town) -> None:
    (xu,) = town.people("xu")
    (await xu.says("/report strange smell by the canteen")).says("EV-2026-0001")
    event = await town.event()
    assert (event.playbook, event.place.en) == ("general", "Canteen")
    first = next(entry.payload for entry in await town.record() if entry.payload.kind == "message.said")
    assert getattr(first, "words", "") == "/report strange smell by the canteen"


async def test_a_tile_with_several_playbooks_asks_which(town: Town) -> None:
    (xu,) = town.people("xu")
    opened = await xu.says("/report", gives=Gives(more={"tile": "weather", "playbook": "typhoon"}))
    opened.says("EV-2026-0001")
    assert (await town.event()).playbook == "typhoon"
    unknown = await xu.says("/report", gives=Gives(more={"tile": "weather", "playbook": "flood"}))
    unknown.says("EV-2026-0002")


async def test_the_auditor_reads_and_changes_nothing(town: Town) -> None:
    xu, auditor = town.people("xu", "qin")
    await xu.says("/report fire Workshop 3")
    for words in ("/note x", "/level company", "/standdown", "/falsealarm x", "/fact hurt none"):
        (await auditor.says(words, town.command.id)).refused()
    (await auditor.presses("task.acknowledge", on="purchasing")).refused()
    (await auditor.says("/status")).says("EV-2026-0001")
    (await auditor.says("/report fire Workshop 1")).says("EV-2026-0002")


@pytest.mark.parametrize("name", ["chen", "Chen Jianguo", "陈建国", "chen jian", "@chen"])
async def test_a_person_is_named_by_id_or_name(name: str, town: Town) -> None:
    xu, guo = town.people("xu", "guo")
    await xu.says("/report fire Workshop 3")
    await town.person("chen").says("/handover guo")
    assert (await guo.says(f"/handover {name}")).says("Chen Jianguo")


async def test_a_name_that_fits_two_people_is_asked_in_full(town: Town) -> None:
    xu, chen = town.people("xu", "chen")
    await xu.says("/report fire Workshop 3")
    (await chen.says("/handover z")).refused("Zhang Wei", "Zhao Min")


async def test_a_form_of_a_card_that_has_gone_is_refused_kindly(town: Town) -> None:
    (xu,) = town.people("xu")
    await xu.says("/report fire Workshop 3")
    somebody = Somebody(town, PersonId("lin"))
    form = (await somebody.says("/note", town.command.id)).form
    assert form.submit
    (await somebody.says("/lang", gives=Gives(more={"language": "zh"}))).kept()
