"""Plain talk is heard by the dispatcher; here is the tap that assigns a message to its event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.router import Router
from bot.services.context import Context
from bot.services.talking import assign
from handlers.asked import event_pressed, pressed

if TYPE_CHECKING:
    from bot.chat.card import Reply

ROUTER: Router[Context] = Router()


@ROUTER.press("room.assign")
async def assign_message(context: Context) -> Reply:
    """The message belongs to this event."""
    return await assign(context, await event_pressed(context), pressed(context).target)
