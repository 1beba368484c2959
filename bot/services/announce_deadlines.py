"""Deadlines that passed together are told together: one message to each person, one in each room."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from bot.cards import calls, notices
from bot.chat.effect import Priority
from bot.domain.entries_tasks import Escalated, Overdue, Reminded
from bot.services.news import tell, tell_each, under_card

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.cards.calls import Passed
    from bot.chat.effect import Outgoing
    from bot.domain.event import Task
    from bot.domain.ids import PersonId
    from bot.domain.record import Entry
    from bot.services.news import News

Key = TypeVar("Key")
Group = tuple["Entry", list["Task"]]
"""The first entry of what is told together, and the tasks it is about."""


def deadlines(news: News) -> Iterator[Outgoing]:
    """Reminders, tasks passed on, tasks overdue; at the opening a task that nobody is there for."""
    yield from _reminders(news)
    yield from _passed_on(news)
    yield from _unanswered(news)
    yield from _overdue(news)


def _grouped(news: News, found: Iterable[tuple[Key, Entry, Task]]) -> dict[Key, Group]:
    groups: dict[Key, Group] = {}
    for key, entry, task in found:
        groups.setdefault(key, (entry, []))[1].append(news.after.tasks[task.id])
    return groups


def _reminders(news: News) -> Iterator[Outgoing]:
    """The silent are asked once more, about everything of theirs that was due."""
    found = (
        (member.person, entry, news.after.tasks[entry.payload.task])
        for entry in news.entries
        if isinstance(entry.payload, Reminded)
        for member in entry.payload.to
    )
    for person, (entry, tasks) in _grouped(news, found).items():
        card = calls.reminder(news.after, tasks, news.company, news.now, _late(news, Reminded))
        yield tell(news, entry, person, card, Priority.REMINDER)


def _late(news: News, kind: type[Reminded | Escalated | Overdue]) -> float:
    """How far behind the house was, at most."""
    return max((entry.payload.late for entry in news.entries if isinstance(entry.payload, kind)), default=0.0)


def _escalations(news: News, *, commander: bool) -> Iterator[tuple[Entry, Escalated, Task]]:
    for entry in news.entries:
        payload = entry.payload
        if isinstance(payload, Escalated) and payload.commander == commander:
            yield entry, payload, news.after.tasks[payload.task]


def _passed_on(news: News) -> Iterator[Outgoing]:
    """The next is called; the department sees it under its card."""
    passed = tuple(_escalations(news, commander=False))
    people = _grouped(news, ((member.person, entry, task) for entry, each, task in passed for member in each.to))
    for person, (entry, tasks) in people.items():
        card = calls.take_over(news.after, tasks, _how(passed, tasks), news.company, news.now)
        yield tell(news, entry, person, card)
    yield from _rooms(news, passed)


def _rooms(news: News, passed: tuple[tuple[Entry, Escalated, Task], ...]) -> Iterator[Outgoing]:
    """One post under each department's card."""
    departments = _grouped(news, ((task.department, entry, task) for entry, _, task in passed))
    for department, (entry, tasks) in departments.items():
        notice = notices.passed_on(news.after, tasks, _how(passed, tasks), news.now)
        yield from under_card(news, entry, department, notice)


def _how(passed: tuple[tuple[Entry, Escalated, Task], ...], tasks: list[Task]) -> Passed:
    """Who was silent, to whom it went, and how late that is, over several tasks that went together."""
    about = {task.id for task in tasks}
    these = [escalated for _, escalated, task in passed if task.id in about]
    silent = {member.person: member for each in these if each.why == "silent" for member in each.silent}
    to = {member.person: member for each in these for member in each.to}
    return calls.Passed(tuple(to.values()), tuple(silent.values()), max(each.late for each in these))


def _unanswered(news: News) -> Iterator[Outgoing]:
    """The chain is exhausted: whoever leads decides, in one message about all such tasks."""
    passed = tuple(_escalations(news, commander=True))
    if not passed:
        return
    tasks = [task for _, _, task in passed]
    card = calls.unanswered(news.after, tasks, _how(passed, tasks), news.company, news.now)
    yield from tell_each(news, passed[0][0], news.leaders(), card)
    if news.before is not None:
        yield from _rooms(news, passed)


def _overdue(news: News) -> Iterator[Outgoing]:
    """A finish deadline: those who work on it are told first, some time later whoever leads."""
    first = [(entry, task) for entry, step, task in _late_tasks(news) if step == 0]
    again = [(entry, task) for entry, step, task in _late_tasks(news) if step > 0]
    late = _late(news, Overdue)
    owned = ((owner, entry, task) for entry, task in first if (owner := _owner(task)) is not None)
    for person, (entry, tasks) in _grouped(news, owned).items():
        card = calls.overdue(news.after, tasks, news.company, news.now, late)
        yield tell(news, entry, person, card, Priority.REMINDER)
    departments = _grouped(news, ((task.department, entry, task) for entry, task in first))
    for department, (entry, tasks) in departments.items():
        yield from under_card(news, entry, department, notices.overdue(news.after, tasks, news.now))
    if again:
        tasks = [task for _, task in again]
        card = calls.overdue_commander(news.after, tasks, news.company, news.now, late)
        yield from tell_each(news, again[0][0], news.leaders(), card)


def _late_tasks(news: News) -> Iterator[tuple[Entry, int, Task]]:
    for entry in news.entries:
        if isinstance(entry.payload, Overdue):
            yield entry, entry.payload.step, news.after.tasks[entry.payload.task]


def _owner(task: Task) -> PersonId | None:
    """Who works on it: whoever answered last, else whoever was called last."""
    if task.answers:
        return task.answers[-1].member.person
    return task.chain[task.called - 1].person if task.called else None
