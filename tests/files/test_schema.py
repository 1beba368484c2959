"""The JSON Schema for editors says what the reader of playbooks accepts."""

from __future__ import annotations

import json
import re
from typing import cast

from bot.domain.playbook import TILES
from bot.files.schema import schema_playbook


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
