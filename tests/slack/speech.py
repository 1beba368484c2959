"""What a person types, as Slack gives it to apps."""

from __future__ import annotations

import html
import re
from typing import Final

from tests.slack.reading import Json

MARKED: Final = re.compile(r"<@U[A-Z0-9]+>|https?://[^\s<>]+")
"""What Slack itself puts into angle brackets when a person types."""


def typed(text: str) -> str:
    """A text as Slack gives it to apps: escaped, with mentions and addresses in angle brackets."""
    done, last = "", 0
    for found in MARKED.finditer(text):
        done += html.escape(text[last : found.start()], quote=False)
        word = found.group()
        done += word if word.startswith("<") else f"<{html.escape(word, quote=False)}>"
        last = found.end()
    return done + html.escape(text[last:], quote=False)


def spoken(text: str, block_id: str) -> Json:
    """The rich_text block of a typed text."""
    parts: list[Json] = []
    last = 0
    for found in MARKED.finditer(text):
        if found.start() > last:
            parts.append({"type": "text", "text": text[last : found.start()]})
        word = found.group()
        parts.append({"type": "user", "user_id": word[2:-1]} if word.startswith("<") else {"type": "link", "url": word})
        last = found.end()
    if text[last:]:
        parts.append({"type": "text", "text": text[last:]})
    section = {"type": "rich_text_section", "elements": parts}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}
