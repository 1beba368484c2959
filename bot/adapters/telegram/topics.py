"""Topics of a forum: each of the house's rooms may be one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from bot.adapters.telegram.client import Moved
from bot.cards.marks import of_drill
from bot.domain.ids import is_drill
from bot.errors import Undeliverable
from bot.text import same, text

if TYPE_CHECKING:
    from bot.adapters.telegram.wire import Wire
    from bot.domain.ids import RoomId

NAME_LIMIT: Final = 128
"""https://core.telegram.org/bots/api#createforumtopic."""

log = structlog.get_logger(__name__)


class Topics:
    """Makes them."""

    def __init__(self, wire: Wire) -> None:
        """One for the adapter."""
        self._wire = wire
        self._making = asyncio.Lock()

    async def make(self, chat: int, name: str) -> int | None:
        """A topic; None where there are none, or the bot may not make them. Raises Moved, RetryLater or Unknown."""
        try:
            made = await self._wire.client.ask("createForumTopic", chat_id=chat, name=name[:NAME_LIMIT])
        except Moved:
            raise
        except Undeliverable as error:
            log.warning("telegram.no_topic", chat=chat, why=str(error))
            return None
        thread = made.get("message_thread_id")
        return thread if isinstance(thread, int) else None

    def fitted(self, room: RoomId, name: str) -> str:
        """A topic's name in full; where it has to be cut, the mark of a drill still comes last."""
        if len(name) <= NAME_LIMIT or not is_drill(room):
            return name
        last = self._wire.say(text("mark.last.drill"), "en")
        return f"{name[: NAME_LIMIT - len(last) - 1]}…{last}"

    async def make_anew(self, room: RoomId, old: str) -> None:
        """Another one for a room whose topic was deleted; the group itself where the bot may make none."""
        async with self._making:
            if await self._wire.places.now_at(old) != old:
                return
            known = self._wire.view.company.rooms.get(room)
            name = room if known is None else f"{known.name.zh} {known.name.en}"
            if is_drill(room):
                name = self.fitted(room, self._wire.say_twice(of_drill(same(room))))
            chat, _, _ = old.partition("/")
            new = await self.make(int(chat), name)
            log.warning("telegram.topic_made_anew", room=room, chat=chat, topic=new)
            await self._wire.places.remember(old, chat if new is None else f"{chat}/{new}")
