"""The facts of a playbook: who sets each of them, as what, and whether the rules compare them rightly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.domain.playbook import PLACE, Condition
from bot.files.comparisons import parse_comparison, parse_elapsed
from bot.files.draft import Draft, Placed
from bot.files.finding import Finding, hint
from bot.files.playbook_form import RuleForm
from bot.text import Text, text

ELAPSED = "elapsed"
"""Stands among the facts of a rule: time since the event began."""


@dataclass(slots=True)
class Fact:
    """What is known of a fact from the questions and the evidence that set it."""

    units: list[str] = field(default_factory=list[str])
    choices: list[str] = field(default_factory=list[str])
    words: bool = False
    """It is (also) typed as text."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts by name."""

    known: dict[str, Fact]

    def unit(self, fact: str) -> str | None:
        """The unit of a number, None where it is none."""
        found = self.known.get(fact)
        return found.units[0] if found is not None and found.units else None


def gather(draft: Draft) -> Facts:
    """The facts that questions and evidence set, and the place that every report asks."""
    known = {PLACE: Fact(words=True)}
    known = {str(name): fact for name, fact in known.items()}
    answers = [(asked.fact, asked.number, asked.choose) for asked in draft.playbook.form.report]
    for task in draft.tasks:
        evidence = task.form.evidence
        if evidence is not None and evidence.fact is not None:
            answers.append((evidence.fact, evidence.number, evidence.choose))
    for name, unit, choices in answers:
        fact = known.setdefault(name, Fact())
        fact.units += [] if unit is None else [unit]
        fact.choices += [choice for choice in choices or () if choice not in fact.choices]
        fact.words = fact.words or (unit is None and choices is None)
    return Facts(known)


def check_facts(draft: Draft, facts: Facts) -> Iterator[Finding]:
    """A number has one unit wherever it is asked, and each comparison of each rule makes sense."""
    for task in draft.tasks:
        evidence = task.form.evidence
        if evidence is None or evidence.fact is None:
            continue
        if evidence.photo is not None or evidence.file is not None:
            yield task.finding(text("check.fact_of_file", fact=evidence.fact), "evidence", "fact")
        fact = facts.known[evidence.fact]
        if evidence.number is not None and evidence.number != fact.units[0]:
            sentence = text("check.unit", fact=evidence.fact, unit=fact.units[0])
            yield task.finding(sentence, "evidence", "number")
        if fact.units and (fact.choices or fact.words):
            yield task.finding(text("check.fact_kinds", fact=evidence.fact), "evidence", "fact")
    for rule in draft.rules:
        yield from _rule(rule, facts)


def _rule(rule: Placed[RuleForm], facts: Facts) -> Iterator[Finding]:
    for name, written in rule.form.when.items():
        if name == ELAPSED:
            length = parse_elapsed(written)
            if isinstance(length, Text):
                yield rule.finding(length, "when", name)
        elif name not in facts.known:
            sentence = text("check.no_fact", fact=name, hint=hint(name, [*facts.known, ELAPSED]))
            yield rule.source.finding((*rule.trail, "when", name), sentence, key=True)
        else:
            wrong = _wrong(facts.known[name], parse_comparison(name, written, facts.unit(name)), name)
            if wrong is not None:
                yield rule.finding(wrong, "when", name)


def _wrong(fact: Fact, parsed: Condition | Text, name: str) -> Text | None:
    if isinstance(parsed, Text):
        return parsed
    match parsed.operator:
        case "at least" | "at most" | "more than" | "less than":
            return None if fact.units or fact.words else text("check.not_a_number", fact=name)
        case "is" | "is not" if fact.choices and not fact.words and str(parsed.value) not in fact.choices:
            value = str(parsed.value)
            return text("check.no_choice", fact=name, value=value, hint=hint(value, fact.choices))
        case _:
            return None
