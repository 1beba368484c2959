"""Where rooms stand now: groups that became supergroups, topics that were made anew, rooms opened while running."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from bot.adapters.telegram.inbound import PLATFORM, Place
from bot.domain.ids import RoomId
from bot.store import tables
from bot.store.telegram_tables import telegram_moves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.company import Company
    from bot.store.store import Store
    from bot.store.work import Work

MOST_MOVES: Final = 100
"""Steps followed from one address to the next: a circle, which nothing here makes, would not end."""


def parse_address(address: str) -> tuple[int, int | None] | None:
    """A chat and a topic of it, from `chat` or `chat/topic`; None where it is neither."""
    chat, apart, thread = address.partition("/")
    try:
        return int(chat), int(thread) if apart else None
    except ValueError:
        return None


class Places:
    """Addresses, and which of the house's rooms is there."""

    def __init__(self, store: Store) -> None:
        """Knows of no move before `load`."""
        self._store = store
        self._moves: dict[str, str] | None = None

    async def load(self) -> Mapping[str, str]:
        """The moves, read once; one that is remembered while they are read stays."""
        if self._moves is None:
            columns = telegram_moves.c
            found = await self._store.rows(select(columns.address, columns.moved_to))
            read = {address: str(moved_to) for address, moved_to in found}
            self._moves = {**read, **(self._moves or {})}
        return self._moves

    async def remember(self, old: str, new: str) -> None:
        """What was at one address is at another. Raises NotSaved."""
        moves = await self.load()
        if old == new or moves.get(old) == new:
            return

        async def keep(work: Work) -> None:
            work.put(telegram_moves, {"address": old, "moved_to": new})

        await self._store.write(keep)
        self._moves = {**moves, old: new}

    def last_known_at(self, address: str) -> str:
        """The same for whoever cannot wait: as far as it was read."""
        return follow(self._moves or {}, address)

    async def now_at(self, address: str) -> str:
        """Where what was at an address is now."""
        return follow(await self.load(), address)

    async def room_at(self, company: Company, place: Place, answered: RoomId | None) -> RoomId | None:
        """The house's room at a place; None: it is none of the house's.

        `answered`: the room of the message that was answered, for where several command rooms share one group.
        """
        moves = await self.load()
        for room in company.rooms.values():
            bound = (binding.address for binding in room.bindings if binding.platform == PLATFORM)
            if any(place.address in trail(moves, address) for address in bound):
                return room.id
        return await self._opened_at(moves, place.address, answered)

    async def _opened_at(self, moves: Mapping[str, str], address: str, answered: RoomId | None) -> RoomId | None:
        """A command room; where several share the group, that of the message answered, else of the newest event."""
        columns, events = tables.addresses.c, tables.events.c
        earlier = [old for old in moves if follow(moves, old) == address]
        query = (
            select(columns.room)
            .join_from(tables.addresses, tables.events, events.id == columns.room, isouter=True)
            .where(columns.platform == PLATFORM, columns.address.in_([address, *earlier]))
            .order_by(events.over, events.opened_at.desc())
        )
        rooms = [RoomId(room) for (room,) in await self._store.rows(query)]
        if answered in rooms:
            return answered
        return rooms[0] if rooms else None

    async def answered(self, place: Place, number: int) -> tuple[str, RoomId] | None:
        """The key and the room of a message of ours; None where it is somebody's own."""
        columns = tables.deliveries.c
        query = select(columns.key, columns.room).where(columns.platform == PLATFORM)
        found = await self._store.rows(query.where(columns.message == f"{place.chat}/{number}").limit(1))
        if not found:
            among = columns.message.like(f"{place.chat}/%+%")
            split = await self._store.rows(query.add_columns(columns.message).where(among))
            found = [row[:2] for row in split if str(number) in str(row[2]).partition("/")[2].split("+")]
        return (found[0][0], RoomId(found[0][1])) if found else None


def follow(moves: Mapping[str, str], address: str) -> str:
    """Where an address leads."""
    return trail(moves, address)[-1]


def trail(moves: Mapping[str, str], address: str) -> list[str]:
    """An address and where it led, step by step: by its topic's move, else by its chat's.

    A topic that was closed and opened again is still talked in, though cards stand elsewhere by now.
    """
    steps = [address]
    for _ in range(MOST_MOVES):
        chat, apart, thread = address.partition("/")
        if address in moves:
            address = moves[address]
        elif apart and chat in moves:
            address = f"{moves[chat]}/{thread}"
        else:
            break
        steps.append(address)
    return steps
