"""What happens to a drill besides what happens to any event (P4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from bot.domain.drill import DrillType
from bot.domain.ids import DrillId, EventId, FactId, FileId, RoleId, TaskId
from bot.domain.measures import Measures
from bot.domain.parties import Member, RoleRef
from bot.domain.playbook import FactValue
from bot.text import Words


@dataclass(frozen=True, slots=True)
class PlannedInject:
    """An inject with resolved names. `at` in seconds from STARTEX by the drill's clock, `within` in real seconds."""

    number: int
    at: float
    role: RoleId
    role_name: Words
    text: Words
    expects: Words
    within: float
    fact: FactId | None = None
    value: FactValue | None = None
    photo: FileId | None = None
    task: TaskId | None = None


@dataclass(frozen=True, slots=True)
class DrillStarted:
    """STARTEX: follows `event.opened` of a drill. Holds all of the plan that the drill goes by from now on."""

    drill: DrillId
    digest: str
    title: Words
    scenario: Words
    objectives: tuple[Words, ...]
    drill_type: DrillType
    announced: bool
    organiser: Member
    safety: Member | None
    stop_word: Words
    participants: tuple[RoleRef, ...]
    injects: tuple[PlannedInject, ...]
    played_absent: tuple[Member, ...] = ()
    duty: EventId | None = None
    """The duty that this drill fulfils."""
    kind: Literal["drill.started"] = "drill.started"


@dataclass(frozen=True, slots=True)
class DrillPaused:
    """No deadline runs until it goes on."""

    by: Member
    kind: Literal["drill.paused"] = "drill.paused"


@dataclass(frozen=True, slots=True)
class DrillResumed:
    """It goes on: every deadline moves by `seconds`, the length of the pause."""

    by: Member
    seconds: float
    kind: Literal["drill.resumed"] = "drill.resumed"


@dataclass(frozen=True, slots=True)
class InjectGiven:
    """An inject reached its role. `to`: who was told; none where nobody of the role is there."""

    number: int
    to: tuple[Member, ...]
    answer_by: datetime
    by_hand: bool = False
    """The organiser pressed "next"."""
    late: float = 0
    kind: Literal["drill.inject"] = "drill.inject"


@dataclass(frozen=True, slots=True)
class InjectAnswered:
    """Somebody acted on an inject; `how` the house knows. `written`: what they said they did."""

    number: int
    member: Member
    how: Literal["press", "task", "fact"]
    late: bool = False
    written: str | None = None
    kind: Literal["drill.answered"] = "drill.answered"
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"written"})


@dataclass(frozen=True, slots=True)
class InjectMissed:
    """The time to answer an inject is over; an answer still counts, as late."""

    number: int
    late: float = 0
    kind: Literal["drill.missed"] = "drill.missed"


@dataclass(frozen=True, slots=True)
class DrillEnded:
    """ENDEX. `why` "real": a real emergency stopped it, reported as `live`. `by` None: the house."""

    why: Literal["ended", "real"]
    by: Member | None
    live: EventId | None = None
    kind: Literal["drill.ended"] = "drill.ended"


@dataclass(frozen=True, slots=True)
class DrillMeasured:
    """What was measured, fixed at ENDEX."""

    measures: Measures
    kind: Literal["drill.measured"] = "drill.measured"


@dataclass(frozen=True, slots=True)
class HotWashAsked:
    """The three questions went to all who took part."""

    people: tuple[Member, ...]
    kind: Literal["drill.hot_wash"] = "drill.hot_wash"


@dataclass(frozen=True, slots=True)
class HotWashAnswered:
    """One person's answers, unedited. Answering again adds another entry; the last one counts."""

    member: Member
    worked: str | None = None
    failed: str | None = None
    change: str | None = None
    kind: Literal["drill.said"] = "drill.said"
    PRIVATE: ClassVar[frozenset[str]] = frozenset({"worked", "failed", "change"})
