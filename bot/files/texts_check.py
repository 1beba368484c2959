"""The texts of a YAML file: each in its own language, in the company's terms, and not cut short by a sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from bot.files.finding import Finding
from bot.files.source import Source, Trail
from bot.files.terms import Vocabulary
from bot.files.wording import impure
from bot.text import LANGUAGES, Words, text


def check_texts(source: Source, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Warnings about the wording of one file."""
    for trail, words in _texts(source.content, ()):
        for sentence in (*impure(words), *vocabulary.departures(words)):
            yield source.finding((*trail, "en"), sentence, "warning")
    yield from _comments(source)


def _texts(content: object, trail: Trail) -> Iterator[tuple[Trail, Words]]:
    """Every text in both languages, wherever it stands."""
    if isinstance(content, dict):
        entries = cast("dict[str, object]", content)
        zh, en = entries.get("zh"), entries.get("en")
        if isinstance(zh, str) and isinstance(en, str):
            yield trail, Words(zh, en)
        for key, inner in entries.items():
            yield from _texts(inner, (*trail, key))
    elif isinstance(content, list):
        for number, inner in enumerate(cast("list[object]", content)):
            yield from _texts(inner, (*trail, number))


def _comments(source: Source) -> Iterator[Finding]:
    """A text that a comment sign cuts short."""
    for number, line in enumerate(source.lines, 1):
        key, colon, rest = line.lstrip(" -").partition(": ")
        if key in LANGUAGES and colon and rest[:1] not in ("'", '"', "|", ">", "#") and " #" in rest:
            sentence = text("check.comment_in_text", sign="#", mended=f'{key}: "{rest.strip()}"')
            yield Finding(source.path, number, line.index(" #") + 2, sentence, "warning")
