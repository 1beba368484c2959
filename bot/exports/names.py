"""What the record itself calls its tasks, departments and injects, for the sentences that mention them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain import entries as e
from bot.domain.parties import EventKind
from bot.domain.record import Entry
from bot.exports.wording import inside
from bot.text import Words


@dataclass(frozen=True, slots=True)
class Names:
    """What tasks, departments and a drill's injects are called, gathered from the record itself, and whose it is."""

    tasks: Mapping[str, Words]
    departments: Mapping[str, Words]
    injects: Mapping[int, Words] = field(default_factory=dict[int, Words])
    kind: EventKind = "live"

    def task(self, task: str) -> Words:
        """A task's text as it stands inside a sentence; its id where the record does not say."""
        return inside(self.tasks.get(task, Words(task, task)))

    def department(self, department: str) -> Words:
        """A department's name; its id where the record does not say."""
        return self.departments.get(department, Words(department, department))


def names_of(entries: Iterable[Entry]) -> Names:
    """Collect the names a record uses."""
    tasks: dict[str, Words] = {}
    departments: dict[str, Words] = {}
    injects: dict[int, Words] = {}
    kind: EventKind = "live"
    for entry in entries:
        match entry.payload:
            case e.TaskReleased() as released:
                tasks[released.task] = released.text
            case e.Opened() as opened:
                departments.update({ref.id: ref.name for ref in opened.departments})
                kind = opened.event_kind
            case e.DrillStarted() as started:
                injects.update({inject.number: inject.text for inject in started.injects})
            case _:
                pass
    return Names(tasks, departments, injects, kind)
