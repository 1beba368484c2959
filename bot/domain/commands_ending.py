"""What ends an event: asking for and giving all clear, standing down, calling it false, sealing the record."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.ids import DepartmentId
from bot.domain.parties import Actor


@dataclass(frozen=True, slots=True)
class AskStandDown:
    """/standdown: the commander asks every department for its all clear."""

    by: Actor


@dataclass(frozen=True, slots=True)
class GiveAllClear:
    """A department's head or stand-in confirms."""

    by: Actor
    department: DepartmentId


@dataclass(frozen=True, slots=True)
class TakeAllClear:
    """… and takes it back."""

    by: Actor
    department: DepartmentId


@dataclass(frozen=True, slots=True)
class StandDown:
    """The commander ends the response. `override` is the reason for not waiting for missing all clears."""

    by: Actor
    override: str = ""


@dataclass(frozen=True, slots=True)
class CallFalse:
    """/falsealarm."""

    by: Actor
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """Seal the record. `override` is the reason where tasks are still open."""

    by: Actor
    head: str
    signature: str
    public_key: str
    override: str = ""
