"""Who takes part in an event: people, departments, and whoever did something, as entries keep them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.ids import DepartmentId, PersonId, RoleId
from bot.text import Words

EventKind = Literal["live", "drill", "duty"]
"""duty: something owed on schedule, kept in a record like an event's; it is no emergency and carries no mark."""
Marked = Literal["live", "drill"]
"""The kinds whose mark stands on every message: 【紧急】/EMERGENCY, or 【演练】/DRILL first and last."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it. `person` None with a name: a stranger or a guest; both None: the bot itself.

    `standing_in_for` names the holder whose task or command this person answered for.
    """

    person: PersonId | None = None
    name: Words | None = None
    platform: str = ""
    standing_in_for: PersonId | None = None


SYSTEM = Actor()


@dataclass(frozen=True, slots=True)
class Member:
    """One person in an order (of command, of a task's chain), with what a card must show."""

    person: PersonId
    name: Words
    position: Words
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class DepartmentRef:
    """A department that takes part, with the name cards show."""

    id: DepartmentId
    name: Words


@dataclass(frozen=True, slots=True)
class RoleRef:
    """A role that takes part in a drill, with the name people read."""

    id: RoleId
    name: Words
