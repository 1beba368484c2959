"""Texts become strings here, for one reader or for a room of both languages (rule 5).

`Catalogs` holds the two gettext catalogs of `locales/`. Babel is needed only where a compiled catalog is missing
or older than its source, and is imported only then, so that the bot starts in a second.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Callable, Mapping
from datetime import datetime
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.errors import Broken
from bot.text import LANGUAGES, Language, Moment, Span, Text, Value, Words, text

LOCALES: Final = Path(__file__).resolve().parent.parent / "locales"
"""Where the catalogs of this installation are."""
DIRECTORIES: Final[Mapping[Language, str]] = {"zh": "zh_Hans_CN", "en": "en"}
"""One directory name for each language: a second spelling would load as an empty catalog without a word."""
DOMAIN: Final = "tocsin"
NAME_OF_LANGUAGE: Final = text("language.name")
"""Each real catalog has it: a file without it is a wrong or an empty one."""

MOST_SENTENCES: Final = 20_000
"""Look-ups kept at most: each count of a plural is one of its own."""
Render = Callable[[Text | Words], str]
"""A renderer bound to one reader: language, zone and present are settled."""

_log = logging.getLogger(__name__)


class Gap(KeyError):
    """A text that cannot be rendered: no such key, or a parameter of the sentence was not given."""


class Catalogs:
    """Both catalogs, ready to render. Look-ups are kept: cards are rendered thousands of times a second."""

    def __init__(self, translations: Mapping[Language, GNUTranslations], *, strict: bool = False) -> None:
        """Take loaded translations. `strict` raises `Gap` (tests); otherwise the key is shown and logged."""
        self._translations = translations
        self._strict = strict
        self._sentences: dict[tuple[Language, str, object], str | None] = {}

    @classmethod
    def load(cls, root: Path = LOCALES, *, strict: bool = False) -> Catalogs:
        """Read both catalogs below `root`; `Broken` where one is missing, unreadable or empty."""
        return cls({language: _load(root, language) for language in LANGUAGES}, strict=strict)

    def render(self, shown: Text | Words, language: Language, zone: ZoneInfo, now: datetime) -> str:
        """The string for one reader. `zone` is the company's; `now` decides which moments need their date."""
        if isinstance(shown, Words):
            return shown.of(language)
        sentence = self._sentence(shown, language)
        if sentence is None:
            return self._gap(shown, language, f"no entry {shown.key!r} in {DIRECTORIES[language]}")
        given = {name: self._value(value, language, zone, now) for name, value in shown.params.items()}
        try:
            return sentence.format_map(given)
        except (KeyError, IndexError, ValueError) as missing:
            return self._gap(shown, language, f"entry {shown.key!r} in {DIRECTORIES[language]}: {missing!r}")

    def both(self, shown: Text | Words, zone: ZoneInfo, now: datetime) -> str:
        """Both languages for a shared room, Chinese first, one below the other; once where they are the same."""
        zh, en = (self.render(shown, language, zone, now) for language in LANGUAGES)
        return zh if zh == en else f"{zh}\n{en}"

    def _sentence(self, shown: Text, language: Language) -> str | None:
        n = shown.params.get("n")
        kept = (language, shown.key, n if isinstance(n, int) else None)
        if kept not in self._sentences:
            if len(self._sentences) >= MOST_SENTENCES:
                self._sentences.clear()
            self._sentences[kept] = _look_up(self._translations[language], shown.key, kept[2])
        return self._sentences[kept]

    def _value(self, value: Value, language: Language, zone: ZoneInfo, now: datetime) -> str | int:
        match value:
            case str() | int():
                return value
            case float():
                return str(int(value)) if value.is_integer() else str(value)
            case Moment(at):
                return _clock_time(at, zone, now)
            case Span(seconds):
                return self.render(span(seconds), language, zone, now)
            case Text() | Words():
                return self.render(value, language, zone, now)

    def _gap(self, shown: Text, language: Language, why: str) -> str:
        if self._strict:
            raise Gap(why)
        _log.error("text not rendered: %s", why, extra={"key": shown.key, "language": language})
        return unrendered(shown)


def unrendered(shown: Text) -> str:
    """A text without any catalog: its key and plain parameters, when the catalogs themselves are what is broken."""
    given = ", ".join(f"{name}={value}" for name, value in shown.params.items())
    return f"{shown.key} ({given})" if given else shown.key


def parse_language(tag: str | None) -> Language | None:
    """The language of a tag as platforms write it (zh-CN, zh-Hans, zh_TW, en-US), None for any other."""
    first = (tag or "").strip().replace("_", "-").split("-", 1)[0].lower()
    return next((language for language in LANGUAGES if language == first), None)


def span(seconds: float) -> Text:
    """A length of time said exactly, in whole seconds: 90 s, 95 min, 8 h, 2 d 5 h. Nothing is rounded to its unit."""
    whole = abs(round(seconds))
    parts = _units(whole)
    said = parts[0]
    for part in parts[1:]:
        said = text("span.and", first=said, second=part)
    return text("span.minus", span=said) if round(seconds) < 0 else said


def _units(whole: int) -> list[Text]:
    minutes, seconds = divmod(whole, 60)
    if whole < 2 * 60 and seconds:
        return [text("span.seconds", n=whole)]
    hours, minutes = divmod(minutes, 60) if minutes % 60 == 0 or minutes >= 2 * 60 else (0, minutes)
    days, hours = divmod(hours, 24) if hours >= 2 * 24 else (0, hours)
    every = (
        (days, text("span.days", n=days)),
        (hours, text("span.hours", n=hours)),
        (minutes, text("span.minutes", n=minutes)),
        (seconds, text("span.seconds", n=seconds)),
    )
    return [said for count, said in every if count] or [text("span.minutes", n=0)]


def _clock_time(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    local = at.astimezone(zone)
    today = local.date() == now.astimezone(zone).date()
    return f"{local:%H:%M}" if today else f"{local:%Y-%m-%d %H:%M}"


def _look_up(translations: GNUTranslations, key: str, n: object) -> str | None:
    """Find a sentence; gettext answers with the key itself where there is none (a sentence never equals its key)."""
    if isinstance(n, int):
        plural = translations.ngettext(key, key, n)
        if plural != key:
            return plural
    found = translations.gettext(key)
    return None if found == key else found


def _load(root: Path, language: Language) -> GNUTranslations:
    source = root / DIRECTORIES[language] / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = source.with_suffix(".mo")
    try:
        translations = GNUTranslations(BytesIO(_newest(source, compiled)))
    except (OSError, ValueError, struct.error) as unreadable:
        raise Broken(text("catalog.unreadable", path=str(source), why=str(unreadable))) from unreadable
    if _look_up(translations, NAME_OF_LANGUAGE.key, None) is None:
        raise Broken(text("catalog.empty", path=str(source)))
    return translations


def _newest(source: Path, compiled: Path) -> bytes:
    if not source.exists() or (compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns):
        return compiled.read_bytes()
    return compile_catalog(source)


def compile_catalog(source: Path) -> bytes:
    """The machine form of one PO file. Fuzzy entries are left out, so that a guess never reaches a reader.

    ValueError where it is no PO file.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    compiled = BytesIO()
    try:
        with source.open("rb") as lines:
            write_mo(compiled, read_po(lines, abort_invalid=True))
    except PoFileError as wrong:
        raise ValueError(str(wrong)) from wrong
    return compiled.getvalue()
