"""A file that was read: its content and where each part of it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from bot.files.finding import Finding, Severity
from bot.text import Text

Trail = tuple[str | int, ...]
"""The way to a value: keys of mappings and numbers in lists, from 0."""


class Mark(NamedTuple):
    """A spot in a file, both from 1."""

    line: int
    column: int


START = Mark(1, 1)


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the values stand, and where the keys of those in mappings stand."""

    values: dict[Trail, Mark] = field(default_factory=dict[Trail, Mark])
    keys: dict[Trail, Mark] = field(default_factory=dict[Trail, Mark])


class Source:
    """One file. The marks are worked out when the first finding asks for them."""

    def __init__(self, path: str, words: str, content: object, find_marks: Callable[[], Marks]) -> None:
        """`words` is the file's text, `content` what it says: dictionaries, lists and plain values."""
        self.path = path
        self.content = content
        self.lines = words.split("\n")
        self._find_marks = find_marks
        self._marks: Marks | None = None

    @property
    def marks(self) -> Marks:
        """Where everything stands."""
        if self._marks is None:
            self._marks = self._find_marks()
        return self._marks

    def known(self, trail: Trail) -> Trail:
        """The longest part of a trail that is in the file."""
        while trail and trail not in self.marks.values:
            trail = trail[:-1]
        return trail

    def mark(self, trail: Trail, *, key: bool = False) -> Mark:
        """The spot of a value or of its key; of what holds it where it is not in the file."""
        trail = self.known(trail)
        at_key = self.marks.keys.get(trail) if key else None
        return at_key or self.marks.values.get(trail, START)

    def value(self, trail: Trail) -> object:
        """What stands there, None where nothing does."""
        found = self.content
        for step in trail:
            if isinstance(found, dict):
                found = cast("dict[str | int, object]", found).get(step)
            elif isinstance(found, list) and isinstance(step, int):
                items = cast("list[object]", found)
                found = items[step] if step < len(items) else None
            else:
                return None
        return found

    def line(self, number: int) -> str:
        """A line by its number, empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def finding(self, trail: Trail, sentence: Text, severity: Severity = "error", *, key: bool = False) -> Finding:
        """A sentence about a value, or about its key."""
        mark = self.mark(trail, key=key)
        return Finding(self.path, mark.line, mark.column, sentence, severity)
