"""The manifest is one that Slack takes, and asks for nothing that is not used."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.slack.inbound import LISTENED_TO
from bot.adapters.slack.manifest import SCOPES, manifest, scopes
from bot.adapters.slack.naming import TAKEN, command_of, word_of
from bot.chat.card import Shown
from bot.config import SlackSettings
from bot.i18n import Catalogs
from bot.text import Language
from handlers import house_router
from tests.slack.calling import METHOD_SCOPES
from tests.slack.manifests import bot_events, commands, flaws_of_manifest

Json = dict[str, Any]
SETTINGS = SlackSettings("xoxb-1", "xapp-1", "secret", "socket", "https://slack.com/api/", "private")
WORDS = tuple(house_router().words)


@pytest.fixture
def made(catalogs: Catalogs) -> Json:
    return made_of(catalogs, SETTINGS)


def made_of(catalogs: Catalogs, settings: SlackSettings, public_url: str = "") -> Json:
    def say(shown: Shown, language: Language) -> str:
        return catalogs.render(shown, language, ZoneInfo("Asia/Shanghai"), datetime(2026, 3, 5, tzinfo=UTC))

    return manifest(settings, WORDS, say, public_url)


def test_it_fits_the_documented_form(made: Json) -> None:
    assert flaws_of_manifest(made) == []
    assert json.loads(json.dumps(made)) == made


def test_every_word_of_the_house_is_a_command_and_one_says_any(made: Json) -> None:
    assert {word_of(command) for command in commands(made)} == {"tocsin", *(word.name for word in WORDS)}
    assert not {command.removeprefix("/") for command in commands(made)} & TAKEN
    typed = {command["command"]: command for command in made["features"]["slash_commands"]}
    assert typed["/report"]["usage_hint"] == "3号车间起火 / fire Workshop 3"
    assert "usage_hint" not in typed["/tocsin-status"]


def test_nothing_is_listened_to_that_is_not_heard(made: Json) -> None:
    messages = {event for event in bot_events(made) if event.startswith("message.")}
    assert bot_events(made) - messages == LISTENED_TO


def test_word_of_slack_s_own_gets_a_prefix_and_loses_it_again() -> None:
    assert command_of("status") == "/tocsin-status"
    assert word_of("/tocsin-status") == "status"
    assert word_of("/report") == "report"


def test_http_mode_has_its_address_everywhere(catalogs: Catalogs) -> None:
    http = replace(SETTINGS, mode="http")
    read = made_of(catalogs, http, "https://tocsin.example/")
    assert flaws_of_manifest(read) == []
    address = "https://tocsin.example/slack/events"
    assert read["settings"]["interactivity"]["request_url"] == address
    assert {each["url"] for each in read["features"]["slash_commands"]} == {address}
    assert flaws_of_manifest(made_of(catalogs, http))


def test_channels_are_made_only_of_the_kind_that_is_wanted() -> None:
    assert set(scopes(SETTINGS)) - set(SCOPES) == {"groups:write"}
    assert set(scopes(replace(SETTINGS, command_rooms="public"))) - set(SCOPES) == {"channels:manage"}
    assert scopes(replace(SETTINGS, command_rooms="off")) == SCOPES


def test_every_method_that_is_called_has_its_scope() -> None:
    called = (
        "chat.postMessage", "chat.update", "chat.postEphemeral", "conversations.open", "conversations.create",
        "conversations.invite", "conversations.join", "conversations.info", "conversations.list",
        "conversations.history", "conversations.replies", "conversations.setTopic", "users.info", "users.list",
        "pins.add", "files.getUploadURLExternal", "files.completeUploadExternal", "files.info",
    )  # fmt: skip
    for method in called:
        assert set(METHOD_SCOPES[method]) & set(scopes(SETTINGS)), method
