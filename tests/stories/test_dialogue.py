"""A form asked question by question, on a platform that has none."""

from __future__ import annotations

import secrets
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from bot.cards.questions import question_card
from bot.chat.card import Choice, Form, NumberField, Reply, Upload, Written
from bot.chat.inbound import Account, Inbound, Pressed, Said, Submitted
from bot.chat.router import Router
from bot.domain.entries_talk import FileKept
from bot.domain.ids import HOUSE, EventId
from bot.jobs.intake import Intake
from bot.jobs.limiter import Limiter
from bot.services.context import Context
from bot.services.dialogue import read_number
from bot.store import tables
from bot.text import same, text
from handlers.dispatch import handle
from tests.stories.phones import PHONES, Phone, linked, with_phones
from tests.stories.town import Answered

if TYPE_CHECKING:
    from bot.chat.card import FormField
    from bot.chat.inbound import What
    from bot.domain.ids import FileId
    from tests.stories.phones import Phones
    from tests.stories.town import Town

pytestmark = pytest.mark.on("sqlite", "postgres")
"""The second platform is the story's own."""


def _stranger(town: Town, phones: Phones) -> Phone:
    return Phone(town, phones, Account(PHONES, "7", "Xiao", "en"))


async def _open(town: Town) -> int:
    return len(await town.store.rows(select(tables.dialogues.c.account)))


async def test_a_report_is_a_handful_of_taps_and_survives_a_restart_in_the_middle(town: Town) -> None:
    phones = await with_phones(town)
    phone = await linked(town, phones, "lin")
    assert (await phone.says("/report")).reply.text is None
    await phone.taps("dialogue.pick", "Fire")
    await town.restart()
    assert "(1/" in phone.question
    await phone.taps("dialogue.pick", "Workshop 3")
    assert "(2/" in phone.question
    await phone.taps("dialogue.skip")
    (await phone.says("", files=(await town.photo(),))).says("EV-2026-0001", "Workshop 3")
    event = await town.event()
    assert event.place.en == "Workshop 3"
    assert [entry.payload.kind for entry in await town.record() if isinstance(entry.payload, FileKept)] == ["file.kept"]
    assert await _open(town) == 0


async def test_an_answered_question_shows_its_answer_and_has_no_buttons(town: Town) -> None:
    phone = _stranger(town, await with_phones(town))
    await phone.says("/report")
    await phone.taps("dialogue.pick", "Fire")
    first = phone.messages[0]
    assert first.buttons == ()
    assert "Fire" in town.words_of(first)


async def test_send_now_leaves_the_rest_for_later(town: Town) -> None:
    phone = _stranger(town, await with_phones(town))
    await phone.says("/report")
    await phone.taps("dialogue.pick", "Fire")
    await phone.says("东门外")
    (await phone.taps("dialogue.send")).says("EV-2026-0001", "东门外")


async def test_many_options_come_page_by_page(town: Town) -> None:
    places = tuple((f"p{number}", same(f"Place {number}")) for number in range(20))
    form = Form("f", text("report.title"), (Choice("place", text("report.where"), places),), text("ask.send"))
    pages = [
        [
            button.target
            for button in question_card(form, 0, page, "d", town.clock.now()).buttons
            if "pick" in button.action
        ]
        for page in range(3)
    ]
    assert [target for page in pages for target in page] == [f"d/0/{number}" for number in range(20)]
    more = [
        button.target
        for page in range(3)
        for button in question_card(form, 0, page, "d", town.clock.now()).buttons
        if button.action == "dialogue.more"
    ]
    assert more == ["d/0/1", "d/0/2", "d/0/0"]


async def test_the_last_page_leads_back_to_the_first(town: Town) -> None:
    phone = _stranger(town, await with_phones(town))
    await phone.says("/report")
    await phone.taps("dialogue.pick", "Fire")
    first = phone.question
    await phone.taps("dialogue.more")
    assert phone.question != first
    await phone.taps("dialogue.more")
    assert phone.question == first


async def test_an_option_may_be_typed_and_anything_else_is_not_taken_for_one(town: Town) -> None:
    phone = _stranger(town, await with_phones(town))
    await phone.says("/report")
    (await phone.says("dragons")).refused("Tap one of the buttons")
    await phone.says("fire")
    assert "(1/" in phone.question


async def test_a_word_after_a_slash_wins_and_the_question_says_so(town: Town) -> None:
    phone = await linked(town, await with_phones(town), "lin")
    await phone.says("/report")
    old = phone.button("dialogue.pick", "Fire")
    (await phone.says("/help")).says("/report")
    assert "Stopped, because you began something else" in phone.question
    (await phone.presses(old)).refused("this one is over")
    assert await _open(town) == 0


async def test_a_second_form_takes_the_first_ones_place(town: Town) -> None:
    phone = await linked(town, await with_phones(town), "lin")
    await phone.says("/report")
    await phone.says("/lang")
    assert "Stopped" in town.words_of(phone.messages[0])
    (await phone.taps("dialogue.pick", "English")).kept()
    assert await town.store.setting("language/lin") == "en"


async def test_cancelling_sends_nothing(town: Town) -> None:
    phone = _stranger(town, await with_phones(town))
    await phone.says("/report")
    (await phone.taps("dialogue.cancel")).says("Nothing was sent")
    assert await town.store.events() == []


async def test_after_half_an_hour_it_is_void_and_says_so(town: Town) -> None:
    phone = await linked(town, await with_phones(town), "lin")
    await phone.says("/report")
    old = phone.button("dialogue.pick", "Fire")
    await town.passes(minutes=30)
    (await phone.presses(old)).refused("Start again")
    assert "Start again" in phone.question
    await phone.says("/report")
    await town.passes(minutes=31)
    (await phone.says("Fire")).says("Start again")
    assert await town.store.events() == []
    await phone.says("/report")
    await town.passes(minutes=31)
    (await phone.says("/help")).says("/report")


async def test_an_earlier_questions_button_and_one_that_was_tampered_with_do_nothing(town: Town) -> None:
    phone = _stranger(town, await with_phones(town))
    await phone.says("/report")
    await phone.taps("dialogue.pick", "Fire")
    button = phone.button("dialogue.pick", "Workshop 3")
    await phone.presses(button)
    name, _, _ = button.target.split("/")
    place = 1
    for target in (button.target, f"{name}/{place}/999", f"{name}/{place}/x", "", "/", f"{name}/"):
        (await phone.presses(replace(button, target=target))).refused("this one is over")
    (await phone.presses(replace(button, action="dialogue.more", target=f"{name}/{place}/x"))).refused()
    assert "(2/" in phone.question


async def test_in_a_group_the_questions_come_to_the_private_chat(town: Town) -> None:
    phones = await with_phones(town, "purchasing")
    phone = await linked(town, phones, "lin")
    (await phone.says("/report", town.room_of("purchasing"))).says("Answer in our private chat")
    assert "What" in phone.question
    (await phone.says("/report", town.room_of("purchasing"))).says("Answer in our private chat")


async def test_a_dangerous_press_is_asked_once_more(town: Town) -> None:
    phones = await with_phones(town)
    await town.person("xu").says("/report fire Workshop 3")
    event = await town.event()
    assert event.command.holder is not None
    phone = await linked(town, phones, event.command.holder.person)
    await phone.taps("event.false_alarm", room=event.id)
    assert not (await town.event()).over
    (await phone.taps("dialogue.pick")).kept()
    assert (await town.event()).over


async def test_a_photo_that_came_with_the_word_answers_the_question_for_one(town: Town) -> None:
    phone = await linked(town, await with_phones(town), "lin")
    await phone.says("/report")
    (await phone.says("", files=(await town.photo(),))).says("Now answer the question above")
    await phone.taps("dialogue.pick", "Fire")
    await phone.taps("dialogue.pick", "Workshop 3")
    (await phone.taps("dialogue.skip")).says("EV-2026-0001")
    assert any(isinstance(entry.payload, FileKept) for entry in await town.record())


async def test_photos_that_came_early_are_in_the_report_however_it_is_sent(town: Town) -> None:
    phone = await linked(town, await with_phones(town), "lin")
    await phone.says("/report", files=(await town.photo(),))
    await phone.says("", files=(await town.photo(),))
    await phone.taps("dialogue.pick", "Fire")
    (await phone.taps("dialogue.send")).says("EV-2026-0001")
    assert len([entry for entry in await town.record() if isinstance(entry.payload, FileKept)]) == 2


async def test_a_photo_that_no_question_asked_for_is_in_the_record_of_what_was_asked_about(town: Town) -> None:
    phone = await linked(town, await with_phones(town), "lin")
    await town.person("xu").says("/report fire Workshop 3")
    await phone.says("/note", town.command.id)
    (await phone.says("", files=(await town.photo(),))).says("The photo is here")
    await phone.says("smoke at the gate")
    assert [entry.payload.kind for entry in await town.record()][-2:] == ["note.added", "file.kept"]


async def test_a_photo_is_kept_though_its_caption_answers_nothing(town: Town) -> None:
    phone = await linked(town, await with_phones(town), "lin")
    await phone.says("/report")
    (await phone.says("smoke everywhere", files=(await town.photo(),))).says("Now answer the question above")
    await phone.taps("dialogue.pick", "Fire")
    (await phone.taps("dialogue.send")).says("EV-2026-0001")
    assert any(isinstance(entry.payload, FileKept) for entry in await town.record())


async def _photos(town: Town) -> list[str]:
    return [entry.stream for entry in await town.record() if isinstance(entry.payload, FileKept)]


async def test_a_report_takes_along_the_photos_of_the_question_it_takes_the_place_of(town: Town) -> None:
    phones = await with_phones(town, "purchasing")
    phone = await linked(town, phones, "lin")
    for again in ("/report fire Workshop 3", "/report"):
        await phone.says("/report", files=(await town.photo(),))
        await phone.says("", files=(await town.photo(),))
        await phone.says(again)
    await phone.says("/report", town.room_of("purchasing"))
    await phone.taps("dialogue.pick", "Fire")
    (await phone.taps("dialogue.send")).says("EV-2026-0002")
    assert await _photos(town) == ["EV-2026-0002"] * 2
    assert (
        len([entry for entry in await town.record(EventId("EV-2026-0001")) if isinstance(entry.payload, FileKept)]) == 2
    )


async def test_old_photos_go_with_no_new_report(town: Town) -> None:
    phone = await linked(town, await with_phones(town, "purchasing"), "lin")
    await phone.says("/report", files=(await town.photo(),))
    await town.passes(minutes=31)
    await phone.says("/report", town.room_of("purchasing"))
    await phone.taps("dialogue.pick", "Fire")
    await phone.taps("dialogue.send")
    assert await _photos(town) == []


@pytest.mark.parametrize("ends", ["replaced", "run out"])
async def test_a_photo_is_in_the_record_though_the_question_about_its_event_ends(town: Town, ends: str) -> None:
    phone = await linked(town, await with_phones(town), "lin")
    await town.person("xu").says("/report fire Workshop 3")
    await phone.says("/note", town.command.id)
    await phone.says("", files=(await town.photo(),))
    if ends == "run out":
        await town.passes(minutes=31)
    await phone.says("/help")
    assert len(await _photos(town)) == 1


async def test_a_photo_waits_for_the_event_that_a_note_is_meant_for(town: Town) -> None:
    phone = await linked(town, await with_phones(town), "lin")
    for _ in range(2):
        await town.person("xu").says("/report fire Workshop 3")
    for words in ("/note smoke at the gate", "/note"):
        await phone.says(words, files=(await town.photo(),))
        await phone.says("", files=(await town.photo(),))
        await phone.taps("dialogue.pick", "")
    await phone.says("and at the door")
    kept = [
        entry
        for number in (EventId("EV-2026-0001"), EventId("EV-2026-0002"))
        for entry in await town.record(number)
        if isinstance(entry.payload, FileKept)
    ]
    assert len(kept) == 4


async def test_what_answers_a_card_is_no_answer_to_the_question(town: Town) -> None:
    phones = await with_phones(town)
    await town.person("xu").says("/report fire Workshop 3")
    phone = await linked(town, phones, "lin")
    await phone.says("/report")
    await phone.says("on my way", under=f"{town.newest}/purchasing")
    assert await _open(town) == 1
    assert (await town.record())[-1].payload.kind == "message.said"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12", "12"),
        ("３．５", "3.5"),
        ("1,5", "1.5"),
        ("-2", "-2"),
        (" 1 000", "1000"),
        ("1，200", "1200"),
        ("-12,345.6", "-12345.6"),
        ("0,125", "0.125"),
        ("ten", None),
        ("1.2.3", None),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, read: str | None) -> None:
    assert read_number(typed) == read


FIELDS = (
    NumberField("hours", same("How many hours?"), "h"),
    NumberField("people", same("How many people?"), required=False),
    Written("why", same("Why?")),
    Upload("plan", same("The plan"), photo=False, required=True),
)


class Desk:
    """A house whose only word asks for everything a form can ask, on a phone without forms."""

    def __init__(self, town: Town, phones: Phones, fields: tuple[FormField, ...] = FIELDS) -> None:
        self.sent: list[Submitted] = []
        self.town, self.phones = town, phones
        self.phone = _stranger(town, phones)
        router: Router[Context] = Router()
        form = Form("report.test", same("Test"), fields, text("ask.send"), hint=same("A hint"), context={"a": "b"})

        @router.word("report", help_line=text("help.report"), example=text("example.report"))
        async def ask(context: Context) -> Reply:
            return Reply(form=form)

        @router.form("report.test")
        async def take(context: Context) -> Reply:
            assert isinstance(context.inbound.what, Submitted)
            self.sent.append(context.inbound.what)
            return Reply(text("reply.already"))

        answers = partial(handle, router=router)
        self.intake = Intake(town.store, town.house, answers, Limiter(1000, 4000), {PHONES: phones})

    async def does(self, what: What | str, files: tuple[FileId, ...] = ()) -> Answered:
        number = secrets.token_hex(8)
        said = Said(number, what, files=files) if isinstance(what, str) else what
        inbound = Inbound(number, self.phone.account, self.phone.room, said, self.town.clock.now())
        reply = await self.intake.receive(inbound)
        await self.town.quiet()
        return Answered(self.town, reply)

    async def taps(self, action: str) -> Answered:
        button = self.phone.button(action)
        return await self.does(Pressed(button.action, button.event, button.target))


async def test_everything_a_form_asks_can_be_asked_one_by_one(town: Town) -> None:
    desk = Desk(town, await with_phones(town))
    await desk.does("/report")
    assert all(words in desk.phone.question for words in ("(1/4)", "A hint", "How many hours?", "Type a number, in h"))
    (await desk.does("many")).refused("Type a number alone")
    assert not [button for button in desk.phone.messages[-1].buttons if button.action == "dialogue.skip"]
    await desk.does("3,5")
    assert "Type a number." in desk.phone.question
    await desk.taps("dialogue.skip")
    assert "Type your answer" in desk.phone.question
    await desk.does("because")
    assert "Send a file here" in desk.phone.question
    (await desk.does("no idea how")).refused("Send a file here")
    name = desk.phone.button("dialogue.cancel").target
    for action in ("dialogue.send", "dialogue.skip"):
        (await desk.does(Pressed(action, HOUSE, name))).refused("this one is over")
    photo = await town.photo()
    await desk.does("", (photo,))
    assert desk.sent == [Submitted("report.test", {"a": "b"}, {"hours": "3.5", "why": "because"}, {"plan": photo})]
    assert [line for card in desk.phone.messages for line in card.lines]
    assert not [button for card in desk.phone.messages for button in card.buttons]


async def test_a_photo_with_a_caption_is_both_answers(town: Town) -> None:
    fields = (
        Written("why", same("Why?")),
        Upload("photo", same("A photo")),
        Choice("x", same("X"), (("y", same("Y")),)),
    )
    desk = Desk(town, await with_phones(town), fields)
    photo = await town.photo()
    await desk.does("/report")
    await desk.does("because", (photo,))
    assert "(3/3)" in desk.phone.question
    await desk.taps("dialogue.pick")
    assert desk.sent == [Submitted("report.test", {"a": "b"}, {"why": "because", "x": "y"}, {"photo": photo})]


async def test_a_form_that_only_confirms_is_tapped_and_not_typed(town: Town) -> None:
    desk = Desk(town, await with_phones(town), ())
    await desk.does("/report")
    (await desk.does("yes")).refused("Tap one of the buttons")
    await desk.taps("dialogue.pick")
    assert desk.sent == [Submitted("report.test", {"a": "b"}, {})]
