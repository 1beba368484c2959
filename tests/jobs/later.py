"""A platform in memory that is acknowledged first: what is said on it is a line of JSON."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

from bot.chat.card import Reply
from bot.chat.inbound import Account, Inbound, Raw, Said
from bot.domain.ids import RoomId, stranger_room
from bot.errors import Unreadable
from bot.text import Language
from tests.stories.platform import Platform


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told at once."""

    update: str
    reply: Reply
    language: Language


@dataclass(slots=True)
class Later(Platform):
    """`troubles`: what `read` raises for an update, from the front; `slow`: what it waits for, by chat."""

    name: str = "slack"
    told: list[Told] = field(default_factory=list[Told])
    read_so_far: list[str] = field(default_factory=list[str])
    troubles: dict[str, list[Exception]] = field(default_factory=dict[str, list[Exception]])
    slow: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    breaks: bool = False

    async def read(self, raw: Raw) -> Inbound | None:
        """Somebody of the chat's name says the payload; "" is nothing for the house, "?" nobody can read."""
        self.read_so_far.append(raw.update)
        if raw.chat in self.slow:
            await self.slow[raw.chat].wait()
        if self.troubles.get(raw.update):
            raise self.troubles[raw.update].pop(0)
        if raw.payload == "?":
            raise Unreadable("a question mark")
        said = json.loads(raw.payload)
        if said is None:
            return None
        account = Account(self.name, raw.chat, raw.chat, said.get("language"), said.get("email", ""))
        words = Said(f"{self.name}/{raw.update}", said["words"])
        return Inbound(raw.update, account, RoomId(stranger_room(self.name, raw.chat)), words, raw.at)

    async def answer(self, raw: Raw, inbound: Inbound, reply: Reply, language: Language) -> None:
        """Remember it."""
        del inbound
        if self.breaks:
            message = "the line is cut"
            raise OSError(message)
        self.told.append(Told(raw.update, reply, language))
