"""A drill is started, halted, given its injects, answered, ended, and looked back on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.measures import measured
from bot.chat.effect import Outgoing, Post, Priority
from bot.domain.commands import Open
from bot.domain.commands_drill import AnswerHotWash, AnswerInject, EndDrill, NextInject, PauseDrill, ResumeDrill
from bot.domain.decide import decide_open
from bot.domain.ids import command_room, direct
from bot.errors import Refused
from bot.services.acting import act, write
from bot.services.drill_checks import live_of_kind, plan_of, runs, version_of
from bot.services.duties import drill_began, drill_held, fulfilled_by
from bot.services.last_drill import last_measured
from bot.store.drills import load_last_held
from bot.store.queries import load_entries
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.domain.drill import Drill
    from bot.domain.entries_drill import DrillStarted
    from bot.domain.event import Event
    from bot.domain.ids import EventId, PersonId, PlaybookId
    from bot.services.context import Context
    from bot.store.work import Work


async def may_begin(
    context: Context, drill: Drill, speed: float, duty: EventId | None = None
) -> tuple[DrillStarted, Event | None]:
    """The plan, and the real event of the drill's kind that goes on now where there is one.

    Raises Refused where it may not start.
    """
    opened, away = await context.work.open_events(), await context.work.absences()
    return plan_of(context, drill, speed, opened, away, duty), live_of_kind(drill, opened)


async def start_drill(
    context: Context, drill: Drill, speed: float, duty: EventId | None = None, *, beside: bool = False
) -> Event:
    """STARTEX: it opens as an event does, and what is planned goes into its record.

    Its number comes first: whoever starts one elsewhere at this moment waits for that, and then sees this one.
    `beside`: also while a real event of its kind goes on. Raises Refused.
    """
    work, house = context.work, context.house
    number = await work.next_event_id("drill", context.now.astimezone(house.zone).year)
    duty = await fulfilled_by(work, house, drill.id, duty)
    plan, live = await may_begin(context, drill, speed, duty)
    if live is not None and not beside:
        raise Refused(text("refused.drill.beside", title=drill.title, number=live.id))
    version = version_of(house, drill)
    await work.keep_playbook(version)
    away: dict[PersonId, datetime | None] = {**await work.absences(), **dict.fromkeys(drill.absent)}
    command = Open(
        by=context.actor,
        event=number,
        event_kind="drill",
        place=drill.place,
        facts=drill.facts,
        how=context.inbound.platform,
        began_at=context.now,
        confirmed=True,
        absent=tuple(away.items()),
        clock_speed=speed,
        starting=plan,
    )
    drafts = decide_open(command, house.setting(version), context.now)
    event, _ = await write(work, house, number, drafts, before=None)
    if duty is not None:
        await drill_began(work, house, duty, event.id)
    return event


async def pause(context: Context, event: EventId) -> Event:
    """Its clock stops."""
    return (await act(context, event, PauseDrill(context.actor)))[0]


async def resume(context: Context, event: EventId) -> Event:
    """It runs on."""
    return (await act(context, event, ResumeDrill(context.actor)))[0]


async def give_next(context: Context, event: EventId) -> Event:
    """The next inject, whatever its time."""
    return (await act(context, event, NextInject(context.actor)))[0]


async def answer_inject(context: Context, event: EventId, number: int, written: str = "") -> Event:
    """Somebody has acted on an inject."""
    return (await act(context, event, AnswerInject(context.actor, number, written)))[0]


async def end_drill(context: Context, event: EventId) -> Event:
    """ENDEX: what was measured is posted beside what it was last time, and a duty that asked for it is done."""
    work = context.work
    await work.event(event)  # locked, so that what is measured is all there is
    record = tuple(await load_entries(work.rows, event))
    after, written = await act(context, event, EndDrill(context.actor, "ended", record))
    drill = after.drill
    if drill is None or not written:
        return after
    if drill.measures is not None:
        before = await last_measured(work, after)
        card = measured(after, drill.measures, before, context.now)
        for room in (command_room(event), direct(drill.organiser.person)):
            work.send(Outgoing(Post(f"{event}/measures/{room}", room, card), Priority.CARD, event))
    if drill.duty is not None:
        await drill_held(work, context.house, drill.duty, event)
    return after


async def say_after(context: Context, event: EventId, worked: str, failed: str, change: str) -> Event:
    """One person's answers to the three questions, as they wrote them."""
    return (await act(context, event, AnswerHotWash(context.actor, worked, failed, change)))[0]


async def last_held(work: Work) -> Mapping[PlaybookId, datetime]:
    """When a drill of each playbook was held last."""
    return await load_last_held(work.rows)


async def running_drills(context: Context) -> tuple[Event, ...]:
    """The drills that have not ended, the oldest first."""
    return tuple(event for event in await context.work.open_events() if runs(event))


async def the_drill(context: Context, number: EventId | None) -> Event:
    """A drill by its number, else the only one that runs. Raises Refused where none or several could be meant."""
    running = await running_drills(context)
    if number is not None:
        event = await context.work.event(number)
        if event.drill is None:
            raise Refused(text("refused.drill.none", event=number))
        return event
    if len(running) > 1:
        numbers = ", ".join(event.id for event in running)
        raise Refused(text("refused.drill.which", numbers=numbers))
    for event in running:
        return event
    raise Refused(text("refused.drill.none_running"))
