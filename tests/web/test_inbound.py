"""What browsers send, read."""

from __future__ import annotations

import json

import pytest

from bot.adapters.web.inbound import is_command, parse_edit, parse_form, parse_press, parse_said, parse_update
from bot.chat.inbound import Pressed, Submitted
from bot.domain.ids import EventId, FileId, PersonId
from bot.errors import Refused

XU = PersonId("xu")


def test_a_press_brings_everything_its_button_carried() -> None:
    value = json.dumps(["task.done", "EV-2026-0001", "production/x", 4, "chen", 1])
    assert parse_press(value) == Pressed(
        "task.done", EventId("EV-2026-0001"), "production/x", 4, PersonId("chen"), confirmed=True
    )


@pytest.mark.parametrize("value", ["", "x", "{}", "[1]", json.dumps(["a", "b", "c" * 2_000, 0, None, 0])])
def test_no_press_of_ours(value: str) -> None:
    with pytest.raises(Refused):
        parse_press(value)


@pytest.mark.parametrize("given", ["", "short", "x" * 25, "has space", "../../x", "ümlaut-ümlaut"])
def test_an_id_that_no_page_of_ours_makes(given: str) -> None:
    with pytest.raises(Refused):
        parse_update({"update": given}, XU)


def test_an_id_belongs_to_its_person() -> None:
    assert parse_update({"update": "abcdefgh"}, XU) == "xu~abcdefgh"


def test_what_was_typed_wins_over_a_tile() -> None:
    fields = {
        "form": "report.details",
        "pick-place": "1号车间",
        "f-place": " 3号车间 ",
        "context": '[["playbook","fire"]]',
    }
    assert parse_form(fields, {"photo": FileId("f")}) == Submitted(
        "report.details", {"playbook": "fire"}, {"place": "3号车间"}, {"photo": FileId("f")}
    )
    tapped = parse_form({**fields, "f-place": " ", "skipped": "1"}, {})
    assert tapped.values == {"place": "1号车间"}
    assert tapped.skipped


@pytest.mark.parametrize("context", ["{", "{}", "[1]", '[["a"]]', '[["a",1]]'])
def test_a_context_that_no_form_of_ours_has(context: str) -> None:
    with pytest.raises(Refused):
        parse_form({"form": "x", "context": context}, {})


@pytest.mark.parametrize("form", ["", "x" * 300])
def test_a_form_without_a_name(form: str) -> None:
    with pytest.raises(Refused):
        parse_form({"form": form}, {})


def test_nothing_said_is_nothing_sent() -> None:
    with pytest.raises(Refused):
        parse_said({"words": " \n "}, "m", ())
    with pytest.raises(Refused):
        parse_edit({"words": ""})
    assert parse_said({"words": ""}, "m", (FileId("f"),)).files == (FileId("f"),)


def test_lines_end_alike_wherever_they_were_typed() -> None:
    said = parse_said({"words": "a\r\nb", "reply_to": ""}, "m", ())
    assert said.words == "a\nb"
    assert said.reply_to is None


@pytest.mark.parametrize(
    ("words", "command"), [("/help", True), (" ／帮助", True), ("报险情 着火", False), ("1/2", False)]
)
def test_a_slash_makes_a_command(words: str, command: bool) -> None:  # noqa: FBT001  the second half of a pair
    assert is_command(words) is command
