"""The head count and the times of a drill, posted at ENDEX, beside those of the last drill of its playbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.cards.drill import state_of
from bot.cards.wording import names
from bot.chat.card import Card, Line, Link
from bot.domain.comparing import compare, late_tasks
from bot.text import Moment, Span, plural, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.chat.card import Mark, Shown
    from bot.domain.comparing import Compared, Figure
    from bot.domain.event import Event
    from bot.domain.measures import Measures
    from bot.text import Text

TIMES: tuple[Figure, ...] = ("first", "half", "ninety", "all", "command")


@dataclass(frozen=True, slots=True)
class Before:
    """The last drill of the same playbook that was measured."""

    number: str
    at: datetime
    measures: Measures


def measured(event: Event, measures: Measures, before: Before | None, now: datetime) -> Card:
    """What was measured, each figure with what it was last time. People are named without blame."""
    compared = {} if before is None else compare(measures, before.measures)
    counted = {"answered": measures.answered, "count": len(measures.posts)}
    lead: tuple[Shown, ...] = (text("measures.lasted", span=Span(_whole(measures.lasted))),)
    if before is not None:
        lead = (*lead, text("measures.before", number=before.number, at=Moment(before.at)))
    return Card(
        kind=event.mark,
        tone="good",
        head=text("measures.head", title=state_of(event).title, number=event.id, **counted),
        event=event.id,
        lead=lead,
        lines=tuple(_lines(measures, compared)),
        links=(Link(text("link.record"), f"record/{event.id}"),),
        shown_at=now,
    )


def _lines(measures: Measures, compared: dict[Figure, Compared]) -> Iterator[Line]:
    times = (measures.first, measures.half, measures.ninety, measures.all, measures.command_after)
    for figure, seconds in zip(TIMES, times, strict=True):
        note = _note(compared.get(figure), timed=True)
        yield Line(text("measures.line", figure=_label(figure), value=time_of(seconds)), _mark(seconds), note)
    yield from _counted(measures, compared)
    if measures.silent:
        yield Line(text("measures.silent", people=names(measures.silent)), "person", _note(compared.get("silent")))
    for each in {(one.member.person, one.instead_of.person): one for one in measures.took_over}.values():
        yield Line(text("measures.took_over", person=each.member.name, instead=each.instead_of.name), "person")


def _counted(measures: Measures, compared: dict[Figure, Compared]) -> Iterator[Line]:
    """Tasks, injects, messages: how many went wrong, of how many."""
    late = len(late_tasks(measures))
    if measures.tasks:
        shown = plural("measures.tasks", late, count=len(measures.tasks))
        yield Line(shown, "late" if late else "done", _note(compared.get("tasks")))
    if measures.injects:
        good = sum(inject.in_time for inject in measures.injects)
        shown = text("measures.injects", good=good, count=len(measures.injects))
        mark = "done" if good == len(measures.injects) else "late"
        yield Line(shown, mark, _note(compared.get("injects")))
    sent, failed = measures.deliveries + measures.deliveries_failed, measures.deliveries_failed
    shown = plural("measures.deliveries", failed, count=sent)
    yield Line(shown, "blocked" if failed else "done", _note(compared.get("deliveries")))


def _mark(seconds: float | None) -> Mark:
    return "late" if seconds is None else "done"


def time_of(seconds: float | None) -> Shown:
    """A measured time; honest where it never came to that."""
    return text("measures.never") if seconds is None else text("measures.after", span=Span(_whole(seconds)))


def _whole(seconds: float) -> float:
    return float(max(round(seconds), 0))


def _label(figure: Figure) -> Text:
    match figure:
        case "first":
            return text("measures.first")
        case "half":
            return text("measures.half")
        case "ninety":
            return text("measures.ninety")
        case "all":
            return text("measures.all")
        case "command":
            return text("measures.command")
        case _:
            message = f"{figure} is no time"
            raise ValueError(message)


def _note(compared: Compared | None, *, timed: bool = False) -> Text | None:
    """Better, worse or the same as last time; a time with what it was."""
    if compared is None:
        return None
    if not timed:
        return verdict(compared)
    return text("measures.last_time", value=time_of(compared.before), verdict=verdict(compared))


def verdict(compared: Compared) -> Text:
    """Better, worse or the same."""
    match compared.verdict:
        case "better":
            return text("measures.better")
        case "worse":
            return text("measures.worse")
        case "same":
            return text("measures.same")
