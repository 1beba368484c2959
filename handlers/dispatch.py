"""Which handler answers an update: the one function the intake calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.chat.card import Reply
from bot.chat.inbound import DeletedMessage, EditedMessage, Pressed, Said, Submitted
from bot.errors import Refused
from bot.services import talking
from bot.text import text
from handlers.words import Plain, Spoken, Unheard, parse

if TYPE_CHECKING:
    from bot.chat.router import Router
    from bot.services.context import Context

WHICH_EVENT = "event.pick"
"""The form that asks which event a word is meant for; its context carries the word and what followed."""
OPEN_TO_STRANGERS = ("report",)
"""The words of an account nobody has linked."""


async def handle(context: Context, router: Router[Context]) -> Reply:
    """Answer one update.

    Raises Refused only where something had been written before the house said no: the unit of work must
    then be dropped. Everything else refused comes back as a reply that says so.
    """
    written = len(context.work.appended)
    try:
        return await _answer(context, router)
    except Refused as refused:
        if len(context.work.appended) > written:
            raise
        return Reply(text=refused.reason, stored=False)


async def _answer(context: Context, router: Router[Context]) -> Reply:
    match context.inbound.what:
        case Said() as said:
            return await _hear(context, router, said)
        case EditedMessage() as edited:
            return await talking.keep_edit(context, edited)
        case DeletedMessage() as deleted:
            return await talking.keep_deletion(context, deleted)
        case Pressed(action=action):
            return await _press(context, router, action)
        case Submitted() as form:
            return await _submit(context, router, form)


async def _hear(context: Context, router: Router[Context], said: Said) -> Reply:
    heard = parse(said.words, router.words)
    match heard:
        case Spoken(word, rest):
            _admit(context, stranger_may=word.name in OPEN_TO_STRANGERS)
            return await word.handler(replace(context, words_after=rest))
        case Unheard(typed, nearest):
            _admit(context, stranger_may=False)
            if nearest is None:
                return Reply(text=text("word.unknown", word=typed), stored=False)
            return Reply(text=text("word.nearest", word=typed, nearest=nearest.name, example=nearest.example), stored=False)
        case Plain():
            return await talking.hear(context, said)


async def _press(context: Context, router: Router[Context], action: str) -> Reply:
    _admit(context, stranger_may=action == "report.start")
    handler = router.presses.get(action)
    if handler is None:
        raise Refused(text("refused.unknown_button"))
    return await handler(context)


async def _submit(context: Context, router: Router[Context], form: Submitted) -> Reply:
    _admit(context, stranger_may=form.form.startswith("report."))
    if form.form == WHICH_EVENT:
        return await _go_on(context, router, form)
    handler = router.forms.get(form.form)
    if handler is None:
        raise Refused(text("refused.unknown_form"))
    return await handler(context)


async def _go_on(context: Context, router: Router[Context], form: Submitted) -> Reply:
    """The word that was waiting for its event goes on with it."""
    for word in router.words:
        if word.name == form.context.get("word"):
            rest = f"{form.values.get('event', '')} {form.context.get('rest', '')}".strip()
            return await word.handler(replace(context, words_after=rest))
    raise Refused(text("refused.unknown_form"))


def _admit(context: Context, *, stranger_may: bool) -> None:
    if context.person is None and not stranger_may:
        raise Refused(text("refused.stranger"))
