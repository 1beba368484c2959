"""Who leads: whoever it passes to is called, whoever it leaves is told, the command room knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards import command_calls, notices
from bot.chat.effect import Invite, Outgoing, Priority
from bot.domain.entries_command import CommandPassed, CommandReminded
from bot.domain.ids import command_room
from bot.services.news import in_command_room, tell, tell_each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.parties import Member
    from bot.domain.record import Entry
    from bot.services.news import News


def command_news(news: News, entry: Entry, payload: CommandPassed | CommandReminded) -> Iterator[Outgoing]:
    """Everything that one entry about who leads calls for."""
    match payload:
        case CommandPassed():
            yield from _passed(news, entry, payload)
        case CommandReminded():
            yield from _reminded(news, entry, payload)


def _passed(news: News, entry: Entry, passed: CommandPassed) -> Iterator[Outgoing]:
    """Command moved. At the opening the call has told it, and a press that only confirms changes nobody."""
    before = None if news.before is None else news.before.command.holder
    if passed.to is None:
        yield from _nobody(news, entry, passed)
        return
    if news.before is None or passed.to == before:
        return
    yield from _admitted(news, passed.to)
    yield in_command_room(news, entry, notices.command_passed(news.after, passed, news.now))
    if not news.did(passed.to.person):
        card = command_calls.command_passed(news.after, passed, before, news.company, news.now)
        yield tell(news, entry, passed.to.person, card)
    yield from _left(news, entry, passed, passed.to, before)


def _nobody(news: News, entry: Entry, passed: CommandPassed) -> Iterator[Outgoing]:
    """The chain is exhausted: everybody in it is called."""
    yield in_command_room(news, entry, notices.command_passed(news.after, passed, news.now))
    everybody = passed.called or news.after.chain
    yield from tell_each(news, entry, everybody, command_calls.nobody_commands(news.after, news.company, news.now))


def _left(news: News, entry: Entry, passed: CommandPassed, to: Member, before: Member | None) -> Iterator[Outgoing]:
    """Whoever led until now is told who leads and why, unless they did it or are away."""
    if before is None or before.person in news.after.absent or news.did(before.person):
        return
    card = command_calls.command_left(news.after, to, passed.why, news.company, news.now)
    yield tell(news, entry, before.person, card)


def _admitted(news: News, to: Member) -> Iterator[Outgoing]:
    """Somebody who leads now and was not asked in at the opening gets into the command room."""
    if not news.after.confirmed or all(member.person != to.person for member in news.after.chain):
        room = command_room(news.after.id)
        yield Outgoing(Invite(room, (to.person,)), Priority.CARD, news.after.id)


def _reminded(news: News, entry: Entry, reminded: CommandReminded) -> Iterator[Outgoing]:
    """Whoever leads and is silent is asked once more."""
    card = command_calls.command_reminder(news.after, news.company, news.now, reminded.late)
    yield tell(news, entry, reminded.to.person, card, Priority.REMINDER)
