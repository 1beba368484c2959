"""收到, 开始, 完成, 无法完成 on a department's card or in a call, and what sits behind ⋯."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.marks import named
from bot.chat.card import Button, Card, Line, Reply
from bot.chat.router import Router
from bot.domain.ids import TaskId
from bot.errors import Refused
from bot.services.answering import (
    answer,
    answered,
    decline,
    open_to,
    read_target,
    require_task,
    wants_evidence,
    withdraw,
)
from bot.services.context import Context
from bot.text import Moment, text
from handlers.asked import event_pressed, pressed, recorded
from handlers.checklist_forms import ask_evidence, ask_minutes, ask_person, ask_reason, ask_task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.entries_tasks import AnswerWord
    from bot.domain.event import Event, Task
    from bot.domain.record import Entry
    from bot.services.answering import Target

ROUTER: Router[Context] = Router()


@ROUTER.press("task.acknowledge", "task.take")
async def acknowledge(context: Context) -> Reply:
    """收到, or "I'm on it": for every released task of the card, or the one that is named."""
    event = await event_pressed(context)
    target = read_target(event, pressed(context).target)
    return with_undo(context, event, await answer(context, event, "acknowledge", target))


@ROUTER.press("task.decline")
async def cannot_take(context: Context) -> Reply:
    """Say "Can't take it": the next is asked at once."""
    event = await event_pressed(context)
    reason = context.house.render(text("reason.declined"), context.language)
    await decline(context, event, read_target(event, pressed(context).target), reason)
    return Reply(text=text("reply.declined"))


@ROUTER.press("task.start", "task.done", "task.cannot", "task.more_time", "task.give")
async def answer_task(context: Context) -> Reply:
    """An answer about one task: where several are open, which one is asked first."""
    event, press = await event_pressed(context), pressed(context)
    target = read_target(event, press.target)
    first, *others = open_to(event, target, word_of(press.action))
    if others:
        return ask_task(event, press.action, target, (first, *others))
    return await answer_one(context, event, first, press.action)


async def answer_one(context: Context, event: Event, task: Task, action: str) -> Reply:
    """The task is known: ask for what the answer still wants, or give it."""
    await require_task(context, event, task, action)
    target = read_target(event, f"{task.department}/{task.id}")
    match action:
        case "task.start":
            return with_undo(context, event, await answer(context, event, "start", target))
        case "task.done" if wants_evidence(task):
            return ask_evidence(event, task)
        case "task.done":
            return with_undo(context, event, await answer(context, event, "done", target))
        case "task.cannot":
            return ask_reason(event, task)
        case "task.more_time":
            return ask_minutes(event, task)
        case "task.give":
            return ask_person(context, event, task)
        case _:
            raise Refused(text("refused.unknown_button"))


def word_of(action: str) -> AnswerWord | None:
    """The answer an action gives; None: any open task will do."""
    match action:
        case "task.start":
            return "start"
        case "task.done":
            return "done"
        case "task.cannot":
            return "cannot"
        case _:
            return None


@ROUTER.press("answer.withdraw")
async def undo(context: Context) -> Reply:
    """Take back what one press said, within two minutes."""
    event, press = await event_pressed(context), pressed(context)
    sequences = [int(part) for part in press.target.split(",") if part.isdecimal()]
    if not await withdraw(context, event, sequences):
        raise Refused(text("refused.nothing_to_undo"))
    return Reply(text=text("reply.withdrawn", at=Moment(context.now)))


@ROUTER.press("template.show")
async def show_template(context: Context) -> Reply:
    """The message to copy, in both languages (G11)."""
    event = await event_pressed(context)
    target = read_target(event, pressed(context).target)
    playbook = await context.work.playbook(event.playbook_digest)
    wanted = [task.template for task in templated(event, target)]
    templates = [found for name in wanted if (found := (playbook.templates or {}).get(name or "")) is not None]
    if not templates:
        raise Refused(text("refused.no_template"))
    shown = [each for template in templates for each in (template.title, named(event.id, template.body))]
    lines = tuple(map(Line, shown))
    return Reply(card=Card(kind=event.mark, tone="plain", head=text("template.head"), event=event.id, lines=lines))


def templated(event: Event, target: Target) -> Sequence[Task]:
    """The tasks meant that have a message to copy."""
    tasks = event.of_department(target.department) if target.task is None else (event.tasks[target.task],)
    return [task for task in tasks if task.template]


def with_undo(context: Context, event: Event, written: Sequence[Entry]) -> Reply:
    """Say "recorded 14:23" with an undo; "seen" where the answer is kept but stops nothing."""
    sequences = answered(written)
    if sequences:
        target = ",".join(map(str, sequences))
        button = Button("answer.withdraw", text("answer.withdraw"), event.id, target=target)
        return Reply(text=text("reply.recorded", at=Moment(context.now)), undo=button)
    if any(entry.payload.kind == "task.seen" for entry in written):
        return Reply(text=text("reply.seen"))
    return recorded(context) if written else Reply(text=text("reply.already"))


def task_named(event: Event, task: str) -> Task:
    """A task a form speaks of. Raises Refused where the event has no such task."""
    found = event.tasks.get(TaskId(task))
    if found is None:
        raise Refused(text("refused.old_card"))
    return found
