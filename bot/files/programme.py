"""Everything planned for quiet times, as it stands in the folder of playbooks: the drills and the calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.clock import RealClock
from bot.config import Settings
from bot.domain.ids import PlaybookId
from bot.domain.playbook import PlaybookVersion
from bot.domain.programme import NOTHING_OWED, Programme
from bot.files.calendar import load_calendar
from bot.files.calendar_form import CalendarForm
from bot.files.calendar_lint import Known
from bot.files.drill_form import DrillForm
from bot.files.drills import DRILLS, drill_files, load_drills
from bot.files.finding import Finding, in_order
from bot.files.playbooks import CALENDAR, filled
from bot.files.source import Source
from bot.files.yaml_source import Shelf


@dataclass(frozen=True, slots=True)
class Planned:
    """What was read: the programme, and for `tocsin check` the findings and the files as they stand."""

    programme: Programme
    findings: tuple[Finding, ...] = ()
    sources: tuple[Source, ...] = ()


def programme_files(folder: Path) -> list[Path]:
    """The files that a programme is written in."""
    return [*drill_files(folder), *folder.glob(CALENDAR)]


def read_programme(
    folder: Path,
    settings: Settings | None,
    versions: Mapping[PlaybookId, PlaybookVersion],
    shelf: Shelf,
    now: datetime | None = None,
) -> Planned:
    """Read everything; without settings the form alone is checked.

    `now`: from when on drills must not meet; this machine's time where it is left out.
    """
    if settings is None:
        files = [filled(path, DrillForm, shelf) for path in drill_files(folder)]
        entries = [filled(path, CalendarForm, shelf) for path in folder.glob(CALENDAR)]
        return _planned(NOTHING_OWED, [*files, *entries])
    drills = load_drills(folder, settings, versions, shelf)
    good = {loaded.id: loaded.drill for loaded in drills if loaded.drill is not None}
    named = [loaded.id for loaded in drills]
    known = Known(settings, good, named, versions, now or RealClock().now())
    calendar = load_calendar(folder / CALENDAR, known, shelf)
    return _planned(Programme(good, calendar.calendar, folder / DRILLS), [*drills, calendar])


class _Read(Protocol):
    """What was found in one file."""

    @property
    def findings(self) -> tuple[Finding, ...]: ...

    @property
    def source(self) -> Source | None: ...


def _planned(programme: Programme, read: Sequence[_Read]) -> Planned:
    findings = in_order(finding for each in read for finding in each.findings)
    sources = (each.source for each in read)
    return Planned(programme, tuple(findings), tuple(source for source in sources if source is not None))


def load_programme(
    folder: Path,
    settings: Settings,
    versions: Mapping[PlaybookId, PlaybookVersion],
    shelf: Shelf | None = None,
    now: datetime | None = None,
) -> tuple[Programme, list[Finding]]:
    """The drills and duties without errors, and every finding. `versions`: the playbooks that can be used."""
    planned = read_programme(folder, settings, versions, shelf or Shelf(), now)
    return planned.programme, list(planned.findings)


def last_good(read: Programme, before: Programme) -> Programme:
    """What was read, and for files and entries with mistakes what was in force before: no slip makes a duty go."""
    calendar = read.calendar
    if not calendar.whole:
        calendar = replace(calendar, duties={**before.calendar.duties, **calendar.duties})
    return replace(read, drills={**before.drills, **read.drills}, calendar=calendar)
