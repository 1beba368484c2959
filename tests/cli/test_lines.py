"""What can be typed, what is answered to what cannot, and help in the terminal's language to the last word."""

from __future__ import annotations

import json
import re

import pytest

from tests.cli.inside import Desk

COMMANDS = (
    "", "run", "demo", "check", "schema", "events", "export", "verify", "destroy", "people", "people import",
    "people invite", "people link", "people revoke", "slack", "slack manifest", "doctor",
)  # fmt: skip
FRAMEWORK = ("Usage", "Options", "Arguments", "Commands", "Show this", "required", "default:", "COMMAND")
"""Words the library says by itself."""
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_reads_in_both_languages(desk: Desk, command: str) -> None:
    zh = desk.tocsin(*command.split(), "--help", language="zh")
    en = desk.tocsin(*command.split(), "--help", language="en")
    assert (zh.code, en.code) == (0, 0)
    assert [word for word in FRAMEWORK if word in zh.out] == []
    assert "用法：" in zh.out
    assert "显示本说明" in zh.out
    assert not HAN.search(en.out)
    assert "Usage:" in en.out


def test_a_group_without_a_word_behind_it_shows_its_help(desk: Desk) -> None:
    shown = desk.tocsin("people")
    assert shown.code == 2
    assert "revoke" in shown.out
    assert shown.err == ""


@pytest.mark.parametrize(
    ("line", "zh", "en"),
    [
        ("exprot", "没有命令“exprot”。您是不是想写 `export`？", "There is no command “exprot”. Did you mean `export`?"),
        ("people invit", "没有命令“invit”", "Did you mean `invite`?"),
        ("export", "缺少“event”", "“event” is missing"),
        ("destroy EV-2026-0001 --by qin", "缺少“--ground”", "“--ground” is missing"),
        ("demo --port abc", "“--port”的值不能用", "The value of “--port” does not work"),
        ("demo --prot 1", "没有选项“--prot”", "Did you mean `--port`?"),
        ("demo --xyz", "没有选项“--xyz”", "There is no option “--xyz”"),
        ("verify a b", "这条命令看不懂", "This command line cannot be understood"),
        ("demo --play earthquake", "没有演示脚本", "There is no play at"),
        ("export EV-2026-0001 --format pdf", "没有格式“pdf”", "There is no format “pdf”"),
        ("export EV-2026-0001 --lang fr", "没有语言“fr”", "There is no language “fr”"),
        ("schema config", "没有“config”的格式说明", "There is no schema of “config”"),
        ("check --playbooks nowhere", "找不到nowhere", "There is nothing at nowhere"),
        ("demo --speed -1", "快慢“-1”不合适", "The speed “-1” does not work"),
    ],
)
def test_a_line_that_cannot_be_carried_out(desk: Desk, line: str, zh: str, en: str) -> None:
    for language, sentence in (("zh", zh), ("en", en)):
        ended = desk.tocsin(*line.split(), language=language)
        assert ended.code == 2
        assert sentence in ended.err
        assert ended.out == ""
    assert ended.err.count("\n") == 1


def test_the_schema_of_a_playbook_is_json(desk: Desk) -> None:
    shown = desk.tocsin("schema", "playbook")
    assert shown.code == 0
    assert "properties" in json.loads(shown.out)


@pytest.mark.uncounted
def test_check_finds_nothing_wrong_with_what_is_delivered(desk: Desk) -> None:
    assert desk.tocsin("check").code == 0
