"""What the writer knows without asking the database again, in layers: committed, this batch, this job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.event import Event
from bot.domain.ids import EventId, PersonId
from bot.domain.playbook import Playbook
from bot.domain.timers import Timer
from bot.store.received import Received

MOST_STREAMS = 64
"""Folded events kept in memory; the one unused for longest goes first."""
MOST_SETTINGS = 20_000


@dataclass(frozen=True, slots=True)
class Held:
    """A record as it stands: its last entry, and the event it makes (None for the house's own)."""

    sequence: int
    head: str
    event: Event | None


@dataclass(frozen=True, slots=True)
class Stored:
    """What the projections of a record say in the database, pending changes included."""

    timers: frozenset[Timer] = frozenset()
    projection: Mapping[str, object] | None = None
    snapshot_sequence: int = 0
    exists: bool = False


@dataclass(slots=True)
class Known:
    """One layer. What it does not hold is asked of the layer below."""

    streams: dict[EventId, Held] = field(default_factory=dict[EventId, Held])
    stored: dict[EventId, Stored] = field(default_factory=dict[EventId, Stored])
    settings: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    accounts: dict[tuple[str, str], PersonId | None] = field(default_factory=dict[tuple[str, str], "PersonId | None"])
    counters: dict[str, int] = field(default_factory=dict[str, int])
    playbooks: dict[str, Playbook] = field(default_factory=dict[str, Playbook])
    lanes: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    received: dict[tuple[str, str], Received | None] = field(default_factory=dict[tuple[str, str], "Received | None"])
    """Of the updates that this batch brings: what was stored of them before."""
    absences: Mapping[PersonId, datetime | None] | None = None
    opened: Mapping[EventId, datetime] | None = None
    """The events that are not over, with when they opened."""

    def take(self, above: Known) -> None:
        """What the layer above knows holds from now on here."""
        for event, held in above.streams.items():
            self.streams.pop(event, None)
            self.streams[event] = held
        self.stored.update(above.stored)
        self.settings.update(above.settings)
        self.accounts.update(above.accounts)
        self.counters.update(above.counters)
        self.playbooks.update(above.playbooks)
        self.lanes |= above.lanes
        self.received.update(above.received)
        self.absences = self.absences if above.absences is None else above.absences
        self.opened = self.opened if above.opened is None else above.opened

    def trim(self) -> None:
        """Forget what was unused for longest."""
        self.received.clear()
        while len(self.streams) > MOST_STREAMS:
            oldest = next(iter(self.streams))
            del self.streams[oldest]
            self.stored.pop(oldest, None)
        if len(self.settings) > MOST_SETTINGS:
            self.settings.clear()

    def forget_shared(self) -> None:
        """Forget what another replica may have changed. Folded events stay: they are checked by their sequence."""
        self.settings.clear()
        self.accounts.clear()
        self.counters.clear()
        self.absences = None
        self.opened = None
