"""The ways a story can be told on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

EVERY = ("sqlite", "slack", "telegram", "web")
"""Each story is told in memory, and over each real adapter."""
ON_POSTGRES = frozenset({"postgres", "slack", "web"})
"""The other ways keep what is said in SQLite, so each story that is told on every way is kept in both."""


def marks(way: str, first: str) -> Iterator[pytest.MarkDecorator]:
    """Coverage is counted where a story is told first: counting takes longer than telling."""
    if way in ON_POSTGRES:
        yield pytest.mark.postgres
    if way != first:
        yield pytest.mark.uncounted
