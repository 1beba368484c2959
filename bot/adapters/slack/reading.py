"""Reading JSON that others wrote: whatever is not there, or is of another type, reads as empty. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias, cast

from bot.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

Json: TypeAlias = "Mapping[str, object]"
Written: TypeAlias = "dict[str, object]"
"""JSON that we write."""


def read_json(written: str) -> Json:
    """A JSON object. Raises Unreadable for anything else."""
    try:
        parsed: object = json.loads(written)
    except (ValueError, RecursionError) as wrong:
        raise Unreadable("not JSON") from wrong
    if not isinstance(parsed, dict):
        raise Unreadable("no JSON object")
    return cast("Json", parsed)


def write_json(value: object) -> str:
    """JSON as short as it can be."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def part(value: object, *path: str) -> Json:
    """The object at this place."""
    for name in path:
        value = cast("Json", value).get(name) if isinstance(value, dict) else None
    return cast("Json", value) if isinstance(value, dict) else {}


def word(value: object, *path: str) -> str:
    """The text at this place."""
    found = part(value, *path[:-1]).get(path[-1])
    return writable(found) if isinstance(found, str) else ""


def writable(words: str) -> str:
    """Without halves of characters: JSON can carry them, no store takes them."""
    return words if words.isascii() else words.encode(errors="replace").decode()


def yes(value: object, *path: str) -> bool:
    """Whether `true` stands at this place."""
    return part(value, *path[:-1]).get(path[-1]) is True


def each(value: object, *path: str) -> Iterator[Json]:
    """The objects of the list at this place."""
    found = part(value, *path[:-1]).get(path[-1])
    for one in cast("list[object]", found) if isinstance(found, list) else ():
        if isinstance(one, dict):
            yield cast("Json", one)
