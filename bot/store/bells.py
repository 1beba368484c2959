"""Bells ring after a commit, so that whoever waits for new rows need not poll."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, fields


class Bell(asyncio.Event):
    """Set by whoever committed, cleared by the one who waits for it before it reads the rows."""

    def ring(self) -> None:
        """There is something new."""
        self.set()


@dataclass(frozen=True, slots=True)
class Bells:
    """One bell each for what waits in the outbox, for moved deadlines, for the web's live stream, and more."""

    relay: Bell = field(default_factory=Bell)
    timers: Bell = field(default_factory=Bell)
    feed: Bell = field(default_factory=Bell)
    inbox: Bell = field(default_factory=Bell)
    """Updates were stored that nobody has answered yet."""
    rooms: Bell = field(default_factory=Bell)
    """Something waits for a room, was taken there, or was not."""
    duties: Bell = field(default_factory=Bell)
    """What is owed has changed."""
    links: Bell = field(default_factory=Bell)
    """Accounts were linked: another replica may know."""

    def ring(self, names: Iterable[str]) -> None:
        """Ring some by name; a name of a newer release is passed over."""
        for name in names:
            bell: object = getattr(self, name, None)
            if isinstance(bell, Bell):
                bell.ring()

    def ring_all(self) -> None:
        """Ring every bell: something may have been missed."""
        self.ring(bell.name for bell in fields(self))
