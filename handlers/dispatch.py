"""Which handler answers an update: the one function the intake calls."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.chat.card import Reply
from bot.chat.inbound import DeletedMessage, EditedMessage, Pressed, Said, Submitted
from bot.domain.ids import EventId
from bot.errors import Refused
from bot.services import dialogue, talking
from bot.services.keeping import keep_files
from bot.services.linking import how_to_link
from bot.services.meaning import event_of
from bot.text import text
from handlers.asked import WHICH_EVENT
from handlers.dangerous import CONFIRM, DANGEROUS, confirmed, second_look
from handlers.early import take_up
from handlers.marking import REPORTS, with_mark
from handlers.words import SLASHES, Plain, Spoken, Unheard, parse, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.chat.card import Form
    from bot.chat.router import Handler, Router, Word
    from bot.domain.ids import FileId
    from bot.domain.parties import Marked
    from bot.services.context import Context

OPEN_TO_STRANGERS = ("report", "link")
"""The words of an account nobody has linked."""
PRESSED_BY_STRANGERS = ("report.start", "link.yes", "link.no", "home.show", "doctor.pressed", "drill.real")
KEPT_BY_ITSELF = ("report", "note", "link")
"""Words whose text goes into the record by what they do, or never; any other is kept as said in a command room."""


async def handle(context: Context, router: Router[Context]) -> Reply:
    """Answer one update. What the house refuses comes back as a reply that says why, and nothing of it is kept."""
    if context.abilities.forms:
        return await with_mark(context, router, await _handle(context, router))
    reply = await _in_dialogue(context, router)
    if reply is None:
        reply = await with_mark(context, router, await _handle(context, router))
    return await _ask(context, reply)


async def _ask(context: Context, reply: Reply) -> Reply:
    """Where a form is the answer it is asked one by one; photos of the question that it takes the place of stay."""
    form = reply.form
    if form is None:
        return reply
    before, spare = await dialogue.current(context), _brought(context, form)
    if before is not None and _hands_on(context, before) and form.id.startswith(REPORTS):
        spare = (*before.spare, *spare)
    begun = await dialogue.begin(context, form, spare=spare)
    if before is not None:
        await _keep_spare(context, before.form, before.values, before.spare)
    return replace(begun, kind=reply.kind)


def _brought(context: Context, form: Form) -> tuple[FileId, ...]:
    """Photos that came with /report alone, or with a word whose event is asked: they wait for the answer."""
    said = context.inbound.what
    return said.files if isinstance(said, Said) and form.id.startswith((REPORTS, WHICH_EVENT)) else ()


def _hands_on(context: Context, held: dialogue.Dialogue) -> bool:
    """Whether its photos go with the next report: they are of no event yet, and fresh."""
    fresh = not dialogue.run_out(held, context.now)
    return fresh and held.form.id.startswith(REPORTS) and _about(held.form.context, held.values) is None


async def _handle(context: Context, router: Router[Context]) -> Reply:
    match context.inbound.what:
        case Said() as said:
            return await _hear(context, router, said)
        case EditedMessage() | DeletedMessage() as changed:
            return await talking.keep_change(context, changed)
        case Pressed() as press:
            return await _carry_out(context, lambda inner: _press(inner, router, press))
        case Submitted() as form:
            return await _carry_out(context, lambda inner: _submit(inner, router, form))


async def _in_dialogue(context: Context, router: Router[Context]) -> Reply | None:
    """Answer for a question that stands; None: the update is about something else."""
    match context.inbound.what:
        case Pressed(action=action) as press if action in dialogue.ACTIONS:
            held = await dialogue.current(context)
            taken = await dialogue.press(context, press)
            if isinstance(taken, Reply):
                ours = held is not None and press.target.startswith(f"{held.name}/")
                kind = _drill(held.form) if held is not None and ours else None
                taken = await with_mark(context, router, replace(taken, kind=kind))
        case Said() as said if context.inbound.room.startswith("@"):
            taken = await _heard_in_dialogue(context, router, said)
        case _:
            return None
    if not isinstance(taken, dialogue.Finished):
        return taken
    sent = replace(context, inbound=replace(context.inbound, room=taken.origin, what=taken.form))
    reply = await with_mark(sent, router, await _handle(sent, router))
    if reply.form is None:
        await _keep_spare(sent, taken.form, taken.form.values, taken.spare)
        return reply
    begun = await dialogue.begin(context, reply.form, taken.origin, taken.spare)
    return replace(begun, kind=reply.kind)


async def _keep_spare(
    context: Context, form: Form | Submitted, values: Mapping[str, str], spare: tuple[FileId, ...]
) -> None:
    """Photos that came early and that no question asked for: they were said to be here, so the record has them."""
    event = _about(form.context, values)
    if event is not None and spare:
        with suppress(Refused):  # its record is closed; what was said beside it goes on
            await context.work.attempt(lambda work: keep_files(replace(context, work=work), event, spare))


def _about(context: Mapping[str, str], values: Mapping[str, str]) -> EventId | None:
    """The event that a form is about, or that it was asked for."""
    return event_of(context.get("event", "")) or event_of(values.get("event", ""))


def _drill(form: Form) -> Marked | None:
    """What is answered to a question of a drill carries its mark."""
    return form.kind if form.kind == "drill" else None


async def _heard_in_dialogue(context: Context, router: Router[Context], said: Said) -> dialogue.Taken | None:
    """A word after a slash wins over the question; so does an answer under a card, and whatever comes too late."""
    held = await dialogue.current(context)
    if held is None or (said.reply_to is not None and event_of(said.reply_to) is not None):
        return None
    if dialogue.run_out(held, context.now):
        dialogue.end(context, held, text("dialogue.run_out"))
        reply = await _handle(context, router)
        if reply == Reply():
            reply = Reply(text=text("dialogue.run_out"), kind=_drill(held.form))
        else:
            reply = await with_mark(context, router, reply)
        await _keep_spare(context, held.form, held.values, held.spare)
        return reply
    heard = parse(said.words, router.words)
    if isinstance(heard, Spoken | Unheard) and visible(said.words)[:1] in SLASHES:
        return await _instead(context, router, held, heard)
    taken = dialogue.hear(context, held, said)
    return replace(taken, kind=_drill(held.form)) if isinstance(taken, Reply) else taken


async def _instead(
    context: Context, router: Router[Context], held: dialogue.Dialogue, heard: Spoken | Unheard
) -> Reply:
    """A word ends the question. A report takes along the photos that were sent for the one it takes the place of."""
    dialogue.end(context, held, text("dialogue.replaced"))
    said = context.inbound.what
    report = isinstance(heard, Spoken) and heard.word.name == "report"
    if isinstance(said, Said) and report and _hands_on(context, held):
        said = replace(said, files=(*held.spare, *said.files))
        context = replace(context, inbound=replace(context.inbound, what=said))
    reply = await _ask(context, await with_mark(context, router, await _handle(context, router)))
    await _keep_spare(context, held.form, held.values, held.spare)
    return reply


async def _carry_out(context: Context, part: Handler[Context]) -> Reply:
    """Answer in a part of the unit of work that comes to nothing where the house says no."""
    try:
        return await context.work.attempt(lambda work: part(replace(context, work=work)))
    except Refused as refused:
        return Reply(text=refused.reason, stored=False)


async def _hear(context: Context, router: Router[Context], said: Said) -> Reply:
    match parse(said.words, router.words):
        case Spoken(word, rest):
            if context.person is None and word.name not in OPEN_TO_STRANGERS:
                return Reply(text=how_to_link(context), stored=False)
            if word.name not in KEPT_BY_ITSELF:
                await talking.keep_word(context, said)
            return await _carry_out(replace(context, words_after=rest), word.handler)
        case Unheard(typed, nearest):
            await talking.keep_word(context, said)
            return _unheard(context, typed, nearest)
        case Plain():
            return await _carry_out(context, lambda inner: talking.hear(inner, said))


def _unheard(context: Context, typed: str, nearest: Word[Context] | None) -> Reply:
    if context.person is None:
        return Reply(text=how_to_link(context), stored=False)
    if nearest is None:
        return Reply(text=text("word.unknown", word=typed), stored=False)
    return Reply(text=text("word.nearest", word=typed, example=nearest.example), stored=False)


async def _press(context: Context, router: Router[Context], press: Pressed) -> Reply:
    _admit(context, stranger_may=press.action in PRESSED_BY_STRANGERS)
    handler = router.presses.get(press.action)
    if handler is None:
        raise Refused(text("refused.unknown_button"))
    if press.action in DANGEROUS:
        question = second_look(await context.work.event(press.event), press)
        if question is not None:
            return question
    return await handler(context)


async def _submit(context: Context, router: Router[Context], form: Submitted) -> Reply:
    _admit(context, stranger_may=form.form.startswith("report.") or form.form == CONFIRM)
    if form.form == WHICH_EVENT:
        return await _go_on(context, router, form)
    if form.form == CONFIRM:
        press = confirmed(form)
        return await _press(replace(context, inbound=replace(context.inbound, what=press)), router, press)
    handler = router.forms.get(form.form)
    if handler is None:
        raise Refused(text("refused.unknown_form"))
    return await handler(context)


async def _go_on(context: Context, router: Router[Context], form: Submitted) -> Reply:
    """The word that was waiting for its event goes on with it."""
    for word in router.words:
        if word.name == form.context.get("word"):
            picked = form.values.get("event", "")
            rest = f"{picked} {form.context.get('rest', '')}".strip()
            reply = await word.handler(replace(context, words_after=rest))
            await keep_files(context, EventId(picked), await take_up(context, form))
            return reply
    raise Refused(text("refused.unknown_form"))


def _admit(context: Context, *, stranger_may: bool) -> None:
    if context.person is None and not stranger_may:
        raise Refused(how_to_link(context))
