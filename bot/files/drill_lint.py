"""What would go wrong with a drill: names that lead nowhere, nobody to play it, an inject that never comes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import cast

from bot.config import Settings
from bot.domain.drill import FASTEST, SLOWEST
from bot.domain.facts import asked, known_facts, read_value
from bot.domain.ids import FactId, PersonId, PlaybookId, RoleId
from bot.domain.people import role_of
from bot.domain.playbook import AFFECTED_HEAD, PLACE, FactValue, Playbook, PlaybookVersion
from bot.errors import Refused
from bot.files.draft import Placed
from bot.files.drill_form import CLOCK, DrillForm, InjectForm
from bot.files.finding import Finding, hint
from bot.files.source import Trail
from bot.text import Text, Words, text

MOST_LINES = 6
"""Lines of a scenario in each language, as on any card."""
NOT_A_DRILL = re.compile(
    r"不是演[练习]|并非演[练习]|非演[练习]|(?:not|isn't|isn’t|no) (?:an? )?(?:drill|exercise)\b", re.IGNORECASE
)
"""Words that no drill may say: whoever hears half of them takes it for real (practice.md)."""
PICTURES = (".png", ".jpg", ".jpeg")
USUAL_LENGTH = timedelta(hours=1)


def clock_speed(written: str | float) -> float | None:
    """A clock's speed: ×12, x12 or 12; None where it is no number within bounds."""
    if isinstance(written, str):
        if re.match(CLOCK, written.strip()) is None:
            return None
        written = float(written.strip().lstrip("×xX ").strip())
    return float(written) if SLOWEST <= written <= FASTEST else None


def check_drill(
    drill: Placed[DrillForm],
    settings: Settings,
    versions: Mapping[PlaybookId, PlaybookVersion],
    broken: Collection[str],
    path: Path,
) -> Iterator[Finding]:
    """Every finding about one drill. `broken`: files of playbooks that have errors of their own."""
    form = drill.form
    if form.id != path.stem:
        yield drill.finding(text("check.drill.name", id=form.id, file=path.stem), "id")
    yield from _words(drill)
    yield from _people(drill, settings)
    yield from _clock(drill)
    version = versions.get(PlaybookId(form.playbook))
    if version is not None:
        yield from _plan(drill, version.playbook, settings)
    elif form.playbook not in broken:
        near = hint(form.playbook, list(versions))
        yield drill.finding(text("check.drill.no_playbook", id=form.playbook, hint=near), "playbook")
    else:
        yield drill.finding(text("check.drill.playbook_broken", id=form.playbook), "playbook")
    for number, inject in enumerate(form.injects):
        if inject.photo is not None and (wrong := _picture(inject.photo, path.parent)):
            yield drill.finding(wrong, "injects", number, "photo")


def _words(drill: Placed[DrillForm]) -> Iterator[Finding]:
    for language in ("zh", "en"):
        lines = len(getattr(drill.form.scenario, language).splitlines())
        if lines > MOST_LINES:
            yield drill.finding(text("check.drill.long_scenario", lines=lines, most=MOST_LINES), "scenario", language)
    for trail, words in _all_words(drill.source.content, ()):
        found = NOT_A_DRILL.search(words)
        if found is not None:
            yield drill.source.finding(trail, text("check.drill.not_a_drill", words=found[0]))


def _all_words(content: object, trail: Trail) -> Iterator[tuple[Trail, str]]:
    if isinstance(content, str):
        yield trail, " ".join(content.split())
    elif isinstance(content, dict):
        for key, inner in cast("dict[str, object]", content).items():
            yield from _all_words(inner, (*trail, key))
    elif isinstance(content, list):
        for number, inner in enumerate(cast("list[object]", content)):
            yield from _all_words(inner, (*trail, number))


def _people(drill: Placed[DrillForm], settings: Settings) -> Iterator[Finding]:
    """Every role is known, held, and not wholly played as absent; the place and the people are known."""
    form, company = drill.form, settings.company
    if form.place not in company.places:
        near = hint(form.place, list(company.places))
        yield drill.finding(text("check.drill.no_place", id=form.place, hint=near), "place")
    for number, person in enumerate(form.absent):
        if person not in company.people:
            near = hint(person, list(company.people))
            yield drill.finding(text("check.no_person", id=person, hint=near), "absent", number)
    for key, role in (("organiser", form.organiser), ("safety", form.safety)):
        if wrong := _role(role, drill, settings):
            yield drill.finding(wrong, key)
    for number, role in enumerate(form.participants):
        if wrong := _role(role, drill, settings):
            yield drill.finding(wrong, "participants", number)
    for number, inject in enumerate(form.injects):
        if wrong := _role(inject.to, drill, settings):
            yield drill.finding(wrong, "injects", number, "to")


def _role(role: str, drill: Placed[DrillForm], settings: Settings) -> Text | None:
    company = settings.company
    known = [*company.roles, AFFECTED_HEAD]
    if role not in known:
        return text("check.no_role", id=role, hint=hint(role, known))
    held = role_of(company, RoleId(role), Words(drill.form.place, drill.form.place))
    if not held.holders:
        return text("check.nobody_holds", role=role)
    if set(held.holders) <= set(map(PersonId, drill.form.absent)):
        return text("check.drill.all_absent", role=role)
    return None


def _clock(drill: Placed[DrillForm]) -> Iterator[Finding]:
    """The clock is within bounds, and each inject comes before the drill is over."""
    form = drill.form
    if form.window is not None and form.announced and "announced" in form.model_fields_set:
        yield drill.finding(text("check.drill.announced", one="announced: true", other="window"), "window")
    if form.window is None and not form.announced:
        yield drill.finding(text("check.drill.no_window", mended="window: 7 d"), "announced")
    for key, length in (("lasts", form.lasts), ("window", form.window)):
        if length is not None and length <= timedelta(0):
            yield drill.finding(text("check.drill.no_time", key=key), key)
    speed = clock_speed(form.clock)
    if speed is None:
        bounds = {"slowest": f"×{SLOWEST:g}", "fastest": f"×{FASTEST:g}"}
        yield drill.finding(text("check.drill.clock", value=str(form.clock)[:20], **bounds), "clock")
        return
    lasts = form.lasts or USUAL_LENGTH
    for number, inject in enumerate(form.injects):
        if inject.within <= timedelta(0):
            yield drill.finding(text("check.drill.no_time", key="within"), "injects", number, "within")
        if inject.at / speed > lasts:
            sentence = text("check.drill.after_end", minute=_minutes(inject.at / speed), lasts=_minutes(lasts))
            yield drill.finding(sentence, "injects", number, "at")


def _minutes(length: timedelta) -> str:
    return f"{length.total_seconds() / 60:.4g}"


def taking_part(named: Sequence[str], plan: Playbook, place: str, settings: Settings) -> tuple[str, ...]:
    """The roles that take part: those named, else whoever commands and every role with a task."""
    where = Words(place, place)
    roles = named or [plan.commander, *(task.role for task in plan.tasks)]
    return tuple(dict.fromkeys(role_of(settings.company, RoleId(role), where).id for role in roles))


def _plan(drill: Placed[DrillForm], plan: Playbook, settings: Settings) -> Iterator[Finding]:
    """What the drill says of its playbook: facts with their values, tasks, and roles that take part."""
    form = drill.form
    questions = [question.fact for question in plan.report if question.fact != PLACE]
    for fact, value in form.facts.items():
        if fact not in questions:
            sentence = text("check.drill.no_question", fact=fact, hint=hint(fact, questions))
            yield drill.source.finding(("facts", fact), sentence, key=True)
        elif wrong := _value(plan, fact, value):
            yield drill.finding(wrong, "facts", fact)
    players = taking_part(form.participants, plan, form.place, settings)
    for number, inject in enumerate(form.injects):
        yield from _inject(drill, number, inject, plan)
        role = role_of(settings.company, RoleId(inject.to), Words(form.place, form.place)).id
        if role not in players and _role(inject.to, drill, settings) is None:
            sentence = text("check.drill.not_taking_part", role=inject.to, hint=hint(inject.to, players))
            yield drill.finding(sentence, "injects", number, "to")


def _inject(drill: Placed[DrillForm], number: int, inject: InjectForm, plan: Playbook) -> Iterator[Finding]:
    tasks = [task.id for task in plan.tasks]
    if inject.task is not None and inject.task not in tasks:
        sentence = text("check.no_task", id=inject.task, hint=hint(inject.task, tasks))
        yield drill.finding(sentence, "injects", number, "task")
    for fact, value in (inject.set or {}).items():
        if fact not in known_facts(plan):
            sentence = text("check.no_fact", fact=fact, hint=hint(fact, known_facts(plan)))
            yield drill.source.finding(("injects", number, "set", fact), sentence, key=True)
        elif wrong := _value(plan, fact, value):
            yield drill.finding(wrong, "injects", number, "set", fact)


def _value(plan: Playbook, fact: str, value: FactValue) -> Text | None:
    question = asked(plan, FactId(fact))
    if question is None:
        return None
    try:
        read_value(question.choices, question.unit, value)
    except Refused:
        if question.choices:
            return text("check.no_choice", fact=fact, value=str(value), hint=hint(str(value), question.choices))
        return text("check.number_wanted", value=str(value))
    return None


def _picture(photo: str, folder: Path) -> Text | None:
    """A picture stands beside the drill's file: nothing else on the machine can be shown with it."""
    path = folder / photo
    if Path(photo).name != photo or not path.is_file():
        return text("check.drill.no_picture", photo=photo)
    return None if path.suffix.lower() in PICTURES else text("check.drill.picture_kind", kinds=" ".join(PICTURES))
