"""What stands behind a fact in a rule's `when`: a value, or words like "at least 8"."""

from __future__ import annotations

import re
from datetime import timedelta

from pydantic_core import PydanticCustomError

from bot.domain.ids import FactId
from bot.domain.playbook import Condition, Operator
from bot.files.form import EXAMPLES, parse_duration
from bot.text import Text, text

OR_UNKNOWN = re.compile(r"\s+or unknown$")
AMOUNT = re.compile(r"^(?P<operator>at least|at most|more than|less than)\s+(?P<rest>.+)$")
NUMBER = re.compile(r"^(?P<number>-?\d+(?:\.\d+)?)(?:\s+(?P<unit>\S+))?$")
ORDER: dict[str, Operator] = {
    "at least": "at least",
    "at most": "at most",
    "more than": "more than",
    "less than": "less than",
}
SIGNS = re.compile(r"^(?:>=|<=|=>|=<|==|>|<|!=|=|≥|≤)")


def parse_comparison(fact: str, written: str, unit: str | None) -> Condition | Text:
    """Read one comparison. `unit` is that of the fact, which may stand behind the number."""
    words = written.strip()
    name = FactId(fact)
    if words in ("known", "unknown"):
        return Condition(name, "known" if words == "known" else "unknown")
    core = OR_UNKNOWN.sub("", words)
    or_unknown = core != words
    if SIGNS.match(core):
        return text("check.comparison_sign", value=written, example="at least 8")
    if core.startswith("not "):
        return Condition(name, "is not", core.removeprefix("not ").strip(), or_unknown=or_unknown)
    amount = AMOUNT.match(core)
    if amount is None:
        return Condition(name, "is", core, or_unknown=or_unknown)
    number = NUMBER.match(amount["rest"])
    if number is None:
        return text("check.comparison_number", value=written, example=f"{amount['operator']} 8")
    if number["unit"] is not None and number["unit"] != unit:
        return text("check.comparison_unit", value=written, unit=unit or "-")
    value = float(number["number"])
    shown = int(value) if value.is_integer() else value
    return Condition(name, ORDER[amount["operator"]], shown, or_unknown=or_unknown)


def parse_elapsed(written: str) -> timedelta | Text:
    """Read "at least 8 h": time since the event began. The number is included, as 以上 does."""
    amount = AMOUNT.match(written.strip())
    if amount is None or amount["operator"] != "at least":
        return text("check.elapsed", value=written, example="at least 8 h")
    try:
        return parse_duration(amount["rest"])
    except PydanticCustomError:
        return text("check.duration", value=amount["rest"], examples=EXAMPLES)
