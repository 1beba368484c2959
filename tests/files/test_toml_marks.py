"""Every key and value of a TOML file is found where it stands."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from bot.files.source import Trail
from bot.files.toml_marks import find_marks

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
ALL_FORMS = '''\
# A comment with = and [brackets]
top = 1
"quoted key" = "a \\"quoted\\" # text"
'literal key' = 'C:\\path'
a.b . c = true
many = [ 1, # a comment
  2,
  [ "x", 'y', ],
]
when = 1979-05-27 07:32:00
text = """
two lines "with quotes" \\\\"""
plain = \'\'\'
raw ''\'\'\'
empty = {}
none = []
inline = { x = 1, y.z = { deep = "v" } }

[table]
key = "value"
[table.sub]
key = 2.5
[[list]]
id = "one"
[list.part]
of = "one"
[[list]]
id = "two"
[[list.inner]]
n = 1
[[list.inner]]
n = 2
'''


def leaves(content: object, trail: Trail = ()) -> Iterator[tuple[Trail, object]]:
    if isinstance(content, dict) and content:
        for key, value in cast("dict[str, object]", content).items():
            yield from leaves(value, (*trail, key))
    elif isinstance(content, list) and content:
        for number, value in enumerate(cast("list[object]", content)):
            yield from leaves(value, (*trail, number))
    else:
        yield trail, content


def check_all(words: str) -> int:
    marks, lines, count = find_marks(words), words.split("\n"), 0
    for trail, value in leaves(tomllib.loads(words)):
        line, column = marks.values[trail]
        rest = lines[line - 1][column - 1 :]
        match value:
            case str():
                assert rest[0] in "\"'", (trail, rest)
            case bool() | int() | float():
                assert rest.startswith(json.dumps(value)), (trail, rest)
            case list() | dict():
                assert rest[:2] in ("[]", "{}"), (trail, rest)
            case _:
                assert rest.startswith("1979"), (trail, rest)
        if isinstance(trail[-1], str):
            line, column = marks.keys[trail]
            assert lines[line - 1][column - 1 :].strip("\"'").startswith(trail[-1]), trail
        count += 1
    return count


def test_all_forms_of_keys_and_values() -> None:
    assert check_all(ALL_FORMS) == 22
    marks = find_marks(ALL_FORMS)
    assert marks.values["many", 2, 1] == (8, 10)
    assert marks.values["inline", "y", "z", "deep"] == (17, 34)
    assert marks.keys["table", "sub"] == (21, 8)
    assert marks.values["list", 1] == (27, 1)
    assert marks.values["list", 1, "inner", 1, "n"] == (32, 5)
    assert marks.values["list", 0, "part", "of"] == (26, 6)


def test_the_example_of_a_company() -> None:
    assert check_all(EXAMPLE.read_text(encoding="utf-8")) > 500


def test_an_empty_file() -> None:
    assert find_marks("").values == {(): (1, 1)}
