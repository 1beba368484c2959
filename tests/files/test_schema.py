"""The JSON Schema for editors says what the reader of playbooks accepts."""

from __future__ import annotations

import json
import re
from typing import cast

import pytest

from bot.domain.playbook import TILES
from bot.files.schema import FORMS, schema_of, schema_playbook


def test_it_is_plain_json_with_a_dialect_and_descriptions() -> None:
    schema = schema_playbook()
    assert json.loads(json.dumps(schema)) == schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "PlaybookForm"
    properties = cast("dict[str, dict[str, object]]", schema["properties"])
    assert properties["tile"]["enum"] == list(TILES)
    assert properties["commander"]["description"] == "The role that commands; then the next in command, in order."
    assert set(cast("list[str]", schema["required"])) == {
        "id", "title", "owner", "commander", "level", "tile", "first_call", "at_once", "review",
    }  # fmt: skip


def test_its_patterns_work_in_editors() -> None:
    written = json.dumps(schema_playbook())
    assert "(?P<" not in written, "JavaScript has no such groups"
    within = cast("dict[str, dict[str, dict[str, dict[str, str]]]]", schema_playbook()["$defs"])["ReviewForm"]
    assert re.match(within["properties"]["within"]["pattern"], "7 d")


@pytest.mark.parametrize("what", FORMS)
def test_each_form_has_one_without_groups_that_editors_do_not_know(what: str) -> None:
    schema = schema_of(what)
    assert json.loads(json.dumps(schema)) == schema
    assert "(?P<" not in json.dumps(schema)


def test_what_a_drill_and_an_entry_need() -> None:
    assert set(cast("list[str]", schema_of("drill")["required"])) == {
        "id", "playbook", "title", "type", "scenario", "objectives", "place", "organiser", "safety", "stop_word",
    }  # fmt: skip
    entry = cast("dict[str, dict[str, object]]", schema_of("calendar")["$defs"])["DutyForm"]
    assert set(cast("list[str]", entry["required"])) == {"id", "kind", "title", "task", "owner", "approve"}
