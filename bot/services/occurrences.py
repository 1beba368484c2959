"""What is owed over a span of time: what was, what stands in rows, and what the calendar will ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

from bot.domain.ids import DutyId, PersonId
from bot.domain.people import members, role_of
from bot.schedules import due_times
from bot.store.occurrences import last_due, load_occurrences
from bot.store.work import Work
from bot.text import Words, same

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.domain.duty import Duty, DutyKind
    from bot.domain.event import Event
    from bot.domain.ids import DrillId, EventId, RoleId
    from bot.domain.parties import Member
    from bot.domain.state import DutyState
    from bot.services.house import House
    from bot.store.occurrences import OccurrenceRow
    from bot.store.store import Store

State = Literal["planned", "waiting", "open", "done", "late", "missed", "dropped"]
"""planned: later than the next one, as the calendar has it now; waiting: the next one, which no record speaks of yet;
open: its record is `event`; late: done after its grace; missed: its successor came due, or nothing ran at the time."""
NOWHERE = Words("", "")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which something is owed."""

    duty: DutyId
    kind: DutyKind
    title: Words
    due_at: datetime
    """As it stands: later than `first_due_at` where a postponement was agreed to."""
    first_due_at: datetime
    """As the calendar gave it."""
    state: State
    owner: RoleId | None
    """None: the calendar has the entry no more, and no record speaks of it."""
    owner_name: Words
    """The role's."""
    owners: tuple[Member, ...]
    """Its holders in order: who is called first, then who stands in."""
    covers: tuple[str, ...]
    grace: timedelta
    event: EventId | None = None
    drill: DrillId | None = None
    hour_at: datetime | None = None
    """When a drill is to start. Where `hidden`, only for the organiser's eyes; None: not drawn yet."""
    hidden: bool = False
    window_from: datetime | None = None
    """Of a hidden hour: it is between then and `due_at`."""
    postponed: int = 0
    drills: tuple[EventId, ...] = ()
    """The drills held for it, the last one last."""
    ended_at: datetime | None = None

    @property
    def fulfilled(self) -> bool:
        """Whether it was done, in time or not."""
        return self.state in ("done", "late")

    def overdue(self, now: datetime) -> bool:
        """Whether it should have been done by now and still can be."""
        return self.state == "open" and self.due_at < now

    def is_owned_by(self, person: PersonId) -> bool:
        """Whether a person holds or stands in for the role that owes it."""
        return any(member.person == person for member in self.owners)


async def occurrences(source: Store | Work, house: House, since: datetime, until: datetime) -> tuple[Occurrence, ...]:
    """All that is due from `since` until before `until`, by when it is due; what was put off counts by either time."""
    rows = await load_occurrences(source.rows, since, until)
    found = [await as_kept(source, house, row) for row in rows]
    found = [each for each in found if since <= each.due_at < until or since <= each.first_due_at < until]
    last = await last_due(source.rows)
    now = house.clock.now()
    for duty in house.programme.calendar.duties.values():
        found += _planned(duty, house, max(now, last.get(duty.id, now)), since, until)
    return tuple(sorted(found, key=lambda each: (each.due_at, each.duty)))


async def as_kept(source: Store | Work, house: House, row: OccurrenceRow) -> Occurrence:
    """A row, by its record where it has one, else by the entry of the calendar."""
    return _kept(row, await _state(source, row.event), house)


async def _state(source: Store | Work, event: EventId | None) -> Event | None:
    if event is None:
        return None
    return await (source.look(event) if isinstance(source, Work) else source.event(event))


def _planned(duty: Duty, house: House, after: datetime, since: datetime, until: datetime) -> Iterator[Occurrence]:
    after = max(after, since - timedelta(microseconds=1))
    for due_at in takewhile(lambda at: at < until, due_times(duty.schedule, after)):
        yield _of_entry(duty, house, due_at, "planned")


def _of_entry(duty: Duty, house: House, due_at: datetime, state: State) -> Occurrence:
    role = role_of(house.company, duty.owner, NOWHERE)
    within = hidden_within(duty, house)
    return Occurrence(
        duty=duty.id,
        kind=duty.kind,
        title=duty.title,
        due_at=due_at,
        first_due_at=due_at,
        state=state,
        owner=role.id,
        owner_name=role.name,
        owners=members(house.company, role.holders),
        covers=duty.covers,
        grace=duty.grace,
        drill=duty.drill,
        hour_at=due_at if duty.drill is not None and within is None else None,
        hidden=within is not None,
        window_from=None if within is None else due_at - within,
    )


def hidden_within(duty: Duty, house: House) -> timedelta | None:
    """How long the window is in which a drill's hour is hidden; None: announced, or no drill."""
    drill = None if duty.drill is None else house.programme.drills.get(duty.drill)
    return None if drill is None else drill.hidden_within


def _kept(row: OccurrenceRow, event: Event | None, house: House) -> Occurrence:
    if event is not None and event.duty is not None:
        return _of_event(row, event, event.duty)
    duty = house.programme.calendar.duties.get(row.duty)
    if duty is None:
        gone = same(row.duty)
        return Occurrence(
            row.duty, row.kind, gone, row.due_at, row.due_at, row.state, None, same(""), (), (), timedelta(0),
            ended_at=row.ended_at,
        )  # fmt: skip
    planned = _of_entry(duty, house, row.due_at, row.state)
    return replace(planned, kind=row.kind, hour_at=row.hour_at or planned.hour_at, ended_at=row.ended_at)


def _of_event(row: OccurrenceRow, event: Event, duty: DutyState) -> Occurrence:
    task = next(iter(event.tasks.values()), None)
    return Occurrence(
        duty=row.duty,
        kind=duty.kind,
        title=event.title,
        due_at=duty.due_at,
        first_due_at=row.due_at,
        state=row.state,
        owner=None if task is None else task.role,
        owner_name=same("") if task is None else task.role_name,
        owners=() if task is None else task.chain,
        covers=duty.covers,
        grace=timedelta(seconds=duty.grace),
        event=event.id,
        drill=duty.drill,
        hour_at=duty.hour_at,
        hidden=duty.hidden,
        window_from=duty.window_from,
        postponed=duty.postponed,
        drills=duty.drills,
        ended_at=row.ended_at,
    )
