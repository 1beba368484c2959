"""The forms of a checklist come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.router import Router
from bot.domain.ids import PersonId
from bot.errors import Refused
from bot.services.answering import answer, give_evidence, give_to, more_time, read_target
from bot.services.context import Context
from bot.services.keeping import keep_files
from bot.text import text
from handlers.asked import event_submitted, recorded, submitted
from handlers.checklist import answer_one, task_named, with_undo

if TYPE_CHECKING:
    from bot.chat.card import Reply
    from bot.domain.event import Event, Task

ROUTER: Router[Context] = Router()


async def _about(context: Context) -> tuple[Event, Task]:
    event, form = await event_submitted(context), submitted(context)
    return event, task_named(event, form.context.get("task") or form.values.get("task", ""))


@ROUTER.form("task.pick")
async def picked(context: Context) -> Reply:
    """Which task was meant."""
    event, task = await _about(context)
    return await answer_one(context, event, task, submitted(context).context.get("action", ""))


@ROUTER.form("task.evidence")
async def evidence(context: Context) -> Reply:
    """What the task wanted is here, so it is done."""
    event, task = await _about(context)
    form = submitted(context)
    file = form.files.get("value")
    if file is None:
        event = await give_evidence(context, event, task.id, value=form.values.get("value", ""))
    else:
        event = await give_evidence(context, event, task.id, file=file)
        await keep_files(context, event.id, form.files.values(), task.id)
    target = read_target(event, f"{task.department}/{task.id}")
    return with_undo(context, event, await answer(context, event, "done", target))


@ROUTER.form("task.reason")
async def reason(context: Context) -> Reply:
    """Why it cannot be done; the commander is called at once."""
    event, task = await _about(context)
    target = read_target(event, f"{task.department}/{task.id}")
    why = submitted(context).values.get("reason", "")
    return with_undo(context, event, await answer(context, event, "cannot", target, reason=why))


@ROUTER.form("task.minutes")
async def minutes(context: Context) -> Reply:
    """So much more time."""
    event, task = await _about(context)
    typed = submitted(context).values.get("minutes", "")
    if not typed.isdecimal():
        raise Refused(text("refused.more_time"))
    await more_time(context, event, task.id, int(typed))
    return recorded(context)


@ROUTER.form("task.person")
async def person(context: Context) -> Reply:
    """It is given to somebody."""
    event, task = await _about(context)
    await give_to(context, event, task.id, PersonId(submitted(context).values.get("person", "")))
    return recorded(context)
