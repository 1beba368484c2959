"""/standdown 响应终止: ask for all clear, confirm it, end the response, seal the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Form, Reply, Written
from bot.chat.router import Router
from bot.services import closing
from bot.services.answering import read_target
from bot.services.context import Context
from bot.text import plural, text
from handlers.asked import event_pressed, event_submitted, of_event, pressed, recorded, submitted

if TYPE_CHECKING:
    from bot.chat.card import Shown
    from bot.domain.event import Event

ROUTER: Router[Context] = Router()


@ROUTER.word("standdown", "响应终止", "终止响应", help_line=text("help.standdown"), example=text("example.standdown"))
@of_event("standdown", free_text=True)
async def stand_down(context: Context, event: Event) -> Reply:
    """Ask every department for its all clear; when all have given it, end the response; a reason overrides."""
    if event.status == "standing_down" or context.words_after:
        return _ended(await closing.stand_down(context, event.id, context.words_after))
    return _asked(await closing.ask_stand_down(context, event.id))


@ROUTER.press("standdown.ask")
async def ask(context: Context) -> Reply:
    """Every department is asked."""
    event = await event_pressed(context)
    return _asked(await closing.ask_stand_down(context, event.id))


def _asked(event: Event) -> Reply:
    return Reply(text=plural("reply.clear_asked", len(event.clear_from), number=event.id))


@ROUTER.press("standdown.clear")
async def clear(context: Context) -> Reply:
    """A department confirms."""
    event = await event_pressed(context)
    target = read_target(event, pressed(context).target)
    await closing.give_all_clear(context, event.id, target.department)
    return recorded(context)


@ROUTER.press("standdown.unclear")
async def unclear(context: Context) -> Reply:
    """… and takes it back."""
    event = await event_pressed(context)
    target = read_target(event, pressed(context).target)
    await closing.take_all_clear(context, event.id, target.department)
    return recorded(context)


@ROUTER.press("standdown.confirm")
async def confirm(context: Context) -> Reply:
    """All are clear: the response ends."""
    event = await event_pressed(context)
    return _ended(await closing.stand_down(context, event.id))


@ROUTER.press("standdown.override")
async def override(context: Context) -> Reply:
    """The commander does not wait for those missing, and says why."""
    return ask_why(await event_pressed(context), "standdown.reason", text("ask.override"))


@ROUTER.form("standdown.reason")
async def overridden(context: Context) -> Reply:
    """The reason is in the record."""
    event = await event_submitted(context)
    return _ended(await closing.stand_down(context, event.id, submitted(context).values.get("reason", "")))


def _ended(event: Event) -> Reply:
    return Reply(text=text("reply.stood_down", number=event.id))


@ROUTER.press("event.close")
async def close(context: Context) -> Reply:
    """Seal the record; where tasks are open, with a reason."""
    event = await event_pressed(context)
    if event.status == "stood_down" and any(task.open for task in event.tasks.values()):
        return ask_why(event, "close.reason", text("ask.close"))
    return _closed(await closing.close(context, event.id))


@ROUTER.form("close.reason")
async def closed(context: Context) -> Reply:
    """Sealed with tasks open, and why."""
    event = await event_submitted(context)
    return _closed(await closing.close(context, event.id, submitted(context).values.get("reason", "")))


def _closed(event: Event) -> Reply:
    return Reply(text=text("reply.closed", number=event.id))


def ask_why(event: Event, form: str, label: Shown) -> Reply:
    """One reason."""
    title = text("ask.command.title", number=event.id, title=event.title)
    fields = (Written("reason", label, long=True),)
    return Reply(form=Form(form, title, fields, text("ask.send"), kind=event.mark, context={"event": event.id}))
