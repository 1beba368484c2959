"""One identity for each person, whatever phone they speak from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.chat.card import Button
from bot.chat.inbound import Account
from bot.domain.entries_house import HouseNote
from bot.domain.ids import HOUSE, PersonId
from bot.errors import Refused
from bot.services.inviting import revoke
from bot.services.linking import new_code
from bot.store import tables
from bot.text import text
from tests.stories.phones import PHONES, Phone, linked, with_phones

if TYPE_CHECKING:
    from bot.store.work import Work
    from bot.text import Language
    from tests.stories.phones import Phones
    from tests.stories.town import Town

pytestmark = pytest.mark.on("sqlite", "postgres")
"""The second platform is the story's own."""


LABEL = text("report.start")


def _phone(town: Town, phones: Phones, account: str = "7", email: str = "") -> Phone:
    return Phone(town, phones, Account(PHONES, account, "Xiao", email=email))


async def _code(town: Town, person: str = "lin") -> str:
    return await town.store.write(lambda work: new_code(work, town.house, PersonId(person)))


async def test_a_code_from_the_built_in_chat_links_a_phone_once_it_is_confirmed_by_name(town: Town) -> None:
    phones = await with_phones(town)
    shown = (await town.person("lin").says("/link")).says("15分钟", "On Telegram").words
    code = shown.split("/link ")[-1].split("\n")[0]
    phone = _phone(town, phones)
    asked = (await phone.says(f"/link {code.lower()}")).says("Lin Xiao", "Purchasing", "采购")
    (await phone.presses(asked.buttons[0])).kept().says("Linked: you are Lin Xiao")
    (await phone.says("/tasks")).says("No task is open")
    notes = [entry.payload for entry in await town.store.entries(HOUSE)]
    assert [note.what for note in notes if isinstance(note, HouseNote)] == ["house.code_made", "house.linked"]
    (await phone.presses(asked.buttons[0])).says("Linked already")
    (await phone.says(f"/link {code}")).refused("used already")


async def test_the_deep_link_is_shown_once_the_bot_is_known(town: Town) -> None:
    await with_phones(town)
    await town.store.write(lambda work: work.put_setting("telegram/bot", "ningjiang_bot"))
    (await town.person("lin").says("/绑定")).says("https://t.me/ningjiang_bot?start=")


async def test_where_there_is_only_the_built_in_chat_there_is_nothing_to_link(town: Town) -> None:
    (await town.person("lin").says("/link")).refused("connect Slack or Telegram first")


async def test_slack_is_named_where_there_is_slack(town: Town) -> None:
    town.house.settings = replace(town.settings, slack=replace(town.settings.slack, bot_token="xoxb"))
    (await town.person("lin").says("/link")).says("On Slack, send: /link")


async def test_codes_that_are_wrong_used_or_run_out_each_get_their_own_sentence(town: Town) -> None:
    phone = _phone(town, await with_phones(town))
    (await phone.says("/link AAAAA-AAAAA")).refused("there is no such code")
    late = await _code(town)
    town.clock.set(town.clock.now() + timedelta(minutes=15))
    (await phone.says(f"/link {late}")).refused("run out")
    mine, other = await _code(town), await _code(town)
    asked = await phone.says(f"/link {mine}")
    (await phone.says(f"/link {other}")).says("Are you Lin Xiao")
    (await phone.presses(asked.buttons[1])).says("Nothing was linked")
    (await phone.presses(asked.buttons[0])).refused("used already")
    (await phone.presses(asked.buttons[1])).refused("used already")
    assert town.store.links.person(PHONES, "7") is None


async def test_whoever_guesses_is_stopped_for_an_hour(town: Town) -> None:
    phone = _phone(town, await with_phones(town))
    for _ in range(10):
        (await phone.says("/link WRONGCODE2")).refused("no such code")
    code = await _code(town)
    (await phone.says(f"/link {code}")).refused("Try again in an hour")
    town.clock.set(town.clock.now() + timedelta(hours=1))
    (await phone.says(f"/link {await _code(town)}")).says("Are you Lin Xiao")


async def test_only_the_account_that_was_asked_confirms_though_others_see_the_question(town: Town) -> None:
    phones = await with_phones(town)
    phone, other = _phone(town, phones), _phone(town, phones, "8")
    asked = (await phone.says(f"/link {await _code(town)}")).says("Are you Lin Xiao")
    for button in asked.buttons:
        (await other.presses(button)).refused("this was asked of another account")
    assert town.store.links.person(PHONES, "8") is None
    (await phone.presses(asked.buttons[0])).kept().says("Linked: you are Lin Xiao")


async def test_a_code_is_shown_once_and_kept_as_a_hash_only(town: Town) -> None:
    await with_phones(town)
    code = (await town.person("lin").says("/link")).says("15分钟").words.split("/link ")[-1].split("\n")[0]
    columns = tables.inbox.c
    kept = await town.store.rows(select(columns.payload, columns.reply))
    assert kept
    assert not [row for row in kept if code in f"{row.payload} {row.reply}"]


async def test_a_code_does_not_take_an_account_from_whoever_has_it(town: Town) -> None:
    phones = await with_phones(town)
    phone = await linked(town, phones, "lin")
    (await phone.says(f"/link {await _code(town, 'xu')}")).refused("this account is Lin Xiao's already")
    (await phone.says(f"/link {await _code(town)}")).kept().says("Linked already")


async def test_a_person_unknown_to_the_company_gets_no_code(town: Town) -> None:
    phone = _phone(town, await with_phones(town))
    code = await _code(town, "lin")
    people = {name: person for name, person in town.house.company.people.items() if name != "lin"}
    town.house.company = replace(town.house.company, people=people)
    (await phone.says(f"/link {code}")).refused("Get a new code")


async def test_an_account_the_platform_vouches_for_is_linked_at_once_and_by_one_person_only(town: Town) -> None:
    phones = await with_phones(town)
    (await _phone(town, phones, "8", email="LIN@ningjiang.example").says("/tasks")).kept()
    assert town.store.links.person(PHONES, "8") == "lin"
    people = {**town.house.company.people, PersonId("lin2"): town.house.company.people[PersonId("lin")]}
    town.house.company = replace(town.house.company, people=people)
    (await _phone(town, phones, "9", email="lin@ningjiang.example").says("/tasks")).refused("Link this account first")
    await town.intake.meet([Account(PHONES, "10", "He", email="he@ningjiang.example"), Account(PHONES, "11", "?")])
    assert town.store.links.person(PHONES, "10") == "he"
    assert town.store.links.person(PHONES, "11") is None


async def test_a_stranger_may_report_and_is_told_in_one_line_how_to_link(town: Town) -> None:
    phone = _phone(town, await with_phones(town, "purchasing"))
    for words in ("/tasks", "hello", "/link", "/nonsense"):
        (await phone.says(words)).refused("Link this account first")
    (await phone.says("/report fire Workshop 3")).says("EV-2026-0001")
    reply = await phone.says("what happened?", town.room_of("purchasing"))
    assert reply.reply.text is None
    (await phone.presses(Button("task.acknowledge", LABEL, HOUSE))).refused("Link this account first")
    (await phone.presses(Button("home.show", LABEL, HOUSE))).says("Link this account first", "Report")
    (await phone.presses(Button("doctor.pressed", LABEL, HOUSE))).says("The button works", "Xiao")


async def test_somebody_who_left_the_company_is_told_whom_to_ask(town: Town) -> None:
    phone = await linked(town, await with_phones(town), "lin")
    company = town.house.company
    left = {name: person for name, person in company.people.items() if name != "lin"}
    town.house.company = replace(company, people=left)
    admins = [person for person in left.values() if person.access == "admin"]
    (await phone.says("/tasks")).refused(f"Ask {admins[0].name.en}")
    town.house.company = replace(company, people={PersonId("xu"): company.people[PersonId("xu")]})
    (await phone.says("/tasks")).refused("one of the company's administrators")


async def test_revoking_takes_every_account_off_and_what_is_vouched_for_comes_back(town: Town) -> None:
    phones = await with_phones(town)
    phone = await linked(town, phones, "lin")
    vouched = _phone(town, phones, "8", email="lin@ningjiang.example")
    await vouched.says("/tasks")
    code = await _code(town)
    assert await town.store.write(lambda work: revoke(work, town.house, PersonId("lin"))) == 2
    assert town.store.links.account(PHONES, PersonId("lin")) is None
    (await phone.says("/tasks")).refused("Link this account first")
    (await phone.says(f"/link {code}")).refused("used already")
    (await vouched.says("/tasks")).kept()


@pytest.mark.on("sqlite")
async def test_an_account_left_behind_gets_nothing_and_is_taken_off_after_its_person_has_gone(town: Town) -> None:
    phones = await with_phones(town)
    await linked(town, phones, "lin")
    await town.person("xu").says("/report fire Workshop 3")
    company = town.house.company
    left = {name: person for name, person in company.people.items() if name != "lin"}
    town.house.company = replace(company, people=left)
    before = len(phones.messages)
    await town.passes(minutes=5)
    assert [message for message in phones.messages[before:] if message.room == "@lin"] == []
    assert await town.store.write(lambda work: revoke(work, town.house, PersonId("lin"))) == 1
    assert town.store.links.person(PHONES, "of-lin") is None
    with pytest.raises(Refused):
        await town.store.write(lambda work: revoke(work, town.house, PersonId("lin")))


async def test_home_shows_my_open_tasks_and_a_button_that_reports(town: Town) -> None:
    phone = await linked(town, await with_phones(town), "lin", language="en")
    home = Button("home.show", LABEL, HOUSE)
    (await phone.presses(home)).says("Report an emergency")
    await town.person("xu").says("/report fire Workshop 3")
    shown = (await phone.presses(home)).says("EV-2026-0001", "Report an emergency")
    await phone.presses(shown.buttons[-1])
    assert "What" in phone.question


async def test_the_language_is_mine_else_my_phones_else_the_lists(town: Town) -> None:
    phones = await with_phones(town)
    phone = await linked(town, phones, "lin")
    languages = select(tables.accounts.c.language)
    await phone.says("/tasks")
    assert await town.store.rows(languages) == [(None,)]
    spoken_one_after_the_other: tuple[Language, ...] = ("en", "zh", "en")
    for spoken in spoken_one_after_the_other:
        phone.account = replace(phone.account, language=spoken)
        await phone.says("/tasks")
        assert await town.store.rows(languages) == [(spoken,)]
        assert town.store.links.language(PHONES, PersonId("lin")) == spoken
    await phone.says("/lang zh")
    await phone.says("/tasks")
    assert await town.store.setting("language/lin") == "zh"


async def test_messages_go_to_the_newest_account_and_to_the_one_before_once_that_is_gone(town: Town) -> None:
    phones = await with_phones(town)
    for account in ("8", "9"):
        await _phone(town, phones, account, email="lin@ningjiang.example").says("/tasks")
    assert town.store.links.account(PHONES, PersonId("lin")) == "9"

    async def lose(work: Work) -> None:
        work.unlink(PHONES, "9")

    await town.store.write(lose)
    assert town.store.links.account(PHONES, PersonId("lin")) == "8"


async def test_nobody_gets_a_code_who_is_not_of_the_company(town: Town) -> None:
    with pytest.raises(Refused):
        await _code(town, "nobody")
