"""From a checked draft to the playbook in its normal form, and the hash that names a version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from bot.config import EventSettings
from bot.domain.ids import ContactId, DepartmentId, FactId, LevelId, PlaybookId, RoleId, TaskId
from bot.domain.playbook import Condition, Evidence, PlannedTask, Playbook, Question, Review, Rule, Template
from bot.files.comparisons import parse_comparison, parse_elapsed
from bot.files.draft import Draft, Placed, PlacedTask, Shared
from bot.files.facts import ELAPSED, Facts
from bot.files.form import Both
from bot.files.playbook_form import EvidenceForm, RuleForm
from bot.files.playbook_form import Question as QuestionForm
from bot.text import Words

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def normal_form(draft: Draft, facts: Facts, shared: Shared, event: EventSettings) -> Playbook:
    """The playbook of a draft that has no errors."""
    form = draft.playbook.form
    used = dict.fromkeys(task.form.template for task in draft.tasks if task.form.template is not None)
    return Playbook(
        id=PlaybookId(form.id),
        title=_words(form.title),
        covers=tuple(form.covers),
        owner=RoleId(form.owner),
        commander=RoleId(form.commander),
        level=LevelId(form.level),
        tile=form.tile,
        opens=form.opens,
        first_call=tuple(map(RoleId, form.first_call)),
        report=tuple(map(_question, form.report)),
        tasks=tuple(_task(task, event) for task in draft.tasks),
        rules=tuple(_rule(rule, facts) for rule in draft.rules),
        all_clear=tuple(map(DepartmentId, form.all_clear)),
        review=Review(RoleId(form.review.by), form.review.within, RoleId(form.review.approve)),
        at_once=_words(form.at_once),
        aliases=tuple(form.aliases),
        references=tuple(map(_words, form.references)),
        templates={name: _template(name, shared) for name in used},
    )


def digest(playbook: Playbook) -> str:
    """SHA-256 of the normal form: the same for the same plan, whatever the files' comments and layout."""
    written = json.dumps(_plain(playbook), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(written.encode()).hexdigest()


def _plain(value: object) -> object:
    """A value as JSON has it; choices and templates as pairs, for their order counts."""
    match value:
        case str() | int() | float() | None:
            return value
        case timedelta():
            return value.total_seconds()
        case Mapping():
            return [[key, _plain(inner)] for key, inner in cast("Mapping[str, object]", value).items()]
        case tuple():
            return [_plain(inner) for inner in cast("tuple[object, ...]", value)]
        case _:
            return {name: _plain(getattr(value, name)) for name in _parts(type(value))}


@cache
def _parts(kind: type[object]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cast("type[DataclassInstance]", kind)))


def _words(both: Both) -> Words:
    return Words(both.zh, both.en)


def _choices(choices: Mapping[str, Both] | None) -> dict[str, Words]:
    return {name: _words(both) for name, both in (choices or {}).items()}


def _question(form: QuestionForm) -> Question:
    return Question(FactId(form.fact), _words(form.ask), _choices(form.choose), form.number)


def _task(task: PlacedTask, event: EventSettings) -> PlannedTask:
    form = task.form
    return PlannedTask(
        id=TaskId(form.id),
        role=RoleId(form.role),
        phase=task.phase,
        text=Words(form.zh, form.en),
        acknowledge_for=event.default_acknowledge if form.acknowledge is None else form.acknowledge,
        finish_for=event.default_finish if form.finish is None else form.finish,
        after=tuple(map(TaskId, form.after)),
        held=form.held,
        evidence=None if form.evidence is None else evidence_of(form.evidence),
        contacts=tuple(map(ContactId, form.contacts)),
        template=form.template,
        covers=tuple(form.covers),
    )


def evidence_of(form: EvidenceForm) -> Evidence:
    """What a task, or a duty, wants before it is done."""
    fact = None if form.fact is None else FactId(form.fact)
    if form.number is not None:
        return Evidence("number", fact, form.number)
    if form.choose is not None:
        return Evidence("choice", fact, choices=_choices(form.choose))
    if form.photo is not None:
        return Evidence("photo", fact)
    return Evidence("text" if form.text is not None else "file", fact)


def _rule(rule: Placed[RuleForm], facts: Facts) -> Rule:
    form = rule.form
    written = ((fact, parse_comparison(fact, words, facts.unit(fact))) for fact, words in form.when.items())
    elapsed = parse_elapsed(form.when[ELAPSED]) if ELAPSED in form.when else None
    return Rule(
        when=tuple(parsed for fact, parsed in written if fact != ELAPSED and isinstance(parsed, Condition)),
        elapsed=elapsed if isinstance(elapsed, timedelta) else None,
        release=tuple(map(TaskId, form.release)),
        enter=form.enter,
        level=None if form.level is None else LevelId(form.level),
    )


def _template(name: str, shared: Shared) -> Template:
    form = shared.templates[name].form
    return Template(form.id, _words(form.title), _words(form.body))
