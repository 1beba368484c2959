"""What a person fills in: the `state.values` of a view or a message, as Slack builds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from tests.slack.reading import Json, elements, label_of, objects
from tests.slack.state import File

STATE_KEYS: Final[Mapping[str, str]] = {
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "external_select": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
    "rich_text_input": "rich_text_value",
}
"""The key under which each element gives its value."""
INITIAL: Final[Mapping[str, str]] = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
}
"""The key with which each value may be set beforehand."""
Keep = Callable[[bytes], File]
"""Keeps an uploaded file."""


class NotSent(Exception):
    """Slack did not let the person send it: an answer is missing, too long, or not one of the choices."""


def state_of(blocks: list[Json], values: Mapping[tuple[str, str], Json]) -> Json:
    """`state.values`: what was filled in, and what stood there from the beginning."""
    state: Json = {}
    for block in blocks:
        for element in elements(block):
            if element.get("type") in STATE_KEYS:
                place = (str(block["block_id"]), str(element["action_id"]))
                state.setdefault(place[0], {})[place[1]] = values.get(place) or beforehand(element)
    return state


def beforehand(element: Json) -> Json:
    """The value an element has before anybody touched it."""
    kind = str(element["type"])
    key = STATE_KEYS[kind]
    empty: list[Json] | None = [] if key.endswith("s") else None
    return {"type": kind, key: element.get(INITIAL.get(key, ""), empty)}


def filled(element: Json, value: object, keep: Keep) -> Json:
    """The value of an element filled in with `value`: the label or value of an option, words, an id."""
    kind = str(element["type"])
    key = STATE_KEYS[kind]
    match key:
        case "value":
            return {"type": kind, key: _typed(element, str(value))}
        case "selected_option":
            return {"type": kind, key: option_of(element, str(value))}
        case "selected_options":
            return {"type": kind, key: [option_of(element, str(each)) for each in _several(value)]}
        case "files":
            return {"type": kind, key: _uploaded(element, value, keep)}
        case "selected_date_time":
            return {"type": kind, key: int(cast("int", value))}
        case _ if key.endswith("s"):
            return {"type": kind, key: [_id(each) for each in _several(value)]}
        case _:
            return {"type": kind, key: _id(value)}


def is_empty(state: Json) -> bool:
    """Whether nothing was filled in."""
    return not next((value for name, value in state.items() if name != "type"), None)


def option_of(element: Json, wanted: str) -> Json:
    """The option with this value or these words."""
    groups = objects(element.get("option_groups"))
    options = [each for group in groups for each in objects(group.get("options"))] or objects(element.get("options"))
    for option in options:
        if wanted in {option.get("value"), label_of(option.get("text"))}:
            return {name: option[name] for name in ("text", "value", "description") if name in option}
    known = ", ".join(label_of(option.get("text")) for option in options)
    raise NotSent(f"{wanted!r} is none of: {known}")


def _typed(element: Json, words: str) -> str:
    least, longest = int(element.get("min_length", 0)), int(element.get("max_length", 3000))
    if not least <= len(words) <= longest:
        raise NotSent(f"{len(words)} characters, not between {least} and {longest}")
    if element["type"] == "number_input":
        _check_number(element, words)
    if "\n" in words and not element.get("multiline"):
        raise NotSent("one line only")
    return words


def _check_number(element: Json, words: str) -> None:
    try:
        number = float(words)
    except ValueError as reason:
        raise NotSent(f"{words!r} is no number") from reason
    if not element["is_decimal_allowed"] and not number.is_integer():
        raise NotSent("whole numbers only")
    if not float(element.get("min_value", "-inf")) <= number <= float(element.get("max_value", "inf")):
        raise NotSent(f"{words} is out of range")


def _uploaded(element: Json, value: object, keep: Keep) -> list[Json]:
    contents = [cast("bytes", each) for each in _several(value)]
    if len(contents) > int(element.get("max_files", 10)):
        raise NotSent(f"{element.get('max_files', 10)} files at most")
    kept = [keep(content) for content in contents]
    allowed = cast("list[str]", element.get("filetypes") or [])
    for file in kept:
        ending = file.name.rpartition(".")[2]
        if allowed and ending not in allowed:
            raise NotSent(f"{ending} is none of: {', '.join(allowed)}")
    return [file.shape(file.base) for file in kept]


def _several(value: object) -> list[Any]:
    if isinstance(value, list | tuple | set | frozenset):
        return list(cast("list[Any]", value))
    return [value]


def _id(value: object) -> str:
    return str(getattr(value, "id", value))
