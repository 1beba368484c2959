"""Two reports of the same thing become one event, and can be taken apart again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.commands import MergeInto, TakeMerged, UndoMerge
from bot.services.acting import act

if TYPE_CHECKING:
    from bot.domain.event import Event
    from bot.domain.ids import EventId
    from bot.services.context import Context


async def merge(context: Context, one: EventId, other: EventId) -> tuple[Event, Event]:
    """The later event goes on in the earlier one; both reporters are kept. The earlier comes back first."""
    first, second = await context.work.event(one), await context.work.event(other)
    if (second.opened_at, second.id) < (first.opened_at, first.id):
        first, second = second, first
    merged, written = await act(context, second.id, MergeInto(context.actor, first.id, first.kind))
    if written:
        taken = TakeMerged(context.actor, second.id, second.reporter, second.opened_at, second.confirmed)
        first, _ = await act(context, first.id, taken)
    return first, merged


async def undo_merge(context: Context, event: EventId) -> Event:
    """The second event goes on by itself."""
    return (await act(context, event, UndoMerge(context.actor)))[0]
