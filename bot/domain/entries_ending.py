"""How an event ends: all clear, stand-down, false alarm, the sealed record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.ids import DepartmentId
from bot.domain.parties import DepartmentRef, Member


@dataclass(frozen=True, slots=True)
class StandDownAsked:
    """The commander wants to end the response: each department in `clear_from` confirms all clear first."""

    clear_from: tuple[DepartmentId, ...] = ()
    kind: Literal["standdown.asked"] = "standdown.asked"


@dataclass(frozen=True, slots=True)
class AllClear:
    """A department confirms."""

    department: DepartmentId
    member: Member
    kind: Literal["standdown.clear"] = "standdown.clear"


@dataclass(frozen=True, slots=True)
class AllClearTaken:
    """A department's all clear is void: a task was released later, or it took it back."""

    department: DepartmentId
    kind: Literal["standdown.unclear"] = "standdown.unclear"


@dataclass(frozen=True, slots=True)
class StoodDown:
    """The response ends. `override`: the commander's reason for not waiting for `missing`."""

    by: Member
    override: str | None = None
    missing: tuple[DepartmentRef, ...] = ()
    kind: Literal["event.stood_down"] = "event.stood_down"


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """There was no event. Everybody who was called gets the correction."""

    by: Member
    reason: str = ""
    kind: Literal["event.false_alarm"] = "event.false_alarm"


@dataclass(frozen=True, slots=True)
class Closed:
    """The record is sealed; an addendum goes on in the same chain. `head`: hash of the entry before this one."""

    by: Member
    head: str
    signature: str
    public_key: str
    override: str | None = None
    kind: Literal["event.closed"] = "event.closed"
