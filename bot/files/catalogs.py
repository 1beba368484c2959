"""What is wrong with the catalogs in `locales/`: each sentence in both languages, alike, in the company's terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from bot.files.finding import Finding
from bot.files.terms import Vocabulary, load_vocabulary
from bot.files.wording import impure, placeholders
from bot.i18n import DIRECTORIES, DOMAIN
from bot.text import LANGUAGES, Language, Text, Words, text

Entries = Mapping[str, Message]


def catalog_path(root: Path, language: Language) -> Path:
    """The PO file of one language."""
    return root / DIRECTORIES[language] / "LC_MESSAGES" / f"{DOMAIN}.po"


def check_catalogs(root: Path) -> list[Finding]:
    """Every finding of both catalogs and the terms below `root`; `Broken` where the terms cannot be read."""
    vocabulary = load_vocabulary(root / "terms.csv")
    entries: dict[Language, Entries] = {}
    for language in LANGUAGES:
        path = catalog_path(root, language)
        try:
            entries[language] = load_entries(path)
        except (OSError, UnicodeDecodeError, PoFileError) as unreadable:
            return [Finding(str(path), 1, 1, text("catalog.unreadable", path=path.name, why=str(unreadable)))]
    found = [
        Finding(str(catalog_path(root, language)), (message.lineno or 1), 1, sentence)
        for language in LANGUAGES
        for message in entries[language].values()
        for sentence in _of_one(message, entries["en" if language == "zh" else "zh"])
    ]
    english = str(catalog_path(root, "en"))
    for key in entries["zh"].keys() & entries["en"].keys():
        zh, en = entries["zh"][key], entries["en"][key]
        found += [Finding(english, en.lineno or 1, 1, sentence) for sentence in _of_both(zh, en, vocabulary)]
    return sorted(found, key=lambda finding: (finding.path, finding.line))


def load_entries(path: Path) -> Entries:
    """The entries of one catalog by their key, the header left out."""
    with path.open("rb") as lines:
        catalog: Catalog = read_po(lines, abort_invalid=True)
    return {key_of(message): message for message in catalog if message.id}


def key_of(message: Message) -> str:
    """The key of an entry; with a plural Babel gives both forms of it."""
    return message.id if isinstance(message.id, str) else message.id[0]


def sentences(message: Message) -> tuple[str, ...]:
    """What an entry says: one sentence, or one for each plural form."""
    said = message.string
    return (said,) if isinstance(said, str) else tuple(said or ("",))


def _of_one(message: Message, other: Entries) -> Iterator[Text]:
    key = key_of(message)
    if message.fuzzy:
        yield text("wording.fuzzy", key=key)
    if not all(sentences(message)):
        yield text("wording.untranslated", key=key)
    if key not in other:
        yield text("wording.one_language", key=key)
    for sentence in sentences(message):
        try:
            placeholders(sentence)
        except ValueError:
            yield text("wording.braces", key=key, written=sentence)


def _of_both(zh: Message, en: Message, vocabulary: Vocabulary) -> Iterator[Text]:
    wanted, given = _all_placeholders(zh), _all_placeholders(en)
    if wanted is not None and given is not None and wanted != given:
        yield text("wording.placeholders", key=key_of(en), zh=_named(wanted), en=_named(given))
    whole = Words("\n".join(sentences(zh)), "\n".join(sentences(en)))
    checks: tuple[Callable[[Words], Iterator[Text]], ...] = (impure, vocabulary.departures)
    for check in checks:
        for sentence in check(whole):
            yield text("wording.entry", key=key_of(en), sentence=sentence)


def _all_placeholders(message: Message) -> frozenset[str] | None:
    """Those of every form together: a singular may leave its number out. None where the braces are wrong."""
    try:
        return frozenset[str]().union(*(placeholders(sentence) for sentence in sentences(message)))
    except ValueError:
        return None


def _named(names: frozenset[str]) -> str:
    return " ".join(f"`{name}`" for name in sorted(names)) or "-"
