"""The command room's header: the whole event at a glance, edited in place (cards.md, "Command room")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.command_buttons import command_buttons
from bot.cards.dark import dark_lines, dark_telephones
from bot.cards.drill import has_ended, status_line
from bot.cards.tasks import is_overdue, next_task
from bot.cards.wording import bare, department_name, foot, head, listed, minutes, short, who_commands
from bot.chat.card import Card, Line, Link, Telephone
from bot.domain.playbook import PLACE
from bot.text import Moment, plural, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.chat.card import Mark, Shown, Tone
    from bot.domain.event import Event, Fact, Task
    from bot.domain.parties import DepartmentRef
    from bot.text import Text, Words

MOST_FACTS = 4
"""Facts on the header, the newest; all of them are on the event's page."""
MOST_TELEPHONES = 3


def command(event: Event, now: datetime) -> Card:
    """The header as it stands at `now`."""
    revision = event.revisions.get("command", 0)
    hidden = len(_known(event)) - MOST_FACTS
    return Card(
        kind=event.mark,
        tone=_tone(event),
        head=head(event),
        event=event.id,
        lead=(*status_line(event), *_lead(event, now)),
        lines=_lines(event, now),
        more=plural("command.more_facts", hidden) if hidden > 0 else None,
        buttons=command_buttons(event),
        telephones=_telephones(event),
        links=_links(event),
        foot=foot(revision, now),
        revision=revision,
        shown_at=now,
    )


def _tone(event: Event) -> Tone:
    match event.status:
        case "open":
            return "alarm"
        case "standing_down":
            return "work"
        case "stood_down" | "closed" | "false_alarm" | "merged":
            return "good"


def _lead(event: Event, now: datetime) -> tuple[Shown, ...]:
    match event.status:
        case "merged":
            return (text("command.merged", other=event.merged_into or ""),)
        case "false_alarm":
            return (text("command.false_alarm", at=Moment(event.closed_at or now)),)
        case "closed":
            return (text("command.closed", at=Moment(event.closed_at or now)),)
        case "stood_down" if has_ended(event):
            return (who_commands(event),)
        case "stood_down":
            return (_left(event), text("command.stood_down", at=Moment(event.stood_down_at or now)))
        case "standing_down":
            return (_missing(event), who_commands(event), _clock(event, now))
        case "open":
            lead = (_next(event, now), who_commands(event), _clock(event, now))
            return lead if event.confirmed else (text("command.unconfirmed", reporter=event.reporter), *lead)


def _clock(event: Event, now: datetime) -> Text:
    """The clock counts from when the event began as claimed, not from the report."""
    began, ran = Moment(event.began_at), minutes((now - event.began_at).total_seconds())
    reporters = listed(dict.fromkeys((event.reporter, *event.also_reported)))
    return text("command.clock", at=began, ran=ran, reporter=reporters)


def _next(event: Event, now: datetime) -> Text:
    """What is due next, or how many tasks are late."""
    tasks = tuple(event.tasks.values())
    late = [task for task in tasks if is_overdue(task, now)]
    following = next_task([task for task in tasks if not is_overdue(task, now)])
    if late:
        names = listed(department_name(event, task.department) for task in _one_each(late))
        return plural("command.late", len(late), departments=names)
    if following is None:
        return text("command.all_done") if tasks else text("command.no_tasks")
    return text(
        "command.next",
        department=department_name(event, following.department),
        task=short(following.text),
        at=Moment(following.finish_at),
    )


def _one_each(tasks: Sequence[Task]) -> tuple[Task, ...]:
    return tuple({task.department: task for task in tasks}.values())


def missing_clear(event: Event) -> tuple[DepartmentRef, ...]:
    """The departments whose all clear is still awaited, in the event's order."""
    return tuple(ref for ref in event.departments if ref.id in event.clear_from and ref.id not in event.clear)


def _missing(event: Event) -> Text:
    missing = missing_clear(event)
    if not missing:
        return text("command.all_clear")
    return plural("command.clear_missing", len(missing), departments=listed(ref.name for ref in missing))


def _left(event: Event) -> Text:
    """What is still to be done between the end of the response and the sealing of the record."""
    left = sum(task.open for task in event.tasks.values())
    return plural("command.left", left) if left else text("command.nothing_left")


def _lines(event: Event, now: datetime) -> tuple[Line, ...]:
    """Rooms that take no messages come first: whoever waits for an answer from there waits in vain."""
    if event.status in ("merged", "false_alarm"):
        return ()
    return (*dark_lines(event), *_departments(event, now), *_facts(event))


def _departments(event: Event, now: datetime) -> tuple[Line, ...]:
    rows = ((ref.name, event.of_department(ref.id), ref.id in event.clear) for ref in event.departments)
    return tuple(_row(name, tasks, now, clear=clear) for name, tasks, clear in rows if tasks or clear)


def _row(name: Words, tasks: Sequence[Task], now: datetime, *, clear: bool) -> Line:
    """One department: acknowledged, done, late, blocked, all clear."""
    count, done = len(tasks), sum(not task.open for task in tasks)
    answered = sum(task.status != "waiting" for task in tasks)
    late = sum(is_overdue(task, now) for task in tasks)
    blocked = sum(task.status == "blocked" for task in tasks)
    if clear:
        return Line(name, "clear", text("command.row.clear", done=done, count=count))
    if late and blocked:
        note = text("command.row.late_blocked", answered=answered, done=done, count=count, late=late, blocked=blocked)
    elif late:
        note = text("command.row.late", answered=answered, done=done, count=count, late=late)
    elif blocked:
        note = text("command.row.blocked", answered=answered, done=done, count=count, blocked=blocked)
    else:
        note = text("command.row", answered=answered, done=done, count=count)
    return Line(name, _mark(tasks, late=late, blocked=blocked), note)


def _mark(tasks: Sequence[Task], *, late: int, blocked: int) -> Mark:
    """The worst that is true of a department; "done" only where everything is."""
    statuses = {task.status for task in tasks}
    if blocked:
        return "blocked"
    if late:
        return "late"
    if statuses == {"done"}:
        return "done"
    if "waiting" in statuses:
        return "waiting"
    return "started" if "started" in statuses else "acknowledged"


def _known(event: Event) -> list[Fact]:
    """What is known besides the place, which the head says; the newest last."""
    return sorted((fact for name, fact in event.facts.items() if name != PLACE), key=lambda fact: fact.at)


def _facts(event: Event) -> tuple[Line, ...]:
    newest = _known(event)[-MOST_FACTS:]
    return tuple(Line(text("command.fact", label=bare(fact.label), shown=fact.shown), "fact") for fact in newest)


def _telephones(event: Event) -> tuple[Telephone, ...]:
    """The chain of command, the one who leads first; then the people of rooms that take no messages."""
    if event.over:
        return ()
    holder = () if event.command.holder is None else (event.command.holder,)
    people = {member.person: member for member in (*holder, *event.chain) if member.telephone}
    leading = (Telephone(member.name, member.telephone) for member in tuple(people.values())[:MOST_TELEPHONES])
    return (*leading, *dark_telephones(event))


def _links(event: Event) -> tuple[Link, ...]:
    record = Link(text("link.record"), f"record/{event.id}")
    if event.status != "merged":
        return (record,)
    other = event.merged_into or event.id
    return (Link(text("link.first_event", number=other), f"event/{other}"), record)
