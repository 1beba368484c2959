"""The ways a story can be told on."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

import pytest

EVERY = ("sqlite", "slack", "telegram", "web")
"""Each story is told in memory, and over each real adapter."""
ON_POSTGRES = frozenset({"postgres", "slack", "web"})
"""The other ways keep what is said in SQLite, so each story that is told on every way is kept in both."""


def in_turn(story: str) -> tuple[str, str]:
    """In memory, and over one real platform, which a story's name decides."""
    return EVERY[0], EVERY[1 + crc32(story.encode()) % (len(EVERY) - 1)]


def marks(way: str, first: str) -> Iterator[pytest.MarkDecorator]:
    """Coverage is counted where a story is told first: counting takes longer than telling."""
    if way in ON_POSTGRES:
        yield pytest.mark.postgres
    if way != first:
        yield pytest.mark.uncounted
