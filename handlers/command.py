"""Who leads: "I lead", hand over, directs on site; /handover 交接."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Choice, Form, Reply
from bot.chat.router import Router
from bot.domain.ids import PersonId
from bot.services import commanding
from bot.services.context import Context
from bot.text import text
from handlers.asked import event_pressed, event_submitted, of_event, submitted
from handlers.checklist_forms import options_of
from handlers.people import person_named

if TYPE_CHECKING:
    from bot.domain.event import Event

ROUTER: Router[Context] = Router()


@ROUTER.word("handover", "交接", help_line=text("help.handover"), example=text("example.handover"))
@of_event("handover")
async def handover(context: Context, event: Event) -> Reply:
    """Command goes to the person named; nobody named: a list to choose from."""
    if not context.words_after:
        return ask_who(event, context, "command.hand_over")
    person = person_named(context.house.company, context.words_after)
    return leads(await commanding.hand_over(context, event.id, person.id))


@ROUTER.press("command.take")
async def take(context: Context) -> Reply:
    """Say "I lead"."""
    event = await event_pressed(context)
    return leads(await commanding.take_command(context, event.id))


@ROUTER.press("command.hand_over")
async def hand_over(context: Context) -> Reply:
    """Ask to whom."""
    return ask_who(await event_pressed(context), context, "command.hand_over")


@ROUTER.press("command.on_site")
async def on_site(context: Context) -> Reply:
    """Ask who directs on site, told by mouth."""
    return ask_who(await event_pressed(context), context, "command.on_site")


def ask_who(event: Event, context: Context, action: str) -> Reply:
    """Somebody of the chain of command."""
    people = tuple(member.person for member in event.chain if member.person not in event.absent)
    label = text("ask.hand_over") if action == "command.hand_over" else text("ask.on_site")
    fields = (Choice("person", label, options_of(context.house.company, people)),)
    form = Form(
        "command.person",
        text("ask.command.title", number=event.id, title=event.title),
        fields,
        text("ask.send"),
        kind=event.mark,
        context={"event": event.id, "action": action},
    )
    return Reply(form=form)


@ROUTER.form("command.person")
async def person_chosen(context: Context) -> Reply:
    """Command goes there."""
    event, form = await event_submitted(context), submitted(context)
    person = PersonId(form.values.get("person", ""))
    if form.context.get("action") == "command.on_site":
        return leads(await commanding.directs_on_site(context, event.id, person))
    return leads(await commanding.hand_over(context, event.id, person))


def leads(event: Event) -> Reply:
    """Who leads now."""
    holder = event.command.holder
    if holder is None:
        return Reply(text=text("reply.nobody_leads"))
    return Reply(text=text("reply.leads", name=holder.name, position=holder.position, number=event.id))
