"""Names on Slack: of commands, where Slack has words of its own, and of channels. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

PREFIX: Final = "tocsin"
"""`/tocsin WORD …` says any word of the house."""
TAKEN: Final = frozenset(
    {
        "active",
        "apps",
        "archive",
        "away",
        "call",
        "collapse",
        "dm",
        "dnd",
        "expand",
        "feed",
        "feedback",
        "help",
        "huddle",
        "invite",
        "join",
        "keys",
        "kick",
        "leave",
        "list",
        "me",
        "msg",
        "mute",
        "open",
        "part",
        "people",
        "pin",
        "pinned",
        "prefs",
        "remind",
        "remove",
        "rename",
        "search",
        "share",
        "shortcuts",
        "shrug",
        "star",
        "starred",
        "status",
        "todo",
        "topic",
        "who",
    }
)
"""Commands that Slack has itself ("Use shortcuts and slash commands" in its help centre)."""
LONGEST_CHANNEL: Final = 80
LONGEST_COMMAND: Final = 32


def command_of(name: str) -> str:
    """A word of the house as a command of the app."""
    return f"/{PREFIX}-{name}" if name in TAKEN else f"/{name}"


def word_of(command: str) -> str:
    """The word of the house that a command of the app stands for."""
    return command.removeprefix("/").removeprefix(f"{PREFIX}-")


def channel_name(*parts: str, last: str = "") -> str:
    """A channel's name: small letters of any script, digits, - and _, at most 80 (conversations.create).

    `last` ends it, however much of the rest has to go.
    """
    ending = f"-{_pieces(last)}" if last else ""
    return f"{_pieces('-'.join(parts))[: LONGEST_CHANNEL - len(ending)].rstrip('-')}{ending}"


def _pieces(name: str) -> str:
    shown = unicodedata.normalize("NFKC", name).lower()
    kept = "".join(each if each.isalnum() or each == "_" else "-" for each in shown)
    return "-".join(piece for piece in kept.split("-") if piece)
