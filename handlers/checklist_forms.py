"""The questions behind a checklist's buttons: which task, which evidence, why not, how long, to whom. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Choice, Form, NumberField, Reply, Upload, Written
from bot.domain.ids import COMMAND_GROUP
from bot.text import plural, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.chat.card import FormField, Shown
    from bot.domain.company import Company
    from bot.domain.event import Event, Task
    from bot.domain.ids import PersonId
    from bot.services.answering import Target
    from bot.services.context import Context

MINUTES = (15, 30, 60, 120, 240, 480, 1440)
"""What "30 more minutes" offers."""
MOST_PEOPLE = 40
"""How many people a list offers."""


def ask_task(event: Event, action: str, target: Target, tasks: Sequence[Task]) -> Reply:
    """Several tasks of the card are open: one tap says which."""
    options = tuple((str(task.id), task.text) for task in tasks)
    fields = (Choice("task", text("ask.task"), options),)
    asked = {"event": event.id, "department": target.department, "action": action}
    return _ask("task.pick", event, text("ask.task.title"), fields, asked)


def ask_evidence(event: Event, task: Task) -> Reply:
    """What the task wants before it is done."""
    return _ask("task.evidence", event, task.text, (evidence_field(task),), _about(event, task))


def evidence_field(task: Task) -> FormField:
    """The one question: a number with its unit, a line, a choice, a photo or a file."""
    evidence = task.evidence
    match None if evidence is None else evidence.kind:
        case "number":
            unit = "" if evidence is None or evidence.unit == "1" else evidence.unit
            return NumberField("value", text("ask.number"), unit)
        case "choice":
            choices = None if evidence is None else evidence.choices
            return Choice("value", text("ask.choice"), () if choices is None else tuple(choices.items()))
        case "photo":
            return Upload("value", text("ask.photo"), required=True)
        case "file":
            return Upload("value", text("ask.file"), photo=False, required=True)
        case "text" | None:
            return Written("value", text("ask.text"), long=True)


def ask_reason(event: Event, task: Task) -> Reply:
    """无法完成 asks for one reason, and calls the commander at once."""
    fields = (Written("reason", text("ask.reason")),)
    return _ask("task.reason", event, task.text, fields, _about(event, task), hint=text("ask.reason.hint"))


def ask_minutes(event: Event, task: Task) -> Reply:
    """How much longer."""
    options = tuple((str(minutes), plural("ask.minutes.option", minutes)) for minutes in MINUTES)
    fields = (Choice("minutes", text("ask.minutes"), options),)
    return _ask("task.minutes", event, task.text, fields, _about(event, task))


def ask_person(context: Context, event: Event, task: Task) -> Reply:
    """To whom it is given: the task's own people first, then the department's, then everybody."""
    people = tuple(dict.fromkeys(_people(context.house.company, event, task)))[:MOST_PEOPLE]
    fields = (Choice("person", text("ask.person"), options_of(context.house.company, people)),)
    return _ask("task.person", event, task.text, fields, _about(event, task))


def options_of(company: Company, people: Sequence[PersonId]) -> tuple[tuple[str, Shown], ...]:
    """People to choose from: name and position."""
    known = [company.people[person] for person in people if person in company.people]
    return tuple((str(person.id), text("list.person", name=person.name, position=person.position)) for person in known)


def _people(company: Company, event: Event, task: Task) -> Iterator[PersonId]:
    yield from (member.person for member in task.chain if member.person not in event.absent)
    for person in company.people.values():
        if person.department == task.department and person.id not in event.absent:
            yield person.id
    if task.department == COMMAND_GROUP:
        yield from (member.person for member in event.chain)
    yield from (person for person in company.people if person not in event.absent)


def _about(event: Event, task: Task) -> dict[str, str]:
    return {"event": event.id, "department": task.department, "task": task.id}


def _ask(
    form: str,
    event: Event,
    title: Shown,
    fields: tuple[FormField, ...],
    asked: dict[str, str],
    hint: Shown | None = None,
) -> Reply:
    return Reply(form=Form(form, title, fields, text("ask.send"), kind=event.mark, hint=hint, context=asked))
