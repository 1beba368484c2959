"""TOML files: read into plain values with the place of each, or one sentence about what breaks them."""

from __future__ import annotations

import re
import tomllib
from functools import partial
from pathlib import Path

from bot.files.finding import Finding
from bot.files.secret import without_secrets
from bot.files.source import Mark, Source
from bot.files.toml_marks import find_marks
from bot.files.yaml_source import not_utf8
from bot.text import Text, text

PLACE = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)$")
FULL_WIDTH = str.maketrans("＝“”‘’，｛｝［］：", "=\"\"'',{}[]:")
BARE = re.compile(r"^(?P<before>\s*[\w.-]+\s*=\s*)(?P<value>[^\"'\[{\s].*?)\s*$")
COLON = re.compile(r"^(?P<before>\s*[\w.-]+)\s*:\s*(?P<after>.*)$")


def read_toml(path: Path, content: bytes) -> Source | Finding:
    """What a file says, or the one sentence that has to be heeded before it can be read at all."""
    try:
        words = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        return Finding(str(path), content.count(b"\n", 0, error.start) + 1, 1, not_utf8())
    lines = words.split("\n")
    tab = next((number for number, line in enumerate(lines) if "\t" in line), None)
    if tab is not None:
        mended = without_secrets(re.sub("\t", "  ", lines[tab]).strip())
        return Finding(str(path), tab + 1, lines[tab].index("\t") + 1, text("check.tab", mended=mended))
    try:
        value = tomllib.loads(words)
    except tomllib.TOMLDecodeError as error:
        mark, sentence = _explain(lines, str(error))
        return Finding(str(path), mark.line, mark.column, sentence)
    return Source(str(path), words, value, partial(find_marks, words))


def _explain(lines: list[str], said: str) -> tuple[Mark, Text]:
    """The place that `tomllib` names and what is probably meant there."""
    place = PLACE.search(said)
    if place is None:
        return Mark(len(lines), 1), text("check.toml_end")
    mark = Mark(int(place["line"]), int(place["column"]))
    line = lines[mark.line - 1]
    mended = line.translate(FULL_WIDTH)
    if mended != line and "Cannot" not in said:
        column = next(number for number, (one, other) in enumerate(zip(line, mended, strict=True)) if one != other)
        return Mark(mark.line, column + 1), text("check.toml_full_width", mended=without_secrets(mended.strip()))
    if "Cannot" in said:
        key = without_secrets(_key(line))
        return Mark(mark.line, len(line) - len(line.lstrip()) + 1), text("check.key_twice", key=key)
    if colon := COLON.match(line):
        return mark, text("check.toml_equals", mended=_mended(colon["before"], " = ", colon["after"]))
    if bare := BARE.match(line):
        return mark, text("check.toml_quotes", mended=_mended(bare["before"], " ", f'"{bare["value"]}"'))
    return mark, text("check.toml_line", line=without_secrets(line.strip())[:60])


def _mended(before: str, between: str, after: str) -> str:
    return without_secrets(f"{before.strip()}{between}{after}")


def _key(line: str) -> str:
    return line.split("=", maxsplit=1)[0].strip(" []")
