"""Updates that nobody can read or that a handler broke at: kept in a state of their own, and people hear of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.chat.card import Card, Reply
from bot.chat.effect import Outgoing, Post, Priority
from bot.errors import Unreadable
from bot.store.codec import inbound_codec
from bot.store.received import Received
from bot.text import same, text

if TYPE_CHECKING:
    from bot.chat.inbound import Inbound, Raw
    from bot.services.house import House
    from bot.store.work import Work
    from bot.text import Text

MOST_OF_AN_ERROR = 500
TELL_AGAIN_AFTER = timedelta(minutes=10)
"""Between two messages to the admins about the same kind of trouble."""

log = structlog.get_logger(__name__)


class DeadLetters:
    """Where they go, and who is told."""

    def __init__(self, house: House) -> None:
        """Nobody was told of anything yet."""
        self._house = house
        self._told: dict[tuple[str, str], datetime] = {}

    async def failed(self, work: Work, inbound: Inbound, error: Exception, raw: Raw | None = None) -> Reply:
        """A handler broke: the update stays, whoever sent it and the admins hear of it."""
        before = await work.received(*_number(inbound, raw))
        if before is not None and before.reply is not None:
            return before.reply
        event = getattr(inbound.what, "event", None)
        log.error("intake.failed", update=inbound.update, room=inbound.room, event_id=event, exc_info=error)
        reply = Reply(text("intake.failed", numbers=self._house.emergency_line()))
        settle_read(work, inbound, raw, Received("failed", reply), repr(error)[:MOST_OF_AN_ERROR])
        head = text("intake.failed_admins", name=same(inbound.account.name), update=inbound.update)
        self._tell_admins(work, "failed", inbound.platform, head)
        return reply

    async def unreadable(self, work: Work, raw: Raw, error: Exception) -> None:
        """Nobody can read it: it stays as it came, and the admins hear of it."""
        update = (raw.platform, raw.update)
        if not await settle_unread(update, Received("failed", None), work, error=repr(error)[:MOST_OF_AN_ERROR]):
            return
        known = isinstance(error, Unreadable)
        log.error("intake.unreadable", platform=raw.platform, update=raw.update, exc_info=None if known else error)
        head = text("intake.unreadable_admins", platform=same(raw.platform.capitalize()), update=raw.update)
        self._tell_admins(work, "unreadable", raw.platform, head)

    def _tell_admins(self, work: Work, trouble: str, platform: str, head: Text) -> None:
        """Say it once, not for every update of a storm."""
        admins, told = self._house.room_with("admins"), self._told.get((trouble, platform))
        if admins is None or (told is not None and work.now < told + TELL_AGAIN_AFTER):
            return
        now = work.now
        work.after_commit(lambda: self._told.update({(trouble, platform): now}))
        window = int(now.timestamp() // TELL_AGAIN_AFTER.total_seconds())
        post = Post(f"{trouble}/{platform}/{window}", admins.id, Card(None, "plain", head))
        work.send(Outgoing(post, Priority.CARD))


async def settle_unread(
    update: tuple[str, str], received: Received, work: Work, *, payload: str | None = None, error: str | None = None
) -> bool:
    """Finish a stored update that no handler saw; False: it was finished before."""
    before = await work.received(*update)
    if before is not None and before.state != "new":
        return False
    work.settle_update(update, received, payload=payload, error=error)
    return True


def settle_read(work: Work, inbound: Inbound, raw: Raw | None, received: Received, error: str | None = None) -> None:
    """Finish an update that a handler saw; `raw` None: it is stored with its answer."""
    payload = inbound_codec().write(inbound)
    chat = inbound.room if raw is None else None
    work.settle_update(_number(inbound, raw), received, payload=payload, error=error, chat=chat)


def _number(inbound: Inbound, raw: Raw | None) -> tuple[str, str]:
    return (inbound.platform, inbound.update) if raw is None else (raw.platform, raw.update)
