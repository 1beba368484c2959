"""What platforms allow, reached and never crossed: exact sliding windows of what left.

A platform counts a message when it arrives there, which nobody here sees: after it left, and before the answer. So it
counts when it is answered. Of a platform that is known to think long, the wire is taken to be no slower than `WIRE`.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.chat.adapter import Budget
from bot.chat.effect import Priority

WIRE = timedelta(milliseconds=30)
"""The longest a message is taken to be on its way to a platform that thinks long."""
THINKS_LONG = timedelta(milliseconds=60)
"""A platform that never answers sooner than this has had the message for most of the time."""
ANSWERS = 512
"""So many answers say how long a platform thinks: one bad moment of the network is no reason to hurry."""
MARGIN = timedelta(milliseconds=5)
"""A window is taken to be longer by this: two clocks do not run alike."""
LEFT_TO_ALARMS = 0.1
"""The part of a window that edits and reminders leave to others, where edits are paced."""
CLOCK_STEP = timedelta(seconds=1)
"""What lies further ahead than this was counted before the machine's clock was put back."""
MOST_IDLE = 1024
"""Windows kept before those that have run out are forgotten."""

Name = tuple[str, str]
"""A platform and a budget's name."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What one message draws on. `edit`: it changes a message that stands, and nobody hurries."""

    platform: str
    budgets: tuple[Budget, ...]
    rank: int = Priority.CARD
    edit: bool = False


@dataclass(slots=True)
class Ticket:
    """A message's place in the windows, from the moment it is let go until it has arrived."""

    draw: Draw
    not_before: datetime | None = None
    """It was let go a little early, and waits for this."""
    left_at: datetime | None = None
    counted_at: datetime | None = None
    """When the platform counted it, as far as one knows; None: not before it has arrived."""


@dataclass(slots=True)
class _Window:
    budget: Budget
    times: list[datetime] = field(default_factory=list[datetime])
    """The newest of what left, in order; no more than the window holds."""
    edited_at: datetime | None = None
    flying: int = 0
    """Let go and not counted yet."""
    editing: int = 0

    def free_at(self, now: datetime, rank: int, *, edit: bool) -> datetime:
        self._mend(now)
        paced, span = self.budget.edits_every, timedelta(seconds=self.budget.seconds) + MARGIN
        kept = int(self.budget.count * LEFT_TO_ALARMS) if paced and rank >= Priority.EDIT else 0
        room, at = self.budget.count - kept - self.flying, now
        if room <= 0:
            at = now + span
        elif len(self.times) >= room:
            at = max(now, self.times[-room] + span)
        if edit and paced:
            before = now if self.editing else self.edited_at
            at = at if before is None else max(at, before + timedelta(seconds=paced) + MARGIN)
        return at

    def _mend(self, now: datetime) -> None:
        if self.times and self.times[-1] > now + CLOCK_STEP:
            self.times = [min(at, now) for at in self.times]
        if self.edited_at is not None and self.edited_at > now + CLOCK_STEP:
            self.edited_at = now

    def count(self, at: datetime, *, edit: bool) -> None:
        insort(self.times, at)
        del self.times[: -self.budget.count]
        if edit:
            self.edited_at = at

    def over(self, now: datetime) -> bool:
        return not self.flying and self.free_at(now, Priority.REMINDER, edit=True) <= now and self._empty(now)

    def _empty(self, now: datetime) -> bool:
        return not self.times or self.times[-1] + timedelta(seconds=self.budget.seconds) + MARGIN <= now


class Rates:
    """The windows of one process. Time is a parameter; nothing here waits."""

    def __init__(self) -> None:
        """Nothing has left yet."""
        self._windows: dict[Name, _Window] = {}
        self._wide: set[Name] = set()
        self._answers: dict[str, deque[timedelta]] = {}
        self._enough = MOST_IDLE

    def __len__(self) -> int:
        """How many windows are remembered."""
        return len(self._windows)

    def free_at(self, draw: Draw, now: datetime) -> datetime:
        """When such a message may leave: `now`, or later. While others are on their way, an estimate."""
        times = [now]
        for budget in draw.budgets:
            window = self._windows.get((draw.platform, budget.name))
            if window is not None:
                window.budget = budget
                times.append(window.free_at(now, draw.rank, edit=draw.edit))
        return max(times)

    def closed(self, now: datetime) -> dict[str, datetime]:
        """The platforms that take nothing at all now, whoever it is for, and until when."""
        shut: dict[str, datetime] = {}
        for name in self._wide:
            at = self._windows[name].free_at(now, Priority.ALARM, edit=False)
            shut[name[0]] = max(at, shut.get(name[0], at))
        return {platform: at for platform, at in shut.items() if at > now}

    def take(self, draw: Draw, now: datetime) -> Ticket:
        """A message is let go: it holds its place from now on."""
        not_before = self.free_at(draw, now)
        for budget in draw.budgets:
            name = draw.platform, budget.name
            window = self._windows.setdefault(name, _Window(budget))
            if is_wide(budget):
                self._wide.add(name)
            window.flying += 1
            window.editing += draw.edit
        if len(self._windows) > self._enough:
            self._forget(now)
        return Ticket(draw, not_before)

    def give_back(self, ticket: Ticket) -> None:
        """It did not leave after all."""
        for window in self._of(ticket):
            window.flying -= 1
            window.editing -= ticket.draw.edit

    def leaves(self, ticket: Ticket, now: datetime) -> bool:
        """It leaves. Whether `arrives` should be asked after `WIRE`: its platform is known to think long."""
        ticket.left_at = now
        took = self._answers.get(ticket.draw.platform, ())
        return len(took) == ANSWERS and min(took) > THINKS_LONG

    def arrives(self, ticket: Ticket, now: datetime) -> None:
        """It is there by now, and counts.

        Who asks for it `WIRE` after leaving is told late by a busy machine, which sends late as well.
        """
        if ticket.counted_at is None:
            ticket.counted_at = now
            for window in self._of(ticket):
                if ticket.left_at is not None:
                    window.count(now, edit=ticket.draw.edit)
            self.give_back(ticket)

    def lands(self, ticket: Ticket, now: datetime) -> None:
        """The platform answered, or nobody waits for its answer any more; or it never left."""
        self.arrives(ticket, now)
        if ticket.left_at is not None and ticket.draw.budgets:
            took = self._answers.setdefault(ticket.draw.platform, deque(maxlen=ANSWERS))
            took.append(now - ticket.left_at)

    def _of(self, ticket: Ticket) -> Iterable[_Window]:
        """A window that something flies in is never forgotten."""
        names = ((ticket.draw.platform, budget.name) for budget in ticket.draw.budgets)
        return [self._windows[name] for name in names if name in self._windows]

    def _forget(self, now: datetime) -> None:
        self._windows = {
            name: window for name, window in self._windows.items() if name in self._wide or not window.over(now)
        }
        self._enough = max(MOST_IDLE, 2 * len(self._windows))


def is_wide(budget: Budget) -> bool:
    """Whether everything that goes to the platform draws on it; others are named `kind/address`."""
    return "/" not in budget.name


def hurried(draw: Draw) -> Draw:
    """What an alarm to the same address draws on besides the platform's own."""
    return Draw(draw.platform, tuple(budget for budget in draw.budgets if not is_wide(budget)), Priority.ALARM)
