"""What is told about single tasks beyond the cards: blocked, given to somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards import calls, notices
from bot.services.news import in_command_room, tell, tell_each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.effect import Outgoing
    from bot.domain.entries_tasks import TaskAnswered, TaskGiven
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
