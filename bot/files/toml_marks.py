"""Where the keys and values of a TOML file stand: `tomllib` does not say. For text that `tomllib` has accepted."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator

from bot.files.source import Mark, Marks, Trail

BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
PART = re.compile(r"[ \t]*(?P<part>[\w-]+|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')[ \t]*")
STRING = re.compile(r"\"\"\".*?(?<!\\)(?:\\\\)*\"{3,5}|'''.*?'{3,5}|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'", re.DOTALL)
SCALAR = re.compile(r"[^,\]}#\n]+")


def find_marks(words: str) -> Marks:
    """The marks of a whole file. Keys of tables stand where the table's header names them first."""
    scan = _Scan(words)
    scan.file()
    return scan.marks


class _Scan:
    """One pass over the text; `at` is the offset reached."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.at = 0
        self.marks = Marks({(): Mark(1, 1)})
        self._starts = [0, *(found.end() for found in re.finditer("\n", words))]
        self._counts: dict[Trail, int] = {}

    def file(self) -> None:
        """Headers and `key = value` statements up to the end."""
        table: Trail = ()
        self._skip()
        while self.at < len(self.words):
            if self.words[self.at] == "[":
                table = self._header()
            else:
                self._statement(table)
            self._skip()

    def _mark(self) -> Mark:
        line = bisect_right(self._starts, self.at)
        return Mark(line, self.at - self._starts[line - 1] + 1)

    def _skip(self) -> None:
        found = BLANK.match(self.words, self.at)
        self.at = self.at if found is None else found.end()

    def _parts(self) -> Iterator[tuple[str, Mark]]:
        """The parts of a dotted key with the place of each; stops behind the last."""
        while True:
            found = PART.match(self.words, self.at)
            if found is None:
                return
            self.at = found.start("part")
            written = found["part"]
            yield str(tomllib.loads(f"k = {written}")["k"]) if written[0] in "\"'" else written, self._mark()
            self.at = found.end()
            if self.words[self.at : self.at + 1] != ".":
                return
            self.at += 1

    def _header(self) -> Trail:
        many = self.words.startswith("[[", self.at)
        self.at += 2 if many else 1
        trail: Trail = ()
        for part, mark in self._parts():
            trail = self._inside(self._named(trail, part, mark))
        if many:
            trail = self._inside(trail[:-1] if trail and isinstance(trail[-1], int) else trail, new=True)
        self.at += 2 if many else 1
        return trail

    def _named(self, trail: Trail, part: str, mark: Mark) -> Trail:
        trail = (*trail, part)
        self.marks.keys.setdefault(trail, mark)
        self.marks.values.setdefault(trail, mark)
        return trail

    def _inside(self, trail: Trail, *, new: bool = False) -> Trail:
        """The last table of an array of tables, or a new one."""
        if new:
            self._counts[trail] = self._counts.get(trail, -1) + 1
            self.marks.values[*trail, self._counts[trail]] = self._back()
        return (*trail, self._counts[trail]) if trail in self._counts else trail

    def _back(self) -> Mark:
        line = bisect_right(self._starts, self.at)
        return Mark(line, self.words.index("[", self._starts[line - 1]) - self._starts[line - 1] + 1)

    def _statement(self, table: Trail) -> None:
        trail = table
        for part, mark in self._parts():
            trail = self._named(trail, part, mark)
        self.at += 1
        self._value(trail)

    def _value(self, trail: Trail) -> None:
        self._skip()
        self.marks.values[trail] = self._mark()
        sign = self.words[self.at]
        if sign == "[":
            self._items(trail)
        elif sign == "{":
            self._table(trail)
        else:
            found = (STRING if sign in "\"'" else SCALAR).match(self.words, self.at)
            self.at = len(self.words) if found is None else found.end()

    def _items(self, trail: Trail) -> None:
        self.at += 1
        number = 0
        while not self._closed("]"):
            self._value((*trail, number))
            number += 1

    def _table(self, trail: Trail) -> None:
        self.at += 1
        while not self._closed("}"):
            self._statement(trail)

    def _closed(self, sign: str) -> bool:
        """Go over blanks and a comma; whether the closing bracket stands there (and is passed)."""
        self._skip()
        if self.words[self.at] == ",":
            self.at += 1
            self._skip()
        if self.words[self.at] != sign:
            return False
        self.at += 1
        return True
