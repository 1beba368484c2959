"""A drill as planned: a file of `playbooks/drills/` in its normal form (P4, practice.md, "A good drill")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.domain.ids import DrillId, FactId, PersonId, PlaybookId, RoleId, TaskId
from bot.domain.playbook import FactValue
from bot.text import Words

DrillType = Literal["tabletop", "single", "comprehensive"]
"""桌面 · 单项 · 综合."""
SLOWEST, FASTEST = 1.0, 100.0
"""Bounds of a drill's clock: at ×100 eight hours pass in five minutes, faster than anybody answers."""


@dataclass(frozen=True, slots=True)
class Inject:
    """Something the participants learn during the drill.

    `at` counts from STARTEX by the drill's own clock, so it is divided by the speed; `within` is the time people have
    to answer, which no clock scales. The answer is a press, or whatever is named: a task answered, a fact reported.
    """

    at: timedelta
    to: RoleId
    text: Words
    expects: Words
    """What should be done, for the organiser's eyes and the record; participants are not told."""
    within: timedelta
    fact: FactId | None = None
    value: FactValue | None = None
    """Set as it is given, so that rules read it."""
    photo: str | None = None
    """A picture beside the drill's file, by its path."""
    task: TaskId | None = None
    """Answering this task of the playbook answers the inject."""


@dataclass(frozen=True, slots=True)
class Drill:
    """One drill that can be held."""

    id: DrillId
    playbook: PlaybookId
    title: Words
    scenario: Words
    objectives: tuple[Words, ...]
    type: DrillType
    place: str
    organiser: RoleId
    safety: RoleId
    stop_word: Words
    participants: tuple[RoleId, ...]
    """Empty: every role with a task in the playbook."""
    injects: tuple[Inject, ...]
    clock_speed: float = 1.0
    hidden_within: timedelta | None = None
    """None: announced with its hour. Else only the window is announced, which ends when the drill is due, and is so
    long; its hour is known to the organiser alone."""
    lasts: timedelta = timedelta(hours=1)
    absent: tuple[PersonId, ...] = ()
    """People who are played as absent."""
    facts: tuple[tuple[FactId, FactValue], ...] = ()
    """What the simulated report says, as answers to the playbook's questions."""
    digest: str = ""
    """The hash of the file as read."""
