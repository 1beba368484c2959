"""Two reports of the same thing become one event, or do so no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.ids import EventId
from bot.text import Words


@dataclass(frozen=True, slots=True)
class MergeOffered:
    """This report looks like `other`, opened within the window: one tap merges them."""

    other: EventId
    other_title: Words
    kind: Literal["merge.offered"] = "merge.offered"


@dataclass(frozen=True, slots=True)
class MergedInto:
    """This event closes as merged into the first; its timers stop and its cards point there."""

    other: EventId
    kind: Literal["merge.into"] = "merge.into"


@dataclass(frozen=True, slots=True)
class MergeTook:
    """The first event keeps who else reported it."""

    other: EventId
    reporter: Words
    reported_at: datetime
    kind: Literal["merge.took"] = "merge.took"


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """The merge was wrong: the second event goes on by itself."""

    other: EventId
    kind: Literal["merge.undone"] = "merge.undone"
