"""The folder of playbooks: every file read, checked, and made into the version that events open with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel

from bot.config import Settings
from bot.domain.ids import PlaybookId
from bot.domain.playbook import PlaybookVersion
from bot.files.draft import BLOCK_BROKEN, Draft, Placed, Shared, draw_up
from bot.files.facts import gather
from bot.files.finding import Finding, Severity, errors, in_order
from bot.files.form import fill
from bot.files.lint import check_draft
from bot.files.normal_form import digest, normal_form
from bot.files.playbook_form import BlockForm, PlaybookForm, TemplatesForm
from bot.files.source import Source, Trail
from bot.files.yaml_source import Shelf, read_yaml
from bot.text import Text, text

TEMPLATES = "templates.yaml"
CALENDAR = "calendar.yaml"
BLOCKS = "blocks"
F = TypeVar("F", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Filled(Generic[F]):
    """One file: its form, None where it has errors; its source, None where it could not even be read."""

    path: Path
    placed: Placed[F] | None
    source: Source | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """One playbook: its version, None where it has errors, and what was found in its file and its blocks."""

    path: str
    id: PlaybookId
    version: PlaybookVersion | None
    findings: tuple[Finding, ...]
    source: Source | None = None

    def finding(self, trail: Trail, sentence: Text, severity: Severity = "error") -> Finding:
        """A sentence about a part of the file, about the whole where it could not be read."""
        if self.source is None:
            return Finding(self.path, 1, 1, sentence, severity)
        return self.source.finding(trail, sentence, severity)


@dataclass(frozen=True, slots=True)
class Folder:
    """The whole folder as it stands. `findings` are those of blocks, templates and the folder itself."""

    playbooks: tuple[Loaded, ...]
    findings: tuple[Finding, ...]
    sources: tuple[Source, ...]

    def all_findings(self) -> list[Finding]:
        """Everything found, by file and line, each once; a broken block is told once, not at each include."""
        found = chain(self.findings, *(loaded.findings for loaded in self.playbooks))
        return in_order(finding for finding in found if finding.sentence.key != BLOCK_BROKEN)

    def versions(self) -> Mapping[PlaybookId, PlaybookVersion]:
        """The playbooks that can be used."""
        return {loaded.id: loaded.version for loaded in self.playbooks if loaded.version is not None}


def load_playbooks(
    folder: Path, settings: Settings, cache: Path | None = None
) -> tuple[Mapping[PlaybookId, PlaybookVersion], list[Finding]]:
    """The playbooks without errors, and every finding. `cache`: a folder that makes the next start quick."""
    shelf = Shelf(cache)
    read = read_folder(folder, settings, shelf)
    shelf.tidy()
    return read.versions(), read.all_findings()


def playbook_files(folder: Path) -> list[Path]:
    """The playbooks' own files, in the order they are read."""
    return sorted(path for path in folder.glob("*.yaml") if path.name not in (CALENDAR, TEMPLATES))


def block_files(folder: Path) -> list[Path]:
    """The files of shared tasks, and the templates."""
    return [*sorted((folder / BLOCKS).glob("*.yaml")), *folder.glob(TEMPLATES)]


def read_folder(folder: Path, settings: Settings | None, shelf: Shelf) -> Folder:
    """Read everything. Without settings the form alone is checked: the names of a company are not known."""
    if not folder.is_dir():
        return Folder((), (Finding(str(folder), 1, 1, text("check.no_folder")),), ())
    blocks = [filled(path, BlockForm, shelf) for path in block_files(folder) if path.name != TEMPLATES]
    templates = [filled(path, TemplatesForm, shelf) for path in folder.glob(TEMPLATES)]
    plans = [filled(path, PlaybookForm, shelf) for path in playbook_files(folder)]
    shared, findings = _shared(blocks, templates)
    loaded = _twice([_loaded(plan, shared, settings) for plan in plans])
    if not plans:
        findings.append(Finding(str(folder), 1, 1, text("check.no_playbooks")))
    everything = chain[Filled[BlockForm] | Filled[TemplatesForm] | Filled[PlaybookForm]](blocks, templates, plans)
    sources = (filled.source for filled in everything)
    return Folder(loaded, tuple(findings), tuple(source for source in sources if source is not None))


def filled(path: Path, form: type[F], shelf: Shelf) -> Filled[F]:
    """One file as its form has it, with what is wrong with that."""
    try:
        source = read_yaml(path, path.read_bytes(), shelf)
    except OSError:
        source = Finding(str(path), 1, 1, text("check.no_access"))
    if isinstance(source, Finding):
        return Filled(path, None, None, (source,))
    if source.content is None:
        return Filled(path, None, source, (source.finding((), text("check.empty_file")),))
    found, findings = fill(form, source)
    return Filled(path, None if found is None else Placed(found, source), source, tuple(findings))


def _shared(
    blocks: Iterable[Filled[BlockForm]], templates: Iterable[Filled[TemplatesForm]]
) -> tuple[Shared, list[Finding]]:
    """What the playbooks take in, and what is wrong with those files themselves."""
    findings = [finding for filled in (*blocks, *templates) for finding in filled.findings]
    whole = [filled.placed for filled in blocks if filled.placed is not None]
    messages = [
        Placed(template, filled.placed.source, (number,))
        for filled in templates
        if filled.placed is not None
        for number, template in enumerate(filled.placed.form.root)
    ]
    for named in (whole, messages):
        for number, placed in enumerate(named):
            if any(placed.form.id == earlier.form.id for earlier in named[:number]):
                findings.append(placed.finding(text("check.name_taken", id=placed.form.id), "id"))
    return (
        Shared(
            blocks={placed.form.id: placed for placed in whole},
            templates={placed.form.id: placed for placed in messages},
            broken=frozenset(filled.path.stem for filled in (*blocks, *templates) if filled.placed is None),
        ),
        findings,
    )


def _loaded(plan: Filled[PlaybookForm], shared: Shared, settings: Settings | None) -> Loaded:
    path, source = str(plan.path), plan.source
    if plan.placed is None:
        return Loaded(path, PlaybookId(plan.path.stem), None, plan.findings, source)
    draft = draw_up(plan.placed, shared)
    name = PlaybookId(plan.placed.form.id)
    if settings is None:
        return Loaded(path, name, None, draft.findings, source)
    facts = gather(draft)
    findings = tuple(in_order(check_draft(draft, facts, shared, settings)))
    if errors(findings):
        return Loaded(path, name, None, findings, source)
    playbook = normal_form(draft, facts, shared, settings.event)
    author, saved_at = _saved(draft)
    return Loaded(path, name, PlaybookVersion(playbook, digest(playbook), author, saved_at), findings, source)


def _saved(draft: Draft) -> tuple[str, str]:
    """Who saved the newest of the files and when (UTC, ISO 8601)."""
    paths = [Path(placed.source.path) for placed in (draft.playbook, *draft.blocks)]
    newest = max(paths, key=lambda path: path.stat().st_mtime)
    saved_at = datetime.fromtimestamp(newest.stat().st_mtime, UTC).isoformat(timespec="seconds")
    try:
        return newest.owner(), saved_at
    except (KeyError, NotImplementedError):
        return str(newest.stat().st_uid), saved_at


def _twice(playbooks: list[Loaded]) -> tuple[Loaded, ...]:
    """Of two playbooks with one id the second is refused; an alias leads to one playbook."""
    seen: dict[PlaybookId, Loaded] = {}
    said: dict[str, Loaded] = {}
    checked: list[Loaded] = []
    for loaded in playbooks:
        earlier = seen.setdefault(loaded.id, loaded)
        if earlier is not loaded:
            finding = loaded.finding(("id",), text("check.playbook_twice", id=loaded.id, other=earlier.path))
            checked.append(replace(loaded, version=None, findings=(*loaded.findings, finding)))
            continue
        checked.append(replace(loaded, findings=(*loaded.findings, *_aliases(loaded, said))))
    return tuple(checked)


def _aliases(loaded: Loaded, said: dict[str, Loaded]) -> Iterable[Finding]:
    """Words that another playbook has already: which one opens would be chance. A warning."""
    for number, alias in enumerate(() if loaded.version is None else loaded.version.playbook.aliases):
        earlier = said.setdefault(alias.casefold(), loaded)
        if earlier is not loaded:
            sentence = text("check.alias_taken", alias=alias, other=earlier.id)
            yield loaded.finding(("aliases", number), sentence, "warning")
