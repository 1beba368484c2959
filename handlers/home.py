"""The Home tab's card, and the test button of `tocsin doctor`."""

from __future__ import annotations

from bot.chat.card import Button, Card, Reply
from bot.chat.router import Router
from bot.domain.ids import HOUSE
from bot.services.context import Context
from bot.services.linking import how_to_link
from bot.text import text
from handlers.tasks import list_of, open_tasks

ROUTER: Router[Context] = Router()


@ROUTER.press("home.show")
async def show(context: Context) -> Reply:
    """My open tasks over all open events, and the button that reports one; a stranger is told how to link."""
    report = Button("report.start", text("report.start"), HOUSE, style="danger")
    if context.person is None:
        card = Card(None, "plain", how_to_link(context), buttons=(report,), shown_at=context.now)
        return Reply(card=card)
    found = await open_tasks(context, None)
    if not found:
        return Reply(card=Card(None, "plain", text("tasks.none"), buttons=(report,), shown_at=context.now))
    return Reply(card=list_of(context, found, buttons=(report,)))


@ROUTER.press("doctor.pressed")
async def doctor(context: Context) -> Reply:
    """The way in works; nothing is recorded."""
    return Reply(text=text("doctor.pressed", name=context.speaker))
