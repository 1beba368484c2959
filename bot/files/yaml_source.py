"""YAML 1.2 files: read into plain values with the place of each, or one sentence about what breaks them.

ruamel.yaml is pure Python and takes some 100 ms for a dozen playbooks; what it made of a file is therefore kept
under the hash of the file's bytes where a folder for it is given.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bot.files.finding import Finding
from bot.files.source import Mark, Marks, Source, Trail
from bot.text import Text, text

if TYPE_CHECKING:
    from bot.files.yaml_values import Node

FORM = b"2"
"""Changes when what is kept changes, so that an older program's files are not used."""
LARGEST = 1_000_000
"""Bytes of one file: a playbook has some ten thousand."""

Flat = list[int]
"""Line and column of every value, and of a mapping's keys before their values, from the top down."""


class Shelf:
    """Keeps what files contained, in memory and, where a folder is given, for the next start."""

    def __init__(self, folder: Path | None = None) -> None:
        """Nothing is read or written before the first file."""
        self._folder = folder
        self._kept: dict[str, tuple[object, Flat]] = {}
        self._used: set[str] = set()

    def load(self, content: bytes) -> tuple[object, Flat] | None:
        """What these bytes contained, None where it is not known or cannot be read."""
        name = self._name(content)
        self._used.add(name)
        if name not in self._kept and self._folder is not None:
            with suppress(OSError, ValueError, KeyError, TypeError):
                kept = json.loads((self._folder / name).read_bytes())
                self._kept[name] = (kept["content"], kept["marks"])
        return self._kept.get(name)

    def save(self, content: bytes, value: object, flat: Flat) -> None:
        """Keep it; a folder that cannot be written costs time at the next start, nothing else."""
        name = self._name(content)
        self._kept[name] = (value, flat)
        if self._folder is None:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            written = self._folder / f"{name}.new"
            written.write_text(json.dumps({"content": value, "marks": flat}, ensure_ascii=False), encoding="utf-8")
            written.replace(self._folder / name)

    def tidy(self) -> None:
        """Throw away what was not asked for since the last time: files that are gone or have changed."""
        self._kept = {name: kept for name, kept in self._kept.items() if name in self._used}
        if self._folder is not None:
            with suppress(OSError):
                for file in self._folder.glob("*.json"):
                    if file.name not in self._used:
                        file.unlink(missing_ok=True)
        self._used = set()

    @staticmethod
    def _name(content: bytes) -> str:
        return f"{sha256(FORM + content).hexdigest()}.json"


def read_yaml(path: Path, content: bytes, shelf: Shelf) -> Source | Finding:
    """What a file says, or the one sentence that has to be heeded before it can be read at all."""
    if len(content) > LARGEST:
        return Finding(str(path), 1, 1, text("check.too_large", limit=LARGEST // 1000))
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Finding(str(path), content.count(b"\n", 0, error.start) + 1, 1, not_utf8())
    kept = shelf.load(content)
    value, flat = kept or (None, [])
    if kept is None:
        parsed = _parse(path, words)
        if isinstance(parsed, Finding):
            return parsed
        value, flat = parsed
        shelf.save(content, value, flat)
    return Source(str(path), words, value, partial(expand, value, flat))


def not_utf8() -> Text:
    """The sentence about a file in another encoding."""
    return text("check.not_utf8", encoding="UTF-8")


def _parse(path: Path, words: str) -> tuple[object, Flat] | Finding:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    from bot.files.yaml_traps import explain
    from bot.files.yaml_values import Trap, values

    try:
        top = cast("Node | None", YAML(typ="safe", pure=True).compose(words))  # pyright: ignore[reportUnknownMemberType]  untyped in the library
        return (None, [1, 1]) if top is None else values(top)
    except YAMLError as error:
        mark, sentence = explain(words.split("\n"), error)
    except Trap as trap:
        mark, sentence = trap.explain(words.split("\n"))
    return Finding(str(path), mark.line, mark.column, sentence)


def expand(value: object, flat: Flat) -> Marks:
    """Where each part of a value stands, from the marks in the order `yaml_values` wrote them."""
    marks = Marks()
    _expand(value, (), zip(flat[::2], flat[1::2], strict=True), marks)
    return marks


def _expand(value: object, trail: Trail, spots: Iterator[tuple[int, int]], marks: Marks) -> None:
    marks.values[trail] = Mark(*next(spots))
    if isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            marks.keys[*trail, key] = Mark(*next(spots))
            _expand(inner, (*trail, key), spots, marks)
    elif isinstance(value, list):
        for number, inner in enumerate(cast("list[object]", value)):
            _expand(inner, (*trail, number), spots, marks)
