"""`tocsin check`: everything that is wrong in the files of a company, for the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import RealClock
from bot.files.config import read_settings
from bot.files.finding import Finding, errors, in_order
from bot.files.playbooks import Folder, read_folder
from bot.files.programme import read_programme
from bot.files.source import Source
from bot.files.yaml_source import Shelf
from bot.i18n import LOCALES, Catalogs, Render
from bot.text import Language, Text, Words, plural, text

GENERAL = "general"
"""The playbook of any event that no other one is for."""


def check(playbooks: Path, config: Path, catalogs: Path | None = LOCALES) -> list[Finding]:
    """All findings: of the configuration, the playbooks, drills and calendar, and the catalogs below `catalogs`."""
    settings, findings = read_settings(config)
    shelf = Shelf()
    folder = read_folder(playbooks, settings, shelf)
    planned = read_programme(playbooks, settings, folder.versions(), shelf)
    return [
        *findings,
        *in_order([*folder.all_findings(), *_texts(folder.sources, catalogs), *_general(folder, playbooks)]),
        *in_order([*planned.findings, *_texts(planned.sources, catalogs)]),
        *([] if catalogs is None else _catalogs(catalogs)),
    ]


def run_check(playbooks: Path, config: Path, language: Language, catalogs: Path | None = LOCALES) -> int:
    """Print all findings to standard output, one a line. 0 without an error, else 1; warnings alone are 0."""
    findings = check(playbooks, config, catalogs)
    render = renderer(language)
    for finding in findings:
        sys.stdout.write(f"{finding.show(render)}\n")
    sys.stdout.write(f"{render(summary(findings))}\n")
    return 1 if errors(findings) else 0


def summary(findings: list[Finding]) -> Text:
    """The last line: how many mistakes and warnings there are."""
    wrong = len(errors(findings))
    if not findings:
        return text("check.all_good")
    if not wrong:
        return plural("check.only_warnings", len(findings))
    return plural("check.mistakes", wrong)


def renderer(language: Language) -> Render:
    """A renderer for the terminal; the sentences of checks have no times in them."""
    catalogs, now = Catalogs.load(), RealClock().now()

    def render(shown: Text | Words) -> str:
        return catalogs.render(shown, language, ZoneInfo("UTC"), now)

    return render


def _texts(sources: Iterable[Source], catalogs: Path | None) -> list[Finding]:
    """The wording of the files, where the company's terms are at hand."""
    from bot.files.terms import load_vocabulary
    from bot.files.texts_check import check_texts

    vocabulary = load_vocabulary((catalogs or LOCALES) / "terms.csv")
    return [finding for source in sources for finding in check_texts(source, vocabulary)]


def _general(folder: Folder, path: Path) -> list[Finding]:
    """A report that no playbook is for opens the general one."""
    if not folder.playbooks or any(loaded.id == GENERAL for loaded in folder.playbooks):
        return []
    return [Finding(str(path), 1, 1, text("check.no_general", id=GENERAL), "warning")]


def _catalogs(root: Path) -> list[Finding]:
    from bot.files.catalogs import check_catalogs

    return check_catalogs(root)
