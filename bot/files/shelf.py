"""What is in force while the bot runs: saved files are picked up, a bad one keeps its last good version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from bot.config import Settings
from bot.domain.ids import PlaybookId
from bot.domain.playbook import PlaybookVersion
from bot.domain.programme import Programme
from bot.files.drills import picture_files
from bot.files.finding import Finding, errors
from bot.files.playbooks import CALENDAR, Folder, block_files, playbook_files, read_folder
from bot.files.programme import last_good, programme_files, read_programme
from bot.files.yaml_source import Shelf
from bot.text import Text, text


class Stamp(NamedTuple):
    """What tells a saved file from the one before."""

    modified: int
    size: int


@dataclass(frozen=True, slots=True)
class ReloadResult:
    """What one look at the folder brought: versions newly in force, and findings about files that were saved."""

    changed: Mapping[PlaybookId, PlaybookVersion] = field(default_factory=dict[PlaybookId, PlaybookVersion])
    findings: tuple[Finding, ...] = ()
    programme: bool = False
    """Whether drills or the calendar changed."""


class PlaybookShelf:
    """The last good version of each file. One look costs a `stat` for each where nothing was saved."""

    def __init__(self, folder: Path, settings: Settings, cache: Path | None = None) -> None:
        """Read the folder once; `findings` says what was wrong then, `versions` and `programme` what can be used."""
        self.folder = folder
        self.settings = settings
        self._shelf = Shelf(cache)
        self._stamps: dict[Path, Stamp] = {}
        self._stamps = self._look()
        read = read_folder(folder, settings, self._shelf)
        self._files = {loaded.path: loaded.id for loaded in read.playbooks}
        self.versions: Mapping[PlaybookId, PlaybookVersion] = read.versions()
        planned = read_programme(folder, settings, self.versions, self._shelf)
        self._shelf.tidy()
        self.programme: Programme = planned.programme
        self.findings = (*read.all_findings(), *planned.findings)
        self._told = set(_spots(self.findings))

    def reload_changed(self) -> ReloadResult:
        """Take up what was saved since the last look. A bad file keeps its last good version and says why, once."""
        stamps = self._look()
        if stamps == self._stamps:
            return ReloadResult()
        gone = self._stamps.keys() - stamps.keys()
        self._stamps = stamps
        return self._take(read_folder(self.folder, self.settings, self._shelf), gone)

    def use(self, settings: Settings) -> ReloadResult:
        """Check the playbooks against other settings, as after an import of people or a saved configuration."""
        self.settings = settings
        return self._take(read_folder(self.folder, settings, self._shelf), frozenset())

    def _take(self, read: Folder, gone: frozenset[Path] | set[Path]) -> ReloadResult:
        changed = {
            loaded.id: loaded.version
            for loaded in read.playbooks
            if loaded.version is not None and self._is_new(loaded.version)
        }
        self.versions = {**self.versions, **changed}
        planned = read_programme(self.folder, self.settings, self.versions, self._shelf)
        self._shelf.tidy()
        findings = (*read.all_findings(), *planned.findings)
        fresh = [finding for finding, spot in zip(findings, _spots(findings), strict=True) if spot not in self._told]
        self._told = set(_spots(findings))
        bad = errors(fresh)
        kept = [self._kept(path, read) for path in dict.fromkeys(finding.path for finding in bad)]
        missing = [_missing(path) for path in sorted(gone)]
        self._files |= {loaded.path: loaded.id for loaded in read.playbooks}
        programme, before = last_good(planned.programme, self.programme), self.programme
        self.programme = programme
        return ReloadResult(changed, (*bad, *kept, *missing), programme != before)

    def _is_new(self, version: PlaybookVersion) -> bool:
        known = self.versions.get(version.playbook.id)
        return known is None or known.digest != version.digest

    def _kept(self, path: str, read: Folder) -> Finding:
        """What becomes of what the bad file is for."""
        if Path(path) in programme_files(self.folder):
            return Finding(path, 1, 1, self._kept_programme(Path(path)), "warning")
        loaded = next((loaded for loaded in read.playbooks if loaded.path == path), None)
        name = None if loaded is None else self._files.get(path, loaded.id)
        if name is not None and name not in self.versions:
            return Finding(path, 1, 1, text("check.not_in_force", id=name), "warning")
        return Finding(path, 1, 1, text("check.last_good"), "warning")

    def _kept_programme(self, path: Path) -> Text:
        if path.name == CALENDAR:
            return text("check.calendar.kept")
        return text("check.last_good") if path.stem in self.programme.drills else text("check.drill.not_in_force")

    def _look(self) -> dict[Path, Stamp]:
        """The files as they are. An empty file is one that an editor is just writing."""
        stamps: dict[Path, Stamp] = {}
        files = (*block_files(self.folder), *playbook_files(self.folder), *programme_files(self.folder))
        for path in (*files, *picture_files(self.folder)):
            try:
                status = path.stat()
            except OSError:
                continue
            stamp = Stamp(status.st_mtime_ns, status.st_size)
            stamps[path] = stamp if stamp.size else self._stamps.get(path, stamp)
        return stamps


def _spots(findings: Iterable[Finding]) -> list[tuple[str, int, int, str]]:
    return [(found.path, found.line, found.column, found.sentence.key) for found in findings]


def _missing(path: Path) -> Finding:
    return Finding(str(path), 1, 1, text("check.file_gone"), "warning")
