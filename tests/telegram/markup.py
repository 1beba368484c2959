"""Text as Telegram reads it: the HTML of `parse_mode`, entities, lengths in UTF-16 code units."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any, Final

Json = dict[str, Any]

TAGS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
"""https://core.telegram.org/bots/api#html-style"""
PIECE: Final = re.compile(r"<(/?)([^\s>]*)([^>]*)(>?)|&(?:#[0-9]+|#x[0-9a-fA-F]+|lt|gt|amp|quot);|[^<&]+|&")
ATTRIBUTE: Final = re.compile(r"""([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
SEEN: Final = re.compile(
    r"(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w+)?)|(?<!\w)(?P<mention>@[A-Za-z]\w{3,31})"
    r"|(?P<url>https?://[^\s]+)|(?<!\w)(?P<hashtag>#\w+)"
)


class Unparsable(ValueError):
    """Why the markup could not be parsed, in the server's words."""


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    more: Json = field(default_factory=dict[str, Any])


def units(text: str) -> int:
    """The length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def entities_in(text: str) -> list[Json]:
    """The commands, mentions, addresses and hashtags that Telegram marks in what people type."""
    return [
        {"type": str(found.lastgroup), "offset": units(text[: found.start()]), "length": units(found.group())}
        for found in SEEN.finditer(text)
    ]


def parse(text: str) -> tuple[str, list[Json]]:
    """What `parse_mode=HTML` makes of a text: the plain text and its entities, trimmed. Raises `Unparsable`."""
    plain: list[str] = []
    entities: list[Json] = []
    opened: list[_Open] = []
    at = 0
    for piece in PIECE.finditer(text):
        whole = piece.group()
        if not whole.startswith("<"):
            said = html.unescape(whole) if whole.startswith("&") else whole
            plain.append(said)
            at += units(said)
            continue
        byte = len(text[: piece.start()].encode())
        if piece.group(1):
            _close(piece, byte, at, opened, entities)
        else:
            opened.append(_open(piece, byte, at))
    if opened:
        raise Unparsable(f'Can\'t find end tag corresponding to start tag "{opened[-1].tag}"')
    return trim("".join(plain), entities)


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """The text without white space around it, its entities moved and cut to it."""
    without = text.strip()
    if without == text:
        return text, sorted(entities, key=_order)
    before, length = units(text[: len(text) - len(text.lstrip())]), units(without)
    kept: list[Json] = []
    for entity in entities:
        start = max(entity["offset"] - before, 0)
        end = min(entity["offset"] - before + entity["length"], length)
        if start < end:
            kept.append({**entity, "offset": start, "length": end - start})
    return without, sorted(kept, key=_order)


def check_entities(text: str, entities: list[Json]) -> None:
    """Entities that came with the text lie inside it, between characters. Raises `Unparsable`."""
    edges = {0}
    at = 0
    for character in text:
        at += 1 if ord(character) < 0x10000 else 2
        edges.add(at)
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if entity["length"] <= 0 or start not in edges or end not in edges:
            raise Unparsable(f"entity at UTF-16 offset {start} is in the middle of a symbol or beyond the text")


def _open(piece: re.Match[str], byte: int, at: int) -> _Open:
    tag = piece.group(2).lower()
    ended = piece.group(3) or piece.group(4)
    if ended and tag not in TAGS:
        raise Unparsable(f'Unsupported start tag "{tag}" at byte offset {byte}')
    if not piece.group(4):
        raise Unparsable(f"Unclosed start tag at byte offset {byte}")
    given = {name: double or single or bare for name, double, single, bare in ATTRIBUTE.findall(piece.group(3))}
    if tag == "span" and given.get("class") != "tg-spoiler":
        raise Unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {byte}')
    return _Open(tag, at, {name: html.unescape(value) for name, value in given.items()})


def _close(piece: re.Match[str], byte: int, at: int, opened: list[_Open], entities: list[Json]) -> None:
    tag = piece.group(2).lower()
    if not opened:
        raise Unparsable(f"Unexpected end tag at byte offset {byte}")
    if not piece.group(4) or piece.group(3).strip():
        raise Unparsable(f"Unclosed end tag at byte offset {byte}")
    last = opened.pop()
    if tag not in {"", last.tag}:
        raise Unparsable(f'Unmatched end tag at byte offset {byte}, expected "</{last.tag}>", found "</{tag}>"')
    if at > last.offset:
        _mark(last, at, opened, entities)


def _mark(last: _Open, at: int, opened: list[_Open], entities: list[Json]) -> None:
    entity: Json = {"type": TAGS[last.tag], "offset": last.offset, "length": at - last.offset}
    match last.tag:
        case "a" if "href" not in last.more:
            return
        case "a":
            entity["url"] = last.more["href"]
        case "blockquote" if "expandable" in last.more:
            entity["type"] = "expandable_blockquote"
        case "tg-emoji":
            entity["custom_emoji_id"] = last.more.get("emoji-id", "")
        case "code" if opened and opened[-1].tag == "pre" and "class" in last.more:
            opened[-1].more["language"] = last.more["class"].removeprefix("language-")
            return
        case "pre" if "language" in last.more:
            entity["language"] = last.more["language"]
        case _:
            pass
    entities.append(entity)


def _order(entity: Json) -> tuple[int, int]:
    return entity["offset"], -entity["length"]
