"""Two houses to measure in: one with nothing but the events measured, one with a long past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from benchmarks.filling import fill, fill_old
from benchmarks.house import Folder, report, running, settled, sign_in
from benchmarks.load import Presser
from bot.adapters.web.session import seal
from bot.domain.commands import TakeCommand
from bot.domain.commands_tasks import Answer
from bot.domain.ids import EventId, PersonId
from bot.domain.parties import Actor
from bot.services.acting import act_alone

if TYPE_CHECKING:
    from bot.app import App
    from bot.domain.event import Event, Task
    from bot.store.work import Work

MEASURED = 3
"""Events open while it is measured: fifty people, each with a task of their own."""
IN_EACH = 20_000
OLD = 7
"""Events of as many entries that are over: 200,000 in all."""
AT_ONCE = 50


async def prepare(folder: Folder, *, past: bool) -> tuple[Presser, ...]:
    """Open the events, give them a past, have everything acknowledged; who presses what from now on."""
    folder.furnish()
    async with running(folder) as app:
        secrets = await sign_in(app)
        if past:
            await fill_old(app, OLD, IN_EACH)
        events = [await report(app, f"/report fire Workshop {number + 1}") for number in range(MEASURED)]
        for event in events:
            if past:
                await fill(app, event, IN_EACH)
            await app.store.write(lambda work, event=event: _acknowledge(app, work, event))
        await settled(app)
        found = [presser for event in events for presser in _pressers(app, await app.store.event(event), secrets)]
    assert len(found) >= AT_ONCE, len(found)
    return tuple(_in_turn(found))[:AT_ONCE]


async def _acknowledge(app: App, work: Work, event: EventId) -> None:
    """Nobody has to be called again while it is measured."""
    state = await work.event(event)
    await act_alone(work, app.house, event, TakeCommand(_actor(app, PersonId("chen"))))
    for task in state.tasks.values():
        command = Answer(_actor(app, task.chain[0].person), "acknowledge", task.department, task.id)
        await act_alone(work, app.house, event, command)


def _pressers(app: App, event: Event, secrets: Mapping[PersonId, str]) -> Sequence[Presser]:
    return [_presser(app, event, task, secrets) for task in event.tasks.values() if task.open]


def _presser(app: App, event: Event, task: Task, secrets: Mapping[PersonId, str]) -> Presser:
    person = task.chain[0].person
    secret, room = secrets[person], app.house.room_for(task.department, event.id)
    token = seal(secret, f"form/{person}")
    return Presser(secret, token, str(room or ""), event.id, f"{task.department}/{task.id}")


def _in_turn(pressers: Sequence[Presser]) -> Sequence[Presser]:
    """One of each event after the other, so that any number of them is spread over the events."""
    places: dict[str, int] = {}
    order: list[tuple[int, Presser]] = []
    for presser in pressers:
        places[presser.event] = place = places.get(presser.event, 0) + 1
        order.append((place, presser))
    return [presser for _, presser in sorted(order, key=lambda pair: pair[0])]


def _actor(app: App, person: PersonId) -> Actor:
    return Actor(person=person, name=app.house.company.people[person].name, platform="web")
