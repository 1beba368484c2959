"""From the name of a card to the card, as the event stands now. The relay asks this at each sending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.checklist import checklist
from bot.cards.command import command
from bot.cards.duty import duty_card

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.card import Card, CardRef
    from bot.domain.company import Company
    from bot.domain.event import Event


def present(event: Event, ref: CardRef, company: Company, now: datetime) -> Card:
    """The card that `ref` names. A checklist belongs to a department; the command card to the event; a duty has one."""
    if event.duty is not None:
        return duty_card(event, now)
    if ref.name == "command" or ref.department is None:
        return command(event, now)
    return checklist(event, ref.department, company, now)
