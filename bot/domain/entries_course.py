"""How an event begins and goes on: what was reported, what is known, its level and its phase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.ids import DepartmentId, EventId, FactId, LevelId, PlaybookId, TaskId
from bot.domain.parties import DepartmentRef, EventKind, Member
from bot.domain.playbook import Condition, FactValue, Phase
from bot.text import Words


@dataclass(frozen=True, slots=True)
class ElapsedRule:
    """A rule that waits: due `seconds` after the event began (before the clock's speed), if `when` holds then."""

    rule: int
    seconds: float
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """The event begins. `began_at` is when it began as claimed; `reporter` said so over `how`."""

    event: EventId
    event_kind: EventKind
    playbook: PlaybookId
    playbook_digest: str
    playbook_author: str
    playbook_saved_at: str
    title: Words
    place: Words
    level: LevelId
    level_name: Words
    phase: Phase
    reporter: Words
    how: str
    company: Words
    began_at: datetime
    chain: tuple[Member, ...]
    departments: tuple[DepartmentRef, ...]
    clear_from: tuple[DepartmentId, ...]
    commander_answers_for: float
    """Seconds until silence passes acting command to the next (G1)."""
    clock_speed: float = 1.0
    confirmed: bool = True
    """False: a stranger's report; only the first-call roles are called until somebody confirms."""
    remind_at: float = 0.5
    """The part of the acknowledge time after which the silent are reminded."""
    overdue_again: float = 600.0
    """Seconds from the finish deadline until the commander is told (before the clock's speed)."""
    elapsed_rules: tuple[ElapsedRule, ...] = ()
    kind: Literal["event.opened"] = "event.opened"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A stranger's report is confirmed: everybody is called."""

    kind: Literal["event.confirmed"] = "event.confirmed"


@dataclass(frozen=True, slots=True)
class FactSet:
    """A named value of the event. `label` is what people read; `task` where evidence brought it."""

    fact: FactId
    value: FactValue
    label: Words
    shown: Words
    task: TaskId | None = None
    kind: Literal["fact.set"] = "fact.set"


@dataclass(frozen=True, slots=True)
class RuleFired:
    """A rule's conditions held. What it released follows as entries of its own."""

    rule: int
    late: float = 0
    kind: Literal["rule.fired"] = "rule.fired"


@dataclass(frozen=True, slots=True)
class LevelChanged:
    """The response level moved; `raised` tells the direction."""

    level: LevelId
    name: Words
    raised: bool
    reason: str = ""
    kind: Literal["level.changed"] = "level.changed"


@dataclass(frozen=True, slots=True)
class PhaseEntered:
    """warning → response → recovery → review. `passed_over`: nothing had been asked in the phase that was left."""

    phase: Phase
    passed_over: bool = False
    kind: Literal["phase.entered"] = "phase.entered"
