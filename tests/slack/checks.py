"""The documented limits of what an app may send, and slack-sdk's own models on top of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, cast

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block, RichTextBlock
from slack_sdk.models.views import View

from tests.slack.elements import (
    Flaw,
    flaws_of_context,
    flaws_of_element,
    flaws_of_lengths,
    flaws_of_text_object,
    twice,
)
from tests.slack.reading import Json, elements, objects

TEXT_LONGEST: Final = 40_000
"""Over this `chat.postMessage` cuts the text off (docs.slack.dev, chat.postMessage, "Truncating content")."""
TEXT_SPLIT: Final = 4_000
"""Over this a text without blocks may be split into several messages (the same page)."""
BLOCKS: Final = {"message": 50, "modal": 100, "home": 100}
VIEW_BYTES: Final = 250_000
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
    flaws += twice([str(block["block_id"]) for block in objects(rows) if "block_id" in block], "/blocks", "block_id")
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
    flaws += flaws_of_lengths(shape, "/view", str(kind))
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
    yield from flaws_of_lengths(block, where, kind)
    found = elements(block)
    if kind in {"actions", "context"} and not found:
        yield Flaw(f"{where}/elements", "empty")
    if kind == "section" and "text" not in block and not block.get("fields"):
        yield Flaw(where, "a section needs text or fields")
    for index, field in enumerate(objects(block.get("fields")) if kind == "section" else []):
        yield from flaws_of_text_object(field, f"{where}/fields/{index}", 2000, plain=False)
    for index, element in enumerate(found):
        place = f"{where}/elements/{index}"
        if kind == "context":
            yield from flaws_of_context(element, place)
        else:
            yield from flaws_of_element(element, place, kind, surface)
    if kind == "image" and not (block.get("image_url") or block.get("slack_file")):
        yield Flaw(where, "an image needs image_url or slack_file")
    yield from twice([str(each["action_id"]) for each in found if "action_id" in each], where, "action_id")


def _only(value: object, names: frozenset[str]) -> bool:
    return not cast("Json", value).keys() - names
