"""`tocsin check`: everything that is wrong in the files of a company, for the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import RealClock
from bot.files.config import read_settings
from bot.files.finding import Finding, errors, in_order
from bot.files.playbooks import CALENDAR, Folder, read_folder
from bot.files.source import Source
from bot.files.yaml_source import Shelf, read_yaml
from bot.i18n import LOCALES, Catalogs, Render
from bot.text import Language, Text, Words, plural, text

GENERAL = "general"
"""The playbook of any event that no other one is for."""


def check(playbooks: Path, config: Path, catalogs: Path | None = LOCALES) -> list[Finding]:
    """All findings: the configuration's, then the playbooks', the calendar's, and the catalogs' below `catalogs`."""
    settings, findings = read_settings(config)
    folder = read_folder(playbooks, settings, Shelf())
    return [
        *findings,
        *in_order([*folder.all_findings(), *_texts(folder, catalogs), *_general(folder, playbooks)]),
        *_calendar(playbooks / CALENDAR),
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


def _texts(folder: Folder, catalogs: Path | None) -> list[Finding]:
    """The wording of the playbooks, where the company's terms are at hand."""
    from bot.files.terms import load_vocabulary
    from bot.files.texts_check import check_texts

    vocabulary = load_vocabulary((catalogs or LOCALES) / "terms.csv")
    return [finding for source in folder.sources for finding in check_texts(source, vocabulary)]


def _general(folder: Folder, path: Path) -> list[Finding]:
    """A report that no playbook is for opens the general one."""
    if not folder.playbooks or any(loaded.id == GENERAL for loaded in folder.playbooks):
        return []
    return [Finding(str(path), 1, 1, text("check.no_general", id=GENERAL), "warning")]


def _calendar(path: Path) -> list[Finding]:
    """The calendar of drills and duties, where there is one: whether it can be read."""
    if not path.exists():
        return []
    source = read_yaml(path, path.read_bytes(), Shelf())
    return [] if isinstance(source, Source) else [source]


def _catalogs(root: Path) -> list[Finding]:
    from bot.files.catalogs import check_catalogs

    return check_catalogs(root)
