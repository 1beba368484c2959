"""How ready the company is: what a year owes and how much of it was held, in figures (P1–P5, P7, P8, P10, G13, G21).

Every word of the figures means this:

- **owed**: due in the year and not in the future, or ended before it was due; what the calendar dropped is not owed.
- **done**: ended with its task done, at the latest when its grace was over. **late**: done after its grace.
- **missed**: never done; the next one has come due, or nothing ran when it was.
- **overdue**: its time has passed, and it may still be done.
- **to come**: not due yet, and not ended.

So owed = done + late + missed + overdue, and owed + to come = the whole year. Which year something belongs to the
calendar decides, not a postponement; whether its time has passed is counted from the time that was agreed to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bot.domain.drill import DrillType
from bot.domain.duty import DutyKind
from bot.domain.ids import DrillId, DutyId, EventId
from bot.text import Words

Standing = Literal["overdue", "asked", "planned", "done", "late", "missed", "dropped"]
"""How one of them stands. asked: its record is open, its time has not come; planned: nobody was asked yet."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One time of one entry of the calendar, as one reader may see it."""

    duty: DutyId
    kind: DutyKind
    title: Words
    post: Words
    """Whose it is."""
    covers: tuple[str, ...]
    planned_at: datetime
    """When the calendar wants it."""
    due_at: datetime
    """When it is due now; later than planned where a postponement was agreed to."""
    standing: Standing
    event: EventId | None
    """Its record; None where there is none, or this reader may not read it."""
    begins_at: datetime | None = None
    """A drill's hour, where this reader may know it."""
    window_from: datetime | None = None
    """A drill whose hour this reader may not know: between this and `due_at`."""
    drill: DrillId | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A drill that was held to its end; one that a real emergency stopped was not."""

    event: EventId
    drill: DrillId
    title: Words
    type: DrillType
    ended_at: datetime
    readable: bool = True


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some kind. See the module for what each word means."""

    done: int = 0
    late: int = 0
    missed: int = 0
    overdue: int = 0
    to_come: int = 0

    @property
    def owed(self) -> int:
        """What the year has asked for so far."""
        return self.done + self.late + self.missed + self.overdue

    @property
    def fulfilled(self) -> int:
        """Of these, what was done, in time or not."""
        return self.done + self.late

    @property
    def missing(self) -> int:
        """Of these, what was not."""
        return self.owed - self.fulfilled


@dataclass(frozen=True, slots=True)
class DrillFigures:
    """One drill of the year: what the calendar owes of it, and how often it was held, for the calendar or besides."""

    drill: DrillId
    title: Words
    type: DrillType
    figures: Figures
    held: int
    last: Held | None
    """The last one held this year."""


@dataclass(frozen=True, slots=True)
class ClauseFigures:
    """One clause of the requirements, by everything of the calendar that serves it."""

    clause: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Readiness:
    """A year so far."""

    year: int
    now: datetime
    overdue: tuple[Owed, ...]
    """Also of earlier years, the oldest first."""
    next: tuple[Owed, ...]
    """What comes next, the soonest first, each entry of the calendar once; also of next year."""
    kinds: Mapping[DutyKind, Figures]
    """Each kind that the year has anything of."""
    drills: tuple[DrillFigures, ...]
    """By type, tabletop first."""
    clauses: tuple[ClauseFigures, ...]
    whole: Figures
    """All kinds together."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry of a day."""

    owed: Owed
    at: datetime | None
    """The hour to say; None: only the day counts."""
    part: Literal["due", "begins", "opens", "closes"]
    """due: it is due then; begins: a drill's hour; opens, closes: a window's first and last day."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month. `off`: the name of a holiday, or none on a plain working day or weekend."""

    date: date
    today: bool
    weekend: bool
    works: bool
    """A weekend's day that is worked for a holiday."""
    off: Words | None
    entries: tuple[Shown, ...]

    @property
    def told(self) -> bool:
        """Whether a list of days names it."""
        return self.today or self.off is not None or bool(self.entries)


@dataclass(frozen=True, slots=True)
class Often:
    """What is owed so often in a month that its days show only what went wrong."""

    title: Words
    post: Words
    figures: Figures


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar, in weeks from Monday; None where a week reaches into another month."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]
    often: tuple[Often, ...]
    before: date | None
    after: date | None
    """The months beside it; None where they are too far away to be shown."""

    @property
    def entries(self) -> int:
        """How many entries its days have."""
        return sum(len(day.entries) for week in self.weeks for day in week if day is not None)
