"""Who leads, how serious it is, which phase, and who is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.commands import (
    ChangeLevel,
    ComeBack,
    ConfirmReport,
    DirectsOnSite,
    EnterPhase,
    GoAbsent,
    HandOver,
    SetFact,
    TakeCommand,
)
from bot.domain.parties import SYSTEM
from bot.domain.permissions import allowed, standings
from bot.errors import Refused
from bot.services.acting import act
from bot.services.asking import may_come_to_lead
from bot.services.house_notes import note_house
from bot.text import Moment, text

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.event import Event
    from bot.domain.ids import EventId, FactId, LevelId, PersonId
    from bot.domain.parties import Actor
    from bot.domain.permissions import Action
    from bot.domain.playbook import FactValue, Phase
    from bot.services.context import Context


async def take_command(context: Context, event: EventId) -> Event:
    """Say "I lead": it confirms, or takes acting command back (G1)."""
    return (await act(context, event, TakeCommand(context.actor)))[0]


async def hand_over(context: Context, event: EventId, to: PersonId) -> Event:
    """Command goes to somebody else."""
    return (await act(context, event, HandOver(context.actor, to)))[0]


async def directs_on_site(context: Context, event: EventId, person: PersonId) -> Event:
    """Anyone present says who directs on site, told by mouth (G1)."""
    return (await act(context, event, DirectsOnSite(context.actor, person)))[0]


async def change_level(context: Context, event: EventId, level: LevelId, reason: str) -> Event:
    """A more serious level, or a lower one with a reason (P13)."""
    return (await act(context, event, ChangeLevel(context.actor, level, reason)))[0]


async def enter_phase(context: Context, event: EventId, phase: Phase) -> Event:
    """The event moves on."""
    return (await act(context, event, EnterPhase(context.actor, phase)))[0]


async def set_fact(context: Context, event: EventId, fact: FactId, value: FactValue) -> Event:
    """A named value of the event; the rules are asked again."""
    return (await act(context, event, SetFact(context.actor, fact, value)))[0]


async def confirm_report(context: Context, event: EventId) -> Event:
    """A stranger's report is true: everybody is called."""
    return (await act(context, event, ConfirmReport(context.actor)))[0]


async def mark_absent(context: Context, person: PersonId, until: datetime | None) -> None:
    """Somebody is away until a time (None: until marked back), in every event that is open and those to come."""
    opened = await context.work.open_events()
    _require(context, person, "person.absent", opened)
    if until is not None and until <= context.now:
        raise Refused(text("refused.until_is_past"))
    await context.work.set_absence(person, until)
    for event in (*opened, *await context.work.open_duties()):
        await act(context, event.id, GoAbsent(_by(context, event, person, "person.absent"), person, until))
    name = context.house.company.people[person].name
    if until is None:
        await note_house(context.work, context.house, context.actor, text("house.absent", person=name))
    else:
        note = text("house.absent_until", person=name, until=Moment(until))
        await note_house(context.work, context.house, context.actor, note)


async def mark_back(context: Context, person: PersonId) -> None:
    """Somebody is back. Command is not taken by this: it is handed back by a press."""
    opened = await context.work.open_events()
    _require(context, person, "person.back", opened)
    await context.work.clear_absence(person)
    for event in (*opened, *await context.work.open_duties()):
        await act(context, event.id, ComeBack(_by(context, event, person, "person.back"), person))
    name = context.house.company.people[person].name
    await note_house(context.work, context.house, context.actor, text("house.back", person=name))


def _require(context: Context, person: PersonId, action: Action, opened: tuple[Event, ...]) -> None:
    """Oneself always; else whom the table allows in an open event, heads, and whoever may come to command (G1)."""
    if context.person is not None and context.person.id == person:
        return
    if context.person is not None and may_come_to_lead(context.house, context.person.id):
        return
    if not any(_allowed(context, action, event) for event in (*opened, None)):
        raise Refused(text("refused.absence_of_others"))


def _allowed(context: Context, action: Action, event: Event | None) -> bool:
    person = None if context.person is None else context.person.id
    standing = standings(event, person, context.house.company)
    return allowed(standing, action, "open" if event is None else event.status)


def _by(context: Context, event: Event, person: PersonId, action: Action) -> Actor:
    """Who marks it in this event's record: the house, where the one who said it has no say in this event."""
    own = context.person is not None and context.person.id == person
    return context.actor if own or _allowed(context, action, event) else SYSTEM
