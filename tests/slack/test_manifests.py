"""Manifests: their shape, and an app that has no more than its manifest says."""

# slack-sdk annotates with a bare "dict":
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import copy
from typing import Any, cast

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from tests.slack.apps import over_socket, refusal, web_client
from tests.slack.fake import FakeSlack
from tests.slack.manifests import flaws_of_manifest

Json = dict[str, Any]
MANIFEST: Json = {
    "_metadata": {"major_version": 1, "minor_version": 1},
    "display_information": {"name": "Alarm", "description": "Calls people", "background_color": "#8c1d18"},
    "features": {
        "app_home": {"home_tab_enabled": False},
        "bot_user": {"display_name": "alarm", "always_online": True},
        "slash_commands": [{"command": "/report", "description": "Report", "should_escape": False}],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "im:history", "channels:read"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["message.im", "channel_archive"]},
        "interactivity": {"is_enabled": False},
        "socket_mode_enabled": True,
    },
}


def changed(path: str, value: object) -> Json:
    """The manifest with another value at this place; None takes it away."""
    other: Json = copy.deepcopy(MANIFEST)
    at: Any = other
    *steps, last = [int(step) if step.isdecimal() else step for step in path.split("/")]
    for step in steps:
        at = at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return other


def test_a_good_manifest() -> None:
    assert flaws_of_manifest(MANIFEST) == []


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("display_information", None, "missing"),
        ("display_information/name", "x" * 36, "text of 1 to 35"),
        ("display_information/description", "x" * 141, "text of 1 to 140"),
        ("display_information/long_description", "x" * 174, "text of 175 to 4000"),
        ("display_information/background_color", "red!", "does not match"),
        ("display_information/icon", "x", "unknown key"),
        ("features", "x", "is no object"),
        ("features/slash_commands/0/command", "report", "does not match"),
        ("features/slash_commands/0/command", "/" + "x" * 32, "text of 2 to 32"),
        ("features/slash_commands/0/should_escape", "no", "is none of"),
        ("features/slash_commands/0/should_escape", 0, "is none of"),
        ("features/slash_commands", [MANIFEST["features"]["slash_commands"][0]] * 51, "is no list of 1 to 50"),
        ("features/slash_commands", [MANIFEST["features"]["slash_commands"][0]] * 2, "/report twice"),
        ("features/shortcuts", [{"name": "x"}], "missing"),
        ("features/bot_user", None, "though there are bot scopes"),
        ("oauth_config/scopes/bot", ["chat:write", "im:history", "channels:read"], "need the scope commands"),
        ("settings/event_subscriptions/bot_events", ["message.groups"], "needs groups:history"),
        ("settings/event_subscriptions/bot_events", ["message.everywhere"], "is unknown"),
        ("settings/socket_mode_enabled", False, "missing without Socket Mode"),
    ],
)
def test_a_bad_manifest(path: str, value: object, rule: str) -> None:
    rules = [flaw.rule for flaw in flaws_of_manifest(changed(path, value))]
    assert any(rule in each for each in rules), rules


def test_over_http_a_manifest_has_addresses() -> None:
    http = changed("settings/socket_mode_enabled", value=False)
    http["settings"]["interactivity"]["is_enabled"] = True
    assert [flaw.where for flaw in flaws_of_manifest(http)] == [
        "/settings/event_subscriptions/request_url",
        "/settings/interactivity/request_url",
        "/features/slash_commands/0/url",
    ]
    address = "https://alarm.example.com/slack/events"
    http["settings"]["event_subscriptions"]["request_url"] = address
    http["settings"]["interactivity"]["request_url"] = address
    http["features"]["slash_commands"][0]["url"] = address
    assert flaws_of_manifest(http) == []


async def test_an_installed_app_has_what_its_manifest_says_and_no_more(slack: FakeSlack) -> None:
    guo, client = slack.user("Guo Ying"), web_client(slack)
    room = slack.channel("purchasing", [guo])
    heard: list[str] = []

    async def listen(request: SocketModeRequest) -> Json | None:
        payload = cast("Json", request.payload)
        heard.append(str(payload.get("command") or payload["event"]["type"]))
        return None

    slack.installs(MANIFEST)
    async with over_socket(slack, listen):
        await guo.says(room, "the app has not subscribed to this")
        await guo.says(guo, "but to this")
        await guo.archives(room)
        await guo.commands("/report")
        assert heard == ["message", "channel_archive", "/report"]
        with pytest.raises(LookupError, match="/other is not a command of the app"):
            await guo.commands("/other")
        with pytest.raises(LookupError, match="interactivity is off"):
            await guo.shortcut("report")
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    assert await refusal(client, "views.publish", user_id=guo.id, view=home) == "not_enabled"
    assert await refusal(client, "users.list") == "missing_scope"
    slack.installs(changed("display_information", None))
    assert slack.invalid.pop().rule == "missing"
