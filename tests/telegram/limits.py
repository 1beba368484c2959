"""The rate limits: overall, in a private chat, in a group.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Final

ROUNDING: Final = 1e-6
Marks = dict[tuple[str, int], deque[float]]


@dataclass(slots=True)
class Limits:
    """How many messages (edits count, topics share their group's budget) pass in a sliding window.

    `jitter`: seconds by which a window is shorter here than documented, for bots that reach the limit exactly and
    whose calls the network may bring closer together than they were sent.
    """

    overall: int = 30
    """a second"""
    private: int = 1
    """a second, each private chat"""
    group: int = 20
    """a minute, each group"""
    jitter: float = 0.0
    _marks: Marks = field(default_factory=lambda: defaultdict(deque), repr=False)

    def take(self, chat: int, now: float, messages: int = 1) -> int:
        """Counts so many messages to a chat; 0, or the whole seconds to wait when they would be too many."""
        windows = [("all", 0, self.overall, 1.0)]
        windows.append(("group", chat, self.group, 60.0) if chat < 0 else ("private", chat, self.private, 1.0))
        wait = max(self._wait(name, of, count, span, now, messages) for name, of, count, span in windows)
        if wait > 0:
            return max(1, math.ceil(wait))
        for name, of, _, _ in windows:
            self._marks[name, of].extend([now] * messages)
        return 0

    def _wait(self, name: str, of: int, count: int, span: float, now: float, messages: int) -> float:
        marks = self._marks[name, of]
        while marks and marks[0] <= now - span + self.jitter + ROUNDING:
            marks.popleft()
        over = len(marks) + messages - count
        if over <= 0 or not marks:  # an album larger than the window passes alone
            return 0.0
        return marks[min(over, len(marks)) - 1] + span - self.jitter - now
