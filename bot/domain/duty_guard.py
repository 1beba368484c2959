"""What a duty is asked that only an emergency knows, and what it may not be done without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.errors import Refused
from bot.text import text

if TYPE_CHECKING:
    from bot.domain.event import Event
    from bot.domain.permissions import Action

FOR_DUTIES: frozenset[Action] = frozenset({
    "task.acknowledge", "task.start", "task.done", "task.cannot", "task.evidence", "task.give", "task.see",
    "answer.withdraw", "person.absent", "person.back", "event.read", "record.note", "record.keep", "record.read",
    "record.export", "data.destroy", "duty.read", "duty.postpone", "duty.decide",
})  # fmt: skip
"""A duty has one task and a record: no level, no phase, no commander, no end of a response, nothing to merge.

Nor more time by one's own press: it is put off with somebody's agreement.
"""


def require_sense(event: Event, action: Action) -> None:
    """Raise Refused where the event is a duty and this is nothing one can do to a duty."""
    if event.kind == "duty" and action not in FOR_DUTIES:
        raise Refused(text("refused.duty.not_for", title=event.title))


def require_drill(event: Event) -> None:
    """Raise Refused where a duty asks for a drill that has not been held yet."""
    duty = event.duty
    if duty is not None and duty.drill is not None and not duty.held:
        raise Refused(text("refused.duty.drill_first", title=event.title))
