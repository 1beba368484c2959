"""What is told about single tasks: given, silent, passed on, late, blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards import calls, notices
from bot.chat.effect import Priority
from bot.services.news import in_command_room, tell, tell_each, under_card

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.effect import Outgoing
    from bot.domain.entries import Escalated, Overdue, Reminded, TaskAnswered, TaskGiven
    from bot.domain.event import Task
    from bot.domain.ids import PersonId
    from bot.domain.record import Entry
    from bot.services.news import News


def answered(news: News, entry: Entry, answer: TaskAnswered) -> Iterator[Outgoing]:
    """Only "can't do" is told beyond the cards: whoever commands is called at once (G6)."""
    if answer.answer != "cannot":
        return
    task, member, reason = news.after.tasks[answer.task], answer.member, answer.reason or ""
    card = calls.blocked(news.after, task, member, reason, news.company, news.now)
    yield from tell_each(news, entry, news.leaders(), card)
    yield in_command_room(news, entry, notices.blocked(news.after, task, member, reason, news.now))


def given(news: News, entry: Entry, handed: TaskGiven) -> Iterator[Outgoing]:
    """The new owner is called."""
    if news.did(handed.to.person):
        return
    task = news.after.tasks[handed.task]
    card = calls.given(news.after, task, handed.member, news.company, news.now)
    yield tell(news, entry, handed.to.person, card)


def reminded(news: News, entry: Entry, reminder: Reminded) -> Iterator[Outgoing]:
    """The silent are asked once more, about everything of theirs that waits for the same time."""
    task = news.after.tasks[reminder.task]
    together = _waiting_together(news, task)
    if any(other.reminded for other in together):
        return
    for member in reminder.to:
        card = calls.reminder(news.after, (task, *together), news.company, news.now, reminder.late)
        yield tell(news, entry, member.person, card, Priority.REMINDER)


def _waiting_together(news: News, task: Task) -> tuple[Task, ...]:
    """Other tasks that wait for the same person until the same time: one reminder speaks of them all."""
    person = _called_last(task)
    return tuple(
        other
        for other in news.after.tasks.values()
        if other.id != task.id
        and other.status == "waiting"
        and _called_last(other) == person
        and other.acknowledge_at == task.acknowledge_at
        and other.acknowledge_for == task.acknowledge_for
    )


def _called_last(task: Task) -> PersonId | None:
    return task.chain[task.called - 1].person if task.called else None


def escalated(news: News, entry: Entry, passed: Escalated) -> Iterator[Outgoing]:
    """The next is called; the department sees it under its card. After the last whoever commands is called."""
    task = news.after.tasks[passed.task]
    silent = passed.silent if passed.why == "silent" else ()
    if passed.commander:
        card = calls.unanswered(news.after, task, silent, news.company, news.now, passed.late)
        yield from tell_each(news, entry, news.leaders(), card)
    for member in passed.to:
        card = calls.take_over(news.after, task, silent, news.company, news.now, passed.late)
        yield tell(news, entry, member.person, card)
    if news.before is not None:
        notice = notices.passed_on(news.after, task, passed, news.now)
        yield from under_card(news, entry, task.department, notice)


def overdue(news: News, entry: Entry, late: Overdue) -> Iterator[Outgoing]:
    """A finish deadline: those who work on it are told first, some time later whoever commands."""
    task = news.after.tasks[late.task]
    if late.step == 0:
        owner = task.answers[-1].member.person if task.answers else _called_last(task)
        if owner is not None:
            card = calls.overdue(news.after, task, news.company, news.now, late.late)
            yield tell(news, entry, owner, card, Priority.REMINDER)
        yield from under_card(news, entry, task.department, notices.overdue(news.after, task, news.now))
        return
    card = calls.overdue_commander(news.after, task, news.company, news.now, late.late)
    yield from tell_each(news, entry, news.leaders(), card)
