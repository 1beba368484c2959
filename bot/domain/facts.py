"""Named values of an event: what somebody typed becomes a number, a choice or a text, with its label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.company import Company
from bot.domain.conditions import number, same_value
from bot.domain.entries_course import FactSet
from bot.domain.event import Event
from bot.domain.ids import FactId, TaskId
from bot.domain.people import listed, place_words
from bot.domain.playbook import PLACE, FactValue, Playbook
from bot.errors import Refused
from bot.text import Words, same, text

LARGEST = 1e15
"""Beyond this a float no longer counts one by one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How the playbook asks for a fact: `unit` None where it is no number."""

    label: Words
    choices: Mapping[str, Words]
    unit: str | None


def asked(playbook: Playbook, fact: FactId) -> Asked | None:
    """Where the playbook speaks of a fact: in a question, in a task's evidence, in a rule."""
    for question in playbook.report:
        if question.fact == fact:
            return Asked(question.ask, question.choices, question.number)
    for task in playbook.tasks:
        if task.evidence is not None and task.evidence.fact == fact:
            unit = task.evidence.unit if task.evidence.kind == "number" else None
            return Asked(task.text, task.evidence.choices or {}, unit)
    in_rules = any(condition.fact == fact for rule in playbook.rules for condition in rule.when)
    return Asked(same(fact), {}, None) if in_rules or fact == PLACE else None


def known_facts(playbook: Playbook) -> tuple[FactId, ...]:
    """The names a person may use after /fact."""
    questions = [question.fact for question in playbook.report]
    evidence = [task.evidence.fact for task in playbook.tasks if task.evidence is not None and task.evidence.fact]
    rules = [condition.fact for rule in playbook.rules for condition in rule.when]
    return tuple(dict.fromkeys([*questions, *evidence, *rules]))


def read_fact(playbook: Playbook, fact: FactId, value: FactValue) -> FactSet:
    """What somebody said a fact is. Raises Refused for a name or a value the playbook does not know."""
    question = asked(playbook, fact)
    if question is None:
        raise Refused(text("refused.fact_unknown", fact=fact))
    read, shown = read_value(question.choices, question.unit, value)
    return FactSet(fact, read, question.label, shown)


def reported_fact(playbook: Playbook, fact: FactId, value: FactValue) -> FactSet:
    """The same for a report, which is never refused: what does not fit is kept as it was typed."""
    try:
        return read_fact(playbook, fact, value)
    except Refused:
        question = asked(playbook, fact)
        return FactSet(fact, value, same(fact) if question is None else question.label, same(str(value)))


def placed(company: Company, said: FactSet) -> FactSet:
    """Where it is, shown by the company's own name for the place; the value stays what was typed."""
    if said.fact != PLACE or not isinstance(said.value, str):
        return said
    return replace(said, shown=place_words(company, said.value))


def read_value(choices: Mapping[str, Words], unit: str | None, value: FactValue) -> tuple[FactValue, Words]:
    """A value and how people read it. Raises Refused with what would be right."""
    if choices:
        return read_choice(choices, value)
    if unit is not None:
        return read_number(unit, value)
    if isinstance(value, str) and not value.strip():
        raise Refused(text("refused.value_empty"))
    return value, same(str(value).strip())


def read_choice(choices: Mapping[str, Words], value: FactValue) -> tuple[FactValue, Words]:
    """One of the choices, by its id or as its label reads in either language."""
    for choice, label in choices.items():
        if any(same_value(value, name) for name in (choice, label.zh, label.en)):
            return choice, label
    raise Refused(text("refused.choice", choices=listed(choices.values())))


def read_number(unit: str, value: FactValue) -> tuple[FactValue, Words]:
    """A number, shown with its unit ("1" counts things and is not shown). Nothing that is asked can be below zero."""
    typed = value.strip().removesuffix(unit).strip() if isinstance(value, str) and unit != "1" else value
    amount = number(typed)
    if amount is None or not 0 <= amount < LARGEST:
        raise Refused(text("refused.number"))
    read = int(amount) if amount.is_integer() else amount
    return read, same(f"{read}" if unit in ("", "1") else f"{read} {unit}")


def evidence_fact(playbook: Playbook, fact: FactId, value: FactValue, shown: Words, task: TaskId) -> FactSet:
    """The fact that a task's evidence brings."""
    question = asked(playbook, fact)
    return FactSet(fact, value, same(fact) if question is None else question.label, shown, task)


def place_known(event: Event) -> Words:
    """The place as the report said it, or as it became known since; empty where nobody has said it yet."""
    known = event.facts.get(PLACE)
    return event.place if known is None or (known.at <= event.opened_at and event.place.zh) else known.shown
