"""Checking what a file says against its form: the errors of pydantic become sentences with a place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from types import NoneType
from typing import Annotated, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from bot.files.finding import Finding, hint
from bot.files.secret import HIDDEN, is_secret, without_secrets
from bot.files.source import Source, Trail
from bot.text import Text, text

DURATION = re.compile(r"^(?P<count>\d+(?:\.\d+)?) ?(?P<unit>s|min|h|d)$")
WRITTEN = r"^\d+(\.\d+)? ?(s|min|h|d)$"
"""The same for editors, whose regular expressions have no named groups."""
UNITS: Mapping[str, float] = {"s": 1, "min": 60, "h": 3600, "d": 86400}
EXAMPLES = "`30 s` `5 min` `8 h` `2 d`"


class Form(BaseModel):
    """What a person writes: no unknown keys, no guessing between types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class Both(Form):
    """A text in both languages."""

    zh: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
    en: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def parse_duration(written: object) -> timedelta:
    """Read "5 min", "8 h", "2 d". Raises the error that pydantic reports at its place."""
    found = DURATION.match(written.strip()) if isinstance(written, str) else None
    if found is None:
        raise PydanticCustomError("duration", "not a length of time")
    try:
        return timedelta(seconds=float(found["count"]) * UNITS[found["unit"]])
    except OverflowError as error:
        raise PydanticCustomError("duration", "not a length of time") from error


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration, json_schema_input_type=Annotated[str, StringConstraints(pattern=WRITTEN)]),
]
CLAUSE = r"^[GP]\d{1,2}$"
"""A clause of the company's procedure (G) or of the rules above it (P)."""
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
"""Small letters, digits, dash and underscore: typed, shown in addresses, never translated."""

F = TypeVar("F", bound=BaseModel)


def fill(form: type[F], source: Source, content: object = None) -> tuple[F | None, list[Finding]]:
    """The filled form, or every error as a finding. `content` stands in for the source's where it was adapted."""
    try:
        return form.model_validate(source.content if content is None else content), []
    except ValidationError as error:
        details = error.errors(include_url=False)
        return None, [_finding(form, source, detail) for detail in details]


def _finding(form: type[BaseModel], source: Source, detail: ErrorDetails) -> Finding:
    trail: Trail = detail["loc"]
    match detail["type"]:
        case "extra_forbidden":
            key = str(trail[-1])
            return source.finding(trail, _unknown_key(form, source, trail, key), key=True)
        case "missing" if trail[-1] in ("zh", "en"):
            return source.finding(trail[:-1], _missing_language(trail[-1]), key=True)
        case "missing":
            return source.finding(trail[:-1], text("check.missing_key", key=str(trail[-1])), key=bool(trail[:-1]))
        case _:
            return source.finding(trail, _wrong(source, trail, detail))


def _unknown_key(form: type[BaseModel], source: Source, trail: Trail, key: str) -> Text:
    mark = source.mark(trail, key=True)
    line = source.line(mark.line)
    if (
        source.value(trail) is None
        and "{" in line[: mark.column]
        and ":" not in line[mark.column : mark.column + len(key)]
    ):
        from bot.files.yaml_lines import quote_value

        return text("check.comma_in_text", mended=quote_value(line))
    return text("check.unknown_key", key=key, hint=hint(key, keys_at(form, trail[:-1])))


def _missing_language(language: str | int) -> Text:
    return text("check.missing_zh") if language == "zh" else text("check.missing_en")


def _wrong(source: Source, trail: Trail, detail: ErrorDetails) -> Text:
    value = source.value(trail)
    shown = HIDDEN if trail and is_secret(trail[-1]) else without_secrets(_shown(value))
    context = detail.get("ctx", {})
    match detail["type"]:
        case "duration":
            return text("check.duration", value=shown, examples=EXAMPLES)
        case "string_type":
            return _no_text(trail, value, shown)
        case "string_too_short":
            return _empty(trail)
        case "string_pattern_mismatch":
            clause = context.get("pattern") == CLAUSE
            return text("check.clause", value=shown, example="G8") if clause else text("check.id", value=shown)
        case "bool_type":
            return text("check.yes_or_no", value=shown, yes="true", no="false")
        case "literal_error":
            known = re.findall(r"'([^']*)'", str(context.get("expected", "")))
            return text("check.unknown_word", value=shown, hint=hint(str(value), known))
        case "list_type":
            return _spaces(value) or text("check.list_wanted", value=shown)
        case "model_type" | "dict_type" | "model_attributes_type":
            return _spaces(value) or text("check.mapping_wanted", value=shown)
        case "too_short":
            return text("check.empty_list")
        case "evidence_kinds":
            return text("check.evidence_kinds", kinds="`number` `choose` `text` `photo` `file`")
        case "answer_kinds":
            return text("check.answer_kinds", one="`choose`", other="`number`")
        case "rule_result":
            return text("check.rule_result", results="`release` `enter` `level`")
        case "int_type" | "float_type" | "int_from_float":
            return text("check.number_wanted", value=shown)
        case "greater_than_equal" | "greater_than" | "less_than_equal" | "less_than":
            bound = next((context[name] for name in ("ge", "gt", "le", "lt") if name in context), "")
            return text("check.number_bounds", value=shown, bound=str(bound))
        case _:
            return text("check.wrong_value", value=shown)


def _no_text(trail: Trail, value: object, shown: str) -> Text:
    if value is None:
        return _empty(trail)
    return text("check.text_wanted", value=shown, mended=f'"{shown}"') if _plain(value) else text("check.one_text")


def _empty(trail: Trail) -> Text:
    return _missing_language(trail[-1]) if trail[-1:] in (("zh",), ("en",)) else text("check.empty")


def _spaces(value: object) -> Text | None:
    """Lines whose colon or dash has no space behind it read as one long text."""
    from bot.files.yaml_traps import space_trap

    trap = space_trap(1, value.split(" ")[0]) if isinstance(value, str) else None
    return None if trap is None else trap[1]


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float)


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case dict():
            return "{…}"
        case list():
            return "[…]"
        case _:
            return str(value)[:60]


def keys_at(form: type[BaseModel], trail: Trail) -> list[str]:
    """The keys that a form knows at a place; none where the place has free keys or plain values."""
    found: object = form
    for step in trail:
        found = _inner(found, step)
    models = [each for each in _members(found) if isinstance(each, type) and issubclass(each, BaseModel)]
    return [name for model in models for name in model.model_fields]


def _inner(kind: object, step: str | int) -> object:
    for member in _members(kind):
        if isinstance(member, type) and issubclass(member, BaseModel):
            field = member.model_fields.get(str(step))
            return None if field is None else field.annotation
        if get_origin(member) in (list, tuple):
            return get_args(member)[0]
        if get_origin(member) is dict:
            return get_args(member)[1]
    return None


def _members(kind: object) -> list[object]:
    """The alternatives of an annotation, without None and without annotations around them."""
    if get_origin(kind) is Annotated:
        return _members(get_args(kind)[0])
    if get_origin(kind) is Union or type(kind).__name__ == "UnionType":
        return [inner for each in get_args(kind) if each is not NoneType for inner in _members(each)]
    return [kind]
