"""What a handler asks of its update: the press or the form it answers, the event a word is meant for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.cards.marks import named
from bot.cards.wording import where
from bot.chat.card import Choice, Form, Reply
from bot.chat.inbound import Pressed, Submitted
from bot.domain.duty_guard import require_sense
from bot.errors import Refused
from bot.services.meaning import Meant, meant
from bot.text import Moment, text
from handlers.early import set_aside
from handlers.helping import NEEDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from bot.chat.card import Shown
    from bot.chat.router import Handler
    from bot.domain.event import Event
    from bot.services.context import Context

WHICH_EVENT = "event.pick"
"""The form that asks which event a word is meant for; its context carries the word and what followed."""


def of_event(
    word: str, *, free_text: bool = False
) -> Callable[[Callable[[Context, Event], Awaitable[Reply]]], Handler[Context]]:
    """A word about one event: its number, the reply, the room or there being only one decides; else it is asked.

    `free_text`: anything may follow the word, so that a short number in front is part of it.
    """

    def wrap(handler: Callable[[Context, Event], Awaitable[Reply]]) -> Handler[Context]:
        async def find_event(context: Context) -> Reply:
            found = await meant(context, free_text=free_text)
            if isinstance(found, Meant):
                event = await context.work.event(found.event)
                require_sense(event, NEEDS[word])
                return await handler(replace(context, words_after=found.rest), event)
            if not found:
                raise Refused(text("refused.no_open_event"))
            return which_event(word, context.words_after, found, await set_aside(context))

        return find_event

    return wrap


def which_event(word: str, rest: str, events: Sequence[Event], carries: Mapping[str, str]) -> Reply:
    """Several events could be meant."""
    options = tuple((str(event.id), event_line(event)) for event in events)
    fields = (Choice("event", text("ask.event"), options),)
    form = Form(
        WHICH_EVENT,
        text("ask.event.title"),
        fields,
        text("ask.go_on"),
        context={"word": word, "rest": rest, **carries},
    )
    return Reply(form=form)


def event_line(event: Event) -> Shown:
    """An event in a list, where real ones and drills may stand side by side."""
    return named(event.id, event_words(event))


def event_words(event: Event) -> Shown:
    """Number, what, where."""
    return text("list.event", number=event.id, title=event.title, place=where(event))


def pressed(context: Context) -> Pressed:
    """The press at hand."""
    match context.inbound.what:
        case Pressed() as press:
            return press
        case other:
            message = f"no press: {other.kind}"
            raise TypeError(message)


def submitted(context: Context) -> Submitted:
    """The form at hand."""
    match context.inbound.what:
        case Submitted() as form:
            return form
        case other:
            message = f"no form: {other.kind}"
            raise TypeError(message)


async def event_pressed(context: Context) -> Event:
    """The event whose card was pressed."""
    return await context.work.event(pressed(context).event)


async def event_submitted(context: Context) -> Event:
    """The event a form was about."""
    found = await meant(context)
    if isinstance(found, Meant):
        return await context.work.event(found.event)
    raise Refused(text("refused.unknown_form"))


def recorded(context: Context) -> Reply:
    """Say "recorded 14:23"."""
    return Reply(text=text("reply.recorded", at=Moment(context.now)))
