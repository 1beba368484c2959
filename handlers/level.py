"""/level 级别: a more serious level, or a lower one with a reason; the next phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Choice, Form, Reply, Written
from bot.chat.router import Router
from bot.domain.ids import LevelId
from bot.domain.playbook import PHASES
from bot.errors import Refused
from bot.services import commanding
from bot.services.context import Context
from bot.text import Words, text
from handlers.asked import event_pressed, event_submitted, of_event, pressed, submitted

if TYPE_CHECKING:
    from bot.domain.company import Company, Level
    from bot.domain.event import Event

ROUTER: Router[Context] = Router()


@ROUTER.word("level", "级别", help_line=text("help.level"), example=text("example.level"))
@of_event("level")
async def level(context: Context, event: Event) -> Reply:
    """The level named, with the reason behind it; none named: a list."""
    if not context.words_after:
        return ask_level(context, event)
    wanted, reason = level_at_start(context.house.company, context.words_after)
    if wanted is None:
        names = tuple(each.name for each in context.house.company.levels.values())
        listed = Words("、".join(name.zh for name in names), ", ".join(name.en for name in names))
        raise Refused(text("refused.no_level", levels=listed))
    return _changed(await commanding.change_level(context, event.id, wanted.id, reason))


def level_at_start(company: Company, typed: str) -> tuple[Level | None, str]:
    """The level a text begins with (id or name in either language), and the rest."""
    folded = typed.casefold()
    named = [
        (len(name), each)
        for each in company.levels.values()
        for name in (each.id.casefold(), each.name.zh.casefold(), each.name.en.casefold())
        if folded.startswith(name)
    ]
    if not named:
        return None, typed
    length, found = max(named, key=lambda pair: pair[0])
    return found, typed[length:].strip(" \t,，:：;；.。")


@ROUTER.press("level.change")
async def choose(context: Context) -> Reply:
    """Ask which level."""
    return ask_level(context, await event_pressed(context))


def ask_level(context: Context, event: Event) -> Reply:
    """All levels, and the reason a lower one needs."""
    options = tuple((str(each.id), each.name) for each in context.house.company.levels.values())
    fields = (
        Choice("level", text("ask.level"), options),
        Written("reason", text("ask.level.reason"), required=False),
    )
    title = text("ask.level.title", number=event.id, level=event.level_name)
    form = Form("level.choose", title, fields, text("ask.send"), kind=event.mark, context={"event": event.id})
    return Reply(form=form)


@ROUTER.form("level.choose")
async def chosen(context: Context) -> Reply:
    """The level is chosen."""
    event, values = await event_submitted(context), submitted(context).values
    wanted = LevelId(values.get("level", ""))
    return _changed(await commanding.change_level(context, event.id, wanted, values.get("reason", "")))


def _changed(event: Event) -> Reply:
    return Reply(text=text("reply.level", level=event.level_name, number=event.id))


@ROUTER.press("phase.enter")
async def enter(context: Context) -> Reply:
    """The event moves on."""
    event, target = await event_pressed(context), pressed(context).target
    if target not in PHASES:
        raise Refused(text("refused.old_card"))
    await commanding.enter_phase(context, event.id, target)
    return Reply(text=text("reply.phase", number=event.id))


@ROUTER.press("event.confirm")
async def confirm(context: Context) -> Reply:
    """A stranger's report is true."""
    event = await event_pressed(context)
    await commanding.confirm_report(context, event.id)
    return Reply(text=text("reply.confirmed", number=event.id))
