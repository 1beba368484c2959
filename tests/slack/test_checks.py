"""Every documented limit, one step inside and one step beyond."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.slack.checks import (
    flaw_of_name,
    flaws_of_blocks,
    flaws_of_metadata,
    flaws_of_text,
    flaws_of_view,
    pings,
    pings_of_blocks,
)

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> Json:  # noqa: ANN401 — fields of the button, whatever they are
    return {"type": "button", "action_id": "a", "text": plain("Seen"), **more}


def actions(*elements: Json, **more: Any) -> Json:  # noqa: ANN401 — likewise
    return {"type": "actions", "elements": list(elements), **more}


def asked(element: Json, **more: Any) -> Json:  # noqa: ANN401 — likewise
    return {"type": "input", "label": plain("What"), "element": element, **more}


def options(count: int) -> list[Json]:
    return [{"text": plain(f"option {number}"), "value": str(number)} for number in range(count)]


def select(kind: str, count: int, **more: Any) -> Json:  # noqa: ANN401 — likewise
    return {"type": kind, "action_id": "a", "options": options(count), **more}


def confirm(**more: Any) -> Json:  # noqa: ANN401 — likewise
    return {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No"), **more}


def modal(*blocks: Json, **more: Any) -> Json:  # noqa: ANN401 — likewise
    return {"type": "modal", "title": plain("Report"), "submit": plain("Send"), "blocks": list(blocks), **more}


TYPED: Json = {"type": "plain_text_input", "action_id": "a"}
NUMBER: Json = {"type": "number_input", "action_id": "a", "is_decimal_allowed": False}
SECTION: Json = {"type": "section", "text": mrkdwn("hello")}
GROUP: Json = {"label": plain("group"), "options": options(2)}


@pytest.mark.parametrize(
    "block",
    [
        SECTION,
        {"type": "divider"},
        {"type": "section", "text": mrkdwn("x" * 3000), "accessory": button()},
        {"type": "section", "fields": [plain("x" * 2000)] * 10},
        {"type": "header", "text": plain("x" * 150)},
        {"type": "context", "elements": [mrkdwn("x"), plain("y")] * 5},
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a", "title": plain("t")},
        {"type": "context", "elements": [{"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}]},
        actions(*(button(action_id=str(number)) for number in range(25))),
        actions(button(text=plain("x" * 75), value="v" * 2000, action_id="a" * 255, style="danger")),
        actions(button(confirm=confirm(title=plain("x" * 100), text=mrkdwn("x" * 300), style="danger"))),
        actions(select("overflow", 5), block_id="b" * 255),
        actions(select("static_select", 100, placeholder=plain("x" * 150))),
        actions(select("radio_buttons", 10, initial_option=options(1)[0])),
        actions(select("checkboxes", 10, initial_options=options(2))),
        actions({"type": "static_select", "action_id": "a", "option_groups": [GROUP]}),
        asked(TYPED | {"max_length": 3000, "initial_value": "x", "multiline": True}, hint=plain("like so")),
        asked(NUMBER | {"min_value": "0", "max_value": "10", "initial_value": "3"}),
        asked({"type": "datepicker", "action_id": "a", "initial_date": "2026-11-24"}),
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "hello"}]}],
        },
    ],
)
def test_blocks_that_slack_takes(block: Json) -> None:
    before = copy.deepcopy(block)
    assert flaws_of_blocks([block], "message") == []
    assert block == before


@pytest.mark.parametrize(
    ("block", "rule"),
    [
        ({"type": "section"}, "text or fields"),
        ({"type": "section", "text": mrkdwn("x" * 3001)}, "3000"),
        ({"type": "section", "text": mrkdwn("")}, "0 characters"),
        ({"type": "section", "text": "words"}, "no text object"),
        ({"type": "section", "text": mrkdwn("x"), "colour": "red"}, "unknown key"),
        ({"type": "section", "fields": [plain("x")] * 11}, "fields attribute cannot exceed 10"),
        ({"type": "section", "fields": [plain("x" * 2001)]}, "2000"),
        ({"type": "section", "text": plain("x"), "block_id": "b" * 256}, "255"),
        ({"type": "section", "text": plain("x"), "block_id": 7}, "must be text"),
        ({"type": "section", "text": mrkdwn("x") | {"emoji": True}}, "only with plain_text"),
        ({"type": "section", "text": plain("x") | {"verbatim": True}}, "only with mrkdwn"),
        ({"type": "section", "text": plain("x"), "accessory": {"type": "lever"}}, "does not know"),
        ({"type": "header", "text": plain("x" * 151)}, "150"),
        ({"type": "header", "text": mrkdwn("x")}, "must be plain_text"),
        ({"type": "context", "elements": [plain("x")] * 11}, "10"),
        ({"type": "context", "elements": []}, "empty"),
        ({"type": "context", "elements": [button()]}, "texts and images only"),
        ({"type": "image", "alt_text": "a"}, "image_url or slack_file"),
        ({"type": "image", "image_url": "https://example.com"}, "slack_sdk cannot read it"),
        ({"type": "poster"}, "unknown block type"),
        (actions(), "empty"),
        (actions(*(button(action_id=str(number)) for number in range(26))), "25"),
        (actions(button(), button()), "action_id 'a' stands twice"),
        (actions(button(text=plain("x" * 76))), "75"),
        (actions(button(text=mrkdwn("x"))), "must be plain_text"),
        (actions(button(value="v" * 2001)), "2000"),
        (actions(button(value=7)), "must be text"),
        (actions(button(action_id="a" * 256)), "255"),
        (actions(button(style="loud")), "neither primary nor danger"),
        (actions({"type": "button", "action_id": "a"}), "slack_sdk cannot read it"),
        (actions(button(confirm=confirm(title=plain("x" * 101)))), "100"),
        (actions(button(confirm=confirm(text=plain("x" * 301)))), "300"),
        (actions(button(confirm=confirm(deny=plain("x" * 31)))), "30"),
        (actions(button(confirm=confirm(confirm=mrkdwn("x")))), "must be plain_text"),
        (actions(button(confirm={"title": plain("Sure?"), "text": plain("x"), "confirm": plain("Yes")})), "missing"),
        (actions(TYPED), "may not stand in an actions block"),
        (actions(select("overflow", 6)), "6 options"),
        (actions(select("static_select", 101)), "101 options"),
        (actions(select("static_select", 0)), "0 options"),
        (actions(select("static_select", 2, placeholder=plain("x" * 151))), "150"),
        (actions(select("radio_buttons", 11)), "11 options"),
        (actions(select("checkboxes", 11)), "11 options"),
        (actions(select("checkboxes", 2, initial_options=[])), "empty"),
        (actions(select("static_select", 2, initial_option=options(3)[2])), "not one of the options"),
        (actions(select("static_select", 2, option_groups=[GROUP])), "either options or option_groups"),
        (actions(select("static_select", 1, options=[{"text": plain("x" * 76), "value": "v"}])), "75"),
        (actions(select("static_select", 1, options=[{"text": plain("x"), "value": "v" * 151}])), "150"),
        (actions(select("static_select", 1, options=[{"text": mrkdwn("x"), "value": "v"}])), "must be plain_text"),
        (actions(select("static_select", 1, options=[{"text": plain("x"), "value": 1}])), "needs text and value"),
        (
            actions(select("static_select", 1, options=[{"text": plain("x"), "value": "v", "url": "https://e.com"}])),
            "only in an overflow menu",
        ),
        (asked(button()), "Sub-classes of InputInteractiveElement"),
        (asked(TYPED, label=plain("x" * 2001)), "2000"),
        (asked(TYPED | {"max_length": 3001}), "not between 1 and 3000"),
        (asked(TYPED | {"max_length": 2, "initial_value": "xxx"}), "longer than 2"),
        (asked({"type": "number_input", "action_id": "a"}), "must be true or false"),
        (asked(NUMBER | {"min_value": 0}), "must be text"),
        (asked({"type": "file_input", "action_id": "a"}), "in modals only"),
    ],
)
def test_blocks_that_slack_refuses(block: Json, rule: str) -> None:
    rules = [flaw.rule for flaw in flaws_of_blocks([block], "message")]
    assert any(rule in each for each in rules), rules


def test_how_many_blocks() -> None:
    assert flaws_of_blocks([SECTION] * 50, "message") == []
    assert flaws_of_blocks([SECTION] * 51, "message")[0].rule == "no more than 50 items allowed"
    assert flaws_of_view(modal(*[SECTION] * 100)) == []
    assert flaws_of_view(modal(*[SECTION] * 101))
    assert flaws_of_blocks("words", "message")[0].rule == "not a list"
    assert flaws_of_blocks(["words"], "message")[0].rule == "a block is no object"
    twice = [SECTION | {"block_id": "one"}] * 2
    assert flaws_of_blocks(twice, "message")[0].rule == "block_id 'one' stands twice"
    focused = asked(TYPED | {"focus_on_load": True})
    assert flaws_of_blocks([focused, focused], "modal")[0].rule == "only one element may have focus_on_load"


@pytest.mark.parametrize(
    ("view", "rule"),
    [
        ("words", "not an object"),
        ({"type": "poster", "blocks": []}, "neither modal nor home"),
        (modal(SECTION, title=plain("x" * 25)), "24"),
        (modal(SECTION, submit=plain("x" * 25)), "24"),
        (modal(SECTION, close=plain("x" * 25)), "24"),
        (modal(SECTION, private_metadata="x" * 3001), "3000"),
        (modal(SECTION, callback_id="x" * 256), "255"),
        (modal(SECTION, external_id="x" * 256), "255"),
        (modal(SECTION, colour="red"), "unknown key"),
        (modal(), "between 1 and 100"),
        ({"type": "modal", "blocks": [SECTION]}, "missing"),
        ({"type": "modal", "title": plain("x"), "blocks": [asked(TYPED)]}, "though there are inputs"),
        ({"type": "home", "title": plain("x"), "blocks": [SECTION]}, "no title, submit or close"),
        (modal(asked({"type": "file_input", "action_id": "a", "max_files": 11})), "between 1 and 10"),
        (modal(*[{"type": "section", "text": plain("x" * 3000)}] * 90), "view_too_large"),
    ],
)
def test_views_that_slack_refuses(view: object, rule: str) -> None:
    rules = [flaw.rule for flaw in flaws_of_view(view)]
    assert any(rule in each for each in rules), rules


def test_a_full_view_is_taken() -> None:
    full = modal(
        asked(TYPED),
        asked({"type": "file_input", "action_id": "a"}),
        close=plain("x" * 24),
        callback_id="x" * 255,
        private_metadata="x" * 3000,
        notify_on_close=True,
        clear_on_close=True,
    )
    assert flaws_of_view(full) == []
    assert flaws_of_view({"type": "home", "blocks": [SECTION, actions(button())]}) == []


def test_metadata_has_a_type_and_a_payload() -> None:
    assert flaws_of_metadata({"event_type": "card", "event_payload": {"outbox_id": 1}}) == []
    bad_ones: list[object] = [{"event_type": "card"}, {"event_type": "", "event_payload": dict[str, str]()}, "card"]
    for bad in bad_ones:
        assert flaws_of_metadata(bad)
    assert flaws_of_metadata({"event_type": "card", "event_payload": {}, "more": 1})


@pytest.mark.parametrize(
    "text", ["a &amp; b &lt;c&gt;", "<https://example.com|here> <@U1> <!date^1^{date}|x> <#C1>", "> quoted"]
)
def test_escaped_texts(text: str) -> None:
    assert flaws_of_text(text) == []


@pytest.mark.parametrize("text", ["a & b", "a < b", "a > b", "<b>bold</b>", "&nbsp;"])
def test_texts_that_should_have_been_escaped(text: str) -> None:
    assert flaws_of_text(text)


def test_who_would_be_called() -> None:
    assert pings("<!channel> <!here|here> <@U1> <!subteam^S1> &lt;!channel&gt; <#C1>") == [
        "<!channel>",
        "<!here|here>",
        "<@U1>",
        "<!subteam^S1>",
    ]
    rich: Json = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "broadcast", "range": "here"}, {"type": "user", "user_id": "U1"}],
            }
        ],
    }
    blocks = [{"type": "section", "text": mrkdwn("<!channel>")}, {"type": "section", "text": plain("<!here>")}, rich]
    assert [what for _, what in pings_of_blocks(blocks)] == ["<!channel>", "<!here>", "<@U1>"]


def test_names_of_rooms() -> None:
    assert [flaw_of_name(name) for name in ("ev-2026-0001", "火灾_3", "x" * 80)] == ["", "", ""]
    assert flaw_of_name("Fire") == "invalid_name_specials"
