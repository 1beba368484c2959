"""How a duty ended is written into the row it came from, in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.entries_duty import DutyEnded
from bot.store.occurrences import keep, row_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.event import Event
    from bot.domain.record import Entry
    from bot.store.work import Work


async def note_end(work: Work, event: Event, entries: Sequence[Entry]) -> None:
    """Where these entries end a duty, its row says how: late is what was done after its grace."""
    ended = next((entry.payload for entry in entries if isinstance(entry.payload, DutyEnded)), None)
    row = None if ended is None else await row_of(work.rows, event.id)
    if ended is None or row is None or event.duty is None:
        return
    outcome = "late" if ended.outcome == "done" and ended.done_late > event.duty.grace else ended.outcome
    keep(work, row.ended(outcome, work.now))
    work.ring("duties")
