"""What Slack sends, read without a network."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.adapters.slack.doorstep import Doorstep
from bot.adapters.slack.inbound import parse, raw_of
from bot.adapters.slack.naming import channel_name
from bot.adapters.slack.reading import each, part, word, yes
from bot.adapters.slack.senders import Place, parse_place, parse_profile
from bot.adapters.slack.tokens import mentioned, plain_words
from bot.clock import VirtualClock
from bot.errors import Unreadable
from bot.text import Words

NOW = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<@U1> and <@U2|guo> and <@U3>", "@Zhang Wei and @guo and @U3"),
        ("<#C1|production> <#C2>", "#production #C2"),
        ("<!channel> <!here|here> <!subteam^S1|@guards> <!subteam^S1>", "@channel here @guards @subteam"),
        ("<https://a.example/x?a=1&amp;b=2>", "https://a.example/x?a=1&b=2"),
        ("<http://a.example|a.example>", "a.example"),
        ("<https://a.example/map|the map>", "the map (https://a.example/map)"),
        ("<mailto:a@b.example|a@b.example> <tel:119>", "a@b.example 119"),
        ("<b>bold</b> 1 < 2 > 0 <>", "<b>bold</b> 1 < 2 > 0 <>"),
    ],
)
def test_tokens_become_words(typed: str, words: str) -> None:
    assert plain_words(typed, {"U1": "Zhang Wei"}) == words


def test_people_are_found_in_a_text_once() -> None:
    assert mentioned("<@U1> <@W2|x> <@U1> <#C1>") == ("U1", "W2")


def test_update_ids_are_slack_s_own() -> None:
    message = {"type": "message", "channel": "C1", "user": "U1"}
    event = {"type": "event_callback", "event_id": "Ev1", "event": message}
    dated = {"type": "event_callback", "event_id": "Ev3", "event": message | {"ts": "1.2"}}
    changed = message | {"ts": "1.2", "subtype": "message_changed"}
    edit = {"type": "event_callback", "event_id": "Ev4", "event": changed}
    press = {"type": "block_actions", "user": {"id": "U1"}, "channel": {"id": "C1"}, "actions": [{"action_ts": "9.1"}]}
    bare = {"type": "block_actions", "user": {"id": "U1"}, "trigger_id": "7"}
    view = {"type": "view_submission", "user": {"id": "U1"}, "view": {"id": "V1", "hash": "h"}}
    command = {"command": "/report", "trigger_id": "5", "channel_id": "C1"}
    joined = {"type": "event_callback", "event_id": "Ev2", "event": {"type": "team_join", "user": {"id": "U2"}}}
    found = [raw_of(json.dumps(sent), NOW) for sent in (event, dated, edit, press, bare, view, command, joined)]
    assert [(raw.update, raw.chat) for raw in found if raw is not None] == [
        ("Ev1", "C1"),
        ("message/C1/1.2", "C1"),
        ("message_changed/C1/1.2", "C1"),
        ("act/U1/9.1", "C1"),
        ("act/U1/7", "U1"),
        ("view/V1/h", "U1"),
        ("cmd/5", "C1"),
        ("Ev2", "U2"),
    ]


async def test_telephones_of_a_command_that_cannot_be_kept_call_nobody() -> None:
    async def tell(url: str, sentence: str) -> None:
        raise AssertionError(url, sentence)

    def say(*_: object) -> str:
        return "Ring <!channel> & 119"

    doorstep = Doorstep(VirtualClock(NOW), say, lambda: Words("119", "119"), tell)
    taken = await doorstep.take(json.dumps({"command": "/report", "trigger_id": "5", "channel_id": "C1"}))
    assert taken.answer == {"response_type": "ephemeral", "text": "Ring &lt;!channel&gt; &amp; 119"}


def test_raw_keeps_the_payload_as_it_came() -> None:
    payload = '{ "command":"/report",  "trigger_id":"5" }'
    raw = raw_of(payload, NOW)
    assert raw is not None
    assert (raw.payload, raw.chat, raw.at) == (payload, "slack", NOW)


@pytest.mark.parametrize("payload", ["", "[1]", "nonsense"])
def test_what_is_no_object_is_unreadable(payload: str) -> None:
    with pytest.raises(Unreadable):
        raw_of(payload, NOW)


def test_press_without_a_value_and_option_without_one() -> None:
    sent = {"type": "block_actions", "user": {"id": "U1"}, "actions": [{"selected_option": {"value": ""}}]}
    assert parse(json.dumps(sent)) is None
    assert parse(json.dumps({"type": "block_actions", "user": {"id": "U1"}})) is None


def test_place_of_an_answer() -> None:
    pressed = {"type": "block_actions", "user": {"id": "U1"}, "channel": {"id": "C1"}, "trigger_id": "t"}
    assert parse_place(json.dumps(pressed | {"response_url": "u"})) == Place("U1", "C1", "t", "u")
    in_modal = pressed | {"view": {"id": "V1", "type": "modal"}}
    assert parse_place(json.dumps(in_modal)).view == "V1"
    assert parse_place(json.dumps(pressed | {"view": {"id": "V1", "type": "home"}})).home
    sent = {"type": "view_submission", "user": {"id": "U1"}, "view": {"id": "V1", "type": "modal"}}
    assert parse_place(json.dumps(sent)) == Place("U1", "", form={"id": "V1", "type": "modal"})


@pytest.mark.parametrize("flag", ["deleted", "is_restricted", "is_ultra_restricted", "is_stranger", "is_bot"])
def test_email_is_for_full_members(flag: str) -> None:
    user = {"id": "U1", "team_id": "T1", "real_name": "Zhang", "profile": {"email": "z@x.example"}}
    assert parse_profile(user, "T1").email == "z@x.example"
    assert parse_profile(user | {flag: True}, "T1").email == ""
    assert parse_profile(user, "T2").email == ""
    assert parse_profile(user | {"id": "USLACKBOT"}, "T1").bot
    assert parse_profile(user, "").member is False


def test_names_of_channels() -> None:
    assert channel_name("EV-2026-0001 火灾 · 3号车间") == "ev-2026-0001-火灾-3号车间"
    assert channel_name("Ｆｕｌｌ  Width!? _x_") == "full-width-_x_"
    assert len(channel_name("x" * 200)) == 80


def test_json_of_others_is_read_without_a_crash() -> None:
    assert part({"a": [1]}, "a", "b") == {}
    assert word({"a": 1}, "a") == ""
    assert not yes({"a": "true"}, "a")
    assert list(each({"a": [1, {"b": 2}, None]}, "a")) == [{"b": 2}]
    assert list(each({"a": {}}, "a")) == []
