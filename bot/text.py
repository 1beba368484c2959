"""A text is a key with parameters until it leaves the house (rule 5).

`Text` names an entry of the catalogs in `locales/`; `Words` is a text that already exists in both
languages, because a playbook or the configuration brought it so. `bot.i18n` turns either into a string
for one reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Language = Literal["zh", "en"]
"""The two languages. Shared rooms show both, Chinese first."""

LANGUAGES: tuple[Language, Language] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages, as a playbook, the configuration or a name gives it."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """The half for one reader."""
        return self.zh if language == "zh" else self.en


def same(typed: str) -> Words:
    """What a person typed: it has one form, whoever reads it."""
    return Words(typed, typed)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time (aware, UTC), shown in the company's zone: 24-hour clock, date only when not today."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in seconds, written exactly ("95 min", never "2 hours")."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Text:
    """A catalog key with its parameters. A parameter `n` chooses the plural form where the key has one."""

    key: str
    params: Mapping[str, Value] = field(default_factory=dict[str, "Value"])


Value = str | int | float | Words | Moment | Span | Text


def text(key: str, /, **params: Value) -> Text:
    """Name a catalog entry. Babel extracts the keys from calls of this function."""
    return Text(key, params)


def plural(key: str, n: int, /, **params: Value) -> Text:
    """Name a catalog entry with singular and plural; `{n}` is the number."""
    return Text(key, {"n": n, **params})
