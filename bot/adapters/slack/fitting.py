"""Text into the sizes that Slack sets, between words and never inside one. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from unicodedata import combining

if TYPE_CHECKING:
    from collections.abc import Iterable

CJK: Final = ("\u2e80", "\uffef")
"""Chinese is written without spaces: a line may break behind any of these."""
GLUE: Final = "\u200d"
"""Between the parts of an emoji that has several."""
VARIANTS: Final = f"{GLUE}\ufe0f\ufe0e\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""Characters that belong to the one before: how an emoji is drawn, and in which colour of skin."""
FLAG_LETTERS: Final = "".join(map(chr, range(0x1F1E6, 0x1F200)))
"""Two of them are one flag."""


def cut(words: str, limit: int) -> str:
    """At most `limit` characters; an ellipsis stands for what is left out."""
    return words if len(words) <= limit else f"{words[: break_at(words, limit - 1)].rstrip()}…"


def ended(words: str, limit: int, last: str) -> str:
    """At most `limit` characters that end as the whole does: a mark that comes last is never what is cut."""
    return words if len(words) <= limit else f"{cut(words, limit - len(last) - 1)} {last}" if last else words[:limit]


def break_at(words: str, limit: int) -> int:
    """Where to break a text that is longer than `limit`: behind a line, else a word, else a character."""
    line = words.rfind("\n", 0, limit + 1)
    if line > 0:
        return line
    for at in range(limit, limit // 2, -1):
        between = words[at].isspace() or words[at - 1].isspace() or CJK[0] <= words[at - 1] <= CJK[1]
        if between and not _inside(words, at):
            return at
    at = limit
    while at > 1 and _inside(words, at):
        at -= 1
    return at if at > 1 else limit


def _inside(words: str, at: int) -> bool:
    """Whether a break here goes through what is read as one sign."""
    if words[at] in VARIANTS or words[at - 1] == GLUE or combining(words[at]):
        return True
    letters = at - len(words[:at].rstrip(FLAG_LETTERS)) if words[at] in FLAG_LETTERS else 0
    return letters % 2 == 1


def split(words: str, limit: int) -> list[str]:
    """The whole text in parts of at most `limit` characters."""
    parts: list[str] = []
    rest = words
    while len(rest) > limit:
        at = break_at(rest, limit)
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [each for each in (*parts, rest) if each]


def packed(lines: Iterable[str], limit: int) -> list[str]:
    """Lines as few texts of at most `limit` characters; a line is broken only where it does not fit by itself."""
    texts: list[str] = []
    for line in (piece for whole in lines for piece in split(whole, limit)):
        if texts and len(texts[-1]) + len(line) < limit:
            texts[-1] = f"{texts[-1]}\n{line}"
        else:
            texts.append(line)
    return texts


def folded(lines: Iterable[str], limit: int) -> tuple[list[str], int]:
    """The lines that fit into `limit` characters, and how many were left out; the first is cut where it must be."""
    kept: list[str] = []
    left, used = 0, 0
    for line in lines:
        if left or used + len(line) > limit:
            left += 1
            if not kept:
                kept, left, used = [cut(line, limit)], 0, limit
            continue
        kept.append(line)
        used += len(line) + 1
    return kept, left
