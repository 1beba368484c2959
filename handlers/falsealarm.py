"""/falsealarm 误报: there was no event, and everybody who was called is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Reply
from bot.chat.router import Router
from bot.services.closing import call_false
from bot.services.context import Context
from bot.text import text
from handlers.asked import event_pressed, event_submitted, of_event, submitted
from handlers.standdown import ask_why

if TYPE_CHECKING:
    from bot.domain.event import Event

ROUTER: Router[Context] = Router()


@ROUTER.word("falsealarm", "误报", help_line=text("help.falsealarm"), example=text("example.falsealarm"))
@of_event("falsealarm", free_text=True)
async def false_alarm(context: Context, event: Event) -> Reply:
    """With a reason behind the word at once; without one it is asked, which is the second look."""
    if not context.words_after:
        return ask_why(event, "falsealarm.reason", text("ask.false_alarm"))
    return _corrected(await call_false(context, event.id, context.words_after))


@ROUTER.press("event.false_alarm")
async def press(context: Context) -> Reply:
    """Confirmed on the card already."""
    event = await event_pressed(context)
    return _corrected(await call_false(context, event.id))


@ROUTER.form("falsealarm.reason")
async def reason(context: Context) -> Reply:
    """Why it was none."""
    event = await event_submitted(context)
    return _corrected(await call_false(context, event.id, submitted(context).values.get("reason", "")))


def _corrected(event: Event) -> Reply:
    return Reply(text=text("reply.false_alarm", number=event.id))
