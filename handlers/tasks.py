"""/tasks 任务: what is asked of me, of this room's department, or of one that is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.marks import named
from bot.cards.tasks import task_line
from bot.chat.card import Card, Line, Reply
from bot.chat.router import Router
from bot.services.asking import require
from bot.services.context import Context
from bot.services.meaning import department_here, past
from bot.text import plural, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.chat.card import Button
    from bot.domain.company import Company, Department
    from bot.domain.event import Event, Task
    from bot.domain.ids import DepartmentId

ROUTER: Router[Context] = Router()
MOST = 12
"""Lines of a list; the cards have them all."""


@ROUTER.word("tasks", "任务", help_line=text("help.tasks"), example=text("example.tasks"))
async def tasks(context: Context) -> Reply:
    """Open tasks across the open events, the earliest deadline first."""
    require(context, "event.read")
    named = department_named(context.house.company, context.words_after)
    department = named.id if named is not None else department_here(context)
    found = await open_tasks(context, department)
    return Reply(card=list_of(context, found)) if found else Reply(text=text("tasks.none"))


async def open_tasks(context: Context, department: DepartmentId | None) -> list[tuple[Event, Task]]:
    """Open tasks of a department, or (None) of whoever speaks, over all open events, the earliest deadline first."""
    found = [
        (event, task)
        for event in await context.work.open_events()
        for task in event.tasks.values()
        if task.open
        and not past(event)
        and (_mine(context, task) if department is None else task.department == department)
    ]
    return sorted(found, key=lambda pair: pair[1].finish_at)


def list_of(context: Context, found: Sequence[tuple[Event, Task]], buttons: tuple[Button, ...] = ()) -> Card:
    """Those tasks as a card."""
    lines = tuple(line for event, task in found[:MOST] for line in _lines(context, event, task))
    more = plural("checklist.more", len(found) - MOST) if len(found) > MOST else None
    head = plural("tasks.open", len(found))
    return Card(None, "plain", head, lines=lines, more=more, buttons=buttons, shown_at=context.now)


def _mine(context: Context, task: Task) -> bool:
    return context.person is not None and any(member.person == context.person.id for member in task.chain)


def _lines(context: Context, event: Event, task: Task) -> Iterator[Line]:
    line = task_line(event, task, context.now)
    yield Line(named(event.id, text("tasks.line", task=task.text, number=event.id)), line.mark, line.note)


def department_named(company: Company, typed: str) -> Department | None:
    """A department by its id or its name in either language."""
    wanted = typed.strip().casefold()
    for department in company.departments.values():
        if wanted and wanted in (department.id, department.name.zh.casefold(), department.name.en.casefold()):
            return department
    return None
