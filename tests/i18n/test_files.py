"""Playbooks, stories and the sample company keep to the languages and the terms too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.files.finding import Finding
from bot.files.source import Source
from bot.files.terms import load_vocabulary
from bot.files.toml_source import read_toml
from bot.files.yaml_source import Shelf, read_yaml
from bot.i18n import Catalogs
from tests.i18n import checks
from tests.i18n.sources import LOCALES, ROOT

NOW = datetime(2026, 5, 1, tzinfo=UTC)
FILES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "playbooks").rglob("*.yaml"))
VOCABULARY = load_vocabulary(LOCALES / "terms.csv")


def opened(path: Path) -> Source:
    content = path.read_bytes()
    source = read_toml(path, content) if path.suffix == ".toml" else read_yaml(path, content, Shelf(None))
    assert isinstance(source, Source), source
    return source


def findings(source: Source, catalogs: Catalogs) -> Iterator[str]:
    for trail, sentence in checks.wording(source.content, VOCABULARY):
        found = Finding(source.path, *source.mark(trail), sentence)
        yield found.show(lambda shown: catalogs.render(shown, "en", ZoneInfo("UTC"), NOW))


@pytest.mark.parametrize("name", [*FILES, "config.example.toml"])
def test_files_people_write_keep_to_their_languages_and_terms(name: str, catalogs: Catalogs) -> None:
    source = opened(ROOT / name)
    assert list(checks.pairs(source.content)), f"{name} has no text in two languages"
    checks.nothing(list(findings(source, catalogs)))


def test_there_are_playbooks() -> None:
    assert len(FILES) >= 16


@pytest.mark.parametrize(
    ("zh", "en", "finding"),
    [
        ("先到集合点。", "Go to the meeting place.", "the English must say “assembly point”"),
        ("先到空地。", "Go to the assembly point.", "the Chinese must say 集合点"),
        ("先 check 一下。", "Check it first.", "There are English words, check"),
        ("先检查。", "Check 阀门 first.", "There are Chinese characters, 阀门"),
        ("先检查。", "Check first。", "There are Chinese characters, 。"),
        ("先检查。", "", "has no text"),
    ],
)
def test_what_is_wrong_in_a_playbook_is_said_with_its_line(
    tmp_path: Path, catalogs: Catalogs, zh: str, en: str, finding: str
) -> None:
    path = tmp_path / "fire.yaml"
    path.write_text(f"id: fire\ntasks:\n  - id: a\n    zh: {zh}\n    en: {en!r}\n", encoding="utf-8")
    (found,) = findings(opened(path), catalogs)
    assert found.startswith(f"{path}:3:")
    assert finding in found
