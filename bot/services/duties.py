"""What is asked of a duty: put off, agreed to, fulfilled by a drill; and what is owed at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.commands_duty import DecidePostpone, NoteDrill, Postpone
from bot.errors import Refused
from bot.services.acting import act, act_alone
from bot.services.occurrences import as_kept
from bot.store.occurrences import load_after, load_unfinished
from bot.text import Moment, text

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.event import Event
    from bot.domain.ids import DrillId, EventId, PersonId
    from bot.services.context import Context
    from bot.services.house import House
    from bot.services.occurrences import Occurrence
    from bot.store.store import Store
    from bot.store.work import Work


async def postpone(context: Context, event: EventId, until: datetime, reason: str) -> Event:
    """Ask for a later time; whoever approves decides. Raises Refused, also where the next one is due by then."""
    following = await load_after(context.work.rows, event)
    if following is not None and following <= until:
        raise Refused(text("refused.duty.after_next", next=Moment(following)))
    return (await act(context, event, Postpone(context.actor, until, reason)))[0]


async def decide(context: Context, event: EventId, *, agreed: bool, reason: str = "") -> Event:
    """Agree to what was asked, or do not. Raises Refused."""
    return (await act(context, event, DecidePostpone(context.actor, agreed, reason)))[0]


async def drill_began(work: Work, house: House, duty: EventId, drill_event: EventId) -> None:
    """The drill that a duty asks for is under way."""
    await act_alone(work, house, duty, NoteDrill(drill_event, held=False))


async def drill_stopped(work: Work, house: House, duty: EventId, drill_event: EventId) -> None:
    """Something real stopped it: the duty stays open, and its drill can be started again."""
    await act_alone(work, house, duty, NoteDrill(drill_event, held=False, stopped=True))


async def drill_held(work: Work, house: House, duty: EventId, drill_event: EventId) -> None:
    """It was held to its end: the duty is done, and the drill's record is the evidence."""
    drill = (await work.look(drill_event)).drill
    organiser = None if drill is None else drill.organiser
    await act_alone(work, house, duty, NoteDrill(drill_event, held=True, member=organiser))


async def fulfilled_by(work: Work, house: House, drill: DrillId, pressed: EventId | None) -> EventId | None:
    """The duty that a drill fulfils, however it was started: the one whose card was pressed, else the one due first."""
    open_ = [each.event for each in await owed(work, house) if each.event is not None and each.drill == drill]
    states = [await work.look(event) for event in open_]
    wanting = [event.id for event in states if event.duty is not None and not event.duty.held]
    return pressed if pressed in wanting else next(iter(wanting), None)


async def owed(source: Store | Work, house: House, person: PersonId | None = None) -> tuple[Occurrence, ...]:
    """What is open, and the next time of each entry, the earliest due first; `person`: only what they answer for."""
    found = [await as_kept(source, house, row) for row in await load_unfinished(source.rows)]
    mine = (each for each in found if person is None or each.is_owned_by(person))
    return tuple(sorted(mine, key=lambda each: (each.due_at, each.duty)))
