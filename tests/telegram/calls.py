"""What was asked of the server and how it answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.telegram.refusal import Refusal

Json = dict[str, Any]


@dataclass(slots=True)
class Call:
    """One request; status 0 where the answer never left: the connection was cut, or the bot had hung up."""

    method: str
    at: float
    """When it arrived, by the fake's clock."""
    given: Json = field(default_factory=dict[str, Any])
    status: int = 0
    refusal: Refusal | None = None

    @property
    def description(self) -> str:
        """Why it was refused."""
        return "" if self.refusal is None else self.refusal.description
