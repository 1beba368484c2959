"""The record itself as JSON: every entry with its salts and hashes, so that it proves itself without the bot."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.domain.record import Entry, decode, encode

FORMAT = "tocsin-record/1"


def render_json(entries: Sequence[Entry]) -> str:
    """One entry a line inside one JSON object; `parse` and `tocsin verify` read it back."""
    lines = ",\n".join(encode(entry) for entry in entries)
    return f'{{"format":"{FORMAT}","entries":[\n{lines}\n]}}\n'


def parse(page: str) -> list[Entry]:
    """The entries of an export. Raises ValueError where it is none."""
    whole: object = json.loads(page)
    match whole:
        case {"format": "tocsin-record/1", "entries": [*entries]}:
            try:
                return [decode(json.dumps(entry)) for entry in entries]
            except (KeyError, TypeError, AttributeError) as error:
                message = "an entry lacks a part"
                raise ValueError(message) from error
        case _:
            message = "not a record export"
            raise ValueError(message)
