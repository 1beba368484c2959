"""Form → modal, and its answers back. Pure.

Limits: https://docs.slack.dev/reference/views and …/block-kit/blocks/input-block
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from bot.adapters.slack.fitting import cut
from bot.adapters.slack.reading import Json, Written, part, word, write_json
from bot.adapters.slack.render import (
    MOST_OF_LABEL,
    MOST_OF_OPTION,
    Reader,
    context,
    last_mark,
    plain_text,
    render_reply,
    sections,
)
from bot.cards.marks import between, marked
from bot.chat.card import Choice, Form, NumberField, Reply, Upload
from bot.chat.card import Written as Line
from bot.i18n import parse_language
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.cards.plain import Render
    from bot.chat.card import FormField, Shown
    from bot.text import Language

SKIP: Final = "form.skip"
"""The button "send now, details later"."""
MOST_OF_TITLE: Final = 24
MOST_OF_METADATA: Final = 3000
MOST_OF_INPUT_LABEL: Final = 2000
MOST_OF_INPUT: Final = 3000
MOST_OF_PLACEHOLDER: Final = 150
RADIO: Final = 10
SELECT: Final = 100
SHORT: Final = 30
"""A label up to here is read at a glance: more than a handful of longer ones go into a menu."""
PHOTOS: Final = ("jpg", "jpeg", "png", "gif", "webp")
DOCUMENTS: Final = (*PHOTOS, "pdf", "docx", "xlsx", "txt", "csv")


@dataclass(frozen=True, slots=True)
class Kept:
    """What a form carries along: its id and context, where it was asked for, and what must be answered."""

    form: str
    channel: str = ""
    language: Language | None = None
    context: Mapping[str, str] = field(default_factory=dict[str, str])
    needed: tuple[str, ...] = ()


def write_metadata(kept: Kept) -> str:
    """At most 3,000 characters: where a context is longer, its longest text is cut."""
    given = dict(kept.context)
    while True:
        written = write_json([kept.form, kept.channel, kept.language or "", given, list(kept.needed)])
        if len(written) <= MOST_OF_METADATA or not any(given.values()):
            return written
        longest = max(given, key=lambda name: len(given[name]))
        given[longest] = given[longest][: len(given[longest]) // 2]


def read_metadata(written: str) -> Kept:
    """What `write_metadata` wrote; an empty one for anything else."""
    try:
        parts: object = json.loads(written) if written else None
    except (ValueError, RecursionError):
        parts = None
    match parts:
        case [str(form), str(channel), str(language), object() as given, object() as needed]:
            texts = {name: str(value) for name, value in part(given).items()}
            names = cast("list[object]", needed) if isinstance(needed, list) else []
            return Kept(form, channel, parse_language(language), texts, tuple(str(each) for each in names))
        case _:
            return Kept("")


def render_form(form: Form, reader: Reader, kept: Kept, told: Shown | None = None) -> Written:
    """A modal. `told` stands above the questions. Its mark comes first, a drill's also last."""
    say = reader.voices[0]
    blocks = sections([] if told is None else [say(told)])
    blocks += sections([marked(form.title, form.kind, say)])
    blocks += sections([] if form.hint is None else [say(form.hint)])
    for asked in form.fields:
        blocks += _questions(asked, reader)
    if form.skip is not None:
        button = {"type": "button", "action_id": SKIP, "value": SKIP, "text": _fitted(say(form.skip), MOST_OF_LABEL)}
        blocks.append({"type": "actions", "elements": [button | {"style": "danger"}]})
    if form.kind == "drill":
        blocks.append(context(plain_text(last_mark(reader))))
    return {
        "type": "modal",
        "callback_id": form.id,
        "private_metadata": write_metadata(kept),
        "title": plain_text(_title(form, say)),
        "submit": _fitted(say(form.submit), MOST_OF_TITLE),
        "close": _fitted(say(text("web.cancel")), MOST_OF_TITLE),
        "blocks": blocks,
    }


def _title(form: Form, say: Render) -> str:
    words = say(form.title)
    return between(words, form.kind, say, MOST_OF_TITLE) if form.kind == "drill" else cut(words, MOST_OF_TITLE)


def kept_of(form: Form, channel: str, language: Language) -> Kept:
    """What a form has to carry along."""
    needed = (asked.name for asked in form.fields if isinstance(asked, Line) and asked.required and asked.suggestions)
    return Kept(form.id, channel, language, form.context, tuple(needed))


def render_notice(reply: Reply, reader: Reader) -> Written:
    """An answer in a window of its own, where there is no room to say it in."""
    say = reader.voices[0]
    rendered = render_reply(reply, reader)
    return {
        "type": "modal",
        "title": plain_text(between(say(text("slack.title")), reply.kind, say, MOST_OF_TITLE)),
        "close": _fitted(say(text("slack.close")), MOST_OF_TITLE),
        "blocks": sections([marked(text("slack.sent"), reply.kind, say)]) if rendered is None else rendered.blocks,
    }


def render_home(reply: Reply, reader: Reader) -> Written:
    """The app's home tab."""
    rendered = render_reply(reply, reader)
    blocks = sections([reader.say(text("slack.title"))]) if rendered is None else rendered.blocks
    return {"type": "home", "blocks": blocks}


def _fitted(words: str, limit: int) -> Written:
    return plain_text(cut(words, limit))


def _questions(asked: FormField, reader: Reader) -> Iterator[Written]:
    say = reader.voices[0]
    match asked:
        case Choice(options=options):
            labels = [(value, say(label)) for value, label in options]
            yield _input(asked, say(asked.label), _pick(asked.name, labels, reader))
        case Line(suggestions=(_, *_) as suggestions):
            labels = [(say(each), say(each)) for each in suggestions]
            menu = _select(f"pick-{asked.name}", [each for each in labels if len(each[0]) <= MOST_OF_OPTION], reader)
            yield _input(asked, say(asked.label), menu, prefix="pick", optional=True)
            yield _input(asked, say(text("web.or_type")), _line(asked), optional=True)
        case Line():
            yield _input(asked, say(asked.label), _line(asked))
        case NumberField(unit=unit):
            label = say(asked.label)
            with_unit = say(text("slack.with_unit", label=label, unit=unit)) if unit not in {"", "1"} else label
            number = {"type": "number_input", "action_id": asked.name, "is_decimal_allowed": True}
            yield _input(asked, with_unit, number)
        case Upload(photo=photo):
            types = list(PHOTOS if photo else DOCUMENTS)
            upload = {"type": "file_input", "action_id": asked.name, "filetypes": types, "max_files": 1}
            yield _input(asked, say(asked.label), upload)


def _input(asked: FormField, label: str, element: Json, *, prefix: str = "f", optional: bool = False) -> Written:
    return {
        "type": "input",
        "block_id": f"{prefix}-{asked.name}",
        "label": _fitted(label, MOST_OF_INPUT_LABEL),
        "element": element,
        "optional": optional or not asked.required,
    }


def _line(asked: Line) -> Written:
    return {
        "type": "plain_text_input",
        "action_id": asked.name,
        "multiline": asked.long,
        "max_length": MOST_OF_INPUT,
    }


def _pick(name: str, labels: Sequence[tuple[str, str]], reader: Reader) -> Written:
    """Buttons to tap where they are seen at a glance, else a menu."""
    long = max((len(label) for _, label in labels), default=0)
    if len(labels) <= (RADIO if long <= SHORT else RADIO // 2):
        return {"type": "radio_buttons", "action_id": name, "options": [_option(*each) for each in labels]}
    return _select(name, labels, reader)


def _select(name: str, labels: Sequence[tuple[str, str]], reader: Reader) -> Written:
    hint = _fitted(reader.voices[0](text("slack.tap_one")), MOST_OF_PLACEHOLDER)
    menu: Written = {"type": "static_select", "action_id": name, "placeholder": hint}
    if len(labels) <= SELECT:
        return menu | {"options": [_option(*each) for each in labels]}
    groups: list[Written] = []
    for start in range(0, len(labels), SELECT):
        some = labels[start : start + SELECT]
        groups.append({"label": plain_text(f"{start + 1}–{start + len(some)}"), "options": [_option(*e) for e in some]})
    return menu | {"option_groups": groups}


def _option(value: str, label: str) -> Written:
    """A label that is longer than 75 characters goes on in the option's second line."""
    if len(label) <= MOST_OF_LABEL:
        return {"text": plain_text(label), "value": value}
    first = cut(label, MOST_OF_LABEL)
    rest = label[len(first) - 1 :].lstrip()
    return {"text": plain_text(first), "value": value, "description": _fitted(rest, MOST_OF_LABEL)}


def read_values(state: Json) -> dict[str, str]:
    """A form's answers by field. What was typed wins over what was tapped for the same question."""
    picked: dict[str, str] = {}
    typed: dict[str, str] = {}
    for block, inputs in state.items():
        prefix, _, name = block.partition("-")
        for answered in part(inputs).values():
            value = (word(answered, "value") or word(answered, "selected_option", "value")).strip()
            (picked if prefix == "pick" else typed)[name] = value
    return {name: typed.get(name) or picked.get(name, "") for name in (*picked, *typed)}


def complaints(view: Json, say_needed: str) -> dict[str, str]:
    """What Slack cannot ask for itself: one of two ways to answer a question. Block → what is wrong."""
    kept = read_metadata(word(view, "private_metadata"))
    values = read_values(part(view, "state", "values"))
    return {f"f-{name}": say_needed for name in kept.needed if not values.get(name)}
