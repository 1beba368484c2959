"""What a message is: a command word with what follows it, a word nobody knows, or plain talk. Pure."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.chat.router import Word
    from bot.services.context import Context

SLASHES = "/／"
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_END = re.compile(r"[\s:：,，]")
_CJK = re.compile("[\u3400-\u9fff]")
ALIKE = 0.5
"""How like a known word a typed one must be (difflib's ratio) before it counts as half-typed."""
HELP = "help"
"""What a slash alone asks for."""
LONGEST_WORD = 40
"""Characters of a typed word that are looked at."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command word and what follows it."""

    word: Word[Context]
    rest: str


@dataclass(frozen=True, slots=True)
class Unheard:
    """A slash and something that is no word of the house; `nearest` is the word it looks like."""

    typed: str
    nearest: Word[Context] | None


@dataclass(frozen=True, slots=True)
class Plain:
    """Talk."""

    words: str


Heard = Spoken | Unheard | Plain


def parse(typed: str, known: Sequence[Word[Context]]) -> Heard:
    """Hear a message. Full-width ／ and ：count as / and :, and a Chinese word is heard without a slash too."""
    shown = visible(typed)
    if shown[:1] and shown[0] in SLASHES:
        return _after_slash(shown[1:].lstrip(), known)
    return _bare(shown, known) or Plain(typed)


def visible(typed: str) -> str:
    """The message without characters that cannot be seen (zero width, direction marks) and space around it."""
    return _INVISIBLE.sub("", typed).strip()


def _after_slash(shown: str, known: Sequence[Word[Context]]) -> Heard:
    token, rest = _split(shown)
    name = unicodedata.normalize("NFKC", token[:LONGEST_WORD]).casefold().partition("@")[0] or HELP
    for word in known:
        if name in _names(word):
            return Spoken(word, rest)
    return _run_on(shown, known) or Unheard(token[:LONGEST_WORD], nearest(name, known))


def _run_on(shown: str, known: Sequence[Word[Context]]) -> Spoken | None:
    """A Chinese word with no space after it: 报险情3号车间起火."""
    found = [(name, word) for word in known for name in word.also if _CJK.match(name) and shown.startswith(name)]
    if not found:
        return None
    name, word = max(found, key=lambda pair: len(pair[0]))
    return Spoken(word, shown[len(name) :].lstrip(" \t:：,，"))


def _bare(shown: str, known: Sequence[Word[Context]]) -> Spoken | None:
    token, rest = _split(shown)
    for word in known:
        if token in word.also and _CJK.match(token):
            return Spoken(word, rest)
    return None


def _split(shown: str) -> tuple[str, str]:
    end = _END.search(shown)
    if end is None:
        return shown, ""
    return shown[: end.start()], shown[end.end() :].strip(" \t:：")


def _names(word: Word[Context]) -> tuple[str, ...]:
    return (word.name, *word.also)


def nearest(name: str, known: Iterable[Word[Context]]) -> Word[Context] | None:
    """The word that a mistyped or half-typed one looks most like, None where it looks like none."""
    by_name = {each: word for word in known for each in _names(word)}
    if not name:
        return None
    for each, word in by_name.items():
        if each.startswith(name):
            return word
    close = difflib.get_close_matches(name, by_name, n=1, cutoff=ALIKE)
    return by_name[close[0]] if close else None
