"""/fact 事实: a named value of the event; rules read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.chat.card import Choice, Form, Reply, Written
from bot.chat.router import Router
from bot.domain.facts import asked, known_facts
from bot.domain.ids import FactId
from bot.services.commanding import set_fact
from bot.services.context import Context
from bot.text import same, text
from handlers.asked import event_submitted, of_event, submitted

if TYPE_CHECKING:
    from bot.domain.event import Event
    from bot.domain.playbook import Playbook

ROUTER: Router[Context] = Router()
_BETWEEN = re.compile(r"\s*[=＝:：]\s*|\s+")


@ROUTER.word("fact", "事实", help_line=text("help.fact"), example=text("example.fact"))
@of_event("fact")
async def fact(context: Context, event: Event) -> Reply:
    """`repair_hours 12`, `repair_hours = 12`, or the question's own words in front; nothing: a list."""
    playbook = await context.work.playbook(event.playbook_digest)
    parts = split(playbook, context.words_after)
    if parts is None:
        return ask_fact(event, playbook)
    return await _set(context, event, *parts)


def split(playbook: Playbook, typed: str) -> tuple[FactId, str] | None:
    """The name and the value in what was typed."""
    folded = typed.casefold()
    for name in sorted(known_facts(playbook), key=len, reverse=True):
        question = asked(playbook, name)
        labels = () if question is None else (question.label.zh, question.label.en)
        for label in (name, *labels):
            if folded.startswith(label.casefold()):
                return name, typed[len(label) :].strip(" \t=＝:：")
    pieces = _BETWEEN.split(typed.strip(), maxsplit=1)
    return (FactId(pieces[0]), pieces[1]) if len(pieces) > 1 else None


def ask_fact(event: Event, playbook: Playbook) -> Reply:
    """Which one, and what it is."""
    questions = ((name, asked(playbook, name)) for name in known_facts(playbook))
    options = tuple((str(name), same(name) if found is None else found.label) for name, found in questions)
    fields = (Choice("fact", text("ask.fact"), options), Written("value", text("ask.fact.value")))
    title = text("ask.command.title", number=event.id, title=event.title)
    return Reply(form=Form("fact.set", title, fields, text("ask.send"), kind=event.mark, context={"event": event.id}))


@ROUTER.form("fact.set")
async def given(context: Context) -> Reply:
    """Name and value are here."""
    event, values = await event_submitted(context), submitted(context).values
    return await _set(context, event, FactId(values.get("fact", "")), values.get("value", ""))


async def _set(context: Context, event: Event, name: FactId, value: str) -> Reply:
    after = await set_fact(context, event.id, name, value)
    known = after.facts[name]
    return Reply(text=text("reply.fact", label=known.label, shown=known.shown, number=event.id))
