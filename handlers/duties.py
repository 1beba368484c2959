"""/duties 例行工作: what is owed next and what is late; a duty is put off; the calendar as a link for phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Form, Reply, Written
from bot.chat.router import Router
from bot.errors import Refused
from bot.services import duties as owing
from bot.services import postponing
from bot.services.asking import require
from bot.services.context import Context
from bot.text import Moment, text
from handlers.asked import event_pressed, event_submitted, pressed, recorded, submitted
from handlers.duty_list import duty_list
from handlers.feed import calendar_link

if TYPE_CHECKING:
    from bot.chat.card import FormField, Shown
    from bot.domain.event import Event

ROUTER: Router[Context] = Router()
LINK = ("link", "calendar", "链接", "日历")


@ROUTER.word("duties", "例行工作", "例行", help_line=text("help.duties"), example=text("example.duties"))
async def duties(context: Context) -> Reply:
    """Mine first, then my department's, then the company's; `link`: the calendar for my phone."""
    require(context, "duty.read")
    asked = context.words_after.strip()
    if asked.casefold() in LINK:
        return await calendar_link(context)
    if asked:
        raise Refused(text("refused.duty.words", words=asked))
    return Reply(card=await duty_list(context))


@ROUTER.press("duty.list")
async def show(context: Context) -> Reply:
    """The same from a button."""
    require(context, "duty.read")
    return Reply(card=await duty_list(context))


@ROUTER.press("duty.postpone")
async def postpone(context: Context) -> Reply:
    """Until when, and why."""
    event = await event_pressed(context)
    await postponing.require_on_duty(context, event, "duty.postpone")
    fields = (
        Written("until", text("ask.duty.until", at=Moment(postponing.duty_of(event).due_at))),
        Written("reason", text("ask.duty.reason"), long=True),
    )
    return _ask(event, "duty.postpone", fields, text("ask.duty.postpone.hint"))


@ROUTER.form("duty.postpone")
async def postponed(context: Context) -> Reply:
    """The approver is asked."""
    event, values = await event_submitted(context), submitted(context).values
    due_at, zone = postponing.duty_of(event).due_at, context.house.zone
    until = postponing.read_later(values.get("until", ""), due_at, context.now, zone)
    after = await owing.postpone(context, event.id, until, values.get("reason", ""))
    approver = postponing.duty_of(after).approver
    if approver is None:
        return recorded(context)
    return Reply(text=text("reply.duty.postpone_asked", until=Moment(until), person=approver.name))


@ROUTER.press("duty.agree")
async def agree(context: Context) -> Reply:
    """It is due later from now on."""
    after = await owing.decide(context, pressed(context).event, agreed=True)
    return Reply(text=text("reply.duty.agreed", at=Moment(postponing.duty_of(after).due_at)))


@ROUTER.press("duty.refuse")
async def refuse(context: Context) -> Reply:
    """Why not is asked first."""
    event = await event_pressed(context)
    await postponing.require_on_duty(context, event, "duty.decide")
    return _ask(event, "duty.refuse", (Written("reason", text("ask.duty.refuse"), long=True),))


@ROUTER.form("duty.refuse")
async def refused(context: Context) -> Reply:
    """Nothing changes, and whoever asked hears why."""
    event = await event_submitted(context)
    reason = submitted(context).values.get("reason", "")
    after = await owing.decide(context, event.id, agreed=False, reason=reason)
    return Reply(text=text("reply.duty.refused", at=Moment(postponing.duty_of(after).due_at)))


def _ask(event: Event, form: str, fields: tuple[FormField, ...], hint: Shown | None = None) -> Reply:
    title = text("ask.duty.title", title=event.title, number=event.id)
    asked = Form(form, title, fields, text("ask.send"), kind=event.mark, hint=hint, context={"event": event.id})
    return Reply(form=asked)
