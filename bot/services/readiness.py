"""How ready the company is, counted from the calendar and the drills held; `bot.domain.readiness` says what is what."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar, get_args

from bot.domain.drill import Drill, DrillType
from bot.domain.duty import DutyKind
from bot.domain.permissions import allowed, standings
from bot.domain.readiness import ClauseFigures, DrillFigures, Figures, Held, Owed, Readiness, Standing

if TYPE_CHECKING:
    from bot.domain.ids import DrillId, DutyId, PersonId
    from bot.services.house import House
    from bot.services.occurrences import Occurrence

NEXT: Final = 10
_BY = TypeVar("_BY", bound=Hashable)
_TYPES: Final[tuple[DrillType, ...]] = get_args(DrillType)
_KINDS: Final[tuple[DutyKind, ...]] = get_args(DutyKind)


def readiness(
    occurrences: Iterable[Occurrence],
    house: House,
    now: datetime,
    *,
    held: Iterable[Held] = (),
    person: PersonId | None = None,
) -> Readiness:
    """The year that `now` is in, by the company's clock.

    `occurrences`: all of this year, what is still open of earlier ones, and enough of the next for what comes next;
    `held`: drills that were held. `person` reads it; None: somebody who may know nothing but what everybody may.
    """
    return counted(seen_by(person, occurrences, house, now), tuple(held), house, now)


def seen_by(
    person: PersonId | None, occurrences: Iterable[Occurrence], house: House, now: datetime
) -> tuple[Owed, ...]:
    """What one person may see of each: a hidden hour is its organiser's, and a record is for those who may read it."""
    reads = allowed(standings(None, person, house.company), "record.read")
    return tuple(_owed(each, now, person=person, reads=reads) for each in occurrences)


def _owed(each: Occurrence, now: datetime, *, person: PersonId | None, reads: bool) -> Owed:
    secret = each.hidden and not _told(each, person, now)
    begins_at = None if secret else each.hour_at
    return Owed(
        duty=each.duty,
        kind=each.kind,
        title=each.title,
        post=each.owner_name,
        covers=each.covers,
        planned_at=each.first_due_at,
        due_at=each.due_at,
        standing=standing(each, now),
        event=each.event if reads and not secret else None,
        begins_at=begins_at,
        window_from=each.window_from if each.hidden and begins_at is None else None,
        drill=each.drill,
        ended_at=each.ended_at,
    )


def _told(each: Occurrence, person: PersonId | None, now: datetime) -> bool:
    """Whether a hidden hour is no secret to this person: it has passed, or they are the first to hold the drill.

    Its record tells the hour too. Stand-ins learn of it when they are called.
    """
    past = each.hour_at is not None and each.hour_at <= now
    first = person is not None and bool(each.owners) and each.owners[0].person == person
    return first or past or bool(each.drills) or each.state in {"done", "late", "missed", "dropped"}


def standing(occurrence: Occurrence, now: datetime) -> Standing:
    """How one of them stands. One that waits though its time has passed (nothing ran) is overdue all the same."""
    match occurrence.state:
        case "done" | "late" | "missed" | "dropped":
            return occurrence.state
        case "open" | "waiting" | "planned" if occurrence.due_at < now:
            return "overdue"
        case "open":
            return "asked"
        case "waiting" | "planned":
            return "planned"


def counted(owed: Sequence[Owed], held: Sequence[Held], house: House, now: datetime) -> Readiness:
    """The figures of what one reader may see; they are the same for every reader."""
    year = now.astimezone(house.zone).year
    ours = [each for each in owed if each.planned_at.astimezone(house.zone).year == year]
    ordered = sorted(owed, key=lambda each: (each.due_at, each.duty))
    this_year = [each for each in held if each.ended_at.astimezone(house.zone).year == year]
    by_kind = _grouped(ours, lambda each: (each.kind,))
    by_clause = _grouped(ours, lambda each: each.covers)
    return Readiness(
        year=year,
        now=now,
        overdue=tuple(each for each in ordered if each.standing == "overdue"),
        next=tuple(_next(ordered)),
        kinds={kind: figures(by_kind[kind]) for kind in _KINDS if kind in by_kind},
        drills=tuple(_drills(ours, this_year, house)),
        clauses=tuple(ClauseFigures(clause, figures(by_clause[clause])) for clause in sorted(by_clause, key=by_number)),
        whole=figures(ours),
    )


def _next(ordered: Iterable[Owed]) -> Iterator[Owed]:
    """The soonest of each entry, at most ten of them."""
    seen: set[DutyId] = set()
    for each in ordered:
        if each.standing in {"asked", "planned"} and each.duty not in seen and len(seen) < NEXT:
            seen.add(each.duty)
            yield each


def figures(owed: Iterable[Owed]) -> Figures:
    """Count them."""
    found = Figures()
    for each in owed:
        found = _and(found, each.standing)
    return found


def _and(found: Figures, standing: Standing) -> Figures:
    match standing:
        case "done":
            return replace(found, done=found.done + 1)
        case "late":
            return replace(found, late=found.late + 1)
        case "missed":
            return replace(found, missed=found.missed + 1)
        case "overdue":
            return replace(found, overdue=found.overdue + 1)
        case "asked" | "planned":
            return replace(found, to_come=found.to_come + 1)
        case "dropped":
            return found


def by_number(clause: str) -> tuple[str, int, str]:
    """G7 before G13, and those without a number by their letters."""
    letters = clause.rstrip("0123456789")
    number = re.sub(r"\D", "", clause[len(letters) :])
    return letters, int(number or 0), clause


def _grouped(owed: Iterable[Owed], of: Callable[[Owed], Iterable[_BY]]) -> Mapping[_BY, list[Owed]]:
    found: dict[_BY, list[Owed]] = {}
    for each in owed:
        for group in of(each):
            found.setdefault(group, []).append(each)
    return found


def _drills(owed: Sequence[Owed], held: Sequence[Held], house: House) -> Iterator[DrillFigures]:
    """What is owed or was held, by type; a drill that is no longer planned goes by what its record says."""
    by_drill = _grouped(owed, lambda each: () if each.drill is None else (each.drill,))
    last = {each.drill: each for each in sorted(held, key=lambda each: each.ended_at)}
    known: dict[DrillId, Drill | Held] = {**last, **house.programme.drills}
    for drill in sorted((each for each in {*by_drill, *last} if each in known), key=lambda each: _order(known[each])):
        count = sum(each.drill == drill for each in held)
        found = known[drill]
        yield DrillFigures(drill, found.title, found.type, figures(by_drill.get(drill, ())), count, last.get(drill))


def _order(drill: Drill | Held) -> tuple[int, str]:
    return _TYPES.index(drill.type), drill.title.en
