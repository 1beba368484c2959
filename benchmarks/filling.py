"""A record with a past: entries as an emergency leaves them, with the rows of inbox and chat that belong to them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice
from typing import TYPE_CHECKING
from uuid import uuid4

from benchmarks.house import report
from bot.adapters.web import client
from bot.chat import inbound
from bot.chat.card import Reply
from bot.domain.commands_ending import CallFalse
from bot.domain.entries import Draft
from bot.domain.entries_talk import Said
from bot.domain.entries_tasks import TaskAnswered, Withdrawn
from bot.domain.ids import PersonId, command_room
from bot.domain.parties import Actor
from bot.domain.people import member
from bot.services.acting import act_alone
from bot.store import tables
from bot.store.codec import inbound_codec, reply_codec

if TYPE_CHECKING:
    from bot.app import App
    from bot.domain.company import Company, Person
    from bot.domain.event import Event
    from bot.domain.ids import EventId
    from bot.store.work import Work

AT_ONCE = 500
"""Entries of one transaction."""
GROUP = 5
"""Of so many entries three were said, one is an answer, one takes it back."""
WORDS = "东侧楼梯已清空，二层还有两人在收拾，马上下来。 The east stairs are clear; two people on floor 2 come down."


async def fill_old(app: App, events: int, entries: int) -> None:
    """Events that are over."""
    for number in range(events):
        event = await report(app, f"/report fire Warehouse {number % 3 + 1}")
        await fill(app, event, entries)
        await app.store.write(lambda work, event=event: _call_off(app, work, event))


async def fill(app: App, event: EventId, entries: int) -> None:
    """Let a record grow to so many entries, and to the end of the last group: no answer is left standing."""
    while (left := entries - (await app.store.event(event)).sequence) > 0:
        groups = min(AT_ONCE, left + GROUP - 1) // GROUP
        await app.store.write(lambda work, groups=groups: _grow(app, work, event, groups * GROUP))


async def _call_off(app: App, work: Work, event: EventId) -> None:
    commander = app.house.company.people[PersonId("chen")]
    await act_alone(work, app.house, event, CallFalse(_actor(commander), "benchmark"))


async def _grow(app: App, work: Work, event: EventId, entries: int) -> None:
    state, company = await work.event(event), app.house.company
    people = cycle(company.people.values())
    drafts = list(islice(_drafts(state, company, people), entries))
    await work.append(event, drafts)
    for draft in drafts:
        await _keep_beside(work, event, draft)


def _drafts(event: Event, company: Company, people: Iterator[Person]) -> Iterator[Draft]:
    """What follows the event's last entry, without end."""
    sequence = event.sequence
    tasks = cycle(event.tasks.values())
    while True:
        for _ in range(GROUP - 2):
            yield _said(event.id, next(people))
        task = next(tasks)
        person = company.people[task.chain[0].person]
        yield Draft(TaskAnswered(task.id, "start", member(company, person.id)), _actor(person))
        sequence += GROUP
        yield Draft(Withdrawn(sequence - 1, task.id), _actor(person))


def _said(event: EventId, person: Person) -> Draft:
    room, name = command_room(event), person.name
    return Draft(Said(uuid4().hex, room, name, name, words=WORDS), _actor(person))


def _actor(person: Person) -> Actor:
    return Actor(person=person.id, name=person.name, platform="web")


async def _keep_beside(work: Work, event: EventId, draft: Draft) -> None:
    """The update that it came with, and the message where it is one."""
    person, payload, room = draft.actor.person, draft.payload, command_room(event)
    assert person is not None
    what: inbound.What = inbound.Pressed("task.start", event)
    if isinstance(payload, Said):
        what = inbound.Said(payload.message, payload.words or "")
        await client.keep_said(work, what, room, person, ())
    update = inbound.Inbound(uuid4().hex, inbound.Account("web", person, person), room, what, work.now)
    row = {"platform": "web", "update": update.update, "chat": room, "state": "done", "received_at": work.now}
    codes = {"payload": inbound_codec().write(update), "reply": reply_codec().write(Reply()), "error": None}
    work.insert(tables.inbox, {**row, **codes})
