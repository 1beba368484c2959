"""What somebody wants of a drill besides what they may want of any event (P4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.ids import EventId
from bot.domain.parties import Actor
from bot.domain.record import Entry


@dataclass(frozen=True, slots=True)
class PauseDrill:
    """The organiser or the safety person stops the clock of a drill."""

    by: Actor


@dataclass(frozen=True, slots=True)
class ResumeDrill:
    """… and lets it run on."""

    by: Actor


@dataclass(frozen=True, slots=True)
class NextInject:
    """The next inject is given now, whatever its time."""

    by: Actor


@dataclass(frozen=True, slots=True)
class AnswerInject:
    """Somebody did what an inject calls for, in their words where they have any."""

    by: Actor
    number: int
    written: str = ""


@dataclass(frozen=True, slots=True)
class EndDrill:
    """ENDEX: nothing more runs. "real": somebody pressed real emergency, reported as `live`.

    `record` is the drill's record so far: what is measured comes from it.
    """

    by: Actor
    why: Literal["ended", "real"]
    record: tuple[Entry, ...]
    live: EventId | None = None


@dataclass(frozen=True, slots=True)
class AnswerHotWash:
    """One person's answers to the three questions, unedited."""

    by: Actor
    worked: str
    failed: str
    change: str
