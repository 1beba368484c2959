"""Words in lines that fit, for pictures, where no browser breaks them: widths are estimated from the characters."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import east_asian_width

LATIN = 0.56
"""Width of a Latin letter against its height; a Chinese character is as wide as high."""
CLOSING = "，。：；、！？）》”"
"""Marks that no line begins with."""


def folded(words: str, room: float) -> Iterator[str]:
    """Lines of at most `room` heights of a letter: Chinese may break anywhere, English between words."""
    line = ""
    for piece in _pieces(words):
        if line and _width(line + piece.rstrip()) > room:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
    if line.strip():
        yield line.rstrip()


def _pieces(words: str) -> Iterator[str]:
    """What stays together: a word with what follows it, one Chinese character with its punctuation."""
    piece = ""
    for character in words:
        if piece and _may_break(piece[-1], character):
            yield piece
            piece = ""
        piece += character
    yield piece


def _may_break(before: str, after: str) -> bool:
    if _wide(after):
        return after not in CLOSING
    return before == " " or (_wide(before) and after != " ")


def _wide(character: str) -> bool:
    return east_asian_width(character) in "WF"


def _width(words: str) -> float:
    return sum(1.0 if _wide(character) else LATIN for character in words)
