"""Everything planned for quiet times: the drills that can be held, and what the calendar owes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.drill import Drill
from bot.domain.duty import DutyCalendar
from bot.domain.ids import DrillId


@dataclass(frozen=True, slots=True)
class Programme:
    """Drills by the name of their file, and the calendar. `folder`: where the pictures of injects are."""

    drills: Mapping[DrillId, Drill] = field(default_factory=dict[DrillId, Drill])
    calendar: DutyCalendar = field(default_factory=DutyCalendar)
    folder: Path | None = None


NOTHING_OWED = Programme()
