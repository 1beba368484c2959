"""/help 帮助: the words this person may use, one line each with an example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Card, Line, Reply
from bot.chat.router import Router
from bot.domain.permissions import LEADERS, TABLE, Action, standings
from bot.services.asking import may_come_to_lead
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.chat.router import Word
    from bot.domain.permissions import Standing
    from bot.services.context import Context

NEEDS: Mapping[str, Action] = {
    "report": "event.report",
    "status": "event.read",
    "tasks": "event.read",
    "merge": "event.merge",
    "falsealarm": "event.false_alarm",
    "handover": "command.hand_over",
    "fact": "fact.set",
    "note": "record.note",
    "level": "level.raise",
    "absent": "event.read",
    "back": "event.read",
    "standdown": "standdown.ask",
    "record": "record.read",
    "duties": "duty.read",
    "contacts": "contacts.read",
    "drill": "drill.read",
    "myrole": "event.read",
    "lang": "event.read",
    "link": "event.read",
    "help": "event.read",
}
"""What each word asks of the permission table."""


async def show_help(context: Context, words: Sequence[Word[Context]]) -> Reply:
    """Only what this person may come to do: whoever is in a chain of command may lead one day."""
    could_be = await _could_be(context)
    lines = tuple(Line(word.help, "point", word.example) for word in words if TABLE[NEEDS[word.name]].who & could_be)
    return Reply(card=Card(kind=None, tone="plain", head=text("help.head"), lines=lines, shown_at=context.now))


async def _could_be(context: Context) -> frozenset[Standing]:
    person, company = context.person, context.house.company
    if person is None:
        return frozenset({"stranger"})
    found = standings(None, person.id, company)
    for event in await context.work.open_events():
        found |= standings(event, person.id, company)
    return found | LEADERS if may_come_to_lead(context.house, person.id) else found


def router(words: Sequence[Word[Context]]) -> Router[Context]:
    """The word itself; it tells of all the others and of itself."""
    mine: Router[Context] = Router()

    @mine.word("help", "帮助", help_line=text("help.help"), example=text("example.help"))
    async def tell(context: Context) -> Reply:
        return await show_help(context, (*words, *mine.words))

    return mine
