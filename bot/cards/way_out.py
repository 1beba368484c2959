"""The way out of a drill on each of its cards, and the numbers on them that nobody is to call.

Put there where a card leaves the house and where a reply does, so that no card of a drill can be without.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.cards.marks import REAL
from bot.chat.card import Button, Line, Telephone
from bot.domain.ids import is_drill
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.card import Card
    from bot.domain.company import Company
    from bot.domain.event import Event
    from bot.domain.ids import EventId


def belongs_to(card: Card, event: EventId | None) -> EventId | None:
    """The drill a card is of; None: it is of none."""
    about = card.event or event
    return about if about is not None and is_drill(about) else None


def with_way_out(card: Card, drill: Event, company: Company) -> Card:
    """The card of a drill as it may leave: marked, with the way out while it runs, and nobody outside to ring."""
    outside = {contact.telephone for contact in company.contacts.values()}
    emergency = {contact.telephone for contact in company.emergency_telephones}
    kept = tuple(_kept(card.telephones, outside, emergency))
    simulated = tuple(_simulated(card.telephones, outside - emergency))
    buttons = tuple(button for button in card.buttons if button.action != REAL)
    return replace(
        card,
        kind="drill",
        event=card.event or drill.id,
        lines=(*card.lines, *simulated),
        buttons=(*buttons, way_out(drill)) if _runs(drill) else buttons,
        telephones=kept,
    )


def way_out(drill: Event) -> Button:
    """One red button, never folded: a real emergency in the middle of a drill is reported with one press."""
    return Button(REAL, text("drill.real"), drill.id, style="danger", confirm=text("drill.real.confirm"))


def _runs(drill: Event) -> bool:
    return not drill.over and (drill.drill is None or drill.drill.ended_at is None)


def _kept(telephones: tuple[Telephone, ...], outside: set[str], emergency: set[str]) -> Iterator[Telephone]:
    """Colleagues are rung in a drill too; the emergency numbers are there for what is real."""
    for each in telephones:
        if each.number in emergency:
            yield Telephone(text("drill.real.number", name=each.name), each.number)
        elif each.number not in outside:
            yield each


def _simulated(telephones: tuple[Telephone, ...], outside: set[str]) -> Iterator[Line]:
    """Without its number: phones make a link of any number they see."""
    for each in telephones:
        if each.number in outside:
            yield Line(text("drill.simulated", name=each.name), "person")
