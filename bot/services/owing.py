"""What the calendar owes becomes rows, and a row that is due becomes a duty with its record."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from bot.domain.commands import Open
from bot.domain.commands_duty import EndDuty
from bot.domain.course import ON_TIME
from bot.domain.decide import decide_open
from bot.domain.duty_plan import plan_of
from bot.domain.entries_duty import DutyOpened
from bot.domain.parties import SYSTEM
from bot.domain.people import command_chain, members, role_of
from bot.schedules import due_times, in_zone, is_working_day, zone_named
from bot.services.acting import act_alone, write
from bot.services.occurrences import NOWHERE, hidden_within
from bot.store.occurrences import OccurrenceRow, keep, last_due, load_after, load_unfinished, lock_waiting, remove

if TYPE_CHECKING:
    from bot.domain.duty import Duty
    from bot.domain.event import Event
    from bot.domain.ids import DutyId
    from bot.domain.playbook import PlaybookVersion
    from bot.services.house import House
    from bot.store.work import Work

Choose = Callable[[Sequence[datetime]], datetime]
"""Draws one of several hours; nobody can tell beforehand which."""
FIRST_HOUR, LAST_HOUR, HALF_HOUR = time(8, 30), time(16, 30), timedelta(minutes=30)
"""A hidden hour is one at which people work."""
AHEAD = timedelta(days=1)
"""Whoever organises a drill learns of its hour so long before its window, at the least."""
CALENDAR = "calendar"
"""Two processes that wait for one row would both go on: the row after it is there at once, and nobody's yet."""
MOST_MISSED = 400
"""Times missed while nothing ran that are kept, each in a row: a day's entry over more than a year."""


async def reconcile(work: Work, house: House, choose: Choose) -> None:
    """Bring the rows that wait in line with the calendar. What passed before an entry was first seen is not owed."""
    await work.alone(CALENDAR)
    calendar = house.programme.calendar
    unfinished = await load_unfinished(work.rows)
    waiting = {row.duty: row for row in unfinished if row.state == "waiting"}
    last = await last_due(work.rows, but_waiting=True)
    for duty in calendar.duties.values():
        _reconcile(work, house, duty, waiting.get(duty.id), max(last.get(duty.id, work.now), work.now), choose)
    if calendar.whole:
        await _drop(work, house, [row for row in unfinished if row.duty not in calendar.duties])
    work.ring("duties")


async def _drop(work: Work, house: House, rows: Sequence[OccurrenceRow]) -> None:
    """What the calendar asks for no more. One that is empty may have gone astray: what is open goes on then."""
    for row in rows:
        if row.event is None:
            keep(work, row.ended("dropped", work.now))
        elif house.programme.calendar.duties:
            await act_alone(work, house, row.event, EndDuty("dropped"))


def _reconcile(
    work: Work, house: House, duty: Duty, row: OccurrenceRow | None, after: datetime, choose: Choose
) -> None:
    if row is not None and row.due_at <= work.now:
        return  # missed while nothing ran: it is owed
    due_at = next(due_times(duty.schedule, after), None)
    if row is not None and row.due_at == due_at and _fits(row, house, duty, work.now):
        return
    if row is not None:
        remove(work, row)
    if due_at is not None:
        keep(work, _waiting(house, duty, due_at, work.now, choose))


def _fits(row: OccurrenceRow, house: House, duty: Duty, now: datetime) -> bool:
    """Whether a row says what the entry says; one that is about to open does."""
    same = (row.opens_at, row.kind) == (_opens_at(house, duty, row.due_at), duty.kind)
    return row.opens_at <= now or (same and (row.hour_at is None) == (hidden_within(duty, house) is None))


def _waiting(house: House, duty: Duty, due_at: datetime, now: datetime, choose: Choose) -> OccurrenceRow:
    """The row of the next time. Where its first notice has passed already, it opens at once."""
    within = hidden_within(duty, house)
    hour_at = None if within is None else hidden_hour(duty, max(due_at - within, now), due_at, choose)
    return OccurrenceRow(duty.id, due_at, max(_opens_at(house, duty, due_at), now), hour_at, "waiting", None, duty.kind)


def _opens_at(house: House, duty: Duty, due_at: datetime) -> datetime:
    first, within = due_at - max(duty.notices, default=timedelta(0)), hidden_within(duty, house)
    return first if within is None else min(first, due_at - within - AHEAD)


def hidden_hour(duty: Duty, since: datetime, until: datetime, choose: Choose) -> datetime:
    """An hour of a working day in a window, by the entry's zone; the end of the window where there is none."""
    zone, country = zone_named(duty.schedule.zone), duty.schedule.country
    day, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    hours: list[datetime] = []
    while day <= last:
        wall = datetime.combine(day, FIRST_HOUR)
        while is_working_day(day, country) and wall.time() <= LAST_HOUR:
            hours.append(in_zone(wall, zone))
            wall += HALF_HOUR
        day += timedelta(days=1)
    hours = [hour for hour in hours if since <= hour < until]
    return choose(hours) if hours else until


async def open_due(work: Work, house: House, duty: DutyId, choose: Choose) -> Event | None:
    """Open what is due of an entry, once, whatever was missed; the row of the time after it waits."""
    await work.alone(CALENDAR)
    row, entry = await lock_waiting(work.rows, duty), house.programme.calendar.duties.get(duty)
    if row is None or entry is None or row.opens_at > work.now:
        return None
    overdue = takewhile(lambda at: at <= work.now, due_times(entry.schedule, row.due_at))
    passed = deque([row.due_at, *overdue], MOST_MISSED)
    due_at = passed.pop()
    opens_at = row.opens_at if due_at == row.due_at else _opens_at(house, entry, due_at)
    fresh = OccurrenceRow(duty, due_at, opens_at, row.hour_at, "waiting", None, entry.kind)
    if due_at != row.due_at:
        remove(work, row)
    for each in passed:
        keep(work, OccurrenceRow(duty, each, row.opens_at, None, "missed", None, entry.kind, work.now))
    event = await _open(work, house, entry, fresh, tuple(passed), choose)
    keep(work, fresh.opened(event.id))
    following = next(due_times(entry.schedule, due_at), None)
    if following is not None:
        keep(work, _waiting(house, entry, following, work.now, choose))
    work.ring("duties")
    return event


async def _open(
    work: Work, house: House, duty: Duty, row: OccurrenceRow, skipped: tuple[datetime, ...], choose: Choose
) -> Event:
    version = plan_of(duty, row.due_at - work.now if row.due_at > work.now else duty.acknowledge_for)
    await work.keep_playbook(version)
    number = await work.next_event_id("duty", work.now.astimezone(house.zone).year)
    command = Open(
        by=SYSTEM,
        event=number,
        event_kind="duty",
        place="",
        facts=(),
        how="calendar",
        began_at=work.now,
        confirmed=True,
        absent=tuple((await work.absences()).items()),
        duty=_opened(work, house, duty, row, version, skipped, choose),
    )
    drafts = decide_open(command, house.setting(version), work.now)
    event, _ = await write(work, house, number, drafts, before=None)
    return event


def _opened(
    work: Work, house: House, duty: Duty, row: OccurrenceRow, version: PlaybookVersion,
    skipped: tuple[datetime, ...], choose: Choose,
) -> DutyOpened:  # fmt: skip
    within, overdue = hidden_within(duty, house), row.due_at <= work.now
    hidden = within is not None and not overdue
    hour_at = row.due_at if duty.drill is not None else None
    if within is not None and hidden:
        stands = row.hour_at is not None and row.hour_at > work.now
        hour_at = row.hour_at if stands else hidden_hour(duty, work.now, row.due_at, choose)
    late = (work.now - row.opens_at).total_seconds()
    people = members(house.company, role_of(house.company, duty.approve, NOWHERE).holders)
    return DutyOpened(
        duty=duty.id,
        duty_kind=duty.kind,
        due_at=row.due_at,
        notices=_notices(duty, row.due_at, work.now),
        grace=duty.grace.total_seconds(),
        covers=duty.covers,
        approvers=people or command_chain(house.company, version.playbook),
        drill=duty.drill,
        hour_at=hour_at,
        hidden=hidden,
        window_from=row.due_at - within if within is not None and hidden else None,
        skipped=skipped,
        late=round(late, 3) if late > ON_TIME else 0.0,
    )


def _notices(duty: Duty, due_at: datetime, now: datetime) -> tuple[float, ...]:
    """This opening, then those to come: of those that have passed by now it is the one nearest to the due time."""
    passed = [before for before in duty.notices if due_at - before <= now]
    to_come = sorted((before for before in duty.notices if due_at - before > now), reverse=True)
    this = min(passed) if passed else max(due_at - now, timedelta(0))
    return tuple(before.total_seconds() for before in (this, *to_come))


async def end_missed(work: Work, house: House, duty: DutyId) -> None:
    """Those of an entry that are still open when their successor is due are missed."""
    for row in await load_unfinished(work.rows):
        due_at = None if row.event is None or row.duty != duty else await load_after(work.rows, row.event)
        if row.event is not None and due_at is not None and due_at <= work.now:
            late = (work.now - due_at).total_seconds()
            await act_alone(work, house, row.event, EndDuty("missed", round(late, 3) if late > ON_TIME else 0.0))
