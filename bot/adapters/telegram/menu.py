"""The menu beside the text field: the house's words in both languages, set only where it shows something else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.adapters.telegram.render import shortened

if TYPE_CHECKING:
    from bot.adapters.telegram.wire import Wire
    from bot.text import Language

NAME: Final = re.compile(r"[a-z0-9_]{1,32}")
LINE_LIMIT: Final = 256
MOST: Final = 100
"""Limits of https://core.telegram.org/bots/api#botcommand."""
MENUS: Final[tuple[tuple[str, Language | None], ...]] = (("zh", "zh"), ("en", "en"), ("", None))
"""Telegram's language codes ("" for everybody else), and what is shown to them (None: the house's own language)."""


async def set_menu(wire: Wire) -> None:
    """Bring the menus up to date. Raises RetryLater, Unknown or Undeliverable."""
    for code, language in MENUS:
        wanted = commands(wire, language or wire.default_language)
        fields: dict[str, object] = {"language_code": code} if code else {}
        if wanted and await wire.client.call("getMyCommands", **fields) != wanted:
            await wire.client.call("setMyCommands", commands=wanted, **fields)


def commands(wire: Wire, language: Language) -> list[dict[str, str]]:
    """The menu of one language; words that Telegram's menu cannot hold are left out (they can be typed)."""
    shown = ((name, wire.say(line, language)) for name, line in wire.words)
    listed = [
        {"command": name, "description": shortened(line, LINE_LIMIT)} for name, line in shown if NAME.fullmatch(name)
    ]
    return listed[:MOST]
