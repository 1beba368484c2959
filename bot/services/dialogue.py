"""A form asked question by question, where the platform has no forms.

The questions are durable messages in the person's direct room; where it stands is a row, so that it survives a
restart in the middle. Once the last one is answered, the form goes on its way as if it had been sent.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from bot.cards.questions import answered_card, options, pages, question_card
from bot.chat.card import Choice, Form, NumberField, Reply, Upload, Written
from bot.chat.effect import Outgoing, Post, Priority
from bot.chat.inbound import Submitted
from bot.domain.ids import FileId, RoomId, direct, stranger_room
from bot.store import tables
from bot.store.locking import lock_row
from bot.text import same, text

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from bot.chat.card import Card, FormField, Shown
    from bot.chat.inbound import Pressed, Said
    from bot.services.context import Context

LASTS = timedelta(minutes=30)
"""Questions that are not answered by then are void."""
THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
"""1,200 people are as many in Chinese and in English, and not 1.2."""
ACTIONS = frozenset({"dialogue.pick", "dialogue.more", "dialogue.skip", "dialogue.send", "dialogue.cancel"})


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Where somebody is with a form. `name` tells it from others of the same account."""

    name: str
    form: Form
    room: RoomId
    """Where the questions are asked."""
    origin: RoomId
    """Where whoever answers was when the form came up: it may decide what the form is about."""
    started_at: datetime
    place: int = 0
    page: int = 0
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    files: Mapping[str, FileId] = field(default_factory=dict[str, FileId])
    spare: tuple[FileId, ...] = ()
    """Photos that came before anybody asked for one."""

    @property
    def asked(self) -> FormField | None:
        """The question at hand; None: only to confirm."""
        return self.form.fields[self.place] if self.form.fields else None


@dataclass(frozen=True, slots=True)
class Finished:
    """All is answered: the form as sent, from where it came up."""

    form: Submitted
    origin: RoomId
    spare: tuple[FileId, ...]


Taken = Reply | Finished


async def begin(context: Context, form: Form, origin: RoomId | None = None, spare: tuple[FileId, ...] = ()) -> Reply:
    """Ask the first question in the private chat; a dialogue that was open ends."""
    before = await current(context)
    if before is not None:
        end(context, before, text("dialogue.replaced"))
    person, account = context.person, context.inbound.account
    room = stranger_room(account.platform, account.account) if person is None else direct(person.id)
    here = context.inbound.room if origin is None else origin
    name = secrets.token_hex(4)
    _go_on(context, Dialogue(name, form, room, here, context.now, spare=spare))
    asked_here = context.inbound.room == room
    return Reply() if asked_here else Reply(text=text("dialogue.in_private"))


async def current(context: Context) -> Dialogue | None:
    """The dialogue of whoever speaks; one that has run out too."""
    account = context.inbound.account
    row = await lock_row(context.work, tables.dialogues, platform=account.platform, account=account.account)
    return None if row is None else _adapter().validate_json(str(row["state"]))


def run_out(dialogue: Dialogue, now: datetime) -> bool:
    """Whether too much time has passed."""
    return now >= dialogue.started_at + LASTS


def end(context: Context, dialogue: Dialogue, why: Shown) -> None:
    """It comes to nothing; the question at hand says why."""
    _show_answer(context, dialogue, why)
    _forget(context)


def _forget(context: Context) -> None:
    account = context.inbound.account
    context.work.delete(tables.dialogues, {"platform": account.platform, "account": account.account})


async def press(context: Context, press: Pressed) -> Taken:
    """A button of a question."""
    dialogue = await current(context)
    name, _, rest = press.target.partition("/")
    if dialogue is None or dialogue.name != name:
        return Reply(text=text("dialogue.over"), stored=False)
    if run_out(dialogue, context.now):
        end(context, dialogue, text("dialogue.run_out"))
        return Reply(text=text("dialogue.run_out"), stored=False)
    place, _, chosen = rest.partition("/")
    if place != str(dialogue.place):
        return Reply(text=text("dialogue.over"), stored=False)
    match press.action:
        case "dialogue.cancel":
            end(context, dialogue, text("dialogue.cancelled"))
            return Reply(text=text("dialogue.cancelled"))
        case "dialogue.send" if dialogue.form.skip is not None:
            _show_answer(context, dialogue, dialogue.form.skip)
            return _finish(context, dialogue, skipped=True)
        case "dialogue.skip" if dialogue.asked is not None and not dialogue.asked.required:
            return _answered(context, dialogue, text("dialogue.skipped"))
        case "dialogue.more" if chosen.isdecimal() and int(chosen) < pages(dialogue.form, dialogue.asked):
            _go_on(context, replace(dialogue, page=int(chosen)))
            return Reply()
        case _:
            return _pick(context, dialogue, chosen)


def _pick(context: Context, dialogue: Dialogue, chosen: str) -> Taken:
    offered = options(dialogue.form, dialogue.asked)
    if not chosen.isdecimal() or int(chosen) >= len(offered):
        return Reply(text=text("dialogue.over"), stored=False)
    value, label = offered[int(chosen)]
    return _choose(context, dialogue, value, label)


def _choose(context: Context, dialogue: Dialogue, value: str, label: Shown) -> Taken:
    match dialogue.asked:
        case None:
            _show_answer(context, dialogue, label)
            return _finish(context, dialogue)
        case Choice(name=name):
            return _answered(context, dialogue, label, {name: value})
        case asked:
            typed = context.house.render(label, context.language)
            return _answered(context, dialogue, label, {asked.name: typed})


def hear(context: Context, dialogue: Dialogue, said: Said) -> Taken:
    """Something typed or a photo sent while a question stands. A photo is kept, whatever becomes of its caption."""
    words = said.words.strip()
    if not said.files:
        return _hear(context, dialogue, words)
    dialogue = replace(dialogue, spare=(*dialogue.spare, *said.files))
    _keep(context, dialogue)
    taken = _hear(context, dialogue, words)
    return Reply(text=text("dialogue.photo_kept")) if isinstance(taken, Reply) and not taken.stored else taken


def _hear(context: Context, dialogue: Dialogue, words: str) -> Taken:
    asked = dialogue.asked
    match asked:
        case Upload() if dialogue.spare:
            return _answered(context, _with_spare(dialogue), text("dialogue.received"))
        case Upload(photo=photo):
            return Reply(text=text("dialogue.photo") if photo else text("dialogue.file"), stored=False)
        case None:
            return Reply(text=text("dialogue.tap"), stored=False)
        case _ if not words:
            return Reply(text=text("dialogue.photo_kept"))
        case NumberField():
            number = read_number(words)
            if number is None:
                return Reply(text=text("dialogue.not_a_number"), stored=False)
            return _answered(context, dialogue, same(number), {asked.name: number})
        case Written():
            return _answered(context, dialogue, same(words), {asked.name: words})
        case Choice():
            return _named(context, dialogue, words)


def _named(context: Context, dialogue: Dialogue, words: str) -> Taken:
    """An option typed instead of tapped, in either language."""
    for value, label in options(dialogue.form, dialogue.asked):
        shown = context.house.words(label)
        if words.casefold() in (value.casefold(), shown.zh.casefold(), shown.en.casefold()):
            return _choose(context, dialogue, value, label)
    return Reply(text=text("dialogue.tap"), stored=False)


def read_number(typed: str) -> str | None:
    """A number as somebody types it (full width, thousands apart, a decimal comma), None where it is none."""
    shown = unicodedata.normalize("NFKC", typed).replace(" ", "")
    shown = shown.replace(",", "" if THOUSANDS.fullmatch(shown) else ".")
    digits = shown.removeprefix("-").replace(".", "", 1)
    return shown if digits.isdecimal() and digits.isascii() else None


def _answered(context: Context, dialogue: Dialogue, shown: Shown, values: Mapping[str, str] | None = None) -> Taken:
    _show_answer(context, dialogue, shown)
    kept = {**dialogue.values, **(values or {})}
    following = replace(dialogue, values=kept, place=dialogue.place + 1, page=0)
    while following.place < len(following.form.fields):
        following = _with_spare(following)
        if not _answers_itself(following):
            _go_on(context, following)
            return Reply()
        following = replace(following, place=following.place + 1)
    return _finish(context, following)


def _finish(context: Context, dialogue: Dialogue, *, skipped: bool = False) -> Finished:
    _forget(context)
    form, dialogue = dialogue.form, _with_all_spare(dialogue)
    sent = Submitted(form.id, form.context, dialogue.values, dialogue.files, skipped=skipped)
    return Finished(sent, dialogue.origin, dialogue.spare)


def _with_all_spare(dialogue: Dialogue) -> Dialogue:
    """Photos that came early go with a form that asks for one, also where "send now" passed the question over."""
    names = [each.name for each in dialogue.form.fields if isinstance(each, Upload)]
    if not names:
        return dialogue
    free = [name for name in names if name not in dialogue.files]
    more = (f"{names[-1]}.{number}" for number in range(2, len(dialogue.spare) + 2))
    files = {**dialogue.files, **dict(zip((*free, *more), dialogue.spare, strict=False))}
    return replace(dialogue, files=files, spare=())


def _with_spare(dialogue: Dialogue) -> Dialogue:
    """A photo that came early answers the question for one."""
    asked = dialogue.asked
    if not isinstance(asked, Upload) or not dialogue.spare or asked.name in dialogue.files:
        return dialogue
    return replace(dialogue, files={**dialogue.files, asked.name: dialogue.spare[0]}, spare=dialogue.spare[1:])


def _answers_itself(dialogue: Dialogue) -> bool:
    return isinstance(dialogue.asked, Upload) and dialogue.asked.name in dialogue.files


def _go_on(context: Context, dialogue: Dialogue) -> None:
    """Ask the question at hand, and keep where it stands."""
    _keep(context, dialogue)
    card = question_card(dialogue.form, dialogue.place, dialogue.page, dialogue.name, context.now)
    urgent = dialogue.form.id.startswith("report.")
    _send(context, dialogue, card, Priority.ALARM if urgent else Priority.CARD)


def _show_answer(context: Context, dialogue: Dialogue, shown: Shown) -> None:
    _send(context, dialogue, answered_card(dialogue.form, dialogue.place, shown, context.now), Priority.EDIT)


def _send(context: Context, dialogue: Dialogue, card: Card, priority: Priority) -> None:
    account = context.inbound.account
    key = f"dialogue/{account.platform}/{account.account}/{dialogue.name}/{dialogue.place}"
    context.work.send(Outgoing(Post(key, dialogue.room, card), priority, only=account.platform))


def _keep(context: Context, dialogue: Dialogue) -> None:
    account = context.inbound.account
    row = {
        "platform": account.platform,
        "account": account.account,
        "state": _adapter().dump_json(dialogue).decode(),
        "started_at": dialogue.started_at,
    }
    context.work.put(tables.dialogues, row)


@cache
def _adapter() -> TypeAdapter[Dialogue]:
    from pydantic import TypeAdapter

    return TypeAdapter(Dialogue)
