"""The organiser's card of a drill: what comes next, what was given and answered, and the presses that run it.

It alone tells what each inject should lead to. The organiser and the safety person get it, nobody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.drill import state_of
from bot.cards.wording import bare, names, short, titled
from bot.chat.card import Button, Card, Line, Link
from bot.domain.timers import inject_at
from bot.text import Moment, Span, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.chat.card import Mark, Shown
    from bot.domain.entries_drill import InjectAnswered, InjectGiven, PlannedInject
    from bot.domain.event import Event
    from bot.domain.state import DrillState, GivenInject
    from bot.text import Text

MOST_LINES = 6
"""Injects on one card, the newest; the record has all."""


def control(event: Event, what: Shown, now: datetime, *, leads: bool = True) -> Card:
    """The card after `what` happened. `leads`: the organiser's; the safety person's only halts and ends."""
    drill = state_of(event)
    return Card(
        kind=event.mark,
        tone="work",
        head=what,
        event=event.id,
        lead=_lead(event, drill),
        lines=tuple(_lines(drill))[-MOST_LINES:],
        buttons=tuple(buttons(event, leads=leads)),
        links=(Link(text("link.event", number=event.id), f"event/{event.id}"),),
        shown_at=now,
    )


def begins(event: Event) -> Text:
    """It is yours to run."""
    return text("drill.control.head", title=state_of(event).title, number=event.id)


def watches(event: Event) -> Text:
    """It is yours to watch over, and to stop."""
    drill = state_of(event)
    return text("drill.control.safety", title=drill.title, number=event.id, word=drill.stop_word)


def given(planned: PlannedInject, payload: InjectGiven) -> Text:
    """An inject is out, and what it should lead to."""
    known = {"count": planned.number, "role": planned.role_name, "expects": bare(planned.expects)}
    if not payload.to:
        return text("drill.control.given.nobody", **known)
    return text("drill.control.given", people=names(payload.to), at=Moment(payload.answer_by), **known)


def answered(planned: PlannedInject, payload: InjectAnswered, took: float) -> Text:
    """Somebody acted on it."""
    known = {"count": planned.number, "person": titled(payload.member), "span": Span(took)}
    return text("drill.control.answered.late", **known) if payload.late else text("drill.control.answered", **known)


def missed(planned: PlannedInject) -> Text:
    """Its time is over; an answer still counts, as late."""
    return text("drill.control.missed", count=planned.number, expects=bare(planned.expects))


def next_inject(drill: DrillState) -> PlannedInject | None:
    """The first that has not been given, by its time."""
    waiting = (planned for planned in drill.injects if planned.number not in drill.given)
    return min(waiting, key=lambda planned: (planned.at, planned.number), default=None)


def buttons(event: Event, *, leads: bool = True) -> Iterator[Button]:
    """Pause or go on, the next inject, the end."""
    drill = state_of(event)
    if drill.ended_at is not None or event.over:
        return
    if drill.paused_at is not None:
        yield Button("drill.resume", text("drill.resume"), event.id, style="primary")
    else:
        if leads and next_inject(drill) is not None:
            yield Button("drill.next", text("drill.next"), event.id, style="primary")
        yield Button("drill.pause", text("drill.pause"), event.id)
    sure = text("drill.end.confirm", number=event.id, title=drill.title)
    yield Button("drill.end", text("drill.end"), event.id, style="danger", confirm=sure)


def _lead(event: Event, drill: DrillState) -> tuple[Shown, ...]:
    if drill.ended_at is not None:
        return (text("drill.card.ended", at=Moment(drill.ended_at)),)
    following = next_inject(drill)
    if following is None:
        coming: tuple[Shown, ...] = (text("drill.control.no_more"),)
    else:
        known = {"count": following.number, "role": following.role_name}
        coming = (
            text("drill.control.next", at=Moment(inject_at(event, drill, following)), **known),
            text("drill.control.text", what=bare(following.text)),
            text("drill.control.expects", expects=bare(following.expects)),
        )
    if drill.paused_at is None:
        return coming
    return (text("drill.control.paused", at=Moment(drill.paused_at)), *coming[1:])


def _lines(drill: DrillState) -> Iterator[Line]:
    """The injects given so far, and whether they were answered."""
    for planned in drill.injects:
        given_ = drill.given.get(planned.number)
        if given_ is not None:
            label = text("drill.control.line", count=planned.number, role=planned.role_name, what=short(planned.text))
            yield Line(label, _mark(given_), _note(given_))


def _mark(given_: GivenInject) -> Mark:
    match given_.status:
        case "given":
            return "waiting"
        case "answered":
            return "done"
        case "missed":
            return "late"


def _note(given_: GivenInject) -> Text:
    if given_.answered_at is not None and given_.by is not None:
        span = Span((given_.answered_at - given_.given_at).total_seconds())
        return text("drill.control.line.answered", person=given_.by.name, span=span)
    if given_.status == "missed":
        return text("drill.control.line.missed", at=Moment(given_.answer_by))
    return text("drill.control.line.waiting", at=Moment(given_.answer_by))
