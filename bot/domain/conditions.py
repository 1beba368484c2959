"""Plain comparisons on facts: what a rule's `when` says (G15, G17, G20, G21)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from math import isfinite

from bot.domain.entries_course import ElapsedRule
from bot.domain.event import Event
from bot.domain.ids import FactId
from bot.domain.playbook import Condition, FactValue


def number(value: FactValue | None) -> float | None:
    """A value as a finite number, None where it is none. "8" typed counts as 8; yes and no do not."""
    if value is None or isinstance(value, bool):
        return None
    try:
        amount = float(value)
    except (ValueError, OverflowError):
        return None
    return amount if isfinite(amount) else None


def same_value(one: FactValue, other: FactValue) -> bool:
    """Whether two values say the same: as numbers where both are, else as text whatever its case."""
    left, right = number(one), number(other)
    if left is not None and right is not None:
        return left == right
    return str(one).strip().casefold() == str(other).strip().casefold()


COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "at least": lambda value, bound: value >= bound,
    "at most": lambda value, bound: value <= bound,
    "more than": lambda value, bound: value > bound,
    "less than": lambda value, bound: value < bound,
}


def holds(condition: Condition, values: Mapping[FactId, FactValue]) -> bool:
    """Whether one comparison holds. A missing fact never matches unless the rule says so."""
    value = values.get(condition.fact)
    match condition.operator:
        case "known":
            return value is not None
        case "unknown":
            return value is None
        case "is" | "is not":
            if value is None or condition.value is None:
                return value is None and condition.or_unknown
            return same_value(value, condition.value) is (condition.operator == "is")
        case "at least" | "at most" | "more than" | "less than":
            if value is None:
                return condition.or_unknown
            amount, bound = number(value), number(condition.value)
            return amount is not None and bound is not None and COMPARE[condition.operator](amount, bound)


def all_hold(conditions: Iterable[Condition], event: Event) -> bool:
    """Whether every comparison holds for the event as it stands."""
    values = {name: fact.value for name, fact in event.facts.items()}
    return all(holds(condition, values) for condition in conditions)


def elapsed_at(event: Event, seconds: float) -> datetime:
    """When so much time has passed since the event began, by its own clock (a drill's may be faster, and halts)."""
    return event.began_at + timedelta(seconds=event.halted_for + seconds / event.clock_speed)


def waiting_rules(event: Event) -> tuple[ElapsedRule, ...]:
    """The rules that fire as soon as their time has come, as the facts stand."""
    return tuple(rule for rule in event.elapsed_rules if rule.rule not in event.fired and all_hold(rule.when, event))
