"""A house in a process of its own, to be killed: it carries out lines from its input and says what is kept.

`python -m tests.jobs.killed_house URL FOLDER SECONDS`; its clock stands at START + SECONDS. Lines:
`clock SECONDS`, `say UPDATE PERSON WORDS`, `press UPDATE PERSON ACTION TARGET`. What is delivered is appended to
`FOLDER/delivered`, one key a line.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.chat.adapter import Accepted, Delivery, Entering, Showing
from bot.chat.inbound import Account, Inbound, Pressed, Said, What
from bot.clock import VirtualClock
from bot.domain.ids import EventId, RoomId
from bot.i18n import Catalogs
from bot.jobs.intake import Intake
from bot.jobs.limiter import Limiter
from bot.jobs.relay import Relay
from bot.jobs.timers import Timers
from bot.services.house import House
from bot.store.store import Store
from handlers import house_router
from handlers.dispatch import handle
from tests.jobs.conftest import quiet, show
from tests.stories.platform import Platform
from tests.stories.town import START, sample

EVENT = EventId("EV-2026-0001")


class Written(Platform):
    """Its rooms are gone with the process, but what it took is on disk."""

    path: Path

    async def deliver(self, delivery: Delivery) -> Accepted:
        """Take one message, write its name down."""
        accepted = await super().deliver(delivery)
        name = delivery.key if isinstance(delivery, Showing) else delivery.effect.kind
        with self.path.open("a") as file:
            file.write(f"{accepted.message if isinstance(delivery, Entering) else delivery.room} {name}\n")
        return accepted


async def main(url: str, folder: Path, seconds: float) -> None:
    """Run until the input ends."""
    clock = VirtualClock(START + timedelta(seconds=seconds))
    store = await Store.open(url, folder / "files", folder / "keys", clock)
    settings, playbooks = sample()
    house = House(settings, playbooks, Catalogs.load(), clock)
    platform = Written()
    platform.path = folder / "delivered"
    answer = partial(handle, router=house_router())
    intake = Intake(store, house, answer, Limiter(10_000, 4000), {"web": platform})
    relay, timers = Relay(store, house, {"web": platform}, show), Timers(store, house)
    tasks = [asyncio.create_task(relay.run()), asyncio.create_task(timers.run())]
    lines = await _input()
    while line := (await lines.readline()).decode().strip():
        word, first, *rest = line.split(" ", 4)
        if word == "clock":
            clock.set(START + timedelta(seconds=float(first)))
            await quiet(store, timers, relay)
        else:
            await intake.receive(_inbound(word, first, rest, clock))
        sys.stdout.write(f"kept {first}\n")
        sys.stdout.flush()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await store.close()


async def _input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    return reader


def _inbound(word: str, update: str, rest: list[str], clock: VirtualClock) -> Inbound:
    person, *said = rest
    what: What = Said(f"m{update}", " ".join(said)) if word == "say" else Pressed(said[0], EVENT, said[1])
    room = EVENT if word == "talk" else f"@{person}"
    return Inbound(update, Account("web", person, person), RoomId(room), what, clock.now())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])))
