"""Who is called when tasks are asked for: one message to each person, whatever it is that is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards import calls
from bot.domain.entries_command import CommandPassed
from bot.domain.entries_course import Opened
from bot.domain.entries_merging import MergeUndone
from bot.domain.entries_tasks import TaskReleased
from bot.services.news import tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.effect import Outgoing
    from bot.domain.event import Task
    from bot.domain.ids import PersonId, RoleId
    from bot.domain.record import Entry
    from bot.services.news import News


def called(news: News) -> Iterator[Outgoing]:
    """The tasks released by this news, person by person; at the opening also who leads and who confirms."""
    tasks = _released(news)
    leads = _leads(news)
    confirming = _confirming(news)
    for person in dict.fromkeys((*leads, *confirming, *tasks)):
        asked = tuple(tasks.get(person, ()))
        leading = person in leads
        entry = _first_entry(news, asked)
        if person in confirming or (leading and not news.after.confirmed):
            card = calls.confirm_report(news.after, asked, news.company, news.now, leads=leading)
        else:
            card = calls.call(news.after, asked, news.company, news.now, leads=leading)
        yield tell(news, entry, person, card)


def asked(news: News) -> tuple[PersonId, ...]:
    """Who is called."""
    return tuple(dict.fromkeys((*_leads(news), *_confirming(news), *_released(news))))


def _released(news: News) -> dict[PersonId, list[Task]]:
    """Who is called for which task. A merge undone gives those who had not answered their time again."""
    wanted = [entry.payload.task for entry in news.entries if isinstance(entry.payload, TaskReleased)]
    again = [task for task in wanted if news.before is not None and task in news.before.tasks]
    if news.has(MergeUndone):
        wanted = list(news.after.tasks)
    found: dict[PersonId, list[Task]] = {}
    for task in (news.after.tasks[each] for each in dict.fromkeys(wanted) if each not in again):
        if task.status == "waiting" and task.called and not task.with_commander:
            found.setdefault(task.chain[task.called - 1].person, []).append(task)
    return found


def _leads(news: News) -> tuple[PersonId, ...]:
    """Whoever leads from the beginning and has not said so; later changes of command are told on their own."""
    command = news.after.command
    if not news.has(Opened, MergeUndone) or command.holder is None or command.answer_at is None:
        return ()
    return (command.holder.person,)


def _confirming(news: News) -> tuple[PersonId, ...]:
    """A stranger's report: the first who is there of each role that the playbook calls first."""
    version = news.house.playbooks.get(news.after.playbook)
    if news.before is not None or news.after.confirmed or version is None:
        return ()
    present = (_present(news, role) for role in version.playbook.first_call)
    return tuple(dict.fromkeys(person for person in present if person is not None))


def _present(news: News, role: RoleId) -> PersonId | None:
    known = news.company.roles.get(role)
    holders = () if known is None else known.holders
    return next((person for person in holders if person not in news.after.absent), None)


def _first_entry(news: News, tasks: tuple[Task, ...]) -> Entry:
    """The entry a call is named after: the first that asks this person for something, else the first of all."""
    wanted = {task.id for task in tasks}
    for entry in news.entries:
        if isinstance(entry.payload, TaskReleased) and entry.payload.task in wanted:
            return entry
    return next((entry for entry in news.entries if isinstance(entry.payload, CommandPassed)), news.entries[0])


def sent_back(news: News, entry: Entry, released: TaskReleased) -> Iterator[Outgoing]:
    """A review that was sent back is asked for anew."""
    if news.before is None or released.task not in news.before.tasks:
        return
    task = news.after.tasks[released.task]
    for member in task.chain[task.called - 1 : task.called]:
        yield tell(news, entry, member.person, calls.sent_back(news.after, task, news.company, news.now))
