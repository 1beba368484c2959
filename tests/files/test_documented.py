"""Each setting is explained in the example and the manual, each explained one exists, and each is read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import cast, get_args

import pytest
from pydantic import BaseModel

from bot.config import (
    ChatSettings,
    EventSettings,
    MailSettings,
    RecordSettings,
    SlackSettings,
    StoreSettings,
    TelegramSettings,
    WebSettings,
)
from bot.files.calendar_form import CalendarForm, DutyForm
from bot.files.config_form import ConfigForm
from bot.files.drill_form import DrillForm, InjectForm
from bot.files.form import fill
from bot.files.people import HEADINGS
from bot.files.playbook_form import PlaybookForm
from bot.files.secret import SECRETS
from bot.files.source import Source
from bot.files.yaml_source import Shelf, read_yaml

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
PLAYBOOKS = (ROOT / "docs" / "playbooks.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")
SECTIONS = ("company", "store", "web", "chat", "slack", "telegram", "mail", "event", "records")


def entries(form: type[BaseModel]) -> Iterator[str]:
    """Every key of the file as section.key."""
    for section, field in form.model_fields.items():
        kind = cast("type[BaseModel]", next(iter(get_args(field.annotation)), field.annotation))
        yield from (f"{section}.{name}" for name in kind.model_fields)


SETTINGS = list(entries(ConfigForm))
PROGRAM = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("bot", "handlers")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.name not in ("config.py", "config_form.py", "company.py")
)


@pytest.mark.parametrize("setting", SETTINGS)
def test_each_setting_is_explained(setting: str) -> None:
    section, key = setting.split(".")
    assert f"`{setting}`" in MANUAL
    if section in SECTIONS:
        assert key in tomllib.loads(EXAMPLE)[section], "the example shows each with a value"
    else:
        assert re.search(rf"\b{key}\b", EXAMPLE), "the example shows or explains each"


def test_each_setting_that_is_explained_exists() -> None:
    named = set(re.findall(r"`([a-z]+\.[a-z_]+)`", MANUAL))
    sections = {setting.split(".")[0] for setting in SETTINGS}
    assert {setting for setting in named if setting.split(".")[0] in sections} == set(SETTINGS)


def test_each_setting_of_the_example_has_a_comment_above_it_or_its_neighbours() -> None:
    lines = EXAMPLE.splitlines()
    for number, line in enumerate(lines):
        if re.match(rf"(?:{'|'.join(SECTIONS)})\.\w+ = ", line):
            above = next(above for above in reversed(lines[:number]) if not re.match(r"\w+\.\w+ = ", above))
            assert above.startswith("#"), line


KINDS = {
    "store": StoreSettings,
    "web": WebSettings,
    "chat": ChatSettings,
    "slack": SlackSettings,
    "telegram": TelegramSettings,
    "mail": MailSettings,
    "event": EventSettings,
    "records": RecordSettings,
}


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_the_settings_of_the_program_are_those_of_the_file(name: str, kind: type) -> None:
    assert [f"{name}.{field.name}" for field in fields(kind)] == [
        each for each in SETTINGS if each.startswith(f"{name}.")
    ]


@pytest.mark.parametrize("setting", [setting for setting in SETTINGS if setting.split(".")[0] in SECTIONS])
def test_each_setting_is_read(setting: str) -> None:
    assert re.search(rf"\.{setting.split('.')[1]}\b", PROGRAM), f"{setting} is explained and nothing reads it"


def test_each_variable_of_the_environment_is_explained() -> None:
    for (section, key), name in SECRETS.items():
        assert f"`{name}`" in next(line for line in MANUAL.splitlines() if f"| `{section}.{key}` |" in line)
        assert name in EXAMPLE


def test_each_column_of_a_list_of_people_is_explained() -> None:
    for column, names in HEADINGS.items():
        assert f"`{column}`" in MANUAL
        assert column in names


@pytest.mark.parametrize("form", [DrillForm, InjectForm, DutyForm])
def test_each_key_of_drills_and_calendar_is_explained(form: type[BaseModel]) -> None:
    for key in form.model_fields:
        assert re.search(rf"^[- ]*{key}:|`{key}: ", PLAYBOOKS, re.MULTILINE), key


def test_the_examples_of_the_manual_are_as_the_forms_have_them(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PLAYBOOKS, re.DOTALL)
    for words, form in zip(blocks, (PlaybookForm, DrillForm, CalendarForm), strict=True):
        source = read_yaml(tmp_path / "example.yaml", words.encode(), Shelf())
        assert isinstance(source, Source)
        assert fill(form, source)[1] == []
