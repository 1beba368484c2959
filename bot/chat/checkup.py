"""What `tocsin doctor` found out about one thing: whether it is in order, and what to do where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bot.text import Text


@dataclass(frozen=True, slots=True)
class Check:
    """`says` is a whole sentence; `mend` says what to do and where to click.

    fine: in order; note: it works, but not as well as it could; wrong: something does not work.
    """

    says: Text
    state: Literal["fine", "note", "wrong"] = "fine"
    mend: Text | None = None
