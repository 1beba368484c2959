"""Every key that is used is a sentence in both catalogs, and every sentence is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.files.catalogs import Entries, catalog_path, load_entries
from bot.text import LANGUAGES, Language
from tests.i18n import checks
from tests.i18n.sources import LOCALES, ROOT, Use, extracted_keys, python_uses, template_uses, uses

MAY_COMPUTE_KEYS = {
    "bot/text.py": "it makes texts of what it is given",
    "bot/adapters/web/render.py": "it hands `t` to the templates, where the keys are literal",
    "bot/exports/sentences.py": "a note of the house carries its key in the record",
}


@pytest.fixture(scope="module")
def used() -> list[Use]:
    return uses()


def entries(language: Language) -> Entries:
    return load_entries(catalog_path(LOCALES, language))


def test_babel_extracts_what_is_used(tmp_path: Path, used: list[Use]) -> None:
    checks.nothing(checks.not_extracted(extracted_keys(tmp_path), used))


def test_keys_are_literal(used: list[Use]) -> None:
    checks.nothing(checks.not_literal(used, MAY_COMPUTE_KEYS))


def test_text_and_plural_have_no_other_name() -> None:
    """Under another name Babel would not see their keys."""
    renamed = re.compile(r"\b(text|plural) as \w+")
    found = [
        f"{path}: {line}"
        for path in (ROOT / "bot").rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("from bot.text import") and renamed.search(line)
    ]
    checks.nothing(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_key_has_a_sentence(used: list[Use], language: Language) -> None:
    checks.nothing(checks.absent(used, entries(language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_sentence_is_used(used: list[Use], language: Language) -> None:
    checks.nothing(checks.unused(used, entries(language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_call_gives_what_the_sentence_wants(used: list[Use], language: Language) -> None:
    checks.nothing(list(checks.parameters(used, entries(language))))


def test_a_mapping_that_matches_nothing_is_found(tmp_path: Path, used: list[Use]) -> None:
    mapping = tmp_path / "babel.cfg"
    mapping.write_text("[python: nowhere/**.py]\n", encoding="utf-8")
    found = checks.not_extracted(extracted_keys(tmp_path, mapping), used)
    assert found[-1] == "the extraction matches nothing: 0 keys"


def test_a_key_that_babel_invents_is_found() -> None:
    assert "Babel finds old.key, which no call has" in checks.not_extracted({"old.key"}, [])


@pytest.mark.parametrize(
    ("source", "finding"),
    [
        ("text('no.such.key')", "a.py:1: no entry no.such.key"),
        ("text(f'task.{what}')", "a.py:1: the key must be a literal string"),
        ("text('yes' if sure else 'no')", "a.py:1: the key must be a literal string"),
        ("Text(action)", "a.py:1: the key must be a literal string"),
        ("text('record.fact', label=x)", "a.py:1: record.fact wants ['shown']"),
        ("text('record.fact', label=x, shown=y, by=z)", "a.py:1: record.fact does not show ['by']"),
        ("plural('record.fact', 3, label=x, shown=y)", "a.py:1: record.fact is counted but has no plural"),
        ("text('record.fact', **given)", None),
        ("t.text('record.fact', label=x, shown=y)", None),
        ("plural('form.proof', 3, head=x)", None),
        ("print('record.fact')", None),
    ],
)
def test_what_is_wrong_with_a_call_is_said(source: str, finding: str | None) -> None:
    calls = list(python_uses(source, "a.py"))
    known = entries("en")
    found = checks.absent(calls, known) + checks.not_literal(calls, {}) + list(checks.parameters(calls, known))
    assert found == ([] if finding is None else [finding])


def test_what_is_wrong_in_a_template_is_said() -> None:
    calls = list(template_uses("<p>{{ t('no.such.key') }}</p>\n{{ t('record.fact', label=x) }}{{ t(key) }}", "a.html"))
    known = entries("zh")
    assert checks.absent(calls, known) == ["a.html:1: no entry no.such.key"]
    assert list(checks.parameters(calls, known)) == ["a.html:2: record.fact wants ['shown']"]
    assert checks.not_literal(calls, {}) == ["a.html:2: the key must be a literal string"]


def test_an_unused_sentence_is_found() -> None:
    assert "nobody uses record.fact" in checks.unused([], entries("en"))
