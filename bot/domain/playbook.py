"""A playbook in its normal form: blocks included, every duration a length, every rule a comparison.

Files are read by `bot/files/`; the normal form is what is hashed, stored once under its hash, and what a
running event goes on with when the file changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.domain.ids import (
    ContactId,
    DepartmentId,
    FactId,
    LevelId,
    PlaybookId,
    RoleId,
    TaskId,
)
from bot.text import Words

Phase = Literal["warning", "response", "recovery", "review"]
PHASES: tuple[Phase, ...] = ("warning", "response", "recovery", "review")

Tile = Literal[
    "fire",
    "injury_chemical",
    "power_water_gas",
    "machine",
    "it",
    "weather",
    "delivery_material",
    "other",
]
TILES: tuple[Tile, ...] = (
    "fire", "injury_chemical", "power_water_gas", "machine", "it", "weather", "delivery_material", "other",
)  # fmt: skip

AFFECTED_HEAD = RoleId("affected_head")
"""G24: the head of the department that was hit, resolved from the place when a task is released."""

FactValue = str | int | float | bool
PLACE = FactId("place")
"""The fact every report asks: where."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the reporter is asked. `choices` empty: free text, or a number where `number` names its unit."""

    fact: FactId
    ask: Words
    choices: Mapping[str, Words]
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a task wants before it is done. The value becomes the fact where one is named.

    `number` carries the unit ("h", "1" for a count); `choice` its choices; `text` a line; `photo` and
    `file` an upload.
    """

    kind: Literal["number", "text", "choice", "photo", "file"]
    fact: FactId | None = None
    unit: str = ""
    choices: Mapping[str, Words] | None = None


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """One thing one role must do. Deadlines count from the release. `held` waits for a rule to release it."""

    id: TaskId
    role: RoleId
    phase: Phase
    text: Words
    acknowledge_for: timedelta
    finish_for: timedelta
    after: tuple[TaskId, ...] = ()
    held: bool = False
    evidence: Evidence | None = None
    contacts: tuple[ContactId, ...] = ()
    template: str | None = None
    covers: tuple[str, ...] = ()


Operator = Literal["is", "is not", "at least", "at most", "more than", "less than", "known", "unknown"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A plain comparison on one fact. "at least" includes the number, as 以上 does (G15).

    A missing fact never matches unless `or_unknown` is set or the operator is "unknown".
    """

    fact: FactId
    operator: Operator
    value: FactValue | None = None
    or_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """When all conditions hold (and `elapsed` has passed since the event began), the results follow, once."""

    when: tuple[Condition, ...]
    elapsed: timedelta | None = None
    release: tuple[TaskId, ...] = ()
    enter: Phase | None = None
    level: LevelId | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """Who sums up after the event, within how long, and who approves it (G22)."""

    by: RoleId
    within: timedelta
    approve: RoleId


@dataclass(frozen=True, slots=True)
class Template:
    """A message to copy, in both languages (G11)."""

    id: str
    title: Words
    body: Words


@dataclass(frozen=True, slots=True)
class Playbook:
    """The plan for one kind of event."""

    id: PlaybookId
    title: Words
    covers: tuple[str, ...]
    owner: RoleId
    commander: RoleId
    level: LevelId
    tile: Tile
    opens: Phase
    first_call: tuple[RoleId, ...]
    report: tuple[Question, ...]
    tasks: tuple[PlannedTask, ...]
    rules: tuple[Rule, ...]
    all_clear: tuple[DepartmentId, ...]
    review: Review
    at_once: Words
    """What the reporter does right now, shown after sending."""
    aliases: tuple[str, ...] = ()
    """Other words people type after /report, in either language."""
    references: tuple[Words, ...] = ()
    templates: Mapping[str, Template] | None = None


@dataclass(frozen=True, slots=True)
class PlaybookVersion:
    """A playbook as loaded: the hash of its normal form, who saved it and when (for the record)."""

    playbook: Playbook
    digest: str
    author: str
    saved_at: str
