"""The documented limits of what an app may send, and slack-sdk's own models on top of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block, RichTextBlock
from slack_sdk.models.views import View

from tests.slack.reading import Json, elements, objects

TEXT_LONGEST: Final = 40_000
"""Over this `chat.postMessage` cuts the text off (docs.slack.dev, chat.postMessage, "Truncating content")."""
TEXT_SPLIT: Final = 4_000
"""Over this a text without blocks may be split into several messages (the same page)."""
BLOCKS: Final = {"message": 50, "modal": 100, "home": 100}
VIEW_BYTES: Final = 250_000
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
CONTROL: Final = re.compile(r"<(?:[@#!][^<>\n]+|(?:https?://|mailto:|tel:)[^<>\n]+)>")
"""The only places where `<` and `>` may stand for themselves."""
LOOSE: Final = re.compile(r"<|(?<!^)>|&(?!(?:amp|lt|gt);)", re.MULTILINE)
"""A character that should have been escaped; `>` that opens a line is a quotation."""
PING: Final = re.compile(r"<!(?:channel|here|everyone)(?:\|[^>]*)?>|<!subteam\^[^>]+>|<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
METADATA: Final = frozenset({"event_type", "event_payload", "entities"})
UNNAMED: Final = frozenset(
    {"title", "text", "confirm", "deny", "style", "value", "description", "url", "label", "options"}
)
"""Keys of confirmation dialogs and options, for which slack-sdk names none."""
NAME: Final = re.compile(r"^[\w-]+$")


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with a payload: where (a JSON pointer) and which rule."""

    where: str
    rule: str


def flaws_of_blocks(blocks: object, surface: str) -> list[Flaw]:
    """What is wrong with the blocks of a "message", a "modal" or a "home" tab; empty when Slack would take them."""
    if not isinstance(blocks, list):
        return [Flaw("/blocks", "not a list")]
    rows = cast("list[object]", blocks)
    flaws: list[Flaw] = []
    if len(rows) > BLOCKS[surface]:
        flaws.append(Flaw("/blocks", f"no more than {BLOCKS[surface]} items allowed"))
    if len(objects(rows)) != len(rows):
        flaws.append(Flaw("/blocks", "a block is no object"))
    for index, block in enumerate(objects(rows)):
        found = _flaws_of_block(json.dumps(block), surface)
        flaws += [Flaw(f"/blocks/{index}{flaw.where}", flaw.rule) for flaw in found]
    flaws += _twice([str(block["block_id"]) for block in objects(rows) if "block_id" in block], "/blocks", "block_id")
    focused = sum(bool(element.get("focus_on_load")) for block in objects(rows) for element in elements(block))
    if focused > 1:
        flaws.append(Flaw("/blocks", "only one element may have focus_on_load"))
    return flaws


def flaws_of_view(view: object) -> list[Flaw]:
    """What is wrong with a modal or a home tab."""
    if not isinstance(view, dict):
        return [Flaw("/view", "not an object")]
    shape = cast("Json", view)
    kind = shape.get("type")
    if kind not in {"modal", "home"}:
        return [Flaw("/view/type", f"{kind!r} is neither modal nor home")]
    flaws = flaws_of_blocks(shape.get("blocks"), str(kind))
    flaws += _view_modelled(shape)
    flaws += _lengths(shape, "/view", str(kind))
    if kind == "modal" and "title" not in shape:
        flaws.append(Flaw("/view/title", "missing"))
    if kind == "home" and shape.keys() & {"title", "submit", "close"}:
        flaws.append(Flaw("/view", "a home tab has no title, submit or close"))
    has_input = any(block.get("type") == "input" for block in objects(shape.get("blocks")))
    if kind == "modal" and has_input and "submit" not in shape:
        flaws.append(Flaw("/view/submit", "missing, though there are inputs"))
    if len(json.dumps(shape)) > VIEW_BYTES:
        flaws.append(Flaw("/view", "view_too_large"))
    return flaws


def flaws_of_metadata(metadata: object) -> list[Flaw]:
    """Metadata is `{event_type: name, event_payload: object}` and nothing else."""
    match metadata:
        case {"event_type": str(kind), "event_payload": dict()} if kind and _only(metadata, METADATA):
            return []
        case _:
            return [Flaw("/metadata", "needs event_type (text) and event_payload (object)")]


def flaws_of_text(text: str, where: str = "/text") -> list[Flaw]:
    """`&`, `<` and `>` that were not escaped: Slack takes them, and reads something else out of them."""
    loose = LOOSE.search(CONTROL.sub("", text))
    return [Flaw(where, f"unescaped {loose.group()!r}")] if loose else []


def flaw_of_name(name: str) -> str:
    """The error code for a bad name of a conversation, empty for a good one (conversations.create)."""
    if not name:
        return "invalid_name_required"
    if len(name) > 80:
        return "invalid_name_maxlength"
    if not NAME.match(name) or name != name.lower():
        return "invalid_name_specials"
    return "" if re.search(r"[^\W_]", name) else "invalid_name_punctuation"


def marked_up(blocks: object) -> Iterator[tuple[str, str]]:
    """Every mrkdwn text of the blocks with its place, as (place, text)."""
    for index, block in enumerate(objects(blocks)):
        yield from ((f"/blocks/{index}{where}", text) for where, text in _texts_of_block(json.dumps(block)))


def pings(text: str) -> list[str]:
    """What in a marked-up text would notify people: `<!channel>`, `<!here>`, `<!everyone>`, groups and persons."""
    return PING.findall(text)


def pings_of_blocks(blocks: object) -> Iterator[tuple[str, str]]:
    """What in the blocks would notify people, with its place, as (place, what)."""
    for where, text in marked_up(blocks):
        yield from ((where, ping) for ping in pings(text))
    for index, block in enumerate(objects(blocks)):
        yield from ((f"/blocks/{index}", ping) for ping in _rich_pings(block))


@lru_cache(maxsize=8192)
def _flaws_of_block(block: str, surface: str) -> tuple[Flaw, ...]:
    """Cards are sent again with one block changed: what was looked at once is kept, by its JSON text."""
    shape: Json = json.loads(block)
    return (*_modelled(shape, ""), *_documented(shape, "", surface))


@lru_cache(maxsize=8192)
def _texts_of_block(block: str) -> tuple[tuple[str, str], ...]:
    """The same for the marked-up texts."""
    return tuple(_marked_up(json.loads(block), ""))


def _rich_pings(value: Json) -> Iterator[str]:
    match value:
        case {"type": "broadcast", "range": str(span)}:
            yield f"<!{span}>"
        case {"type": "user", "user_id": str(person)}:
            yield f"<@{person}>"
        case _:
            for each in objects(value.get("elements")):
                yield from _rich_pings(each)


def _marked_up(value: object, where: str) -> Iterator[tuple[str, str]]:
    match value:
        case {"type": "mrkdwn" | "markdown", "text": str(text)}:
            yield where, text
        case dict():
            for name, inner in cast("Json", value).items():
                yield from _marked_up(inner, f"{where}/{name}")
        case list():
            for index, inner in enumerate(cast("list[object]", value)):
                yield from _marked_up(inner, f"{where}/{index}")
        case _:
            return


def _modelled(block: Json, where: str) -> list[Flaw]:
    try:
        parsed = Block.parse(block)  # pyright: ignore[reportUnknownMemberType] — slack-sdk says "dict"
    except (SlackObjectFormationError, TypeError, KeyError, AttributeError, ValueError) as reason:
        return [Flaw(where, f"slack_sdk cannot read it: {reason}")]
    if parsed is None:
        return [Flaw(where, f"unknown block type {block.get('type')!r}")]
    return list(_walk(block, parsed, where))


def _view_modelled(view: Json) -> list[Flaw]:
    try:
        parsed = View(**view)
        parsed.validate_json()
    except (SlackObjectFormationError, TypeError, KeyError, AttributeError, ValueError) as reason:
        return [Flaw("/view", f"slack_sdk: {reason}")]
    known = {*parsed.attributes, "submit_disabled"}
    return [Flaw(f"/view/{name}", "unknown key") for name in sorted(view.keys() - known)]


def _walk(raw: Json, parsed: JsonObject, where: str) -> Iterator[Flaw]:
    """The model's own checks, down to its last part; and keys that the model does not know."""
    try:
        parsed.validate_json()
    except (SlackObjectFormationError, TypeError, AttributeError) as reason:
        yield Flaw(where, f"slack_sdk: {reason}")
    known = {*(parsed.attributes or UNNAMED), "type", "verbatim", "emoji"}
    yield from (Flaw(f"{where}/{name}", "unknown key") for name in sorted(raw.keys() - known))
    if isinstance(parsed, RichTextBlock):
        return
    for name, value in raw.items():
        yield from _walk_into(value, getattr(parsed, name, None), f"{where}/{name}")


def _walk_into(raw: object, parsed: object, where: str) -> Iterator[Flaw]:
    if isinstance(raw, dict):
        if isinstance(parsed, JsonObject):
            yield from _walk(cast("Json", raw), parsed, where)
        elif parsed is None:
            yield Flaw(where, f"slack_sdk does not know this: {cast('Json', raw).get('type')!r}")
    elif isinstance(raw, list) and isinstance(parsed, list | tuple):
        ours, theirs = cast("list[object]", raw), cast("list[object]", parsed)
        for index, (one, other) in enumerate(zip(ours, theirs, strict=False)):
            yield from _walk_into(one, other, f"{where}/{index}")


def _documented(block: Json, where: str, surface: str) -> Iterator[Flaw]:
    kind = str(block.get("type"))
    yield from _lengths(block, where, kind)
    found = elements(block)
    if kind in {"actions", "context"} and not found:
        yield Flaw(f"{where}/elements", "empty")
    if kind == "section" and "text" not in block and not block.get("fields"):
        yield Flaw(where, "a section needs text or fields")
    for index, field in enumerate(objects(block.get("fields")) if kind == "section" else []):
        yield from _text(field, f"{where}/fields/{index}", 2000, plain=False)
    for index, element in enumerate(found):
        place = f"{where}/elements/{index}"
        if kind == "context":
            yield from _context(element, place)
        else:
            yield from _element(element, place, kind, surface)
    if kind == "image" and not (block.get("image_url") or block.get("slack_file")):
        yield Flaw(where, "an image needs image_url or slack_file")
    yield from _twice([str(each["action_id"]) for each in found if "action_id" in each], where, "action_id")


def _context(element: Json, where: str) -> Iterator[Flaw]:
    if element.get("type") in {"plain_text", "mrkdwn"}:
        yield from _text(element, where, 3000, plain=False)
    elif element.get("type") != "image":
        yield Flaw(where, "a context holds texts and images only")


def _element(element: Json, where: str, within: str, surface: str) -> Iterator[Flaw]:
    kind = str(element.get("type"))
    yield from _lengths(element, where, kind)
    if within == "actions" and kind not in IN_ACTIONS:
        yield Flaw(where, f"{kind} may not stand in an actions block")
    if kind in ONLY_IN_MODALS and surface != "modal":
        yield Flaw(where, f"{kind} stands in modals only")
    if kind == "button" and element.get("style", "primary") not in {"primary", "danger"}:
        yield Flaw(f"{where}/style", "neither primary nor danger")
    if kind == "button" and "text" not in element:
        yield Flaw(f"{where}/text", "missing")
    if isinstance(element.get("placeholder"), dict):
        yield from _text(element["placeholder"], f"{where}/placeholder", 150, plain=True)
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
    yield from _lengths(confirm, where, "confirm")


def _options(element: Json, where: str, kind: str) -> Iterator[Flaw]:
    groups = objects(element.get("option_groups"))
    if ("options" in element) == bool(groups):
        yield Flaw(where, "needs either options or option_groups")
    lists = [objects(group.get("options")) for group in groups] or [objects(element.get("options"))]
    for group in groups:
        yield from _lengths(group, f"{where}/option_groups", "option_group")
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
    yield from _lengths(option, where, "option")
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


def _lengths(value: Json, where: str, kind: str) -> Iterator[Flaw]:
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
            yield from _text(value[name], f"{where}/{name}", longest, plain=(owner, name) in PLAIN)


def _text(value: Any, where: str, longest: int, *, plain: bool) -> Iterator[Flaw]:  # noqa: ANN401 — what was sent may be anything
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


def _only(value: object, names: frozenset[str]) -> bool:
    return not cast("Json", value).keys() - names


def _twice(ids: list[str], where: str, name: str) -> list[Flaw]:
    return [Flaw(where, f"{name} {one!r} stands twice") for one in sorted({one for one in ids if ids.count(one) > 1})]
