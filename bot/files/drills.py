"""The drills of `playbooks/drills/`: each file read, checked against playbook and company, made into a Drill (P4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.config import Settings
from bot.domain.drill import Drill, Inject
from bot.domain.ids import DrillId, FactId, PersonId, PlaybookId, RoleId, TaskId
from bot.domain.people import role_of
from bot.domain.playbook import AFFECTED_HEAD, PlaybookVersion
from bot.files.draft import Placed
from bot.files.drill_form import DrillForm, InjectForm
from bot.files.drill_lint import PICTURES, USUAL_LENGTH, check_drill, clock_speed
from bot.files.finding import Finding, errors, in_order
from bot.files.form import Both
from bot.files.playbooks import filled
from bot.files.source import Source
from bot.files.yaml_source import Shelf
from bot.text import Words

DRILLS = "drills"
"""The folder beside the playbooks; it also holds the pictures of injects."""


@dataclass(frozen=True, slots=True)
class LoadedDrill:
    """One file: its drill, None where it has errors; its source, None where it could not even be read."""

    id: DrillId
    path: str
    drill: Drill | None
    findings: tuple[Finding, ...]
    source: Source | None = None


def drill_files(folder: Path) -> list[Path]:
    """The files of drills, in the order they are read."""
    return sorted((folder / DRILLS).glob("*.yaml"))


def picture_files(folder: Path) -> list[Path]:
    """The pictures beside them."""
    return sorted(path for path in (folder / DRILLS).glob("*") if path.suffix.lower() in PICTURES)


def load_drills(
    folder: Path, settings: Settings, versions: Mapping[PlaybookId, PlaybookVersion], shelf: Shelf
) -> list[LoadedDrill]:
    """Every drill of the folder of playbooks."""
    broken = {path.stem for path in folder.glob("*.yaml")} - set(versions)
    return [_loaded(path, settings, versions, broken, shelf) for path in drill_files(folder)]


def _loaded(
    path: Path,
    settings: Settings,
    versions: Mapping[PlaybookId, PlaybookVersion],
    broken: Collection[str],
    shelf: Shelf,
) -> LoadedDrill:
    name = DrillId(path.stem)
    file = filled(path, DrillForm, shelf)
    if file.placed is None:
        return LoadedDrill(name, str(path), None, file.findings, file.source)
    placed, form = file.placed, file.placed.form
    found = tuple(in_order(check_drill(placed, settings, versions, broken, path)))
    version = versions.get(PlaybookId(form.playbook))
    if errors(found) or version is None:
        return LoadedDrill(name, str(path), None, found, file.source)
    return LoadedDrill(name, str(path), _drill(placed, settings), found, file.source)


def _drill(placed: Placed[DrillForm], settings: Settings) -> Drill:
    form = placed.form
    injects = (_inject(inject, form.place, settings) for inject in form.injects)
    return Drill(
        id=DrillId(form.id),
        playbook=PlaybookId(form.playbook),
        title=_words(form.title),
        scenario=_words(form.scenario),
        objectives=tuple(map(_words, form.objectives)),
        type=form.type,
        place=form.place,
        organiser=RoleId(form.organiser),
        safety=RoleId(form.safety),
        stop_word=_words(form.stop_word),
        participants=tuple(dict.fromkeys(_role(role, form.place, settings) for role in form.participants)),
        injects=tuple(sorted(injects, key=lambda inject: inject.at)),
        clock_speed=clock_speed(form.clock) or 1.0,
        hidden_within=form.window,
        lasts=form.lasts or USUAL_LENGTH,
        absent=tuple(map(PersonId, form.absent)),
        facts=tuple((FactId(fact), value) for fact, value in form.facts.items()),
        digest=_digest(placed),
    )


def _digest(placed: Placed[DrillForm]) -> str:
    """Of the file and its pictures, so that another picture makes it another drill."""
    read = sha256("\n".join(placed.source.lines).encode())
    for inject in placed.form.injects:
        if inject.photo is not None:
            read.update((Path(placed.source.path).parent / inject.photo).read_bytes())
    return read.hexdigest()


def _inject(form: InjectForm, place: str, settings: Settings) -> Inject:
    fact, value = next(iter((form.set or {}).items()), (None, None))
    return Inject(
        at=form.at,
        to=_role(form.to, place, settings),
        text=Words(form.zh, form.en),
        expects=_words(form.expect),
        within=form.within,
        fact=None if fact is None else FactId(fact),
        value=value,
        photo=form.photo,
        task=None if form.task is None else TaskId(form.task),
    )


def _role(role: str, place: str, settings: Settings) -> RoleId:
    """A role of the company; the head of the department that was hit is known from the place."""
    if role != AFFECTED_HEAD:
        return RoleId(role)
    return role_of(settings.company, AFFECTED_HEAD, Words(place, place)).id


def _words(both: Both) -> Words:
    return Words(both.zh, both.en)
