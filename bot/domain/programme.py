"""Everything planned for quiet times: the drills that can be held, and what the calendar owes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.drill import Drill
from bot.domain.duty import DutyCalendar
from bot.domain.ids import DrillId, FileId


@dataclass(frozen=True, slots=True)
class Programme:
    """Drills by the name of their file, and the calendar. `folder`: where the pictures of injects are."""

    drills: Mapping[DrillId, Drill] = field(default_factory=dict[DrillId, Drill])
    calendar: DutyCalendar = field(default_factory=DutyCalendar)
    folder: Path | None = None
    photos: Mapping[str, FileId] = field(default_factory=dict[str, FileId])
    """The pictures that are kept in the store, by the path an inject names (`bot.services.drill_photos`)."""


NOTHING_OWED = Programme()
