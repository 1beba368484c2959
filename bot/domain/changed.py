"""A frozen value with some parts different: what `dataclasses.replace` does, at a seventh of its price.

Every entry changes an event of forty parts several times over, so most of folding a record is this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def changed(value: T, /, **parts: object) -> T:
    """The same but for these parts. Raises KeyError for a name that is none of its own."""
    read, places = _shape(type(value))
    values = list(read(value))
    for name, part in parts.items():
        values[places[name]] = part
    return type(value)(*values)


@cache
def _shape(kind: type[DataclassInstance]) -> tuple[Callable[[object], tuple[Any, ...]], Mapping[str, int]]:
    """How all parts of a kind are read at once, in the order its constructor takes them, and the place of each."""
    names = tuple(field.name for field in fields(kind))
    assert len(names) > 1, kind  # noqa: S101  attrgetter gives no tuple for a single name
    return attrgetter(*names), {name: place for place, name in enumerate(names)}
