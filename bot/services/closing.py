"""The end of an event: standing down, false alarm, sealing the record with the house's signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.commands_ending import AskStandDown, CallFalse, Close, GiveAllClear, StandDown, TakeAllClear
from bot.services.acting import act

if TYPE_CHECKING:
    from bot.domain.event import Event
    from bot.domain.ids import DepartmentId, EventId
    from bot.services.context import Context


async def ask_stand_down(context: Context, event: EventId) -> Event:
    """Every department is asked for its all clear."""
    return (await act(context, event, AskStandDown(context.actor)))[0]


async def give_all_clear(context: Context, event: EventId, department: DepartmentId) -> Event:
    """A department confirms."""
    return (await act(context, event, GiveAllClear(context.actor, department)))[0]


async def take_all_clear(context: Context, event: EventId, department: DepartmentId) -> Event:
    """… and takes it back."""
    return (await act(context, event, TakeAllClear(context.actor, department)))[0]


async def stand_down(context: Context, event: EventId, override: str = "") -> Event:
    """The commander ends the response; `override` is the reason for not waiting for missing all clears."""
    return (await act(context, event, StandDown(context.actor, override)))[0]


async def call_false(context: Context, event: EventId, reason: str = "") -> Event:
    """There was no event: everybody who was called gets the correction."""
    return (await act(context, event, CallFalse(context.actor, reason)))[0]


async def close(context: Context, event: EventId, override: str = "") -> Event:
    """Seal the record: its last hash is signed with a key that is kept outside the database."""
    head = await context.work.head(event)
    signer = context.signer
    command = Close(context.actor, head, signer.sign(head), signer.public_key, override)
    return (await act(context, event, command))[0]
