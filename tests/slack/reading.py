"""What a person sees of blocks: their words, their buttons, their inputs."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

Json = dict[str, Any]
"""One JSON object."""
PRESSABLE: Final = frozenset({"button", "overflow"})
CHOOSABLE: Final = frozenset(
    {
        "static_select",
        "users_select",
        "conversations_select",
        "channels_select",
        "radio_buttons",
        "checkboxes",
        "multi_static_select",
        "multi_users_select",
        "multi_conversations_select",
        "multi_channels_select",
        "datepicker",
        "timepicker",
        "datetimepicker",
    }
)
SPOKEN: Final = frozenset({"rich_text_section", "rich_text_preformatted", "rich_text_quote"})
OPEN: Final = frozenset({"radio_buttons", "checkboxes"})
"""Elements whose options are seen without a press."""
SHOWN: Final = (
    "title",
    "label",
    "text",
    "fields",
    "elements",
    "accessory",
    "element",
    "placeholder",
    "initial_option",
    "hint",
    "rows",
)
"""Where words stand in a block or an element, in the order in which they are read."""
TYPED: Final = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})
TEXTS: Final = frozenset({"plain_text", "mrkdwn"})


@dataclass(frozen=True, slots=True)
class Button:
    """One thing a person can press: a button, an option of an overflow menu (`option` is set), or a select (`kind`)."""

    label: str
    action_id: str
    value: str
    block_id: str
    kind: str
    element: Json
    option: Json | None = None

    @property
    def confirm(self) -> Json | None:
        """The confirmation dialog that stands before the press."""
        return cast("Json | None", self.element.get("confirm"))


@dataclass(frozen=True, slots=True)
class Input:
    """One question of a form."""

    label: str
    block_id: str
    action_id: str
    kind: str
    optional: bool
    element: Json


def unescape(text: str) -> str:
    """The text as it is shown: Slack escapes `&`, `<` and `>` and nothing else."""
    return html.unescape(text) if "&" in text else text


def objects(value: object) -> list[Json]:
    """The JSON objects of a list; anything else is left out."""
    if not isinstance(value, list):
        return []
    return [cast("Json", each) for each in cast("list[object]", value) if isinstance(each, dict)]


def label_of(value: object) -> str:
    """The words of a text object, or of a plain string."""
    match value:
        case {"text": str(text)}:
            return unescape(text)
        case str(text):
            return unescape(text)
        case _:
            return ""


def visible(blocks: Sequence[Json]) -> str:
    """All words of the blocks in reading order, one text object to a line."""
    return "\n".join(line for block in blocks for line in _lines(block) if line)


def buttons(blocks: Sequence[Json]) -> tuple[Button, ...]:
    """Everything that can be pressed, in reading order; an overflow menu gives one for each option."""
    return tuple(button for block in blocks for element in elements(block) for button in _pressed(block, element))


def inputs(blocks: Sequence[Json]) -> tuple[Input, ...]:
    """The questions of a form, in order."""
    return tuple(
        Input(
            label=label_of(block.get("label")),
            block_id=str(block.get("block_id", "")),
            action_id=str(block["element"].get("action_id", "")),
            kind=str(block["element"].get("type", "")),
            optional=bool(block.get("optional", False)),
            element=block["element"],
        )
        for block in blocks
        if block.get("type") == "input"
    )


def elements(block: Json) -> list[Json]:
    """The elements of a block: of `actions` and `context`, the accessory of a section, the element of an input."""
    single = [block[name] for name in ("accessory", "element") if isinstance(block.get(name), dict)]
    return [*objects(block.get("elements")), *single]


def _pressed(block: Json, element: Json) -> Iterator[Button]:
    kind, place = str(element.get("type")), str(block.get("block_id", ""))
    action = str(element.get("action_id", ""))
    if kind == "overflow":
        for option in objects(element.get("options")):
            yield Button(
                label_of(option.get("text")), action, str(option.get("value", "")), place, kind, element, option
            )
    elif kind in PRESSABLE:
        yield Button(label_of(element.get("text")), action, str(element.get("value", "")), place, kind, element)
    elif kind in CHOOSABLE and block.get("type") != "input":
        yield Button(label_of(element.get("placeholder")), action, "", place, kind, element)


def _lines(value: Json) -> Iterator[str]:
    kind = value.get("type")
    if kind in TEXTS:
        yield unescape(str(value.get("text", "")))
        return
    if kind in SPOKEN:
        yield "".join(_spoken(part) for part in objects(value.get("elements")))
        return
    if kind == "markdown":
        yield str(value.get("text", ""))
        return
    if kind in TYPED and isinstance(value.get("initial_value"), str):
        yield value["initial_value"]
    if kind == "image":
        yield unescape(str(value.get("alt_text", "")))
    for name in SHOWN + (("options",) if kind in OPEN else ()):
        inner = value.get(name)
        if isinstance(inner, dict):
            yield from _lines(cast("Json", inner))
        elif isinstance(inner, list):
            yield from (line for each in objects(cast("object", inner)) for line in _lines(each))


def _spoken(part: Json) -> str:
    """One piece of what a person typed."""
    match part:
        case {"type": "user", "user_id": str(person)}:
            return f"<@{person}>"
        case {"type": "broadcast", "range": str(span)}:
            return f"@{span}"
        case {"type": "emoji", "name": str(name)}:
            return f":{name}:"
        case _:
            return str(part.get("text") or part.get("url") or "")
