"""A department's checklist: one card in its room, edited in place (cards.md, "A department's checklist")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.drill import has_ended, status_line
from bot.cards.tasks import chosen, is_overdue, next_task, task_line
from bot.cards.wording import department_name, foot, head, short, who_commands
from bot.chat.card import Button, Card, Link, Telephone
from bot.domain.ids import ContactId
from bot.text import Moment, plural, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.chat.card import Shown, Tone
    from bot.domain.company import Company
    from bot.domain.event import Event, Task
    from bot.domain.ids import DepartmentId
    from bot.text import Text

MOST_TELEPHONES = 4
"""Numbers on one card: more would push the tasks off a phone's screen."""


def checklist(event: Event, department: DepartmentId, company: Company, now: datetime) -> Card:
    """The card as it stands at `now`. One language is at most: head, three leads, six tasks, one "more"."""
    tasks = event.of_department(department)
    shown = () if event.status in ("merged", "false_alarm") else chosen(tasks)
    hidden = 0 if event.status in ("merged", "false_alarm") else len(tasks) - len(shown)
    revision = event.revisions.get(department, 0)
    return Card(
        kind=event.mark,
        tone=_tone(event, department, tasks, now),
        head=head(event),
        event=event.id,
        lead=status_line(event) if has_ended(event) else (*status_line(event), *_lead(event, department, tasks)),
        lines=tuple(task_line(event, task, now) for task in shown),
        more=plural("checklist.more", hidden) if hidden else None,
        buttons=_buttons(event, department, tasks),
        telephones=() if event.over else _telephones(tasks, company),
        links=_links(event),
        foot=foot(revision, now),
        revision=revision,
        shown_at=now,
    )


def _tone(event: Event, department: DepartmentId, tasks: Sequence[Task], now: datetime) -> Tone:
    if event.over or has_ended(event) or department in event.clear:
        return "good"
    if any(task.status == "waiting" or is_overdue(task, now) for task in tasks):
        return "alarm"
    return "good" if event.status == "stood_down" and not any(task.open for task in tasks) else "work"


def _lead(event: Event, department: DepartmentId, tasks: Sequence[Task]) -> tuple[Shown, ...]:
    match event.status:
        case "merged":
            return (text("checklist.merged", other=event.merged_into or ""),)
        case "false_alarm":
            return (text("checklist.false_alarm"),)
        case "closed":
            return (text("checklist.closed"),)
        case "stood_down":
            ended = text("checklist.stood_down", at=Moment(event.stood_down_at or event.opened_at))
            return (_to_do(event, department, tasks), ended) if _any_open(tasks) else (ended,)
        case "standing_down":
            return (_standing_down(event, department, tasks), who_commands(event))
        case "open":
            first = (_to_do(event, department, tasks), who_commands(event))
            return first if event.confirmed else (*first, text("card.unconfirmed"))


def _any_open(tasks: Sequence[Task]) -> bool:
    return any(task.open for task in tasks)


def _to_do(event: Event, department: DepartmentId, tasks: Sequence[Task]) -> Text:
    """What to do next and until when; calm where nothing is open."""
    name = department_name(event, department)
    following = next_task(tasks)
    if following is None:
        return text("checklist.all_done", department=name) if tasks else text("checklist.none", department=name)
    count = sum(task.open for task in tasks)
    at = Moment(following.finish_at)
    return plural("checklist.next", count, department=name, task=short(following.text), at=at)


def _standing_down(event: Event, department: DepartmentId, tasks: Sequence[Task]) -> Text:
    name = department_name(event, department)
    cleared = event.clear.get(department)
    if cleared is not None:
        return text("checklist.cleared", department=name, person=cleared.name)
    if department not in event.clear_from:
        return _to_do(event, department, tasks)
    holding = _holding(tasks)
    if holding:
        return plural("checklist.clear_after", holding, department=name)
    return text("checklist.clear_now", department=name)


def _buttons(event: Event, department: DepartmentId, tasks: Sequence[Task]) -> tuple[Button, ...]:
    if event.over or has_ended(event):
        return ()
    return (
        *_answers(event, department, tasks),
        *_clearing(event, department, tasks),
        *_folded(event, department, tasks),
    )


def _answers(event: Event, department: DepartmentId, tasks: Sequence[Task]) -> tuple[Button, ...]:
    """The four answers, each only where a task can still take it."""
    waiting = [task for task in tasks if task.status == "waiting"]
    startable = [task for task in tasks if task.status in ("waiting", "acknowledged", "blocked")]
    still_open = [task for task in tasks if task.open]
    able = [task for task in still_open if task.status != "blocked"]
    offered = (
        ("task.acknowledge", text("task.acknowledge"), waiting),
        ("task.start", text("task.start"), startable),
        ("task.done", text("task.done"), still_open),
        ("task.cannot", text("task.cannot"), able),
    )
    revision = event.revisions.get(department, 0)
    first = next((action for action, _, open_to in offered if open_to), "")
    return tuple(
        Button(
            action,
            label,
            event.id,
            target=_target(department, open_to),
            revision=revision,
            style="primary" if action == first else "normal",
        )
        for action, label, open_to in offered
        if open_to
    )


def _target(department: DepartmentId, tasks: Sequence[Task]) -> str:
    """The task where only one can be meant (one press), else the department (which one is asked)."""
    return f"{department}/{tasks[0].id}" if len(tasks) == 1 else department


def _clearing(event: Event, department: DepartmentId, tasks: Sequence[Task]) -> tuple[Button, ...]:
    """All clear, once standing down is asked and nothing of the department is open."""
    if event.status != "standing_down" or department not in event.clear_from:
        return ()
    if department in event.clear:
        return (_unclear(event, department),)
    if _holding(tasks):
        return ()
    holder = event.command.holder
    return (
        Button(
            "standdown.clear",
            text("standdown.clear"),
            event.id,
            target=department,
            revision=event.revisions.get(department, 0),
            commander=None if holder is None else holder.person,
            style="primary",
            confirm=text("standdown.clear.confirm", department=department_name(event, department), number=event.id),
        ),
    )


def _holding(tasks: Sequence[Task]) -> int:
    """How many tasks an all clear waits for: all but those of the review, which comes after."""
    return sum(task.open and task.phase != "review" for task in tasks)


def _unclear(event: Event, department: DepartmentId) -> Button:
    revision = event.revisions.get(department, 0)
    return Button("standdown.unclear", text("standdown.unclear"), event.id, department, revision, more=True)


def _folded(event: Event, department: DepartmentId, tasks: Sequence[Task]) -> tuple[Button, ...]:
    """Behind ⋯: more time, give it to somebody, the message to copy."""
    still_open = [task for task in tasks if task.open]
    if not still_open:
        return ()
    templated = [task for task in still_open if task.template]
    target, revision = _target(department, still_open), event.revisions.get(department, 0)
    time = Button("task.more_time", text("task.more_time"), event.id, target, revision, more=True)
    give = Button("task.give", text("task.give"), event.id, target, revision, more=True)
    if not templated:
        return (time, give)
    place = _target(department, templated)
    return (time, give, Button("template.show", text("template.show"), event.id, place, revision, more=True))


def _telephones(tasks: Sequence[Task], company: Company) -> tuple[Telephone, ...]:
    """The contacts of open tasks, each once, so that a call is one tap."""
    soonest = sorted((task for task in tasks if task.open), key=lambda task: task.finish_at)
    wanted = dict.fromkeys(ContactId(contact) for task in soonest for contact in task.contacts)
    found = [company.contacts[contact] for contact in wanted if contact in company.contacts]
    return tuple(Telephone(contact.name, contact.telephone) for contact in found[:MOST_TELEPHONES])


def _links(event: Event) -> tuple[Link, ...]:
    match event.status:
        case "merged":
            other = event.merged_into or event.id
            return (Link(text("link.first_event", number=other), f"event/{other}"),)
        case "closed":
            return (Link(text("link.record"), f"record/{event.id}"),)
        case _:
            return ()
