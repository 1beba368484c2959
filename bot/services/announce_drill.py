"""What people are told of a drill besides what they are told of any event.

Everybody hears that it begins and that it is over; whoever holds a role hears what is given to it; only the organiser
and the safety person hear what was expected.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, assert_never

from bot.cards import drill as cards
from bot.cards import drill_control as control
from bot.chat.effect import Priority
from bot.domain import entries as e
from bot.services.announce_course import alarmed_people, alarmed_rooms
from bot.services.news import for_all, in_command_room, post, tell
from bot.text import Span, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.card import Card, Shown
    from bot.chat.effect import Outgoing
    from bot.domain.entries_drill import PlannedInject
    from bot.domain.fold_drill import DrillEntry
    from bot.domain.ids import PersonId
    from bot.domain.record import Entry
    from bot.domain.state import DrillState
    from bot.services.news import News


def drill_news(news: News, entry: Entry, payload: DrillEntry) -> Iterator[Outgoing]:
    """Everything that one entry of a drill calls for."""
    match payload:
        case e.DrillStarted():
            yield from _started(news, entry)
        case e.DrillPaused() | e.DrillResumed():
            yield from _halted(news, entry, payload)
        case e.InjectGiven():
            yield from _given(news, entry, payload)
        case e.InjectAnswered():
            yield from _answered(news, entry, payload)
        case e.InjectMissed():
            yield _to_organiser(news, entry, control.missed(_planned(news, payload.number)))
        case e.DrillEnded():
            yield from _ended(news, entry, payload)
        case e.HotWashAsked():
            card = cards.hot_wash(news.after, news.now)
            for member in payload.people:
                yield tell(news, entry, member.person, card, Priority.CARD)
        case e.DrillMeasured() | e.HotWashAnswered():
            return  # the first is posted beside the last drill's figures; the second is kept
        case _:
            assert_never(payload)


def _started(news: News, entry: Entry) -> Iterator[Outgoing]:
    """Everybody, once: the scenario with what to do first. The organiser and the safety person: what they have to."""
    event = news.after
    version = news.house.playbooks.get(event.playbook)
    at_once: Shown = text("notice.opened.listen") if version is None else version.playbook.at_once
    point = None if version is None else news.house.assembly_point(version.playbook, event.place)
    card = cards.started(event, at_once, point, news.company, news.now)
    yield from for_all(news, entry, card, Priority.ALARM)
    yield in_command_room(news, entry, card)
    yield _to_organiser(news, entry, control.begins(event))
    yield from _to_safety(news, entry, control.watches(event))


def _halted(news: News, entry: Entry, payload: e.DrillPaused | e.DrillResumed) -> Iterator[Outgoing]:
    """Whoever follows it sees that nothing runs, or that it runs on; rooms see it on their cards."""
    match payload:
        case e.DrillPaused():
            card = cards.paused(news.after, payload.by, news.now)
        case e.DrillResumed():
            card = cards.resumed(news.after, payload.by, Span(payload.seconds), news.now)
    yield in_command_room(news, entry, card)
    yield _to_organiser(news, entry, card.head)
    yield from _to_safety(news, entry, card.head)


def _given(news: News, entry: Entry, payload: e.InjectGiven) -> Iterator[Outgoing]:
    """Whoever it is for learns it at once; the command room, that somebody knows more."""
    planned = _planned(news, payload.number)
    card = cards.inject(news.after, planned, payload, news.now)
    for member in payload.to:
        yield tell(news, entry, member.person, card)
    yield in_command_room(news, entry, cards.inject_given(news.after, planned, payload, news.now))
    if _organiser(news) not in {member.person for member in payload.to}:
        yield _to_organiser(news, entry, control.given(planned, payload))


def _answered(news: News, entry: Entry, payload: e.InjectAnswered) -> Iterator[Outgoing]:
    planned = _planned(news, payload.number)
    given = _drill(news).given[payload.number]
    took = (entry.at - given.given_at).total_seconds()
    yield in_command_room(news, entry, cards.inject_answered(news.after, planned, payload, news.now))
    yield _to_organiser(news, entry, control.answered(planned, payload, took))


def _ended(news: News, entry: Entry, payload: e.DrillEnded) -> Iterator[Outgoing]:
    """Everywhere the drill was heard of. A real emergency is told to each person as well, before anything else."""
    real = payload.why == "real"
    card = cards.ended_for_real(news.after, news.now) if real else cards.ended(news.after, payload.by, news.now)
    for room in alarmed_rooms(news):
        yield post(news, entry, room, card, Priority.ALARM if real else Priority.CARD)
    if real:
        yield from _each(news, entry, card)


def _each(news: News, entry: Entry, card: Card) -> Iterator[Outgoing]:
    drill = _drill(news)
    told = (member.person for given in drill.given.values() for member in given.to)
    lead = (drill.organiser.person, *(() if drill.safety is None else (drill.safety.person,)))
    for person in dict.fromkeys(chain(alarmed_people(news), lead, told)):
        if not news.did(person):
            yield tell(news, entry, person, card)


def _to_organiser(news: News, entry: Entry, what: Shown) -> Outgoing:
    """The card to run it by, after each step."""
    card = control.control(news.after, what, news.now)
    return tell(news, entry, _organiser(news), card, Priority.CARD)


def _to_safety(news: News, entry: Entry, what: Shown) -> Iterator[Outgoing]:
    safety = _drill(news).safety
    if safety is not None and safety.person != _organiser(news):
        card = control.control(news.after, what, news.now, leads=False)
        yield tell(news, entry, safety.person, card, Priority.CARD)


def _organiser(news: News) -> PersonId:
    return _drill(news).organiser.person


def _drill(news: News) -> DrillState:
    return cards.state_of(news.after)


def _planned(news: News, number: int) -> PlannedInject:
    return next(planned for planned in _drill(news).injects if planned.number == number)
