"""What `/drill` shows: the drills that run, those that can be held, and when each was held last. House talk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cards.drill import state_of, type_name
from bot.cards.drill_control import buttons
from bot.chat.card import Button, Card, Line, Link
from bot.domain.ids import HOUSE
from bot.text import Moment, plural, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.chat.card import Shown
    from bot.domain.drill import Drill
    from bot.domain.event import Event
    from bot.text import Text, Words


@dataclass(frozen=True, slots=True)
class Offered:
    """A drill that can be held. `last`: when one of its playbook was held last."""

    drill: Drill
    playbook: Words
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Mine:
    """What whoever asks may do: start a drill, lead a running one, or only stop it."""

    start: bool
    leads: frozenset[str]
    stops: frozenset[str]


def drill_list(offered: Sequence[Offered], running: Sequence[Event], mine: Mine, now: datetime) -> Card:
    """Those that run first, with the buttons of whoever may press them."""
    known = plural("drill.list.head", len(offered)) if offered else text("drill.list.none")
    head: Shown = plural("drill.list.running", len(running)) if running else known
    controls = tuple(
        button
        for event in running
        if event.id in mine.leads | mine.stops
        for button in buttons(event, leads=event.id in mine.leads)
    )
    start = Button("drill.start", text("drill.list.start"), HOUSE, style="primary")
    return Card(
        kind=None,
        tone="plain",
        head=head,
        lines=(*(_running(event) for event in running), *(_line(each) for each in offered)),
        buttons=(*controls, *((start,) if mine.start else ())),
        links=tuple(_links(running)),
        shown_at=now,
    )


def _running(event: Event) -> Line:
    drill = state_of(event)
    halted = drill.paused_at
    note = text("drill.list.runs", at=Moment(drill.started_at)) if halted is None else text("drill.list.halted")
    return Line(text("drill.list.event", number=event.id, title=drill.title), "started", note)


def _line(each: Offered) -> Line:
    drill = each.drill
    held = text("drill.list.never") if each.last is None else text("drill.list.last", at=Moment(each.last))
    shown = text("drill.list.line", title=drill.title, type=type_name(drill.type), id=drill.id)
    return Line(shown, "point", text("drill.list.note", playbook=each.playbook, held=held))


def _links(running: Sequence[Event]) -> Iterator[Link]:
    for event in running:
        yield Link(text("link.event", number=event.id), f"event/{event.id}")


def drill_option(drill: Drill) -> Text:
    """A drill to choose."""
    return text("drill.list.option", title=drill.title, type=type_name(drill.type))
