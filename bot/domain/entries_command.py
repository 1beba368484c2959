"""Who leads, and who is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.ids import PersonId
from bot.domain.parties import Member
from bot.text import Words

CommandWhy = Literal[
    "opened",
    "absent",
    "silent",
    "handed_over",
    "taken_back",
    "directs_on_site",
    "confirmed",
]


@dataclass(frozen=True, slots=True)
class CommandPassed:
    """Who leads from now on. `acting`: through silence only (代行指挥). `to` None: nobody commands."""

    to: Member | None
    why: CommandWhy
    acting: bool = False
    answer_at: datetime | None = None
    """Until when `to` should answer before silence passes it on; None where it was taken by a press."""
    called: tuple[Member, ...] = ()
    late: float = 0
    kind: Literal["command.passed"] = "command.passed"


@dataclass(frozen=True, slots=True)
class CommandReminded:
    """The commander has not answered yet and is asked once more before silence passes command on."""

    to: Member
    late: float = 0
    kind: Literal["command.reminded"] = "command.reminded"


@dataclass(frozen=True, slots=True)
class AbsenceMarked:
    """Somebody in this event's chains is away until a time (None: until marked back)."""

    person: PersonId
    name: Words
    until: datetime | None
    kind: Literal["person.absent"] = "person.absent"


@dataclass(frozen=True, slots=True)
class Returned:
    """Somebody is back. Command is not taken by this (it is handed back by a press)."""

    person: PersonId
    name: Words
    kind: Literal["person.back"] = "person.back"
