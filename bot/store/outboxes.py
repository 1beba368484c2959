"""Effects as rows of the outbox."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from bot.chat.effect import Effect, Invite, OpenRoom, Outgoing, Post, ShowCard, of_drill
from bot.domain.ids import RoomId
from bot.store import tables
from bot.store.codec import effect_codec
from bot.store.rows import Change

if TYPE_CHECKING:
    from bot.store.unit import Unit

Routes = Callable[[RoomId], tuple[str, ...]]
"""Which platforms a room is on."""
FIRST = -1
"""The rank of what makes a room: nothing can be said in it before."""


def send(
    unit: Unit, outgoing: Outgoing, now: datetime, routes: Routes, outside: Collection[str] = ()
) -> tuple[str, ...]:
    """One row for each platform of the room. A waiting row of the same key takes the newer effect in its place.

    The platforms that were refused: nothing of a drill goes to one of `outside`, whoever asked for it.
    """
    effect = outgoing.effect
    key, thread, revision = place(effect)
    row: dict[str, object] = {
        "room": effect.room,
        "key": key,
        "thread": thread,
        "rank": FIRST if isinstance(effect, OpenRoom) else int(outgoing.priority),
        "revision": revision,
        "event": outgoing.event,
        "effect": effect_codec().write(effect),
        "queued_at": now,
        "attempts": 0,
    }
    platforms = _platforms(outgoing, routes)
    refused = tuple(platform for platform in platforms if platform in outside and of_drill(effect, outgoing.event))
    for platform in platforms:
        if platform in refused:
            continue
        unit.change(tables.outbox, Change("put", {"platform": platform, **row}))
        _open_lane(unit, platform, effect.room)
    unit.bells.update(("relay", "rooms"))
    return refused


def _platforms(outgoing: Outgoing, routes: Routes) -> tuple[str, ...]:
    if outgoing.only is not None:
        return (outgoing.only,)
    return tuple(platform for platform in routes(outgoing.effect.room) if platform != outgoing.besides)


def place(effect: Effect) -> tuple[str, str, int]:
    """The name of the message, the thread whose order it keeps, and its revision."""
    match effect:
        case ShowCard(ref=ref, revision=revision):
            return ref.key, ref.key, revision
        case Post(key=key, thread=thread):
            return key, thread or "", 0
        case OpenRoom():
            return "room", "", 0
        case Invite(people=people):
            return f"invite/{sha256(' '.join(sorted(people)).encode()).hexdigest()[:16]}", "", 0


def _open_lane(unit: Unit, platform: str, room: RoomId) -> None:
    lane = (platform, str(room))
    if not any(lane in known.lanes for known in unit.layers()):
        unit.change(tables.lanes, Change("keep", {"platform": platform, "room": room}))
        unit.known.lanes.add(lane)
