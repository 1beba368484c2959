"""What may be wrong between the calls and the catalogs; each check answers with sentences, none where all is well."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import cast

import pytest

from bot.files.catalogs import Entries, sentences
from bot.files.source import Trail
from bot.files.terms import Vocabulary
from bot.files.wording import impure, placeholders
from bot.text import Text, Words, text
from tests.i18n.sources import Use

FEWEST_KEYS = 100
"""Fewer keys than this were never in the program: an extraction that finds less has matched nothing."""


def nothing(found: Collection[str]) -> None:
    """Fail with one line for each finding."""
    if found:
        pytest.fail("\n".join([f"{len(found)} findings", *found]), pytrace=False)


def not_extracted(extracted: Collection[str], used: Collection[Use]) -> list[str]:
    """The mapping must find exactly the keys that the calls have."""
    called = {use.key for use in used if use.key is not None}
    found = [f"Babel's mapping does not find {key}" for key in sorted(called - set(extracted))]
    found += [f"Babel finds {key}, which no call has" for key in sorted(set(extracted) - called)]
    if len(extracted) < FEWEST_KEYS:
        found.append(f"the extraction matches nothing: {len(extracted)} keys")
    return found


def not_literal(used: Collection[Use], allowed: Mapping[str, str]) -> list[str]:
    """A key that is no literal is invisible to Babel. `allowed` names files with the reason why they may."""
    return [
        f"{use.where}: the key must be a literal string" for use in used if use.key is None and use.path not in allowed
    ]


def absent(used: Collection[Use], entries: Entries) -> list[str]:
    """A key that people would see instead of a sentence."""
    return [f"{use.where}: no entry {use.key}" for use in used if use.key is not None and use.key not in entries]


def unused(used: Collection[Use], entries: Entries) -> list[str]:
    """A sentence that nobody can ever read."""
    return [f"nobody uses {key}" for key in sorted(entries.keys() - {use.key for use in used})]


def parameters(used: Collection[Use], entries: Entries) -> Iterator[str]:
    """A blank that a call does not fill, a parameter that no sentence shows, a count without a plural."""
    for use in used:
        if use.key is None or use.key not in entries or use.given is None:
            continue
        entry = entries[use.key]
        wanted = frozenset[str]().union(*(placeholders(sentence) for sentence in sentences(entry)))
        if missing := wanted - use.given:
            yield f"{use.where}: {use.key} wants {sorted(missing)}"
        if spare := use.given - wanted - {"n"}:
            yield f"{use.where}: {use.key} does not show {sorted(spare)}"
        if use.plural and not entry.pluralizable:
            yield f"{use.where}: {use.key} is counted but has no plural"


def pairs(node: object, trail: Trail = ()) -> Iterator[tuple[Trail, Words]]:
    """The texts in a file's content: each mapping with `zh` or `en`. A half that is missing is empty."""
    if isinstance(node, dict):
        mapping = cast("Mapping[str, object]", node)
        if "zh" in mapping or "en" in mapping:
            yield trail, Words(str(mapping.get("zh", "")), str(mapping.get("en", "")))
            return
        for name, value in mapping.items():
            yield from pairs(value, (*trail, name))
    elif isinstance(node, list):
        for number, value in enumerate(cast("list[object]", node)):
            yield from pairs(value, (*trail, number))


def wording(content: object, vocabulary: Vocabulary) -> Iterator[tuple[Trail, Text]]:
    """What departs from its language or from the terms, in one file that people write."""
    for trail, words in pairs(content):
        if not words.zh.strip() or not words.en.strip():
            yield trail, text("wording.untranslated", key=".".join(map(str, trail)))
            continue
        for sentence in (*impure(words), *vocabulary.departures(words)):
            yield trail, sentence
