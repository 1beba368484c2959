"""`tocsin doctor` and `tocsin slack manifest` within this process: what needs no platform to answer."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from bot.cli.doctor import landed, name_of
from bot.domain.ids import PersonId
from bot.text import same
from tests.cli.firm import Firm, Phone
from tests.cli.inside import Desk

OFF = {"Slack": "slack.bot_token", "Telegram": "telegram.bot_token", "E-mail": "mail.host"}


def test_before_the_first_start_nothing_is_wrong(desk: Desk) -> None:
    shown = desk.tocsin("doctor")
    assert (shown.code, shown.err) == (0, "")
    assert "✓ There is no database yet: it is made at the first start." in shown.out
    assert "! The bot is not running, so nothing comes in.\n    → Run `tocsin run`, or start its service." in shown.out
    for platform, setting in OFF.items():
        assert f"{platform}\n  – It is off: `{setting}` is empty.\n" in shown.out
    assert not (desk.folder / "var").exists(), "it looks, and makes nothing"


def test_a_platform_that_was_asked_for_and_is_off_is_wrong(desk: Desk) -> None:
    shown = desk.tocsin("doctor", "--platform", "slack")
    assert shown.code == 1
    assert "✗ It is off: `slack.bot_token` is empty." in shown.out
    assert "Telegram" not in shown.out


def test_a_room_on_none_of_the_platforms_asked_for(desk: Desk) -> None:
    shown = desk.tocsin("doctor", "--room", "office", "--platform", "telegram")
    assert shown.code == 1
    assert "Test card: Office\n  ✗ This room is on none of the platforms chosen.\n" in shown.out


def test_a_mistake_in_the_configuration_is_said_first(firm: Firm, desk: Desk) -> None:
    firm.change('slack.bot_token = ""', 'slack.bot_token = "xoxp-1"')
    shown = desk.tocsin("doctor")
    assert (shown.code, shown.out) == (2, "")
    assert "does not look like a bot token of Slack" in shown.err
    assert "xoxp-1" not in shown.err


def test_a_database_that_is_none(desk: Desk) -> None:
    (desk.folder / "var" / "keys").mkdir(parents=True)
    (desk.folder / "var" / "tocsin.db").write_bytes(b"no database at all, " * 200)
    shown = desk.tocsin("doctor")
    assert shown.code == 1
    assert "✗ The database cannot be read.\n    → " in shown.out
    assert "E-mail" in shown.out, "the rest is looked at all the same"


@pytest.fixture
def nowhere() -> str:
    """An address of this machine at which nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.mark.uncounted
def test_beside_a_running_bot(firm: Firm, desk: Desk, nowhere: str) -> None:
    firm.change('web.public_url = ""', f'web.public_url = "http://127.0.0.1:{firm.port}"')
    firm.start()
    assert Phone.sign_in(firm, str(PersonId("xu"))).says("/report fire Workshop 3").json()["stored"]
    shown = desk.tocsin("doctor", "--room", "office")
    assert "✓ The database can be read. Events in it: 1." in shown.out
    assert "✓ The bot is running." in shown.out
    assert f"✓ The built-in chat is reached at http://127.0.0.1:{firm.port}." in shown.out
    assert "Test card: Office\n  ✓ Built-in chat: the card is there. Press its button.\n" in shown.out
    assert shown.code == 0
    assert "测试：办公室能收到警钟的消息。" in Phone.sign_in(firm, "zhao").client.get("/room/office").text
    firm.change(f'web.public_url = "http://127.0.0.1:{firm.port}"', f'web.public_url = "{nowhere}"')
    lost = desk.tocsin("doctor")
    assert f"! {nowhere}/healthz cannot be reached: " in lost.out
    assert "`web.public_url` in the configuration." in lost.out
    assert lost.code == 0, "people may reach it in another way"


@pytest.mark.uncounted
def test_an_address_that_answers_something_else(firm: Firm, desk: Desk) -> None:
    firm.change('web.public_url = ""', f'web.public_url = "http://127.0.0.1:{firm.port}/elsewhere"')
    firm.start()
    assert "/elsewhere/healthz cannot be reached: 303" in desk.tocsin("doctor").out


def test_what_became_of_a_test_card() -> None:
    states = [landed("telegram", outcome).state for outcome in ("", "?", "chat not found")]
    assert states == ["fine", "wrong", "wrong"]
    assert name_of("telegram") == same("Telegram")


def test_the_manifest_needs_no_token(firm: Firm, desk: Desk, tmp_path: Path) -> None:
    printed = json.loads(desk.tocsin("slack", "manifest", language="zh").out)
    assert printed["settings"]["socket_mode_enabled"] is True
    assert "/report" in {each["command"] for each in printed["features"]["slash_commands"]}
    assert "https" not in json.dumps(printed)
    other = tmp_path / "http.toml"
    written = firm.written().replace('slack.mode = "socket"', 'slack.mode = "http"')
    other.write_text(written.replace('web.public_url = ""', 'web.public_url = "https://tocsin.example"'), "utf-8")
    called = json.loads(desk.tocsin("slack", "manifest", "--config", str(other)).out)
    assert called["settings"]["event_subscriptions"]["request_url"] == "https://tocsin.example/slack/events"
    assert called["settings"]["socket_mode_enabled"] is False
