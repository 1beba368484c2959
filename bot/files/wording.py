"""Whether a text keeps to its language, and both halves say the same with the same placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter
from typing import Final

from bot.text import Text, Words, text

CHINESE: Final = re.compile(r"[\u2e80-\u303f\u31c0-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")
"""Ideographs and the punctuation that goes with them."""
LATIN: Final = re.compile(r"[A-Za-z][A-Za-z'’-]*")
BESIDE_LANGUAGE: Final = re.compile(
    r"""
    \{[^{}]*\}                                       # a placeholder
    | `[^`]*`                                        # what is quoted from a file
    | /[a-z]+                                        # a command: /report
    | (?<![\w-])--?[a-z][a-z-]*                      # an option: --speed
    | https?://\S+ | \S+@\S+                         # an address
    | [\w./-]+\.(?:toml|yaml|yml|csv|xlsx|json|po|db|py|docx|html|md)\b
    | \b(?:EV|DR)-[\dN…-]*                           # the number of an event
    | \b[GP]\d+\b                                    # a clause
    | \b[a-z]+_[a-z_]+\b                             # an id of a file
    | \b[A-Z]{1,4}-?\d+\w*\b                         # a machine, a gate, a grade: A3, EP-07
    """,
    re.VERBOSE | re.ASCII,
)
"""What is neither Chinese nor English, wherever it stands."""
ALLOWED_IN_CHINESE: Final = frozenset(
    (
        # names
        *("Tocsin", "tocsin", "Slack", "Telegram", "Chromium", "Firefox", "Safari", "Linux", "Python", "PostgreSQL"),
        *("SQLite", "Excel", "Wi-Fi", "WiFi"),
        # forms of files and what they are written in
        *("CSV", "DOCX", "GBK", "HTML", "ISO", "JPEG", "JSON", "Markdown", "PDF", "PNG", "SHA", "TOML", "UTF"),
        *("WebP", "XLSX", "XML", "YAML", "ZIP"),
        # short forms that Chinese readers use as they are
        *("APP", "BCP", "BIA", "ERP", "GPS", "HR", "HTTP", "HTTPS", "ID", "IP", "IT", "KTV", "LED", "MES", "OA", "OK"),
        *("PLC", "POS", "QR", "RPO", "RTO", "SCADA", "SDS", "SIM", "TLS", "UPS", "URL", "USB", "VPN"),
        # units
        *("GB", "KB", "MB", "cm", "d", "h", "kB", "kPa", "kV", "kW", "kg", "km", "m", "min", "mm", "s", "t", "V", "W"),
        # what is typed or pressed exactly so
        *("Ctrl", "at", "both", "csv", "demo", "docx", "en", "false", "fire", "html", "http", "https", "it-outage"),
        *("json", "md", "ok", "playbook", "true", "typhoon", "v", "verify", "xlsx", "zh"),
    )
)
"""Words a Chinese text may have. A single capital letter is a name too (gate A)."""


def impure(words: Words) -> Iterator[Text]:
    """What is Chinese in the English half, and what is English in the Chinese half."""
    strange = dict.fromkeys(CHINESE.findall(words.en))
    if strange:
        yield text("wording.chinese_in_english", found="".join(strange), written=words.en)
    foreign = [word for word in _latin(words.zh) if word not in ALLOWED_IN_CHINESE and not _one_capital(word)]
    if foreign:
        yield text("wording.english_in_chinese", found=" ".join(dict.fromkeys(foreign)), written=words.zh)


def placeholders(sentence: str) -> frozenset[str]:
    """The names a sentence wants filled in; ValueError where its braces do not match or one has no name."""
    names = [name for _, name, _, _ in Formatter().parse(sentence) if name is not None]
    if not all(name.isidentifier() for name in names):
        raise ValueError(sentence)
    return frozenset(names)


def _latin(sentence: str) -> list[str]:
    return LATIN.findall(BESIDE_LANGUAGE.sub(" ", sentence))


def _one_capital(word: str) -> bool:
    return len(word) == 1 and word.isupper()
