"""The permission table asked for what is not a command on an event (rule 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.people import command_chain
from bot.domain.permissions import allowed, standings
from bot.errors import Refused
from bot.text import text

if TYPE_CHECKING:
    from bot.domain.event import Event
    from bot.domain.ids import PersonId
    from bot.domain.permissions import Action
    from bot.services.context import Context
    from bot.services.house import House


def may_come_to_lead(house: House, person: PersonId) -> bool:
    """Whether a person stands in the chain of command of one kind of event or another (G1)."""
    chains = (command_chain(house.company, version.playbook) for version in house.playbooks.values())
    return any(member.person == person for chain in chains for member in chain)


def may_here(context: Context, action: Action, event: Event | None = None) -> bool:
    """Whether whoever speaks may do this, to this event where one is given."""
    person = None if context.person is None else context.person.id
    standing = standings(event, person, context.house.company)
    return allowed(standing, action, None if event is None else event.status)


def require(context: Context, action: Action, event: Event | None = None) -> None:
    """Raise Refused where the table says no."""
    if not may_here(context, action, event):
        raise Refused(text("refused.not_yours"))
