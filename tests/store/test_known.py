"""What the writer knows by heart is bounded, and forgotten where another replica may know better."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.chat.card import Card
from bot.chat.effect import Invite, OpenRoom, Outgoing, Post, Priority
from bot.domain.ids import EventId, PersonId, RoomId
from bot.store import known, outboxes, waiting
from bot.store.known import Held, Known, Stored
from bot.text import Words, text
from tests.store.stories import NOW, acknowledged, begin, write

if TYPE_CHECKING:
    import pytest

    from bot.store.store import Store
    from bot.store.work import Work


async def test_events_unused_for_longest_are_forgotten_and_read_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "MOST_STREAMS", 2)
    events = [await begin(store) for _ in range(5)]
    for event in events:
        await write(store, event, acknowledged("evacuate"))
    assert {(await store.event(event)).sequence for event in events} == {4}


def test_layers_are_merged_and_trimmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "MOST_STREAMS", 1)
    monkeypatch.setattr(known, "MOST_SETTINGS", 1)
    below, above = Known(), Known()
    below.streams[EventId("EV-1")] = Held(1, "a", None)
    below.stored[EventId("EV-1")] = Stored(exists=True)
    above.streams[EventId("EV-2")] = Held(2, "b", None)
    above.settings.update({"one": "1", "two": None})
    above.absences = {PersonId("lin"): NOW + timedelta(hours=1)}
    below.take(above)
    below.trim()
    assert list(below.streams) == ["EV-2"]
    assert below.stored == {}
    assert below.settings == {}
    assert below.absences == above.absences
    below.forget_shared()
    assert below.absences is None


def test_each_message_has_a_name_of_its_own() -> None:
    room = RoomId("EV-2026-0001")
    people = PersonId("lin"), PersonId("sun")
    opening = OpenRoom(room, EventId("EV-2026-0001"), Words("指挥", "Command"), people)
    assert outboxes.place(opening) == ("room", "", 0)
    one, other = Invite(room, people), Invite(room, people[::-1])
    assert outboxes.place(one) == outboxes.place(other)
    assert outboxes.place(one) != outboxes.place(Invite(room, people[:1]))
    post = Post("key", room, Card(None, "plain", text("reply.already")), thread="card")
    assert outboxes.place(post) == ("key", "card", 0)


async def test_people_are_invited_to_a_room_that_is_open(store: Store) -> None:
    """An invitation waits in the outbox like any message."""

    async def job(work: Work) -> None:
        work.send(Outgoing(Invite(RoomId("EV-2026-0001"), (PersonId("lin"),)), Priority.CARD))

    await store.write(job)
    assert await waiting.is_waiting(store.rows, NOW)
