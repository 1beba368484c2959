"""What is reported, read from a line somebody typed in a hurry: which playbook, and where. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.people import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.company import Company
    from bot.domain.playbook import Playbook

PLACE_LIMIT = 80
"""Characters of a place; what is longer is a story and goes into the record as a note."""
WORDS_AROUND = 12
"""Characters said around a known place that are kept with it."""
_EDGE = " \t\n,，。.:：;；!！?？、-—~"
_FIRST_PART = re.compile(r"[,，。;；!！?？\n]")
_LEADING = re.compile(r"^(?:(?:in|at|on|the)\s+|在|位于)+", re.IGNORECASE)
_TRAILING = re.compile(r"(?:发生|发现|出现|有|了|啦|\s+(?:is|are|on|has|have|a|an|the|there|caught))+$", re.IGNORECASE)
_LATIN = re.compile(r"[a-z0-9]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Recognised:
    """The playbook a line speaks of (None: no word of any), and the place, as typed."""

    playbook: Playbook | None
    place: str


def recognise(words: str, playbooks: Iterable[Playbook], company: Company) -> Recognised:
    """Find the longest name of a playbook (id, title, another word for it) in a line; what remains is the place."""
    found = max(_found(words, playbooks), key=lambda hit: hit[1] - hit[0], default=None)
    if found is None:
        return Recognised(None, _known_place(words, company) or "")
    start, end, playbook = found
    return Recognised(playbook, _place(words, (where(words[:start]), where(words[end:])), company))


def _place(words: str, around: tuple[str, str], company: Company) -> str:
    """Where, as it was typed: what is said around a known place of the site helps whoever goes there."""
    known = _known_place(words, company)
    if known is None:
        return next(filter(None, around), "")
    return next((part for part in around if known in part and len(part) <= len(known) + WORDS_AROUND), known)


def _found(words: str, playbooks: Iterable[Playbook]) -> Iterator[tuple[int, int, Playbook]]:
    folded = _folded(words)
    for playbook in playbooks:
        for name in _names(playbook):
            start = _position(folded, name)
            if start is not None:
                yield start, start + len(name), playbook


def _folded(words: str) -> str:
    """Without regard to case, place for place: a letter that grows when folded (ß) leaves the line as it is."""
    folded = words.casefold()
    return folded if len(folded) == len(words) else words


def _names(playbook: Playbook) -> Iterator[str]:
    for name in (playbook.id, playbook.id.replace("-", " "), playbook.title.zh, playbook.title.en, *playbook.aliases):
        if name:
            yield name.casefold()


def _position(folded: str, name: str) -> int | None:
    """Where a name stands in a line: Latin letters as a word of their own, Chinese anywhere."""
    start = folded.find(name)
    while start >= 0:
        before, after = folded[:start][-1:], folded[start + len(name) :][:1]
        runs_on = (_LATIN.match(before) and _LATIN.match(name[0])) or (_LATIN.match(after) and _LATIN.match(name[-1]))
        if not runs_on:
            return start
        start = folded.find(name, start + 1)
    return None


def _known_place(words: str, company: Company) -> str | None:
    """The name of a place of the site, as it stands in the line."""
    place = place_of(company, words)
    if place is None:
        return None
    folded = _folded(words)
    for name in (place.name.zh, place.name.en, str(place.id)):
        start = folded.find(name.casefold())
        if start >= 0:
            return words[start : start + len(name)]
    return None


def where(part: str) -> str:
    """The place in what is left of a line, up to the first comma, without "in", "at", 在, 发生."""
    first = _FIRST_PART.split(part.strip(_EDGE))[0]
    place = _TRAILING.sub("", _LEADING.sub("", first.strip(_EDGE))).strip(_EDGE)
    return place if len(place) <= PLACE_LIMIT else ""
