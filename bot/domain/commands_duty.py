"""What somebody, or the house, wants of a duty besides what they may want of the one task it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.ids import EventId
from bot.domain.parties import Actor, Member


@dataclass(frozen=True, slots=True)
class Postpone:
    """A duty should be due later. The approver decides."""

    by: Actor
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class DecidePostpone:
    """The approver agrees, or does not."""

    by: Actor
    agreed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NoteDrill:
    """The house tells a duty of the drill that was begun for it, has been held, or was stopped by something real."""

    drill: EventId
    held: bool
    member: Member | None = None
    """Whose answer it is: the drill's organiser."""
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class EndDuty:
    """The house ends a duty whose successor has come due (missed), or that the calendar dropped."""

    outcome: Literal["missed", "dropped"]
    late: float = 0.0
