"""What the sender sees at once: forms, messages only they see, windows."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.chat.card import Button, Choice, Form, Link, NumberField, Reply, Upload, Written
from bot.chat.inbound import Inbound, Submitted
from bot.domain.ids import EventId
from bot.text import same
from tests.slack.fake import User
from tests.slack.forms import NotSent
from tests.slack.plant import Gate, Plant, card
from tests.slack.state import Screen

EVENT = EventId("EV-2026-0001")
FORM = Form(
    "task.evidence",
    same("How many machines stand still, and since when exactly?"),
    (
        Choice("kind", same("Kind"), (("a", same("Alpha")), ("b", same("Beta")))),
        Written("place", same("Where?"), suggestions=(same("Gate 1"), same("Gate 2"))),
        NumberField("count", same("Machines"), unit="t"),
        Written("note", same("Note"), required=False, long=True),
        Upload("photo", same("Photo")),
    ),
    same("Send"),
    kind="drill",
    hint=same("It is kept in the record."),
    context={"event": EVENT},
)


@pytest.fixture
async def gate(plant: Plant) -> AsyncIterator[Gate]:
    async with plant.open_door() as gate:
        yield gate


async def answers(plant: Plant, gate: Gate, reply: Reply) -> Inbound:
    """The house has this to say to the last update."""
    raw = gate.kept[-1]
    heard = await plant.hears(raw)
    assert heard is not None
    await plant.adapter.answer(raw, heard, reply, "en")
    return heard


async def show_form(plant: Plant, gate: Gate, user: User, form: Form = FORM) -> Screen:
    await user.commands("/fact", "", plant.production)
    await answers(plant, gate, Reply(form=form))
    return user.view


async def test_form_has_its_mark_first_and_last(plant: Plant, gate: Gate) -> None:
    window = await show_form(plant, gate, plant.person("zhang"))
    assert len(window.title) <= 24
    lines = window.text.splitlines()
    assert lines[0].startswith("DRILL")
    assert "How many machines stand still, and since when exactly?" in lines[0]
    assert lines[-1] == "DRILL"
    assert [asked.label for asked in window.inputs] == [
        "Kind",
        "Where?",
        "Or type it here",
        "Machines (t)",
        "Note",
        "Photo",
    ]


async def test_form_that_answers_neither_way_stays_open(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    window = await show_form(plant, gate, zhang)
    with pytest.raises(NotSent):
        await zhang.submits(window, {})
    before = len(gate.kept)
    await zhang.submits(window, {"kind": "a", "count": "1"})
    assert window.errors == {"f-place": "Tap one, or type your own."}
    assert not window.closed
    assert len(gate.kept) == before
    await zhang.submits(window, {"kind": "a", "count": "1", "f-place": "behind the canteen"})
    assert window.closed


async def test_short_answer_is_seen_by_the_sender_alone_with_undo(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    await zhang.commands("/tocsin-status", "", plant.production)
    undo = Button("answer.withdraw", same("Undo"), EVENT, target="4")
    link = Link(same("Record <b>"), "record/EV-2026-0001")
    await answers(plant, gate, Reply(text=same("Recorded <!channel>"), card=card(), undo=undo, link=link))
    (seen,) = zhang.ephemerals
    assert "Recorded <!channel>" in seen.text
    assert [button.label for button in seen.buttons] == ["Undo"]
    assert "https://chat.ningjiang.example/record/EV-2026-0001" in str(seen.blocks)
    assert plant.slack.notified == []

    await zhang.presses(seen, "Undo")
    await answers(plant, gate, Reply(text=same("Undone")))
    assert len(zhang.ephemerals) == 2


async def test_nothing_to_say_is_nothing_said(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    await zhang.says(plant.production, "hello")
    await answers(plant, gate, Reply())
    assert zhang.ephemerals == []
    assert zhang.direct == []


async def test_words_in_a_channel_and_in_direct_messages(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    first = await zhang.says(plant.production, "收到")
    await answers(plant, gate, Reply(text=same("Recorded")))
    await zhang.says(plant.production, "收到", thread_ts=first)
    await answers(plant, gate, Reply(text=same("Recorded in the thread")))
    assert zhang.ephemerals[-1].thread_ts == first.ts
    await zhang.says(zhang, "hello")
    await answers(plant, gate, Reply(text=same("Hello")))
    assert [message.text for message in zhang.direct] == ["Hello"]


async def test_spent_address_falls_back_to_the_channel_and_then_to_direct_messages(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    await zhang.commands("/tocsin-status", "", plant.production)
    for url in plant.slack.answer_urls.values():
        url.uses = 5
    await answers(plant, gate, Reply(text=same("in the channel")))
    assert zhang.ephemerals[-1].text == "in the channel"

    plant.production.members.remove(zhang.id)
    await answers(plant, gate, Reply(text=same("directly")))
    assert zhang.direct[-1].text == "directly"

    plant.slack.fail_next("chat.postMessage", "cannot_dm_bot")
    await answers(plant, gate, Reply(text=same("nowhere")))
    assert zhang.direct[-1].text == "directly"


async def test_window_that_comes_too_late_asks_to_try_again(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    await zhang.commands("/report", "", plant.production)
    plant.slack.fail_next("views.open", "expired_trigger_id")
    await answers(plant, gate, Reply(form=FORM))
    assert "Please try again" in zhang.ephemerals[-1].text

    for error in ("invalid_arguments", "ratelimited", "internal_error"):
        plant.slack.ephemerals.clear()
        plant.slack.fail_next("views.open", error)
        await answers(plant, gate, Reply(form=FORM))
        assert "Please try again" in zhang.ephemerals[-1].text
    await zhang.says(plant.production, "报险情")
    await answers(plant, gate, Reply(form=FORM))
    assert "Please try again" in zhang.ephemerals[-1].text


async def test_form_after_a_form_opens_a_window_of_its_own(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    window = await show_form(plant, gate, zhang)
    await zhang.submits(window, {"kind": "a", "count": "1", "f-place": "here"})
    await answers(plant, gate, Reply(text=same("Not a number"), form=FORM))
    assert zhang.view is not window
    assert "Not a number" in zhang.view.text


async def test_a_refused_form_comes_back_as_it_was_filled_in(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    window = await show_form(plant, gate, zhang)
    await zhang.submits(window, {"kind": "b", "count": "7", "f-place": "behind the canteen", "note": "smoke"})
    await answers(plant, gate, Reply(text=same("Only 3 machines stand there."), stored=False))
    again = zhang.view
    assert again is not window
    assert again.text.startswith("Only 3 machines stand there.")
    assert zhang.ephemerals[-1].text == "Only 3 machines stand there."
    assert [asked.label for asked in again.inputs] == [asked.label for asked in window.inputs]

    await zhang.submits(again, {"count": "5", "note": ""})
    await answers(plant, gate, Reply(text=same("Still too many."), stored=False))
    assert zhang.view.text.startswith("Still too many.")
    assert "Only 3 machines" not in zhang.view.text

    await zhang.submits(zhang.view, {"count": "3"})
    heard = await answers(plant, gate, Reply(text=same("Recorded.")))
    assert isinstance(heard.what, Submitted)
    given = {"kind": "b", "count": "3", "place": "behind the canteen", "note": "", "photo": ""}
    assert heard.what.values == given
    assert plant.slack.invalid == []


@pytest.mark.parametrize("error", ["expired_trigger_id", "invalid_arguments", "internal_error"])
async def test_a_refused_form_that_cannot_come_back_is_answered_in_words(plant: Plant, gate: Gate, error: str) -> None:
    zhang = plant.person("zhang")
    window = await show_form(plant, gate, zhang)
    await zhang.submits(window, {"kind": "a", "count": "1", "f-place": "here"})
    plant.slack.fail_next("views.open", error)
    await answers(plant, gate, Reply(text=same("No such gate."), stored=False))
    assert zhang.ephemerals[-1].text == "No such gate."


async def test_later_that_is_refused_leaves_the_window_as_it_was(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    form = Form("report.details", same("Fire"), FORM.fields, same("Send"), "live", skip=same("Send now"))
    window = await show_form(plant, gate, zhang, form)
    await zhang.presses(window, "Send now")
    await answers(plant, gate, Reply(text=same("Who are you?"), stored=False))
    assert zhang.view.text.startswith("Who are you?")
    assert len(zhang.view.inputs) == len(FORM.fields) + 1


async def test_later_is_answered_in_the_window_itself(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    form = Form("report.details", same("Fire"), FORM.fields, same("Send"), "live", skip=same("Send now"))
    window = await show_form(plant, gate, zhang, form)
    await zhang.presses(window, "Send now")
    heard = await answers(plant, gate, Reply())
    assert getattr(heard.what, "skipped", None) is True
    assert zhang.view.text == "Sent."

    window = await show_form(plant, gate, zhang, form)
    await zhang.presses(window, "Send now")
    await answers(plant, gate, Reply(form=form))
    assert zhang.view.inputs


async def test_what_a_window_would_say_that_was_closed_is_said(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    form = Form("report.details", same("Fire"), FORM.fields, same("Send"), "live", skip=same("Send now"))
    window = await show_form(plant, gate, zhang, form)
    await zhang.presses(window, "Send now")
    await zhang.closes()
    await answers(plant, gate, Reply(text=same("Reported.")))
    assert zhang.ephemerals[-1].text == "Reported."


async def test_home_tab_shows_the_card_and_answers_its_buttons_in_a_window(plant: Plant, gate: Gate) -> None:
    zhang = plant.person("zhang")
    await zhang.opens_home()
    await answers(plant, gate, Reply(card=card("My tasks", buttons=(Button("task.done", same("Done"), EVENT),))))
    assert "My tasks" in zhang.home.text

    await zhang.presses(zhang.home, "Done")
    await answers(plant, gate, Reply(text=same("Recorded 14:23")))
    assert zhang.view.text == "Recorded 14:23"

    await zhang.presses(zhang.home, "Done")
    plant.slack.fail_next("views.open", "expired_trigger_id")
    await answers(plant, gate, Reply(text=same("Too late for a window")))
    assert zhang.direct[-1].text == "Too late for a window"

    plant.slack.fail_next("views.publish", "not_enabled")
    await zhang.opens_home()
    await answers(plant, gate, Reply())
    await zhang.opens_home()
    await answers(plant, gate, Reply())
    assert zhang.home.text == "Tocsin"
