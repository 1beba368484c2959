"""What became of an update."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.chat.card import Reply

State = Literal["new", "done", "failed"]
"""new: stored, not handled yet; failed: the dead letter, kept and reported."""


@dataclass(frozen=True, slots=True)
class Received:
    """An update that is stored. `reply` None: it is not answered yet."""

    state: State
    reply: Reply | None
