"""The pages that lead an admin to Slack and Telegram: what they tell people to type exists, what they quote is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from bot.__main__ import build
from bot.adapters.slack.naming import PREFIX
from bot.cli.terminal import Terminal
from bot.files.catalogs import catalog_path, load_entries, sentences
from bot.files.secret import SECRETS
from bot.i18n import LOCALES, Catalogs
from bot.text import Language
from handlers import house_router
from tests.cli.test_documented import commands

ROOT = Path(__file__).parents[2]
PAGES = {
    "docs/slack.md": "docs/slack.zh-CN.md",
    "docs/telegram.md": "docs/telegram.zh-CN.md",
}
EVERY = [*PAGES, *PAGES.values()]
COMMAND = re.compile(r"tocsin ((?:(?!--)[a-z]+ ?)+)((?:--[a-z]+(?: [a-z]+)? ?)*)")
SETTING = re.compile(r"`((?:web|store|chat|slack|telegram|mail)\.(?!com\b)[a-z_]+)")
VARIABLE = re.compile(r"TOCSIN_[A-Z_]+")
PRINTED = re.compile(r"^ +[✓!✗→] (.+)$", re.MULTILINE)
WORD = re.compile(r"`/([a-z-]+)")
NO_WORDS = {"newbot", "setprivacy", "revoke", "token", "invite", "etc", "slack", "tocsin"}
"""What is typed to BotFather or Slack itself, and paths."""


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", EVERY)
def test_commands_are_commands(catalogs: Catalogs, name: str) -> None:
    group = get_command(build(Terminal(catalogs, "en")))
    known = dict(commands(group, "tocsin"))  # pyright: ignore[reportArgumentType]  a group, as test_documented checks
    typed = COMMAND.findall(page(name))
    assert len(typed) >= 5
    for words, options in typed:
        named = next((each for each in known if f"tocsin {words.strip()} ".startswith(f"{each} ")), None)
        assert named is not None, words
        assert set(re.findall(r"--[a-z]+", options)) <= known[named]


@pytest.mark.parametrize("name", EVERY)
def test_settings_and_variables_are_there(name: str) -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    named = set(SETTING.findall(page(name)))
    assert len(named) >= 3
    assert [setting for setting in sorted(named) if f"\n{setting} = " not in example] == []
    assert set(VARIABLE.findall(page(name))) <= set(SECRETS.values())


@pytest.mark.parametrize("name", EVERY)
def test_what_the_doctor_is_quoted_with_is_what_it_says(name: str) -> None:
    language: Language = "zh" if "zh-CN" in name else "en"
    entries = load_entries(catalog_path(LOCALES, language))
    said = [
        re.compile("".join(".+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", form)))
        for entry in entries.values()
        for form in sentences(entry)
    ]
    quoted = PRINTED.findall(page(name))
    assert len(quoted) >= 4
    assert [line for line in quoted if not any(form.fullmatch(line) for form in said)] == []
    troubled = re.findall(r"^ +[!✗] .+\n +(.)", page(name), re.MULTILINE)
    assert set(troubled) <= {"→"}


@pytest.mark.parametrize("name", EVERY)
def test_words_are_words_of_the_house(name: str) -> None:
    known = {word.name for word in house_router().words}
    named = {word.removeprefix(f"{PREFIX}-") for word in WORD.findall(page(name))}
    assert named - NO_WORDS - {"start"} <= known | {"help"}


@pytest.mark.parametrize(("english", "chinese"), PAGES.items())
def test_both_languages_say_the_same(english: str, chinese: str) -> None:
    for mark in (r"^## ", r"^\d+\. ", r"^- ", r"^\| ", r"^ *```", r"https://\S+"):
        counts = [len(re.findall(mark, page(name), re.MULTILINE)) for name in (english, chinese)]
        assert counts[0] == counts[1], mark
