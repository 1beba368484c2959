"""Errors are for a person (`Refused`, `NotSaved`), or for the operator (`Broken`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.text import Text

LONGEST_PAUSE = 86_400.0
"""Seconds: whatever a platform asks for, it is tried again on the next day."""


class TocsinError(Exception):
    """Everything this program raises on purpose."""


class Refused(TocsinError):
    """The rules of the house say no. `reason` is for the person who asked: what is wrong, what to do."""

    def __init__(self, reason: Text) -> None:
        """Keep the sentence for the reader; the log sees its key."""
        super().__init__(reason.key)
        self.reason = reason


class NotSaved(TocsinError):
    """The store could not keep it (disk full, database locked): the sender is told, with telephone numbers."""


class Broken(TocsinError):
    """The program cannot start or go on. The text is a `Text` for the terminal; exit code 2."""

    def __init__(self, reason: Text) -> None:
        """Keep the sentence for the operator."""
        super().__init__(reason.key)
        self.reason = reason


class RetryLater(TocsinError):
    """A platform is throttled or away; `after` seconds from now the same delivery may be tried again."""

    def __init__(self, why: str, after: float | None = None) -> None:
        """`after` is what the platform asked for, None where it did not say; a day is the longest pause believed."""
        super().__init__(why)
        self.after = None if after is None else min(after, LONGEST_PAUSE)


class Undeliverable(TocsinError):
    """A platform will never take this message here (room gone, blocked by the person)."""


class Unknown(TocsinError):
    """Nobody knows whether the platform took the message (connection lost after sending)."""


class Unreadable(TocsinError):
    """An update of no form that is known: it is kept among the dead letters, and nothing else waits for it."""
