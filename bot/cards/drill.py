"""What people read in a drill: it begins, something new is learnt, it halts, it is over, three questions.

What a drill asks is simulated, and its cards say so; `way_out` puts the mark and the red button on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.calling import behind
from bot.cards.wording import bare, titled
from bot.chat.card import Button, Card, Link, Telephone
from bot.text import Moment, Words, text

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.card import Shown, Tone
    from bot.domain.company import Company
    from bot.domain.drill import DrillType
    from bot.domain.entries_drill import InjectAnswered, InjectGiven, PlannedInject
    from bot.domain.event import Event
    from bot.domain.parties import Member
    from bot.domain.state import DrillState
    from bot.text import Span, Text


def state_of(event: Event) -> DrillState:
    """The drill that an event is."""
    if event.drill is None:
        message = f"{event.id} is no drill"
        raise TypeError(message)
    return event.drill


def type_name(kind: DrillType) -> Text:
    """What kind of drill it is, as people say it."""
    match kind:
        case "tabletop":
            return text("drill.type.tabletop")
        case "single":
            return text("drill.type.single")
        case "comprehensive":
            return text("drill.type.comprehensive")


def started(event: Event, at_once: Shown, point: Words | None, company: Company, now: datetime) -> Card:
    """Everybody is told at STARTEX: what to do first, the scenario, that it is simulated, who stops it and how."""
    drill = state_of(event)
    assemble = () if point is None else (text("notice.opened.assemble", place=point),)
    lead = (
        text("notice.drill.simulated"),
        text("notice.drill.scenario", scenario=bare(drill.scenario)),
        *assemble,
        safety_line(drill.safety, drill.stop_word),
        text("notice.drill.real"),
    )
    head = text("notice.drill.started", title=drill.title, do=at_once, number=event.id)
    links = (Link(text("link.event", number=event.id), f"event/{event.id}"),)
    telephones = tuple(Telephone(contact.name, contact.telephone) for contact in company.emergency_telephones)
    return _card(event, head, lead, now, tone="alarm", links=links, telephones=telephones)


def safety_line(safety: Member | None, stop_word: Words) -> Text:
    """Who watches over everybody's safety, and the word at which all stop."""
    if safety is None:
        return text("drill.stop_word", word=stop_word)
    return text("drill.safety", person=titled(safety), word=stop_word)


def inject(event: Event, planned: PlannedInject, given: InjectGiven, now: datetime) -> Card:
    """Whoever holds the role learns something. What should be done about it is for them to know."""
    lead = (
        text("drill.inject.to", role=planned.role_name),
        text("drill.inject.by", at=Moment(given.answer_by)),
        *behind(given.late),
    )
    handled = Button("drill.answer", text("drill.answer"), event.id, target=str(planned.number), style="primary")
    files = () if planned.photo is None else (planned.photo,)
    head = text("drill.inject.head", what=bare(planned.text), number=event.id)
    return Card(
        kind=event.mark,
        tone="alarm",
        head=head,
        event=event.id,
        lead=lead,
        buttons=(handled,),
        files=files,
        shown_at=now,
    )


def inject_given(event: Event, planned: PlannedInject, given: InjectGiven, now: datetime) -> Card:
    """The command room sees that somebody knows more now; what it is, they pass on themselves."""
    known = {"count": planned.number, "role": planned.role_name}
    what = text("notice.drill.inject", **known) if given.to else text("notice.drill.inject.nobody", **known)
    return _card(event, what, (), now)


def inject_answered(event: Event, planned: PlannedInject, answered: InjectAnswered, now: datetime) -> Card:
    """… and that they acted on it."""
    known = {"count": planned.number, "what": bare(planned.text), "person": titled(answered.member)}
    what = text("notice.drill.answered.late", **known) if answered.late else text("notice.drill.answered", **known)
    return _card(event, what, (), now)


def paused(event: Event, by: Member, now: datetime) -> Card:
    """Nothing runs until it goes on."""
    lead = (text("notice.drill.paused.wait"), text("notice.drill.by", person=titled(by), at=Moment(now)))
    return _card(event, text("notice.drill.paused", number=event.id), lead, now)


def resumed(event: Event, by: Member, lasted: Span, now: datetime) -> Card:
    """It goes on, every deadline moved by the pause."""
    lead = (
        text("notice.drill.resumed.later", span=lasted),
        text("notice.drill.by", person=titled(by), at=Moment(now)),
    )
    return _card(event, text("notice.drill.resumed", number=event.id), lead, now)


def ended(event: Event, by: Member | None, now: datetime) -> Card:
    """ENDEX: everybody stops, puts back what was moved, and is thanked."""
    who = () if by is None else (text("notice.drill.by", person=titled(by), at=Moment(now)),)
    what = text("notice.drill.ended", title=state_of(event).title, number=event.id)
    return _card(event, what, (text("notice.drill.ended.back"), *who), now, tone="good")


def ended_for_real(event: Event, now: datetime) -> Card:
    """Something real has happened: whoever takes part drops the drill and acts on the live report."""
    live = state_of(event).live or ""
    lead = (text("notice.drill.ended.real.do", live=live), text("notice.drill.ended.real.drop", number=event.id))
    links = (Link(text("link.event", number=live), f"event/{live}"),) if live else ()
    return _card(event, text("notice.drill.ended.real", live=live), lead, now, tone="alarm", links=links)


def hot_wash(event: Event, now: datetime) -> Card:
    """Three questions at once, while everybody still remembers; the answers are kept as they are written."""
    drill = state_of(event)
    lead = (text("drill.hot_wash.three"), text("drill.hot_wash.kept"))
    answer = Button("drill.said", text("drill.said"), event.id, style="primary")
    head = text("drill.hot_wash.head", title=drill.title, number=event.id)
    return Card(kind=event.mark, tone="work", head=head, event=event.id, lead=lead, buttons=(answer,), shown_at=now)


def status_line(event: Event) -> tuple[Shown, ...]:
    """What a room's card says first of a drill that halts or has ended; nothing of one that runs."""
    drill = event.drill
    if drill is None:
        return ()
    if drill.paused_at is not None:
        return (text("drill.card.paused", at=Moment(drill.paused_at)),)
    if drill.why_ended == "real":
        return (text("drill.card.real", live=drill.live or ""),)
    return () if drill.ended_at is None else (text("drill.card.ended", at=Moment(drill.ended_at)),)


def has_ended(event: Event) -> bool:
    """Whether it is a drill after ENDEX: nothing of it is to be done any more."""
    return event.drill is not None and event.drill.ended_at is not None


def _card(
    event: Event,
    head: Shown,
    lead: tuple[Shown, ...],
    now: datetime,
    *,
    tone: Tone = "work",
    links: tuple[Link, ...] = (),
    telephones: tuple[Telephone, ...] = (),
) -> Card:
    return Card(
        kind=event.mark,
        tone=tone,
        head=head,
        event=event.id,
        lead=lead,
        telephones=telephones,
        links=links,
        shown_at=now,
    )
