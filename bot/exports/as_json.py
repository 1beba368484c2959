"""The record itself as JSON: every entry with its salts and hashes, so that it proves itself without the bot."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from bot.domain.record import Entry, decode, encode

FORMAT = "tocsin-record/1"


def render_json(entries: Sequence[Entry]) -> str:
    """One entry a line inside one JSON object; `parse` and `tocsin verify` read it back."""
    lines = ",\n".join(encode(entry) for entry in entries)
    return f'{{"format":"{FORMAT}","entries":[\n{lines}\n]}}\n'


def parse(page: str) -> list[Entry]:
    """The entries of an export. Raises ValueError where it is none."""
    whole = _object(json.loads(page))
    lines: object = whole.get("entries")
    if whole.get("format") != FORMAT or not isinstance(lines, list):
        message = "not a record export"
        raise ValueError(message)
    try:
        return [decode(json.dumps(line)) for line in cast("list[object]", lines)]
    except (KeyError, TypeError, AttributeError) as error:
        message = "an entry lacks a part"
        raise ValueError(message) from error


def _object(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
