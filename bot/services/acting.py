"""One command on one event: decide, append, announce, all in the caller's unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.decide import decide
from bot.services.announce import announce
from bot.services.duty_end import note_end

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.commands import AnyCommand
    from bot.domain.entries import Draft
    from bot.domain.event import Event
    from bot.domain.ids import EventId
    from bot.domain.record import Entry
    from bot.services.context import Context
    from bot.services.house import House
    from bot.store.work import Work


async def act(context: Context, event: EventId, command: AnyCommand) -> tuple[Event, tuple[Entry, ...]]:
    """Carry out what somebody asked of an event: the event after it, and what was written. Raises Refused."""
    return await act_alone(context.work, context.house, event, command)


async def act_alone(work: Work, house: House, event: EventId, command: AnyCommand) -> tuple[Event, tuple[Entry, ...]]:
    """The same without an update: what a timer or the command line asks. Nothing is written where nothing changes."""
    before = await work.event(event)
    setting = house.setting(await work.playbook(before.playbook_digest))
    drafts = decide(before, command, setting, work.now)
    if not drafts:
        return before, ()
    return await write(work, house, event, drafts, before=before)


async def write(
    work: Work, house: House, event: EventId, drafts: Sequence[Draft], *, before: Event | None
) -> tuple[Event, tuple[Entry, ...]]:
    """Append what was decided and send what it calls for. `before` None: the event begins with it."""
    first = len(work.appended)
    after = await work.append(event, drafts)
    if after is None:
        message = f"{event} is the house's own record and no event"
        raise TypeError(message)
    entries = tuple(work.appended[first:])
    if after.duty is not None and after.over:
        await note_end(work, after, entries)
    for outgoing in announce(before, after, entries, house):
        work.send(outgoing)
    return after, entries
