"""The traps of YAML in plain words, each with the mended line: what a clerk sees instead of a parser's message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from ruamel.yaml.error import YAMLError
from ruamel.yaml.reader import ReaderError

from bot.files.source import Mark
from bot.files.yaml_lines import (
    FLOW,
    FULL_COLON,
    KEY,
    NO_SPACE,
    NO_SPACE_DASH,
    quote_value,
    with_space,
    without_tabs,
)
from bot.files.yaml_values import Spot
from bot.text import Text, text

SIGNS = "*&!%@`[]{}|>?,\"'-#"
"""What a text cannot begin with outside quotes."""


def explain(lines: Sequence[str], error: YAMLError) -> tuple[Mark, Text]:
    """Where to look and what to write, for one error of the parser."""
    if isinstance(error, ReaderError):
        before = "\n".join(lines)[: cast("int", getattr(error, "position", 0))]
        return Mark(before.count("\n") + 1, len(before) - before.rfind("\n")), text("check.control_sign")
    at = _mark(error, "problem_mark") or Mark(1, 1)
    begun = _mark(error, "context_mark") or at
    problem = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    return (
        _tab(lines, at, problem)
        or _whole_file(at, problem)
        or _missing_space(lines, at)
        or _quotes(lines, at, begun, problem)
        or _sign(lines, at)
        or _flow(lines, at, begun, problem)
        or _colon(lines, at, problem)
        or _indent(lines, at)
    )


def _mark(error: YAMLError, name: str) -> Mark | None:
    """One of the marks of an error; ruamel.yaml has no types and counts from 0."""
    mark = cast("Spot | None", getattr(error, name, None))
    return None if mark is None else Mark(mark.line + 1, mark.column + 1)


def _line(lines: Sequence[str], number: int) -> str:
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _tab(lines: Sequence[str], at: Mark, problem: str) -> tuple[Mark, Text] | None:
    line = _line(lines, at.line)
    if "'\\t'" not in problem and not line[: at.column].strip(" ").startswith("\t"):
        return None
    return Mark(at.line, line.find("\t") + 1), text("check.tab", mended=without_tabs(line))


def _whole_file(at: Mark, problem: str) -> tuple[Mark, Text] | None:
    if "another document" in problem:
        return at, text("check.two_documents", sign="---")
    return None


def _missing_space(lines: Sequence[str], at: Mark) -> tuple[Mark, Text] | None:
    """Look at the line of the error and the two written ones before: the parser notices it late."""
    written = [number for number in range(at.line, 0, -1) if _line(lines, number).strip()][:3]
    found = (space_trap(number, _line(lines, number)) for number in written)
    return next((trap for trap in found if trap is not None), None)


def space_trap(number: int, line: str) -> tuple[Mark, Text] | None:
    """A colon or dash without its space, or a full-width colon; `number` is the line's."""
    if full := FULL_COLON.match(line):
        return Mark(number, full.end("before") + 1), text("check.full_width_colon", mended=with_space(line))
    if colon := NO_SPACE.match(line):
        return Mark(number, colon.end("before") + 1), text("check.space_after_colon", mended=with_space(line))
    if dash := NO_SPACE_DASH.match(line):
        return Mark(number, dash.end("before") + 1), text("check.space_after_dash", mended=with_space(line))
    return None


def _quotes(lines: Sequence[str], at: Mark, begun: Mark, problem: str) -> tuple[Mark, Text] | None:
    if "quoted scalar" in problem:
        return begun, text("check.quote_open", mended=quote_value(_line(lines, begun.line)))
    line = _line(lines, at.line)
    if "block end" in problem and line[: at.column - 1].rstrip().endswith(('"', "'", "]", "}")):
        return at, text("check.text_after_quote", mended=quote_value(line))
    return None


def _sign(lines: Sequence[str], at: Mark) -> tuple[Mark, Text] | None:
    line = _line(lines, at.line)
    parts = KEY.match(line)
    if parts is None or not parts["value"] or parts["value"][0] not in SIGNS:
        return None
    column = parts.start("value") + 1
    if at.column not in (column, column + 1):
        return None
    return Mark(at.line, column), text("check.starts_with_sign", sign=parts["value"][0], mended=quote_value(line))


def _flow(lines: Sequence[str], at: Mark, begun: Mark, problem: str) -> tuple[Mark, Text] | None:
    if "flow" not in problem:
        return None
    line = _line(lines, at.line)
    if FLOW.search(line):
        return at, text("check.sign_in_text", mended=quote_value(line))
    return begun, text("check.bracket_open", sign=_line(lines, begun.line)[begun.column - 1 : begun.column])


def _colon(lines: Sequence[str], at: Mark, problem: str) -> tuple[Mark, Text] | None:
    line = _line(lines, at.line)
    if "mapping values" not in problem or ":" not in line[: at.column - 1]:
        return None
    return at, text("check.colon_in_text", mended=quote_value(line))


def _indent(lines: Sequence[str], at: Mark) -> tuple[Mark, Text]:
    line = _line(lines, at.line)
    column = len(line) - len(line.lstrip()) + 1
    above = next((_line(lines, number) for number in range(at.line - 1, 0, -1) if _line(lines, number).strip()), "")
    return Mark(at.line, column), text("check.indent", above=above.strip())
