"""The company's vocabulary: each term has one rendering, in every text that people read.

`locales/terms.csv` has a line for each term: zh, en, where it is used, which way it is checked (`both`; `zh`: where
the Chinese has it, the English must; `en`: the other way round; empty: a word with everyday uses beside the term, not
checked) and, where a language has more forms than the term itself, a regular expression for what is accepted there.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from bot.errors import Broken
from bot.text import Text, Words, text

Ways = Literal["both", "zh", "en", ""]
COLUMNS: Final = ("zh", "en", "used for", "checked", "english", "chinese")
FILLED_IN: Final = re.compile(r"\{[^{}]*\}|[/／][\w-]+")
"""Placeholders, and commands, which are typed the one way they have."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term. `checked` says from which language it is looked for, the patterns what is accepted in each."""

    zh: str
    en: str
    used_for: str
    checked: Ways
    english: re.Pattern[str]
    chinese: re.Pattern[str]


class Vocabulary:
    """All terms; a longer one is found before the shorter one inside it (任务清单 is no 任务)."""

    def __init__(self, terms: Sequence[Term]) -> None:
        """Sort the terms once, longest first."""
        self.terms = tuple(terms)
        longest = sorted({term.zh for term in terms}, key=len, reverse=True)
        self._chinese = re.compile("|".join(map(re.escape, longest)))

    def departures(self, words: Words) -> Iterator[Text]:
        """Each term that one half of a text has and the other says otherwise."""
        zh, en = FILLED_IN.sub("X", words.zh), FILLED_IN.sub("X", words.en)
        found = set(self._chinese.findall(zh))
        for term in self.terms:
            in_zh, in_en = term.zh in found, term.english.search(en) is not None
            if in_zh and not in_en and term.checked in ("both", "zh"):
                yield text("wording.term_in_chinese", zh=term.zh, en=term.en, written=words.en)
            if in_en and term.chinese.search(zh) is None and term.checked in ("both", "en"):
                yield text("wording.term_in_english", zh=term.zh, en=term.en, written=words.zh)


def load_vocabulary(path: Path) -> Vocabulary:
    """Read the terms; `Broken` where the file cannot be read or is no list of terms."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return Vocabulary([_term(row) for row in csv.DictReader(lines, restval="", strict=True)])
    except (OSError, ValueError, KeyError, csv.Error, re.error) as wrong:
        raise Broken(text("wording.terms_unreadable", path=str(path), why=str(wrong))) from wrong


def _term(row: dict[str, str]) -> Term:
    zh, en, used_for, checked, english, chinese = (row[column].strip() for column in COLUMNS)
    match checked:
        case "both" | "zh" | "en" | "":
            accepted = re.compile(english or _plain(en), re.IGNORECASE | re.ASCII)
            return Term(zh, en, used_for, checked, accepted, re.compile(chinese or re.escape(zh)))
        case _:
            raise ValueError(checked)


def _plain(en: str) -> str:
    """The term as a whole word with its endings; what stands in brackets is its short form, either will do."""
    said = [part.strip() for part in re.split(r"[()]", en) if part.strip()]
    return "|".join(rf"\b{re.escape(part)}(?:s|d|ed|ing)?\b" for part in said)
