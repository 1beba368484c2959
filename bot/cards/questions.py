"""A form asked question by question, for a platform that has no forms: the card of each question (pure)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.card import Button, Card, Choice, Line, NumberField, Upload, Written
from bot.domain.ids import HOUSE, EventId, is_drill
from bot.text import same, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.chat.card import Form, FormField, Shown, Tone

AT_ONCE = 8
"""Options shown on one page; more are behind a button."""


def question_card(form: Form, place: int, page: int, name: str, now: datetime) -> Card:
    """One question; `name` comes back with each press, so that an old one is known as such."""
    asked = form.fields[place] if place < len(form.fields) else None
    lead = (form.hint,) if form.hint is not None and place == 0 else ()
    return Card(
        kind=form.kind,
        tone=_tone(form),
        head=_head(form, place),
        event=_drill(form),
        lead=(*lead, *_asked(asked)),
        buttons=tuple(_buttons(form, asked, page, f"{name}/{place}")),
        shown_at=now,
    )


def answered_card(form: Form, place: int, answer: Shown, now: datetime) -> Card:
    """The same question once it is answered: what was asked, what was said, no buttons."""
    asked = form.fields[place] if place < len(form.fields) else None
    label = () if asked is None else (asked.label,)
    return Card(
        kind=form.kind,
        tone=_tone(form),
        head=_head(form, place),
        event=_drill(form),
        lead=label,
        lines=(Line(answer, "point"),),
        shown_at=now,
    )


def _drill(form: Form) -> EventId | None:
    """The drill a form is about: its questions carry the way out, and their presses are answered with its mark."""
    event = EventId(form.context.get("event", ""))
    return event if form.kind == "drill" and is_drill(event) else None


def options(form: Form, asked: FormField | None) -> Sequence[tuple[str, Shown]]:
    """What can be tapped; a suggestion's value is its place in the list."""
    match asked:
        case None:
            return (("yes", form.submit),)
        case Choice():
            return asked.options
        case Written():
            return tuple((str(place), shown) for place, shown in enumerate(asked.suggestions))
        case NumberField() | Upload():
            return ()


def pages(form: Form, asked: FormField | None) -> int:
    """How many pages its options take."""
    return -(-len(options(form, asked)) // AT_ONCE)


def _tone(form: Form) -> Tone:
    return "alarm" if form.id.startswith("report.") else "work"


def _head(form: Form, place: int) -> Shown:
    if len(form.fields) <= 1:
        return form.title
    return text("dialogue.head", title=form.title, place=place + 1, count=len(form.fields))


def _asked(asked: FormField | None) -> tuple[Shown, ...]:
    match asked:
        case None:
            return ()
        case Choice():
            return (asked.label,)
        case Written():
            return (asked.label, text("dialogue.type_or_tap") if asked.suggestions else text("dialogue.type"))
        case NumberField():
            unit = text("dialogue.number_of", unit=same(asked.unit)) if asked.unit else text("dialogue.number")
            return (asked.label, unit)
        case Upload():
            return (asked.label, text("dialogue.photo") if asked.photo else text("dialogue.file"))


def _buttons(form: Form, asked: FormField | None, page: int, name: str) -> Iterator[Button]:
    event = _drill(form) or HOUSE
    offered = options(form, asked)
    shown = offered[page * AT_ONCE : (page + 1) * AT_ONCE]
    for place, (_, label) in enumerate(shown, page * AT_ONCE):
        style = "primary" if asked is None else "normal"
        yield Button("dialogue.pick", label, event, target=f"{name}/{place}", style=style)
    if (count := pages(form, asked)) > 1:
        yield Button("dialogue.more", text("dialogue.more"), event, target=f"{name}/{(page + 1) % count}")
    if asked is not None and not asked.required:
        yield Button("dialogue.skip", text("dialogue.skip"), event, target=name)
    if form.skip is not None:
        yield Button("dialogue.send", form.skip, event, target=name, style="primary")
    yield Button("dialogue.cancel", text("dialogue.cancel"), event, target=name)
