"""Direct messages about tasks: somebody is called, reminded, told (cards.md, "A person is called").

The head alone says what to do, what and until when, and fits an SMS: at most 70 characters in Chinese, 160 in
English, marks included. Everything goes to one person, in their language, about everything asked of them at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cards.calling import (
    about_event,
    about_task,
    and_more,
    answer_by,
    behind,
    button,
    cannot,
    direct_card,
    done,
    give,
    more_time,
    soonest,
    take,
    take_command,
    task_lines,
    what_happened,
)
from bot.cards.wording import names, short, titled
from bot.chat.card import Link
from bot.text import Moment, plural, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.chat.card import Card, Shown
    from bot.domain.company import Company
    from bot.domain.event import Event, Task
    from bot.domain.parties import Member
    from bot.text import Text


@dataclass(frozen=True, slots=True)
class Passed:
    """How tasks went on: to whom, who was silent (nobody: they are away), how many seconds behind."""

    to: tuple[Member, ...]
    silent: tuple[Member, ...]
    late: float = 0


def call(event: Event, tasks: Sequence[Task], company: Company, now: datetime, *, leads: bool = False) -> Card:
    """The first call: everything one person is asked, in one message. `leads`: command is theirs to confirm.

    `tasks` may be empty where `leads` is set, never otherwise.
    """
    links = (Link(text("link.event", number=event.id), f"event/{event.id}"),)
    lead = (*what_happened(event), *answer_by(tasks))
    if leads:
        head = text("call.command", **about_event(event))
        lines = task_lines(event, tasks, lead, named=None)
        buttons = (take_command(event), *(take(event, tasks) if tasks else ()))
        return direct_card(event, head, lead, buttons, company, now, lines=lines, links=links, to_leader=True)
    first = soonest(tasks)
    lines = task_lines(event, tasks, lead, named=first)
    return direct_card(
        event, _asked(event, first, tasks), lead, take(event, tasks), company, now, lines=lines, links=links
    )


def _asked(event: Event, first: Task, tasks: Sequence[Task]) -> Text:
    if len(tasks) > 1:
        return plural("call.tasks", len(tasks), **about_task(event, first))
    if first.phase == "review":
        return text("call.review", task=short(first.text), at=Moment(first.finish_at), number=event.id)
    return text("call.task", **about_task(event, first))


def take_over(event: Event, tasks: Sequence[Task], passed: Passed, company: Company, now: datetime) -> Card:
    """The next of the chain is called because those before have not answered yet, or are away."""
    first = soonest(tasks)
    lead = (why_passed(passed.silent), *answer_by(tasks), *behind(passed.late), *what_happened(event), *and_more(tasks))
    head = text("call.take_over", **about_task(event, first))
    lines = task_lines(event, tasks, lead, named=first)
    return direct_card(event, head, lead, take(event, tasks), company, now, lines=lines)


def why_passed(silent: Sequence[Member]) -> Shown:
    """Why a task went on: no answer yet, or nobody there. Never whose fault."""
    return plural("call.silent", len(silent), people=names(silent)) if silent else text("call.absent_before")


def given(event: Event, task: Task, by: Member, company: Company, now: datetime) -> Card:
    """A task was given to this person by somebody."""
    head = text("call.given", **about_task(event, task))
    lead = (text("call.given_by", person=titled(by)), *answer_by((task,)), *what_happened(event))
    lines = task_lines(event, (task,), lead, named=task)
    return direct_card(event, head, lead, take(event, (task,)), company, now, lines=lines)


def reminder(event: Event, tasks: Sequence[Task], company: Company, now: datetime, late: float) -> Card:
    """One reminder within a step, to the silent only."""
    first = soonest(tasks)
    lead = (*answer_by(tasks), *behind(late), *and_more(tasks))
    head = text("call.reminder", **about_task(event, first))
    lines = task_lines(event, tasks, lead, named=first)
    return direct_card(event, head, lead, take(event, tasks), company, now, lines=lines)


def unanswered(event: Event, tasks: Sequence[Task], passed: Passed, company: Company, now: datetime) -> Card:
    """The chain is exhausted: whoever commands decides."""
    first = soonest(tasks)
    silent = passed.silent
    nobody = text("call.nobody_there", role=first.role_name)
    why = plural("call.silent", len(silent), people=names(silent)) if silent else nobody
    lead = (why, *behind(passed.late), *and_more(tasks))
    head = text("call.unanswered", **about_task(event, first))
    lines = task_lines(event, tasks, lead, named=first)
    buttons = (*give(event, tasks), *take(event, tasks)[:1])
    return direct_card(event, head, lead, buttons, company, now, lines=lines, people=first.chain, to_leader=True)


def blocked(event: Event, task: Task, member: Member, reason: str, company: Company, now: datetime) -> Card:
    """Somebody cannot do a task and needs support: whoever commands is called at once."""
    head = text("call.blocked", **about_task(event, task))
    buttons = (*give(event, (task,)), *more_time(event, (task,)))
    lead = (why_blocked(member, reason),)
    lines = task_lines(event, (task,), lead, named=task)
    return direct_card(event, head, lead, buttons, company, now, lines=lines, people=(member,), to_leader=True)


def why_blocked(member: Member, reason: str) -> Text:
    """Who cannot do it and why."""
    if reason:
        return text("call.blocked.reason", person=titled(member), reason=reason)
    return text("call.blocked.silent", person=titled(member))


def overdue(event: Event, tasks: Sequence[Task], company: Company, now: datetime, late: float) -> Card:
    """The finish deadline has come: those who work on it say done, more time, or that they cannot."""
    first = soonest(tasks)
    lead = (text("call.overdue.choose"), *behind(late), *and_more(tasks))
    head = text("call.overdue", **about_task(event, first))
    buttons = (*done(event, tasks), *more_time(event, tasks), *cannot(event, tasks))
    lines = task_lines(event, tasks, lead, named=first)
    return direct_card(event, head, lead, buttons, company, now, lines=lines)


def overdue_commander(event: Event, tasks: Sequence[Task], company: Company, now: datetime, late: float) -> Card:
    """Still not finished some time later: whoever commands is told."""
    first = soonest(tasks)
    owners = (first.answers[-1].member,) if first.answers else first.chain[: first.called]
    lead = (text("call.overdue_with", people=names(owners)), *behind(late), *and_more(tasks))
    head = text("call.overdue_commander", **about_task(event, first))
    lines = task_lines(event, tasks, lead, named=first)
    buttons = (*give(event, tasks), *more_time(event, tasks))
    return direct_card(event, head, lead, buttons, company, now, lines=lines, people=owners, to_leader=True)


def confirm_report(event: Event, tasks: Sequence[Task], company: Company, now: datetime, *, leads: bool) -> Card:
    """A stranger reports: the first-call roles confirm with one press, then everybody is called."""
    head = text("call.confirm", **about_event(event))
    lead = (text("call.confirm.why", reporter=event.reporter), text("call.confirm.then"), *answer_by(tasks))
    confirm = button(event, "event.confirm", text("event.confirm"), primary=True)
    leading = (take_command(event), button(event, "event.false_alarm", text("event.false_alarm"))) if leads else ()
    buttons = (confirm, *(take(event, tasks) if tasks else ()), *leading)
    links = (Link(text("link.event", number=event.id), f"event/{event.id}"),)
    lines = task_lines(event, tasks, lead, named=None)
    return direct_card(event, head, lead, buttons, company, now, lines=lines, links=links, to_leader=leads)


def sent_back(event: Event, task: Task, company: Company, now: datetime) -> Card:
    """A review came back from its approval and is asked for again."""
    head = text("call.review.again", task=short(task.text), at=Moment(task.finish_at), number=event.id)
    lead = what_happened(event)
    lines = task_lines(event, (task,), lead, named=task)
    return direct_card(event, head, lead, take(event, (task,)), company, now, lines=lines, tone="work")
