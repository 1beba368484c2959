"""The terminal as a reader: its language, and how mistakes end the program."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from bot.clock import RealClock
from bot.errors import Broken, NotSaved, Refused
from bot.i18n import Catalogs, parse_language
from bot.logs import set_up_logs
from bot.text import Language, Text

if TYPE_CHECKING:
    from bot.chat.card import Shown

T = TypeVar("T")
UTC_ZONE = ZoneInfo("UTC")
WRONG = 2
"""Exit code where the program cannot do what it was asked (1: it did, and found mistakes)."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """Whoever reads the output. Texts without a company have no times of its zone."""

    catalogs: Catalogs
    language: Language
    zone: ZoneInfo = UTC_ZONE

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Terminal:
        """The language the system is set to; English where that is neither of the two."""
        tag = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG")
        return cls(Catalogs.load(), parse_language(tag and tag.partition(".")[0]) or "en")

    def say(self, shown: Shown) -> str:
        """A text in the terminal's language."""
        return self.catalogs.render(shown, self.language, self.zone, RealClock().now())

    def show(self, shown: Shown) -> None:
        """Print one text."""
        sys.stdout.write(f"{self.say(shown)}\n")

    def fail(self, reason: Text) -> int:
        """Print a mistake and give the exit code that belongs to it."""
        sys.stderr.write(f"{self.say(reason)}\n")
        return WRONG

    def warn(self, line: str) -> None:
        """Print one line that was rendered already where mistakes go."""
        sys.stderr.write(f"{line}\n")

    def show_line(self, line: str) -> None:
        """Print one line that was rendered already."""
        sys.stdout.write(f"{line}\n")

    def carry_out(self, work: Coroutine[object, object, T]) -> T:
        """Run until done. What several tasks raised at once comes out as the first that a person can read."""
        import uvloop

        set_up_logs(logging.WARNING)
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                return runner.run(work)
        except ExceptionGroup as group:
            readable, others = group.split((Broken, Refused, NotSaved))
            if readable is None or others is not None:
                raise
            raise first_of(readable) from None


def first_of(group: ExceptionGroup[Broken | Refused | NotSaved]) -> Exception:
    """The first error itself, however deep the groups are."""
    first = group.exceptions[0]
    return first_of(first) if isinstance(first, ExceptionGroup) else first
