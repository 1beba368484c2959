"""Which drill a drill is compared with: the last one of its playbook that was held to its end and measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cards.measures import Before
from bot.store.drills import load_before
from bot.store.work import Work

if TYPE_CHECKING:
    from bot.domain.event import Event
    from bot.store.store import Store

LOOKED_AT = 10
"""Earlier drills of a playbook that are looked at for one that can be compared."""


async def last_measured(source: Store | Work, event: Event) -> Before | None:
    """The drill before this one. One that a real emergency stopped says nothing about how people do."""
    for number, opened_at in await load_before(source.rows, event, LOOKED_AT):
        earlier = await (source.look(number) if isinstance(source, Work) else source.event(number))
        drill = earlier.drill
        if drill is not None and drill.why_ended == "ended" and drill.measures is not None:
            return Before(number, opened_at, drill.measures)
    return None
