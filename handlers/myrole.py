"""/myrole 职责: my roles, who stands in for whom, and what is asked of me now (P8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.marks import named
from bot.cards.tasks import task_line
from bot.chat.card import Card, Line, Reply
from bot.chat.router import Router
from bot.errors import Refused
from bot.services.context import Context
from bot.services.meaning import past
from bot.text import Words, text
from handlers.people import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.company import Company, Person, Role
    from bot.domain.event import Event, Task
    from bot.domain.playbook import Playbook

ROUTER: Router[Context] = Router()
MOST_TASKS = 6


@ROUTER.word("myrole", "职责", help_line=text("help.myrole"), example=text("example.myrole"))
async def myrole(context: Context) -> Reply:
    """Each role with the order of its people, the playbooks that count on it, and the tasks that are open."""
    person, company = context.person, context.house.company
    if person is None:
        raise Refused(text("refused.stranger"))
    roles = company.roles_of(person.id)
    playbooks = [version.playbook for version in context.house.playbooks.values()]
    lines = [line for role in roles for line in _role(company, role, person, playbooks)]
    lines += _tasks(context, person, await context.work.open_events())
    lead = () if roles else (text("myrole.none"),)
    head = text("myrole.head", name=person.name, position=person.position)
    return Reply(card=Card(kind=None, tone="plain", head=head, lead=lead, lines=tuple(lines), shown_at=context.now))


def _role(company: Company, role: Role, person: Person, playbooks: Sequence[Playbook]) -> Iterator[Line]:
    order = listed(company.people[each] for each in role.holders if each in company.people)
    place = role.holders.index(person.id)
    note = text("myrole.holder", order=order) if place == 0 else text("myrole.stand_in", place=place, order=order)
    yield Line(role.name, "person", note)
    titles = [book.title for book in playbooks if any(task.role == role.id for task in book.tasks)]
    if titles:
        joined = Words("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))
        yield Line(text("myrole.playbooks", titles=joined), "point")


def _tasks(context: Context, person: Person, opened: Sequence[Event]) -> list[Line]:
    mine = [
        (event, task)
        for event in opened
        for task in event.tasks.values()
        if task.open and not past(event) and any(member.person == person.id for member in task.chain)
    ]
    mine.sort(key=lambda pair: pair[1].finish_at)
    return [_task(context, event, task) for event, task in mine[:MOST_TASKS]]


def _task(context: Context, event: Event, task: Task) -> Line:
    line = task_line(event, task, context.now)
    return Line(named(event.id, text("tasks.line", task=task.text, number=event.id)), line.mark, line.note)
