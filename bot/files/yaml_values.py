"""From the nodes of a YAML file to plain values with their places: YAML 1.2, so `yes` and `1:30` are words.

Signs that YAML knows and a clerk does not (anchors, aliases, tags) are refused with the mended line.
"""

from __future__ import annotations

from typing import Protocol, cast

from bot.files.source import Mark
from bot.files.yaml_lines import quote_value
from bot.text import Text, text

PLAIN = "tag:yaml.org,2002:"


class Spot(Protocol):
    """A mark of ruamel.yaml: both count from 0."""

    line: int
    column: int


class Node(Protocol):
    """A node of ruamel.yaml, which has no types of its own. `id` is mapping, sequence or scalar."""

    id: str
    tag: str
    value: object
    anchor: str | None
    start_mark: Spot


class Trap(Exception):
    """A node that reads as something else than what was meant."""

    def __init__(self, node: Node) -> None:
        """`node` begins with the sign that YAML takes for its own."""
        super().__init__()
        self.mark = _mark(node)

    def explain(self, lines: list[str]) -> tuple[Mark, Text]:
        """The spot and the sentence, with the line as it should be."""
        line = lines[self.mark.line - 1]
        sign = line[self.mark.column - 1]
        return self.mark, text("check.starts_with_sign", sign=sign, mended=quote_value(line))


class Twice(Trap):
    """A key that stands twice in one mapping: YAML would keep the last and say nothing."""

    def explain(self, lines: list[str]) -> tuple[Mark, Text]:
        """The second of the two."""
        key = lines[self.mark.line - 1][self.mark.column - 1 :].split(":")[0]
        return self.mark, text("check.key_twice", key=key.strip())


def values(top: Node) -> tuple[object, list[int]]:
    """The value of a whole file and the marks of its parts: each value, and each key before its value."""
    flat: list[int] = []
    return _value(top, flat), flat


def _mark(node: Node) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)


def _value(node: Node, flat: list[int]) -> object:
    if node.anchor is not None or not node.tag.startswith(PLAIN):
        raise Trap(node)
    flat += _mark(node)
    match node.id:
        case "mapping":
            return _mapping(cast("list[tuple[Node, Node]]", node.value), flat)
        case "sequence":
            return [_value(item, flat) for item in cast("list[Node]", node.value)]
        case _:
            return _scalar(cast("str", node.value), node.tag.removeprefix(PLAIN))


def _mapping(pairs: list[tuple[Node, Node]], flat: list[int]) -> dict[str, object]:
    """A value left empty stands where its key does: the parser notices it at the next word, lines further down."""
    read: dict[str, object] = {}
    for key, value in pairs:
        name = _key(key, flat)
        if name in read:
            raise Twice(key)
        place = len(flat)
        read[name] = _value(value, flat)
        if read[name] is None and value.value == "":
            flat[place:] = _mark(key)
    return read


def _key(node: Node, flat: list[int]) -> str:
    if node.id != "scalar":
        raise Trap(node)
    flat += _mark(node)
    return cast("str", node.value)


def _scalar(written: str, kind: str) -> str | int | float | bool | None:
    match kind:
        case "null":
            return None
        case "bool":
            return written.casefold() == "true"
        case "int" | "float":
            return _number(written)
        case _:
            return written


def _number(written: str) -> str | int | float:
    """A number in digits; other spellings of numbers (0x1F, 1_000, .inf) stay words."""
    for read in (int, float):
        try:
            return read(written) if "_" not in written and written[-1].isdigit() else written
        except ValueError:
            continue
    return written
