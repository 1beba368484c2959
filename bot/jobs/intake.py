"""An update on its way in: stored, answered, and both kept in one transaction (rule 1)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.chat.adapter import Abilities
from bot.chat.card import Card, Reply
from bot.chat.effect import Outgoing, Post, Priority
from bot.errors import NotSaved, Refused, TocsinError
from bot.services.context import context_for
from bot.services.linking import meet
from bot.store import tables
from bot.store.codec import inbound_codec, reply_codec
from bot.text import same, text

if TYPE_CHECKING:
    from bot.chat.inbound import Account, Inbound, Raw
    from bot.jobs.limiter import Limiter
    from bot.services.context import Context
    from bot.services.house import House
    from bot.store.received import State
    from bot.store.store import Store
    from bot.store.work import Work

Handle = Callable[["Context"], Awaitable[Reply]]
"""Answers one update; raises Refused where the house says no."""
Prelude = Callable[["Work"], Awaitable[None]]
"""What the adapter keeps of the update in its own tables."""
MOST_OF_AN_ERROR = 500
AT_ONCE = 100
"""Stored updates taken up in one look."""

log = structlog.get_logger(__name__)


class Intake:
    """Every adapter's way in."""

    def __init__(
        self, store: Store, house: House, handle: Handle, limiter: Limiter, abilities: Mapping[str, Abilities]
    ) -> None:
        """`handle` is the house's router; `abilities` by platform."""
        self._store = store
        self._house = house
        self._handle = handle
        self._limiter = limiter
        self._abilities = abilities

    async def receive(self, inbound: Inbound, prelude: Prelude | None = None) -> Reply:
        """Store an update and answer it. The same update again gets the same answer. Raises NotSaved."""
        refused = self._refuse(inbound)
        if refused is not None:
            return refused
        return await self._process(inbound, prelude)

    async def keep(self, raws: Sequence[Raw], prelude: Prelude | None = None) -> None:
        """Store updates as they came (rule 1). Those that were stored before change nothing. Raises NotSaved."""

        async def job(work: Work) -> None:
            if prelude is not None:
                await prelude(work)
            for place, raw in enumerate(raws):
                if await work.received(raw.platform, raw.update) is None:
                    work.insert(tables.inbox, _raw_row(raw, work.now + timedelta(microseconds=place)))
            work.ring("inbox")

        await self._store.write(job)

    async def meet(self, accounts: Sequence[Account]) -> None:
        """Link those whose person is known by an address the platform vouches for."""
        await self._store.write(lambda work: meet(work, self._house, accounts))

    async def process_pending(self) -> None:
        """Answer what is stored and not answered yet: chats side by side, one chat in its order."""
        columns = tables.inbox.c
        query = select(columns.chat, columns.payload).where(columns.state == "new")
        query = query.order_by(columns.received_at).limit(AT_ONCE)
        while found := await self._store.rows(query):
            chats: dict[str, list[Inbound]] = {}
            for chat, payload in found:
                chats.setdefault(chat, []).append(inbound_codec().read(payload))
            async with asyncio.TaskGroup() as group:
                for inbounds in chats.values():
                    group.create_task(self._process_chat(inbounds))

    async def quiet(self) -> bool:
        """Whether every stored update is answered."""
        columns = tables.inbox.c
        waiting = await self._store.rows(select(columns.update).where(columns.state == "new").limit(1))
        return self._store.idle and not waiting

    async def _process_chat(self, inbounds: Sequence[Inbound]) -> None:
        for inbound in inbounds:
            await self._process(inbound, None)

    def _refuse(self, inbound: Inbound) -> Reply | None:
        if self._limiter.is_too_long(inbound.what):
            return Reply(text("intake.too_long", limit=self._limiter.message_limit), stored=False)
        match self._limiter.admit(inbound, self._store.clock.now()):
            case "admitted":
                return None
            case "told":
                log.warning("intake.limited", platform=inbound.platform, account=inbound.account.account)
                return Reply(text("intake.limited", numbers=self._house.emergency_line()), stored=False)
            case "silent":
                return Reply(stored=False)

    async def _process(self, inbound: Inbound, prelude: Prelude | None) -> Reply:
        update = (inbound.platform, inbound.update)
        try:
            return await self._store.write(lambda work: self._answer(work, inbound, prelude), update)
        except TocsinError:
            raise
        except Exception as error:  # noqa: BLE001  whatever it was, the update is kept and people hear of it
            failure = error
        return await self._store.write(lambda work: self._dead_letter(work, inbound, failure), update)

    async def _answer(self, work: Work, inbound: Inbound, prelude: Prelude | None) -> Reply:
        before = await work.received(inbound.platform, inbound.update)
        if before is not None and before.reply is not None:
            return before.reply
        if before is None and prelude is not None:
            await prelude(work)
        try:
            reply = await work.attempt(lambda part: self._handled(part, inbound))
        except Refused as refused:
            reply = Reply(refused.reason, stored=False)
        except (NotSaved, DBAPIError):
            raise
        except Exception as error:  # noqa: BLE001  as in `_process`
            return await self._dead_letter(work, inbound, error)
        work.put(tables.inbox, _row(inbound, "done") | {"received_at": work.now, "reply": reply_codec().write(reply)})
        return reply

    async def _handled(self, work: Work, inbound: Inbound) -> Reply:
        abilities = self._abilities.get(inbound.platform, Abilities())
        context = await context_for(work, self._house, inbound, abilities=abilities, signer=self._store.signer)
        return await self._handle(context)

    async def _dead_letter(self, work: Work, inbound: Inbound, error: Exception) -> Reply:
        """The update stays, in a state of its own; whoever sent it and the admins hear of it."""
        before = await work.received(inbound.platform, inbound.update)
        if before is not None and before.reply is not None:
            return before.reply
        event = getattr(inbound.what, "event", None)
        log.error("intake.failed", update=inbound.update, room=inbound.room, event_id=event, exc_info=error)
        reply = Reply(text("intake.failed", numbers=self._house.emergency_line()))
        kept = {"received_at": work.now, "reply": reply_codec().write(reply), "error": repr(error)[:MOST_OF_AN_ERROR]}
        work.put(tables.inbox, _row(inbound, "failed") | kept)
        self._tell_admins(work, inbound)
        return reply

    def _tell_admins(self, work: Work, inbound: Inbound) -> None:
        admins = self._house.room_with("admins")
        if admins is None:
            return
        head = text("intake.failed_admins", name=same(inbound.account.name), update=inbound.update)
        post = Post(f"failed/{inbound.platform}/{inbound.update}", admins.id, Card(None, "plain", head))
        work.send(Outgoing(post, Priority.CARD))


def _raw_row(raw: Raw, at: datetime) -> dict[str, object]:
    return {
        "platform": raw.platform,
        "update": raw.update,
        "chat": raw.chat,
        "state": "new",
        "payload": raw.payload,
        "received_at": at,
    }


def _row(inbound: Inbound, state: State) -> dict[str, object]:
    return {
        "platform": inbound.platform,
        "update": inbound.update,
        "chat": inbound.room,
        "state": state,
        "payload": inbound_codec().write(inbound),
    }
