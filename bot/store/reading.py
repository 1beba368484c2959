"""A way to read rows: inside a transaction of the writer, or on a reader's own connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVarTuple

from sqlalchemy import Row, Select

Ts = TypeVarTuple("Ts")


class Reads(Protocol):
    """Carries a query out."""

    async def __call__(self, query: Select[*Ts]) -> Sequence[Row[*Ts]]:
        """All rows of it."""
        ...
