"""How the Bot API says no."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """An answer that is not ok: its HTTP status, its wording, its `parameters`."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(f"{status} {description}")
        self.status = status
        self.description = description
        self.parameters = parameters

    @property
    def body(self) -> Json:
        """The answer as JSON."""
        body: Json = {"ok": False, "error_code": self.status, "description": self.description}
        return {**body, "parameters": self.parameters} if self.parameters else body


class Invalid(Refusal):
    """The request breaks the documentation: a correct bot never sends it, whatever state the chats are in."""


def bad(description: str, **parameters: int) -> Refusal:
    """A 400 that the state of the chats explains."""
    return Refusal(400, f"Bad Request: {description}", **parameters)


def invalid(description: str) -> Invalid:
    """A 400 for a request that no correct bot sends."""
    return Invalid(400, f"Bad Request: {description}")


def forbidden(description: str) -> Refusal:
    """A 403."""
    return Refusal(403, f"Forbidden: {description}")
