"""Which rooms take no messages, where their people are reached meanwhile, and which events must hear of it.

A room of a department, or an event's command room, in which messages fail and nothing has been taken for
`chat.failover_after` is dark. What follows is worked out from rows and events alike at any time, so that a restart
or a second replica changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.chat.effect import Outgoing, Priority, ShowCard
from bot.domain.commands import LoseRoom, RegainRoom
from bot.domain.event import dark_key
from bot.domain.ids import RoomId, command_room, is_drill
from bot.services.acting import act_alone
from bot.services.rooms import invited, room_name
from bot.store.outages import (
    Held,
    Outage,
    Unmailed,
    forget_outage,
    keep_outage,
    load_held,
    load_outages,
    load_refused,
    load_unmailed,
    load_visitors,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from bot.chat.adapter import Adapter
    from bot.domain.event import Event
    from bot.domain.ids import EventId, PersonId
    from bot.services.house import House
    from bot.store.lanes import Lane
    from bot.store.reading import Reads
    from bot.store.work import Work

    OpenEvents = Callable[[], Awaitable[Sequence[Event]]]

BUILT_IN: Final = "web"
"""The built-in chat. Every room is on it, and it takes everything, read or not."""
LATELY: Final = timedelta(days=7)
"""Whoever has not used the built-in chat for so long is not looked for there before e-mail."""


@dataclass(frozen=True, slots=True)
class Network:
    """The house and its platforms: which rooms are where."""

    house: House
    adapters: Mapping[str, Adapter]

    def watched(self) -> tuple[RoomId, ...]:
        """The departments' rooms."""
        return tuple(room.id for room in self.house.company.rooms.values() if room.purpose == "department")

    def ways(self, room: RoomId) -> tuple[str, ...]:
        """The platforms a room is on, in the order of its bindings; those for when all others fail come last."""
        known = self.house.company.rooms.get(room)
        if known is None:
            return tuple(name for name, adapter in self.adapters.items() if adapter.abilities.opens_rooms)
        bound = dict.fromkeys(binding.platform for binding in known.bindings if binding.platform in self.adapters)
        return tuple(sorted(bound, key=self.in_need))

    def last(self, platform: str | None, room: RoomId, seen: Seen) -> bool:
        """Whether a way is taken only where no other is left: the built-in chat, where none of its people read it."""
        return platform == BUILT_IN and seen.visitors.isdisjoint(self._readers(room, seen.events))

    def _readers(self, room: RoomId, events: Sequence[Event]) -> tuple[PersonId, ...]:
        """Who sees a room; of an event's command room, who was invited."""
        event = next((each for each in events if command_room(each.id) == room), None)
        return self.house.people_who_see(room) if event is None else invited(event, self.house.company)

    def in_need(self, platform: str | None) -> bool:
        """Whether a platform is used only where others take nothing."""
        adapter = None if platform is None else self.adapters.get(platform)
        return adapter is not None and adapter.abilities.in_need_only

    def way_of(self, event: EventId | None, outage: Outage) -> str | None:
        """Where an event's people are reached meanwhile; of a drill nowhere outside the house: then by telephone."""
        adapter = None if outage.next is None else self.adapters.get(outage.next)
        stays = is_drill(event or "") and adapter is not None and adapter.abilities.outside
        return None if stays else outage.next

    def concerned(self, lane: Lane, events: Sequence[Event]) -> tuple[Event, ...]:
        """The open events that a lane's room takes part in."""
        platform, room = lane
        if platform not in self.ways(room):
            return ()
        return tuple(event for event in events if self._takes_part(event, room))

    def _takes_part(self, event: Event, room: RoomId) -> bool:
        known = self.house.company.rooms.get(room)
        if known is None:
            return room == command_room(event.id)
        department = known.department if known.purpose == "department" else None
        if department is None or department not in {ref.id for ref in event.departments}:
            return False
        return event.confirmed or bool(event.of_department(department))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rows and the records said at one moment, `at`: what follows is worked out for that moment too.

    `events`: those that are open, where anything is wrong. `visitors`: who has used the built-in chat lately.
    """

    at: datetime
    held: tuple[Held, ...]
    outages: tuple[Outage, ...]
    events: tuple[Event, ...] = ()
    unmailed: tuple[Unmailed, ...] = ()
    visitors: frozenset[PersonId] = frozenset()


@dataclass(frozen=True, slots=True)
class Steps:
    """What is to be done; nothing at rest."""

    kept: tuple[Outage, ...] = ()
    ended: tuple[Lane, ...] = ()
    said: tuple[tuple[EventId, LoseRoom | RegainRoom], ...] = ()
    sent: tuple[Outgoing, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is to be done."""
        return bool(self.kept or self.ended or self.said or self.sent)


async def look(rows: Reads, network: Network, events: OpenEvents, now: datetime) -> Seen:
    """Read what there is to know. Events are read only where something is wrong."""
    watched = network.watched()
    in_need = [name for name in network.adapters if network.in_need(name)]
    waiting, refused = await load_held(rows, watched), await load_refused(rows, watched, in_need)
    held = (*refused, *waiting)
    outages = tuple(await load_outages(rows))
    if not outages and not _fallen(held, network, now):
        return Seen(now, held, outages)
    unmailed = [
        waiting
        for outage in outages
        if outage.next is not None and network.in_need(outage.next)
        for waiting in await load_unmailed(rows, outage.lane, outage.next)
    ]
    lately = min(LATELY, timedelta(days=network.house.settings.web.session_days))
    visitors = await load_visitors(rows, now - lately)
    return Seen(now, held, outages, tuple(await events()), tuple(unmailed), visitors)


def _fallen(held: Sequence[Held], network: Network, now: datetime) -> tuple[Held, ...]:
    after = network.house.settings.chat.failover_after
    times = ((each, each.dark_at(after)) for each in held)
    return tuple(each for each, at in times if at is not None and at <= now)


def steps(seen: Seen, network: Network) -> Steps:
    """What follows from what was seen. Pure."""
    fallen = {each.lane: each.since for each in reversed(_fallen(seen.held, network, seen.at))}
    waiting = {each.lane for each in seen.held}
    standing = {each.lane: each for each in seen.outages if not each.over and _matters(each, waiting, network, seen)}
    fresh = {
        lane: Outage(lane, since, None)
        for lane, since in fallen.items()
        if lane not in standing and not network.in_need(lane[0]) and network.concerned(lane, seen.events)
    }
    dark = {**standing, **fresh}
    blocked = dark.keys() | fallen.keys()
    settled = {lane: _with_next(each, network, blocked, seen) for lane, each in dark.items()}
    return Steps(
        kept=tuple(each for lane, each in settled.items() if lane in fresh or each != standing[lane]),
        ended=tuple(each.lane for each in seen.outages if each.lane not in settled),
        said=_said(seen, settled, network),
        sent=_sent(seen, settled, network),
    )


def _matters(outage: Outage, waiting: Collection[Lane], network: Network, seen: Seen) -> bool:
    """An outage that concerns no open event, and that nothing waits for, is forgotten with the last event."""
    return outage.lane in waiting or bool(network.concerned(outage.lane, seen.events))


def _with_next(outage: Outage, network: Network, dark: Collection[Lane], seen: Seen) -> Outage:
    """The way to its people: the one in use as long as it works, else the first that does."""
    platform, room = outage.lane
    working = [each for each in network.ways(room) if each != platform and (each, room) not in dark]
    ways = sorted(working, key=lambda way: network.last(way, room, seen))
    used = outage.next
    kept = used in ways and not network.in_need(used) and not network.last(used, room, seen)
    return Outage(outage.lane, outage.since, used if kept else next(iter(ways), None), outage.accepted_at)


def _said(
    seen: Seen, dark: Mapping[Lane, Outage], network: Network
) -> tuple[tuple[EventId, LoseRoom | RegainRoom], ...]:
    said: list[tuple[EventId, LoseRoom | RegainRoom]] = []
    for outage in dark.values():
        for event in network.concerned(outage.lane, seen.events):
            known = event.dark.get(dark_key(*outage.lane))
            way = network.way_of(event.id, outage)
            if known is None or known.next != way:
                said.append((event.id, _lost(outage, way, network)))
    ended = {each.lane: each.accepted_at or seen.at for each in seen.outages}
    for event in seen.events:
        for room in event.dark.values():
            lane = (room.platform, room.room)
            if lane not in dark:
                said.append((event.id, RegainRoom(room.platform, room.room, ended.get(lane, seen.at))))
    return tuple(said)


def _lost(outage: Outage, way: str | None, network: Network) -> LoseRoom:
    platform, room = outage.lane
    known = network.house.company.rooms.get(room)
    return LoseRoom(
        room=room,
        room_name=room_name(network.house, room),
        platform=platform,
        since=outage.since,
        next=way,
        department=None if known is None else known.department,
        in_need=network.in_need(way),
    )


def _sent(seen: Seen, dark: Mapping[Lane, Outage], network: Network) -> tuple[Outgoing, ...]:
    """Cards that wait for a dark room and changed since its people were written to."""
    events = {event.id: event for event in seen.events}
    sent: list[Outgoing] = []
    for waiting in seen.unmailed:
        outage, effect = dark.get(waiting.lane), waiting.effect
        if outage is None or not isinstance(effect, ShowCard) or network.way_of(waiting.event, outage) is None:
            continue
        known = _written(events.get(waiting.event), outage)
        if known is not None and waiting.newer_than(known):
            sent.append(Outgoing(effect, Priority.CARD, waiting.event, only=outage.next))
    return tuple(sent)


def _written(event: Event | None, outage: Outage) -> int | None:
    """The revision of the card that went with the notice; None: the notice comes first. Of an event that is over: 0."""
    if event is None:
        return 0
    room = event.dark.get(dark_key(*outage.lane))
    return None if room is None or room.next != outage.next else room.revision


async def carry_out(work: Work, network: Network) -> Steps:
    """Look again inside the transaction and do what is to be done."""
    seen = await look(work.rows, network, work.open_events, work.now)
    todo = steps(seen, network)
    for outage in todo.kept:
        keep_outage(work, outage)
    for lane in todo.ended:
        forget_outage(work, lane)
    for event, command in todo.said:
        await act_alone(work, network.house, event, command)
    for outgoing in todo.sent:
        work.send(outgoing)
    return todo
