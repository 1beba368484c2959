"""What a record's file is called. A drill's name says so first and last, in the language of what is inside."""

from __future__ import annotations

from typing import Literal

from bot.domain.ids import EventId
from bot.domain.parties import EventKind

Choice = Literal["zh", "en", "both"]
MARKS: dict[Choice, tuple[str, str]] = {"zh": ("演练", "演练"), "en": ("DRILL", "DRILL"), "both": ("演练", "DRILL")}
"""Without the brackets of 【演练】: names of files travel through programs that take brackets for something else."""


def record_name(event: EventId, kind: EventKind, choice: Choice, format_: str) -> str:
    """`EV-2026-0001.zh.docx`, `演练-DR-2026-0001.both-DRILL.docx`; JSON has no language of its own."""
    stem = event if format_ == "json" else f"{event}.{choice}"
    if kind != "drill":
        return f"{stem}.{format_}"
    first, last = MARKS["both" if format_ == "json" else choice]
    return f"{first}-{stem}-{last}.{format_}"
