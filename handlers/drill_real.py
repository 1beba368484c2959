"""真有险情 Real emergency: on every card of a drill. Every drill stops, and a live report opens at the same press."""

from __future__ import annotations

from bot.chat.card import Reply
from bot.chat.router import Router
from bot.services.context import Context
from bot.services.drill_real import real_emergency, tell_more
from handlers.asked import event_submitted, pressed, submitted
from handlers.drill_forms import REAL, ask_real
from handlers.report import reported

ROUTER: Router[Context] = Router()


@ROUTER.press("drill.real")
async def real(context: Context) -> Reply:
    """Confirmed on the card, or asked already. People are called before anything more is asked."""
    return ask_real(context.house, await real_emergency(context, pressed(context).event))


@ROUTER.form(REAL)
async def told(context: Context) -> Reply:
    """What and where, or later."""
    event, values = await event_submitted(context), submitted(context).values
    event = await tell_more(context, event.id, values.get("what", ""), values.get("where", ""))
    playbook = await context.work.playbook(event.playbook_digest)
    return reported(context, event, playbook)
