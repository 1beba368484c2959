"""When something that is owed on schedule is due: intervals and cron times, in a zone, on working days where asked.

Wall time decides: nine o'clock stays nine o'clock when the clocks change. A time that does not exist that day moves to the
first that does; one that comes twice is the first of the two. The libraries are imported where they are used.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.domain.duty import Schedule


def due_times(schedule: Schedule, after: datetime) -> Iterator[datetime]:
    """Every time it is due after `after`, in UTC, in order; none where it never comes (30 February)."""
    raise NotImplementedError(schedule, after)
