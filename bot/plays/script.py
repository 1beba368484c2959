"""A story file: who does what, how long after the step before. YAML that anyone can read and write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import Broken
from bot.text import Words, text

_DURATION = re.compile(r"^(\d+(?:\.\d+)?)\s*(s|min|h|d)$")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}

Does = Literal[
    "acknowledge", "start", "done", "cannot", "take", "decline", "take-command", "hand-over", "level",
    "enter-recovery", "enter-response", "ask-stand-down", "all-clear", "stand-down", "false-alarm", "close",
    "pause-drill", "resume-drill", "next-inject", "handled", "end-drill", "hot-wash", "real-emergency",
]  # fmt: skip
ACTIONS: Mapping[Does, str] = {
    "acknowledge": "task.acknowledge",
    "start": "task.start",
    "done": "task.done",
    "cannot": "task.cannot",
    "take": "task.take",
    "decline": "task.decline",
    "take-command": "command.take",
    "hand-over": "command.hand_over",
    "level": "level.change",
    "enter-recovery": "phase.enter",
    "enter-response": "phase.enter",
    "ask-stand-down": "standdown.ask",
    "all-clear": "standdown.clear",
    "stand-down": "standdown.confirm",
    "false-alarm": "event.false_alarm",
    "close": "event.close",
    "pause-drill": "drill.pause",
    "resume-drill": "drill.resume",
    "next-inject": "drill.next",
    "handled": "drill.answer",
    "end-drill": "drill.end",
    "hot-wash": "drill.said",
    "real-emergency": "drill.real",
}
"""The button each word of a story presses."""


class Both(BaseModel):
    """A text in both languages."""

    model_config = ConfigDict(extra="forbid", strict=True)
    zh: str
    en: str


class RawStep(BaseModel):
    """One step as written. Exactly one of `says`, `presses` and `comment` is there."""

    model_config = ConfigDict(extra="forbid")
    after: str = "0 s"
    who: str = ""
    says: str | None = None
    room: str | None = None
    presses: Does | None = None
    on: str | None = None
    task: str | None = None
    gives: Annotated[str | int | float | None, Field(union_mode="smart")] = None
    reason: str = ""
    answers: dict[str, str] | None = None
    comment: Both | None = None


class RawScript(BaseModel):
    """A story file as written."""

    model_config = ConfigDict(extra="forbid")
    id: str
    title: Both
    starts: datetime
    steps: list[RawStep]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `after` seconds behind the step before, `who` says something in a room or presses a button.

    `on` is the department whose card it is, "command", or "call" for a direct message; `gives` is evidence
    as typed; `reason` belongs to "cannot"; `answers` fills any other form by the names of its fields, and a form
    without fields where it is empty. A step with a comment alone only tells the reader something.
    """

    after: float
    who: str
    says: str | None
    room: str | None
    presses: Does | None
    on: str | None
    task: str | None
    gives: str | None
    reason: str
    answers: Mapping[str, str] | None
    comment: Words | None


@dataclass(frozen=True, slots=True)
class Script:
    """A whole story; `starts` in UTC."""

    id: str
    title: Words
    starts: datetime
    steps: tuple[Step, ...]


def load_script(path: Path, zone: ZoneInfo) -> Script:
    """Read a story file. Raises Broken with the file, the line and what is wrong."""
    try:
        with path.open(encoding="utf-8") as file:
            raw = RawScript.model_validate(YAML(typ="safe", pure=True).load(file))  # pyright: ignore[reportUnknownMemberType]  untyped in the library
    except FileNotFoundError as error:
        raise Broken(text("play.missing", path=str(path), known=", ".join(plays(path.parent)))) from error
    except YAMLError as error:
        raise Broken(text("play.yaml", path=str(path), why=str(error).replace("\n", " "))) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        raise Broken(text("play.wrong", path=str(path), where=where, why=first["msg"])) from error
    starts = raw.starts.replace(tzinfo=zone).astimezone(UTC)
    return Script(raw.id, Words(raw.title.zh, raw.title.en), starts, tuple(map(_step, raw.steps)))


def plays(directory: Path) -> list[str]:
    """The names of the story files there."""
    return sorted(path.stem for path in directory.glob("*.yaml"))


def _step(raw: RawStep) -> Step:
    return Step(
        after=seconds(raw.after),
        who=raw.who,
        says=raw.says,
        room=raw.room,
        presses=raw.presses,
        on=raw.on,
        task=raw.task,
        gives=None if raw.gives is None else str(raw.gives),
        reason=raw.reason,
        answers=raw.answers,
        comment=None if raw.comment is None else Words(raw.comment.zh, raw.comment.en),
    )


def seconds(written: str) -> float:
    """A written length of time ("40 s", "5 min", "8 h", "2 d") in seconds. Raises Broken."""
    match = _DURATION.match(written.strip())
    if match is None:
        raise Broken(text("play.duration", written=written))
    return float(match[1]) * _SECONDS[match[2]]
