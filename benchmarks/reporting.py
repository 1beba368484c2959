"""From a report to the last of the eleven checklists in the adapter's hands.

`python -m benchmarks.reporting FOLDER COUNT` prints the milliseconds of each report as JSON.
The whole house runs in this process as `tocsin run` would have it, its web server too; only the adapter is looked
over the shoulder.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.figures import milliseconds
from benchmarks.house import Folder, report, running, settled
from bot.app import built_in_chat
from bot.chat.adapter import Abilities, Accepted, Budget, Delivery, Inlet, Showing
from bot.cli.start import make_haste, settle
from bot.domain.commands_ending import CallFalse
from bot.domain.ids import EventId, PersonId
from bot.domain.parties import Actor
from bot.logs import set_up_logs
from bot.services.acting import act_alone

if TYPE_CHECKING:
    from bot.adapters.web.adapter import WebAdapter
    from bot.app import App
    from bot.services.house import House
    from bot.store.store import Store
    from bot.store.work import Work

CARDS = 11
"""The ten departments and the command group."""
WARM_UP = 3


@dataclass(slots=True)
class Watched:
    """The built-in chat, with the time at which each message was handed to it first."""

    inner: WebAdapter
    name: str = "web"
    handed: dict[str, float] = field(default_factory=dict[str, float])
    full: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def abilities(self) -> Abilities:
        """Those of the built-in chat."""
        return self.inner.abilities

    def budgets(self, address: str) -> tuple[Budget, ...]:
        """Those of the chat it watches."""
        return self.inner.budgets(address)

    async def run(self, inlet: Inlet) -> None:
        """Serve."""
        await self.inner.run(inlet)

    async def deliver(self, delivery: Delivery) -> Accepted:
        """Look at the clock, then hand it on."""
        if isinstance(delivery, Showing) and is_checklist(delivery.key):
            self.handed.setdefault(delivery.key, perf_counter())
            if len(self.handed) == CARDS:
                self.full.set()
        return await self.inner.deliver(delivery)

    def begin(self) -> None:
        """The next report."""
        self.handed.clear()
        self.full.clear()


def is_checklist(key: str) -> bool:
    """Whether a message is a department's card: EV-2026-0001/office, and neither the command card nor a post."""
    parts = key.split("/")
    return len(parts) == 2 and parts[0].startswith("EV-") and parts[1] != "command"


async def measure(folder: Folder, reports: int) -> list[float]:
    """Report so often, each time with no other event open; milliseconds."""
    watched: list[Watched] = []

    def adapters(store: Store, house: House) -> Mapping[str, Watched]:
        watched.append(Watched(built_in_chat(store, house, demo=False)))
        return {"web": watched[0]}

    async with running(folder, adapters) as app:
        await app.store.write(lambda work: _call_all_off(app, work))
        await settled(app)
        settle()
        times = [await _once(app, watched[0], number) for number in range(WARM_UP + reports)]
    return times[WARM_UP:]


async def _once(app: App, adapter: Watched, number: int) -> float:
    adapter.begin()
    begun = perf_counter()
    event = await report(app, f"/report fire Workshop {number % 4 + 1}")
    await adapter.full.wait()
    taken = milliseconds(max(adapter.handed.values()) - begun)
    await settled(app)
    await app.store.write(lambda work: _call_off(app, work, event))
    await settled(app)
    return taken


async def _call_all_off(app: App, work: Work) -> None:
    for event in await work.open_events():
        await _call_off(app, work, event.id)


async def _call_off(app: App, work: Work, event: EventId) -> None:
    """The event is over before the next report: otherwise that one would be about merging."""
    commander = PersonId("chen")
    actor = Actor(person=commander, name=app.house.company.people[commander].name, platform="web")
    await act_alone(work, app.house, event, CallFalse(actor, "benchmark"))


def main() -> None:
    """Measure and print the times as JSON."""
    import uvloop

    make_haste()
    set_up_logs()
    folder = Folder(Path(sys.argv[1]), 0)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(measure(folder, int(sys.argv[2])))))


if __name__ == "__main__":
    main()
