"""The Bot API as its documentation states it: methods, fields, types; and whether a request fits.

Checks are compiled once into closures that build no text unless something is wrong: a benchmark sends thousands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

Json = dict[str, Any]
Check = Callable[[object], str | None]
"""None where the value fits, else what is wrong with it: `reply_markup.inline_keyboard[0][0].text: is missing`."""

WRITTEN: Final = Path(__file__).with_name("telegram-bot-api-10.1.json")
INTEGER: Final = re.compile(r"-?[0-9]{1,19}")
CAPITALS: Final = re.compile(r"(?<!^)(?=[A-Z])")
TOLD_BY_TYPE: Final = ("BotCommandScope", "MenuButton", "InputMedia", "InputPaidMedia", "ReactionType")
"""Unions whose members say in `type` which they are, in the words of their own names."""
ARRAY: Final = "Array of "


@dataclass(frozen=True, slots=True)
class Upload:
    """A file part of a multipart body."""

    name: str
    content: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True)
class Method:
    """One method: how its fields are read from a form, and the check of all of them together."""

    name: str
    fields: Mapping[str, tuple[str, ...]]
    check: Check
    check_result: Check

    def read(self, written: Mapping[str, str | Upload]) -> Json:
        """The fields of a form as JSON would have them; what cannot be read stays text, for the check to refuse."""
        return {name: _read(value, self.fields.get(name, ())) for name, value in written.items()}


class Spec:
    """All methods and types of one version of the API."""

    def __init__(self, written: Json) -> None:
        self._methods = cast("dict[str, Json]", written["methods"])
        self._types = cast("dict[str, Json]", written["types"])
        self._names = {name.lower(): name for name in self._methods}
        self._compiled: dict[str, Check] = {}
        self._known: dict[str, Method] = {}

    def method(self, name: str) -> Method | None:
        """The method of that name, in any case, as the real server takes it."""
        exact = self._names.get(name.lower())
        if exact is None:
            return None
        if exact not in self._known:
            fields = cast("dict[str, Json]", self._methods[exact]["fields"])
            types = {name: tuple(cast("list[str]", each["types"])) for name, each in fields.items()}
            returns = self._field(cast("list[str]", self._methods[exact]["returns"]))
            self._known[exact] = Method(exact, types, self._object(fields), returns)
        return self._known[exact]

    def check(self, kind: str) -> Check:
        """The check of a type by its documented name, such as `Update` or `Array of Integer`."""
        if kind.startswith(ARRAY):
            return _array(self.check(kind.removeprefix(ARRAY)))
        if kind not in self._compiled:

            def itself(value: object) -> str | None:  # a type may contain itself
                return self._compiled[kind](value)

            self._compiled[kind] = itself
            self._compiled[kind] = self._compile(kind)
        return self._compiled[kind]

    def required(self, kind: str) -> Json:
        """An object of that type with its required yes-or-no fields, all no."""
        fields = cast("dict[str, Json]", self._types[kind]["fields"])
        return {name: False for name, each in fields.items() if each["required"] and each["types"] == ["Boolean"]}

    def _compile(self, kind: str) -> Check:
        if kind in SIMPLE:
            return SIMPLE[kind]
        written = self._types[kind]
        subtypes = cast("list[str]", written["subtypes"])
        if kind in TOLD_BY_TYPE:
            return _told_by_type({_snake(each.removeprefix(kind)): self.check(each) for each in subtypes})
        if subtypes:
            return _any_of({each: self.check(each) for each in subtypes})
        return self._object(cast("dict[str, Json]", written["fields"]))

    def _object(self, fields: dict[str, Json]) -> Check:
        checks = {name: self._field(cast("list[str]", each["types"])) for name, each in fields.items()}
        return _object(checks, frozenset(name for name, each in fields.items() if each["required"]))

    def _field(self, types: list[str]) -> Check:
        return self.check(types[0]) if len(types) == 1 else _any_of({each: self.check(each) for each in types})


@cache
def load_spec() -> Spec:
    """Bot API 10.1."""
    return Spec(cast("Json", json.loads(WRITTEN.read_text(encoding="utf-8"))))


def _simple(kind: str, fits: Callable[[object], bool]) -> Check:
    def check(value: object) -> str | None:
        return None if fits(value) else f": {kind} expected, got {type(value).__name__}"

    return check


def _is_integer(value: object) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63


def _is_number(value: object) -> bool:
    return type(value) in {int, float}


SIMPLE: Final[Mapping[str, Check]] = {
    "String": _simple("String", lambda value: isinstance(value, str)),
    "Integer": _simple("Integer", _is_integer),
    "Boolean": _simple("Boolean", lambda value: isinstance(value, bool)),
    "Float": _simple("Float", _is_number),
    "InputFile": _simple("InputFile", lambda value: isinstance(value, Upload)),
}


def _array(check: Check) -> Check:
    def check_all(value: object) -> str | None:
        if not isinstance(value, list):
            return f": Array expected, got {type(value).__name__}"
        for number, each in enumerate(cast("list[object]", value)):
            wrong = check(each)
            if wrong is not None:
                return f"[{number}]{_joined(wrong)}"
        return None

    return check_all


def _object(checks: Mapping[str, Check], required: frozenset[str]) -> Check:
    def check_fields(value: object) -> str | None:
        if not isinstance(value, dict):
            return f": object expected, got {type(value).__name__}"
        fields = cast("Json", value)
        for name, each in fields.items():
            check = checks.get(name)
            wrong = ": no such field" if check is None else check(each)
            if wrong is not None:
                return name + _joined(wrong)
        missing = required - fields.keys()
        return f"{min(missing)}: is missing" if missing else None

    return check_fields


def _any_of(checks: Mapping[str, Check]) -> Check:
    def check_each(value: object) -> str | None:
        wrongs: list[str] = []
        for name, check in checks.items():
            wrong = check(value)
            if wrong is None:
                return None
            wrongs.append(f"no {name} ({wrong.removeprefix(': ')})")
        return ": " + "; ".join(wrongs)

    return check_each


def _told_by_type(checks: Mapping[str, Check]) -> Check:
    def check_told(value: object) -> str | None:
        kind = cast("Json", value).get("type") if isinstance(value, dict) else None
        check = checks.get(kind) if isinstance(kind, str) else None
        return f": type must be one of {', '.join(checks)}" if check is None else check(cast("object", value))

    return check_told


def _joined(wrong: str) -> str:
    return wrong if wrong.startswith((":", "[")) else f".{wrong}"


def _snake(name: str) -> str:
    return CAPITALS.sub("_", name).lower()


def _read(value: str | Upload, types: tuple[str, ...]) -> object:
    if isinstance(value, Upload) or types in {(), ("String",), ("InputFile", "String")}:
        return value
    if "Integer" in types:
        return int(value) if INTEGER.fullmatch(value) else value
    if types == ("Boolean",):
        return {"true": True, "1": True, "false": False, "0": False}.get(value.lower(), value)
    try:
        return cast("object", json.loads(value))
    except ValueError:
        return value
