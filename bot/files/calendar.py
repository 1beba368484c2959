"""`playbooks/calendar.yaml`: each entry read, checked against company and drills, made into a Duty (P1-P5, P7, P8)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from bot.domain.duty import DEFAULT_NOTICES, Duty, DutyCalendar, Schedule
from bot.domain.ids import DrillId, DutyId, RoleId
from bot.files.calendar_form import CalendarForm, DutyForm
from bot.files.calendar_lint import Known, check_calendar, check_duty
from bot.files.calendar_times import interval, schedule_of
from bot.files.draft import Placed
from bot.files.finding import Finding, errors, in_order
from bot.files.form import Both
from bot.files.normal_form import evidence_of
from bot.files.playbooks import filled
from bot.files.source import Source
from bot.files.yaml_source import Shelf
from bot.text import Words, text

USUAL_ACKNOWLEDGE = timedelta(days=2)
USUAL_GRACE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LoadedCalendar:
    """The entries without errors, and what was found; the source, None where there is none or it cannot be read."""

    calendar: DutyCalendar
    findings: tuple[Finding, ...] = ()
    source: Source | None = None


def load_calendar(
    path: Path,
    known: Known,
    shelf: Shelf,
) -> LoadedCalendar:
    """The calendar, empty where there is no file."""
    if not path.exists():
        return LoadedCalendar(DutyCalendar())
    file = filled(path, CalendarForm, shelf)
    if file.source is None or file.source.content is None:
        return LoadedCalendar(DutyCalendar(whole=False), file.findings, file.source)
    entries = _placed(file.source, None if file.placed is None else file.placed.form)
    findings = [_owned(finding) for finding in file.findings]
    duties: dict[DutyId, Duty] = {}
    whole = file.placed is not None
    for entry in entries:
        found = [*check_duty(entry, known)]
        findings += found
        if errors(found):
            whole = False
        else:
            duties.setdefault(DutyId(entry.form.id), _duty(entry, known))
    findings += check_calendar(entries, duties, known, whole=file.placed is not None)
    return LoadedCalendar(DutyCalendar(duties, whole), tuple(in_order(findings)), file.source)


def _placed(source: Source, form: CalendarForm | None) -> list[Placed[DutyForm]]:
    """The entries with their places; where some have mistakes of form, those that have none."""
    if form is not None:
        return [Placed(entry, source, (number,)) for number, entry in enumerate(form.root)]
    content = cast("list[object]", source.content) if isinstance(source.content, list) else []
    placed: list[Placed[DutyForm]] = []
    for number, entry in enumerate(content):
        try:
            placed.append(Placed(DutyForm.model_validate(entry), source, (number,)))
        except ValidationError:
            continue
    return placed


def _owned(finding: Finding) -> Finding:
    """An entry without owner is nobody's: said in more words than any other missing key."""
    missing = finding.sentence.key == "check.missing_key" and finding.sentence.params.get("key") == "owner"
    return replace(finding, sentence=text("check.calendar.no_owner")) if missing else finding


def _duty(entry: Placed[DutyForm], known: Known) -> Duty:
    form = entry.form
    schedule = schedule_of(form, known.settings)
    notices = tuple(sorted(form.notice, reverse=True)) if form.notice else _usual_notices(schedule, known.now)
    return Duty(
        id=DutyId(form.id),
        kind=form.kind,
        title=_words(form.title),
        task=_words(form.task),
        schedule=schedule,
        owner=RoleId(form.owner),
        approve=RoleId(form.approve),
        covers=tuple(form.covers),
        notices=notices,
        acknowledge_for=min(USUAL_ACKNOWLEDGE, notices[0]) if form.acknowledge is None else form.acknowledge,
        grace=USUAL_GRACE if form.grace is None else form.grace,
        evidence=None if form.evidence is None else evidence_of(form.evidence),
        drill=None if form.drill is None else DrillId(form.drill),
        digest=_digest(entry),
    )


def _usual_notices(schedule: Schedule, now: datetime) -> tuple[timedelta, ...]:
    """The usual ones that are shorter than the interval: what comes daily is not announced two weeks before."""
    apart = interval(schedule, now)
    return tuple(notice for notice in DEFAULT_NOTICES if apart is None or notice < apart) or DEFAULT_NOTICES[-1:]


def _digest(entry: Placed[DutyForm]) -> str:
    written = json.dumps(entry.source.value(entry.trail), ensure_ascii=False, sort_keys=True)
    return sha256(written.encode()).hexdigest()


def _words(both: Both) -> Words:
    return Words(both.zh, both.en)
