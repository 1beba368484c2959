"""The documented limits of the parts of a block: buttons, menus, inputs, texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.slack.reading import Json, objects

OPTIONS: Final = {"radio_buttons": 10, "checkboxes": 10, "overflow": 5}
LENGTHS: Final[Mapping[str, int]] = {
    "action_id": 255,
    "block_id": 255,
    "callback_id": 255,
    "external_id": 255,
    "private_metadata": 3000,
    "placeholder": 150,
    "image_url": 3000,
    "alt_text": 2000,
    "url": 3000,
    "accessibility_label": 75,
}
"""Longest value of these keys wherever they stand."""
TEXT_LENGTHS: Final[Mapping[tuple[str, str], int]] = {
    ("section", "text"): 3000,
    ("header", "text"): 150,
    ("button", "text"): 75,
    ("input", "label"): 2000,
    ("input", "hint"): 2000,
    ("image", "title"): 2000,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
    ("confirm", "title"): 100,
    ("confirm", "text"): 300,
    ("confirm", "confirm"): 30,
    ("confirm", "deny"): 30,
    ("option", "text"): 75,
    ("option", "description"): 75,
    ("option_group", "label"): 75,
}
VALUE_LENGTHS: Final = {"button": 2000, "option": 150}
PLAIN: Final = frozenset(
    {
        ("header", "text"),
        ("button", "text"),
        ("input", "label"),
        ("input", "hint"),
        ("image", "title"),
        ("modal", "title"),
        ("modal", "submit"),
        ("modal", "close"),
        ("confirm", "title"),
        ("confirm", "confirm"),
        ("confirm", "deny"),
        ("option_group", "label"),
    }
)
"""Where only `plain_text` may stand."""
IN_ACTIONS: Final = frozenset(
    {
        "button",
        "checkboxes",
        "datepicker",
        "datetimepicker",
        "timepicker",
        "overflow",
        "radio_buttons",
        "static_select",
        "external_select",
        "users_select",
        "conversations_select",
        "channels_select",
        "workflow_button",
    }
)
ONLY_IN_MODALS: Final = frozenset({"file_input"})


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with a payload: where (a JSON pointer) and which rule."""

    where: str
    rule: str


def flaws_of_context(element: Json, where: str) -> Iterator[Flaw]:
    if element.get("type") in {"plain_text", "mrkdwn"}:
        yield from flaws_of_text_object(element, where, 3000, plain=False)
    elif element.get("type") != "image":
        yield Flaw(where, "a context holds texts and images only")


def flaws_of_element(element: Json, where: str, within: str, surface: str) -> Iterator[Flaw]:
    kind = str(element.get("type"))
    yield from flaws_of_lengths(element, where, kind)
    if within == "actions" and kind not in IN_ACTIONS:
        yield Flaw(where, f"{kind} may not stand in an actions block")
    if kind in ONLY_IN_MODALS and surface != "modal":
        yield Flaw(where, f"{kind} stands in modals only")
    if kind == "button" and element.get("style", "primary") not in {"primary", "danger"}:
        yield Flaw(f"{where}/style", "neither primary nor danger")
    if kind == "button" and "text" not in element:
        yield Flaw(f"{where}/text", "missing")
    if isinstance(element.get("placeholder"), dict):
        yield from flaws_of_text_object(element["placeholder"], f"{where}/placeholder", 150, plain=True)
    if isinstance(element.get("confirm"), dict):
        yield from _confirm(element["confirm"], f"{where}/confirm")
    if kind in {"radio_buttons", "checkboxes", "overflow", "static_select", "multi_static_select"}:
        yield from _options(element, where, kind)
    if kind in {"plain_text_input", "number_input"}:
        yield from _typed(element, where, kind)
    if kind == "file_input" and not 1 <= int(element.get("max_files", 10)) <= 10:
        yield Flaw(f"{where}/max_files", "not between 1 and 10")


def _confirm(confirm: Json, where: str) -> Iterator[Flaw]:
    yield from (
        Flaw(f"{where}/{name}", "missing") for name in ("title", "text", "confirm", "deny") if name not in confirm
    )
    yield from flaws_of_lengths(confirm, where, "confirm")


def _options(element: Json, where: str, kind: str) -> Iterator[Flaw]:
    groups = objects(element.get("option_groups"))
    if ("options" in element) == bool(groups):
        yield Flaw(where, "needs either options or option_groups")
    lists = [objects(group.get("options")) for group in groups] or [objects(element.get("options"))]
    for group in groups:
        yield from flaws_of_lengths(group, f"{where}/option_groups", "option_group")
    for options in lists:
        if not 1 <= len(options) <= OPTIONS.get(kind, 100):
            yield Flaw(f"{where}/options", f"{len(options)} options, not between 1 and {OPTIONS.get(kind, 100)}")
        for index, option in enumerate(options):
            yield from _option(option, f"{where}/options/{index}", kind)
    initial = [element["initial_option"]] if "initial_option" in element else objects(element.get("initial_options"))
    choices = [option for options in lists for option in options]
    if any(option not in choices for option in initial):
        yield Flaw(f"{where}/initial_option", "is not one of the options")
    if "initial_options" in element and not initial:
        yield Flaw(f"{where}/initial_options", "empty")


def _option(option: Json, where: str, kind: str) -> Iterator[Flaw]:
    yield from flaws_of_lengths(option, where, "option")
    rich = kind in {"radio_buttons", "checkboxes"}
    for name in ("text", "description"):
        if isinstance(option.get(name), dict) and option[name].get("type") != "plain_text" and not rich:
            yield Flaw(f"{where}/{name}", "must be plain_text")
    if "text" not in option or not isinstance(option.get("value"), str):
        yield Flaw(where, "an option needs text and value")
    if "url" in option and kind != "overflow":
        yield Flaw(f"{where}/url", "only in an overflow menu")


def _typed(element: Json, where: str, kind: str) -> Iterator[Flaw]:
    if kind == "number_input" and not isinstance(element.get("is_decimal_allowed"), bool):
        yield Flaw(f"{where}/is_decimal_allowed", "must be true or false")
    for name in ("min_value", "max_value", "initial_value"):
        if name in element and not isinstance(element[name], str):
            yield Flaw(f"{where}/{name}", "must be text")
    for name, least in (("min_length", 0), ("max_length", 1)):
        if name in element and not least <= int(element[name]) <= 3000:
            yield Flaw(f"{where}/{name}", f"not between {least} and 3000")
    longest = int(element.get("max_length", 3000))
    if len(str(element.get("initial_value", ""))) > longest:
        yield Flaw(f"{where}/initial_value", f"longer than {longest}")


def flaws_of_lengths(value: Json, where: str, kind: str) -> Iterator[Flaw]:
    """The limits of the texts and the ids that stand directly in this object."""
    for name, longest in LENGTHS.items():
        if isinstance(value.get(name), str) and len(value[name]) > longest:
            yield Flaw(f"{where}/{name}", f"longer than {longest} characters")
    for name in ("action_id", "block_id", "value", "callback_id", "private_metadata"):
        if name in value and not isinstance(value[name], str):
            yield Flaw(f"{where}/{name}", "must be text")
    if len(str(value.get("value", ""))) > VALUE_LENGTHS.get(kind, 10**6):
        yield Flaw(f"{where}/value", f"longer than {VALUE_LENGTHS[kind]} characters")
    for (owner, name), longest in TEXT_LENGTHS.items():
        if owner == kind and name in value:
            yield from flaws_of_text_object(value[name], f"{where}/{name}", longest, plain=(owner, name) in PLAIN)


def flaws_of_text_object(value: Any, where: str, longest: int, *, plain: bool) -> Iterator[Flaw]:  # noqa: ANN401 — what was sent may be anything
    match value:
        case {"type": "plain_text" | "mrkdwn" as kind, "text": str(text)}:
            if not 1 <= len(text) <= longest:
                yield Flaw(where, f"{len(text)} characters, not between 1 and {longest}")
            if plain and kind != "plain_text":
                yield Flaw(where, "must be plain_text")
            if "emoji" in value and kind != "plain_text":
                yield Flaw(f"{where}/emoji", "only with plain_text")
            if "verbatim" in value and kind != "mrkdwn":
                yield Flaw(f"{where}/verbatim", "only with mrkdwn")
        case _:
            yield Flaw(where, "is no text object")


def twice(ids: list[str], where: str, name: str) -> list[Flaw]:
    return [Flaw(where, f"{name} {one!r} stands twice") for one in sorted({one for one in ids if ids.count(one) > 1})]
