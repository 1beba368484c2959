"""Slack's way of writing names and links inside a text (`<@U123>`, `<#C123|name>`, `<https://…|words>`). Pure.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN: Final = re.compile(r"<(@|#|!|https?://|mailto:|tel:)([^<>|\n]*)(?:\|([^<>\n]*))?>")
_PERSON: Final = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>\n]*)?>")
_ENTITY: Final = re.compile("&(?:amp|lt|gt);")


def mentioned(typed: str) -> tuple[str, ...]:
    """The accounts that are named in a text."""
    return tuple(dict.fromkeys(_PERSON.findall(typed)))


def plain_words(typed: str, names: Mapping[str, str]) -> str:
    """What a person reads there: people by name, links by their words and address, nothing escaped."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), _TOKEN.sub(lambda found: _said(found, names), typed))


def _said(found: re.Match[str], names: Mapping[str, str]) -> str:
    kind, what, words = found[1], found[2], found[3] or ""
    match kind:
        case "@":
            return f"@{names.get(what) or words or what}"
        case "#":
            return f"#{words or what}"
        case "!":
            return words or f"@{what.partition('^')[0]}"
        case "mailto:" | "tel:":
            return words or what
        case _:
            return _link(f"{kind}{what}", words)


def _link(address: str, words: str) -> str:
    """Slack makes links of words that look like one: those are not said twice."""
    return words or address if not words or words in address else f"{words} ({address})"


def escape(words: str) -> str:
    """For `text` and mrkdwn: these three characters and no others."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
