"""What would go wrong with the calendar: a time that never comes, nobody to do it, two drills for the same people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from bot.config import Settings
from bot.domain.drill import Drill
from bot.domain.duty import LONGEST_INTERVAL, Duty
from bot.domain.ids import DrillId, DutyId, PersonId, PlaybookId, RoleId
from bot.domain.people import listed, role_of
from bot.domain.playbook import PlaybookVersion
from bot.files.calendar_form import DutyForm
from bot.files.calendar_times import DAYS, interval, parse_every, parse_first, schedule_of
from bot.files.draft import Placed
from bot.files.drill_lint import taking_part
from bot.files.finding import Finding, hint
from bot.schedules import due_times, is_working_day, zone_named
from bot.text import Text, Words, same, text

OWED = ("G13", "G21", "P1", "P2", "P3", "P4", "P5", "P7", "P8")
"""Clauses that a calendar answers (requirements)."""
AHEAD = timedelta(days=2 * 366)
"""How far two drills for the same people are looked for."""
SHORTEST = timedelta(hours=1)
"""What a drill takes at least, so that two within one hour meet."""
INTERVALS = "`day` `week` `2 weeks` `month` `quarter` `half-year` `year`"


@dataclass(frozen=True, slots=True)
class Known:
    """What entries are checked against. `drills` can be held; `named` has every drill that has a file."""

    settings: Settings
    drills: Mapping[DrillId, Drill]
    named: Collection[DrillId]
    versions: Mapping[PlaybookId, PlaybookVersion]
    now: datetime


def check_duty(entry: Placed[DutyForm], known: Known) -> Iterator[Finding]:
    """Every finding about one entry by itself."""
    form = entry.form
    yield from _roles(entry, known.settings)
    yield from _zone(entry, known.settings)
    wrong = _when(form)
    if wrong is not None:
        yield entry.finding(wrong[1], *wrong[0])
    elif _readable_zone(form):
        yield from _comes(entry, known)
    yield from _drill(entry, known)


def _roles(entry: Placed[DutyForm], settings: Settings) -> Iterator[Finding]:
    roles = settings.company.roles
    for key, role in (("owner", entry.form.owner), ("approve", entry.form.approve)):
        if role not in roles:
            yield entry.finding(text("check.no_role", id=role, hint=hint(role, roles)), key)
        elif not roles[RoleId(role)].holders:
            yield entry.finding(text("check.nobody_holds", role=role), key)


def _readable_zone(form: DutyForm) -> bool:
    try:
        zone_named(form.time_zone or "UTC")
    except ValueError:
        return False
    return True


def _zone(entry: Placed[DutyForm], settings: Settings) -> Iterator[Finding]:
    form = entry.form
    if not _readable_zone(form):
        name = form.time_zone or ""
        zones = (settings.company.time_zone, *sorted(available_timezones()))
        yield entry.finding(text("check.time_zone", name=name, hint=hint(name, zones)), "time_zone")


def _when(form: DutyForm) -> tuple[tuple[str, ...], Text] | None:
    """What is wrong with how its times are written, and at which key."""
    if form.cron is not None:
        if form.every is not None or form.first is not None:
            return ("cron",), text("check.calendar.both", one="every", other="cron")
        return None
    if form.every is None:
        return (), text("check.calendar.neither", one="every: year", other="cron")
    found = parse_every(form.every)
    if found is None:
        return ("every",), text("check.calendar.every", value=form.every[:40], examples=INTERVALS)
    if timedelta(days=found[0] * DAYS[found[1]]) > LONGEST_INTERVAL:
        return ("every",), text("check.calendar.too_long", value=form.every, years=LONGEST_INTERVAL.days // 365)
    if form.first is None:
        return ("every",), text("check.calendar.no_first", mended='first: "2026-06-18 14:00"')
    if parse_first(form.first) is None:
        return ("first",), text("check.calendar.first", value=form.first[:40], mended='"2026-06-18 14:00"')
    return None


def _comes(entry: Placed[DutyForm], known: Known) -> Iterator[Finding]:
    """Its times can be reckoned, come at all, and are further apart than its first notice."""
    form = entry.form
    if form.working_days is not None and not _holidays_known(form.country, known.now):
        yield entry.finding(text("check.calendar.country", id=form.country[:20]), "country")
        return
    schedule = schedule_of(form, known.settings)
    try:
        first = next(due_times(schedule, known.now), None)
    except ValueError:
        help_ = {"days": "`mon` … `sun`", "example": "0 9 1 * *"}
        yield entry.finding(text("check.calendar.cron", value=(form.cron or "")[:60], **help_), "cron")
        return
    if first is None:
        key = "first" if form.cron is None else "cron"
        yield entry.finding(text("check.calendar.never", value=getattr(form, key)), key)
        return
    apart = interval(schedule, known.now)
    longest = max(form.notice or [timedelta(0)])
    if apart is not None and longest >= apart:
        yield entry.finding(text("check.calendar.notice", days=_days(longest), apart=_days(apart)), "notice")


def _holidays_known(country: str, now: datetime) -> bool:
    try:
        is_working_day(now.date(), country)
    except ValueError:
        return False
    return True


def _days(length: timedelta) -> str:
    return f"{length.total_seconds() / 86400:.3g}"


def _drill(entry: Placed[DutyForm], known: Known) -> Iterator[Finding]:
    form = entry.form
    if form.kind == "drill" and form.drill is None:
        yield entry.finding(text("check.calendar.no_drill", mended="drill: fire-drill"), "kind")
    elif form.kind != "drill" and form.drill is not None:
        yield entry.finding(text("check.calendar.drill_kind", mended="kind: drill"), "drill")
    elif form.drill is not None and form.drill not in known.named:
        near = hint(form.drill, sorted(known.named))
        yield entry.finding(text("check.calendar.unknown_drill", id=form.drill, hint=near), "drill")
    drill = known.drills.get(DrillId(form.drill or ""))
    if drill is not None and form.owner in known.settings.company.roles and form.owner != drill.organiser:
        sentence = text("check.calendar.organiser", drill=drill.id, role=drill.organiser)
        yield entry.finding(sentence, "owner")


def check_calendar(
    entries: Sequence[Placed[DutyForm]], duties: Mapping[DutyId, Duty], known: Known, *, whole: bool
) -> Iterator[Finding]:
    """What entries do to each other: one id twice, two drills at once, a clause that none answers.

    `whole`: all entries of the file are there; the clauses of others are not known.
    """
    if not entries:
        return
    seen: dict[str, Placed[DutyForm]] = {}
    for entry in entries:
        earlier = seen.setdefault(entry.form.id, entry)
        if earlier is not entry:
            line = earlier.source.mark((*earlier.trail, "id")).line
            yield entry.finding(text("check.id_twice", id=entry.form.id, line=line), "id")
    yield from _meeting(seen, duties, known)
    answered = {clause for entry in entries for clause in entry.form.covers}
    missing = [clause for clause in OWED if clause not in answered]
    if missing and whole:
        sentence = text("check.calendar.unanswered", clauses=" ".join(missing))
        yield entries[0].source.finding((), sentence, "warning")


class Held(NamedTuple):
    """One time at which a drill is held."""

    begins_at: datetime
    ends_at: datetime
    duty: Duty
    people: frozenset[PersonId]


def _meeting(entries: Mapping[str, Placed[DutyForm]], duties: Mapping[DutyId, Duty], known: Known) -> Iterator[Finding]:
    """Drills of the next two years that call the same people at the same time, once for each two entries."""
    told: set[frozenset[DutyId]] = set()
    held = sorted(_held(duties.values(), known), key=lambda each: each.begins_at)
    for earlier, later in combinations(held, 2):
        pair = frozenset((earlier.duty.id, later.duty.id))
        both = earlier.people & later.people
        if len(pair) == 1 or pair in told or later.begins_at >= earlier.ends_at or not both:
            continue
        told.add(pair)
        second = max(pair, key=list(duties).index)
        other = next(iter(pair - {second}))
        wall = later.begins_at.astimezone(ZoneInfo(known.settings.company.time_zone))
        people = known.settings.company.people
        names = listed(people[person].name if person in people else same(person) for person in sorted(both)[:3])
        sentence = text("check.calendar.meeting", when=f"{wall:%Y-%m-%d %H:%M}", other=other, people=names)
        yield entries[second].finding(sentence, "first" if entries[second].form.cron is None else "cron")


def _held(duties: Iterable[Duty], known: Known) -> Iterator[Held]:
    company, until = known.settings.company, known.now + AHEAD

    def before(due_at: datetime) -> bool:
        return due_at < until

    for duty in duties:
        drill = known.drills.get(DrillId(duty.drill or ""))
        version = None if drill is None else known.versions.get(drill.playbook)
        if drill is None or version is None:
            continue
        place = Words(drill.place, drill.place)
        roles = taking_part(drill.participants, version.playbook, drill.place, known.settings)
        people = frozenset(person for role in roles for person in role_of(company, RoleId(role), place).holders)
        for begins_at in takewhile(before, due_times(duty.schedule, known.now)):
            yield Held(begins_at, begins_at + max(drill.lasts, SHORTEST), duty, people)
