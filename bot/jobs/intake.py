"""An update on its way in: stored, answered, and both kept in one transaction (rule 1).

A platform that waits for its answer hands updates to `receive`. Any other is acknowledged as soon as `keep` has
stored them; they are read and answered by `run`, chats side by side, one chat in its order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from bot.chat.adapter import Abilities, AnswersLater
from bot.chat.card import Reply
from bot.errors import NotSaved, Refused, RetryLater, TocsinError
from bot.jobs.backlog import Backlog, Chat
from bot.jobs.dead_letters import DeadLetters, settle_read, settle_unread
from bot.jobs.patience import TRY_AGAIN_AFTER, doubling, patiently
from bot.jobs.turns import Turns
from bot.services.context import context_for, language_for
from bot.services.linking import meet
from bot.store.codec import inbound_codec
from bot.store.received import Received
from bot.text import text

if TYPE_CHECKING:
    from bot.chat.adapter import Adapter
    from bot.chat.inbound import Account, Inbound, Raw
    from bot.jobs.limiter import Limiter
    from bot.services.context import Context
    from bot.services.house import House
    from bot.store.store import Store
    from bot.store.work import Work

T = TypeVar("T")
Handle = Callable[["Context"], Awaitable[Reply]]
"""Answers one update; raises Refused where the house says no."""
Prelude = Callable[["Work"], Awaitable[None]]
"""What the adapter keeps of the update in its own tables."""
MOST_ANSWERS = 500
"""Answers on their way to people; where a platform takes none, more would come too late anyway."""
LONGEST_WAIT = 30.0
"""Seconds between two tries to read an update whose platform does not say when it is back."""
REST = timedelta(minutes=1)
"""How long a chat is left alone whose update could not even become a dead letter."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Bad:
    """An update that nobody can read."""

    error: Exception


class Intake:
    """Every adapter's way in."""

    def __init__(
        self, store: Store, house: House, handle: Handle, limiter: Limiter, adapters: Mapping[str, Adapter]
    ) -> None:
        """`handle` is the house's router; `adapters` by platform."""
        self._store = store
        self._house = house
        self._handle = handle
        self._limiter = limiter
        self._abilities = {name: adapter.abilities for name, adapter in adapters.items()}
        self._later = {name: adapter for name, adapter in adapters.items() if isinstance(adapter, AnswersLater)}
        self._backlog = Backlog(store, self._later)
        self._turns = Turns()
        self._answering = 0
        self._tries: dict[Chat, int] = {}
        self._dead_letters = DeadLetters(house)
        self._kept_at: datetime | None = None

    async def receive(self, inbound: Inbound, prelude: Prelude | None = None) -> Reply:
        """Store an update and answer it. The same update again gets the same answer. Raises NotSaved."""
        now = self._store.clock.now()
        refused = self._refuse(inbound, now)
        if refused is not None:
            return refused
        return await self._counted(inbound, now, self._process(inbound, prelude))

    async def keep(self, raws: Sequence[Raw], prelude: Prelude | None = None) -> None:
        """Store updates as they came (rule 1). Those that were stored before change nothing. Raises NotSaved."""

        async def job(work: Work) -> None:
            if prelude is not None:
                await prelude(work)
            fresh = await work.keep_updates(raws, self._after_the_last(work.now, len(raws)))
            work.after_commit(lambda: self._backlog.take(fresh))

        first = next(((raw.platform, raw.update) for raw in raws), None)
        self._turns.storing(1)
        try:
            await self._store.write(job, first)
        finally:
            self._turns.storing(-1)

    def _after_the_last(self, now: datetime, count: int) -> datetime:
        """When updates count as received: in the order in which they were handed in, also within one moment."""
        at = now if self._kept_at is None else max(now, self._kept_at)
        self._kept_at = at + timedelta(microseconds=count)
        return at

    async def meet(self, accounts: Sequence[Account]) -> None:
        """Link those whose person is known by an address the platform vouches for."""
        await self._store.write(lambda work: meet(work, self._house, accounts))

    async def run(self) -> None:
        """Answer what was stored first, until cancelled."""
        bell, clock = self._store.bells.inbox, self._store.clock
        left = await patiently(self._backlog.left_alone)
        if left:
            log.warning("intake.left_alone", platforms=left)
        async with asyncio.TaskGroup() as group:
            self._backlog.open(lambda chat: group.create_task(self._serve(group, chat)))
            try:
                while True:
                    bell.clear()
                    await patiently(self._backlog.look)
                    await clock.sleep_until(self._backlog.look_at(clock.now()), bell)
            finally:
                self._backlog.close()

    async def quiet(self) -> bool:
        """Whether every stored update is answered, but those whose platform has to be asked and is away."""
        if self._answering or self._store.bells.inbox.is_set():
            return False
        return await self._backlog.quiet() and self._store.idle

    # One chat after the other

    async def _serve(self, group: asyncio.TaskGroup, chat: Chat) -> None:
        """Read what a chat has and hand it to the writer, which keeps the order."""
        while (raw := self._backlog.next(chat)) is not None:
            found = await self._read(raw)
            if isinstance(found, datetime):
                self._backlog.hold(raw, found)
                self._backlog.finish(raw)
                continue
            await self._turns.take()
            group.create_task(self._settle(raw, found))

    async def _read(self, raw: Raw) -> Inbound | Bad | datetime | None:
        """What it is; a time where it has to wait until then."""
        chat, now = (raw.platform, raw.chat), self._store.clock.now()
        try:
            found = await self._later[raw.platform].read(raw)
        except RetryLater as error:
            tries = self._tries[chat] = self._tries.get(chat, 0) + 1
            wait = doubling(1.0, tries, LONGEST_WAIT) if error.after is None else error.after
            log.warning("intake.waits", platform=raw.platform, update=raw.update, why=str(error))
            return now + timedelta(seconds=wait)
        except (NotSaved, DBAPIError, OSError) as error:
            log.warning("intake.waits", platform=raw.platform, update=raw.update, why=repr(error))
            return now + timedelta(seconds=TRY_AGAIN_AFTER)
        except Exception as error:  # noqa: BLE001  whatever it was, the update is kept and people hear of it
            found = Bad(error)
        self._tries.pop(chat, None)
        return found

    async def _settle(self, raw: Raw, found: Inbound | Bad | None) -> None:
        reply = None
        try:
            reply = await self._answered(raw, found)
        except NotSaved:
            self._backlog.hold(raw, self._store.clock.now() + timedelta(seconds=TRY_AGAIN_AFTER))
        except Exception:
            log.exception("intake.not_settled", platform=raw.platform, update=raw.update)
            self._backlog.hold(raw, self._store.clock.now() + REST)
        finally:
            self._turns.give_back()
            self._answering += 1
            self._backlog.finish(raw)
        try:
            if reply is not None and not isinstance(found, Bad | None):
                await self._show(raw, found, reply)
        finally:
            self._answering -= 1

    async def _answered(self, raw: Raw, found: Inbound | Bad | None) -> Reply | None:
        """The reply once it is kept; None: there is nobody to tell, or somebody was told before."""
        update = (raw.platform, raw.update)
        match found:
            case None:
                nothing = Received("done", Reply(stored=False))
                await self._store.write(partial(settle_unread, update, nothing, payload=""), update)
                return None
            case Bad(error):
                await self._store.write(lambda work: self._dead_letters.unreadable(work, raw, error), update)
                return None
            case inbound:
                return await self._process_kept(raw, inbound)

    async def _process_kept(self, raw: Raw, inbound: Inbound) -> Reply | None:
        update = (raw.platform, raw.update)
        refused = self._refuse(inbound, inbound.at)
        if refused is not None:
            kept = Received("done", refused)
            payload = inbound_codec().write(inbound)
            told = await self._store.write(partial(settle_unread, update, kept, payload=payload), update)
            return refused if told else None
        return await self._counted(inbound, inbound.at, self._carry_out(raw, inbound))

    async def _carry_out(self, raw: Raw, inbound: Inbound) -> Reply | None:
        update = (raw.platform, raw.update)

        async def job(work: Work) -> Reply | None:
            before = await work.received(*update)
            if before is not None and before.state != "new":
                return None
            return await self._answer(work, inbound, raw)

        try:
            return await self._store.write(job, update)
        except TocsinError:
            raise
        except Exception as error:  # noqa: BLE001  whatever it was, the update is kept and people hear of it
            failure = error
        return await self._store.write(lambda work: self._dead_letters.failed(work, inbound, failure, raw), update)

    async def _show(self, raw: Raw, inbound: Inbound, reply: Reply) -> None:
        if self._answering > MOST_ANSWERS:
            log.warning("intake.not_shown", platform=raw.platform, update=raw.update)
            return
        try:
            language = await language_for(self._store, self._house, inbound.account)
            await self._later[raw.platform].answer(raw, inbound, reply, language)
        except Exception:
            log.exception("intake.not_shown", platform=raw.platform, update=raw.update)

    # One update

    def _refuse(self, inbound: Inbound, now: datetime) -> Reply | None:
        if self._limiter.is_too_long(inbound.what):
            return Reply(text("intake.too_long", limit=self._limiter.message_limit), stored=False)
        match self._limiter.admit(inbound, now):
            case "admitted":
                return None
            case "told":
                log.warning("intake.limited", platform=inbound.platform, account=inbound.account.account)
                return Reply(text("intake.limited", numbers=self._house.emergency_line()), stored=False)
            case "silent":
                return Reply(stored=False)

    async def _counted(self, inbound: Inbound, at: datetime, answered: Awaitable[T]) -> T:
        """Whoever sent it is not to blame where it could not be kept: it is tried again, and counts once."""
        try:
            return await answered
        except Exception:
            self._limiter.take_back(inbound, at)
            raise

    async def _process(self, inbound: Inbound, prelude: Prelude | None) -> Reply:
        update = (inbound.platform, inbound.update)

        async def job(work: Work) -> Reply:
            before = await work.received(*update)
            if before is not None and before.reply is not None:
                return before.reply
            if before is None and prelude is not None:
                await prelude(work)
            return await self._answer(work, inbound)

        try:
            return await self._store.write(job, update)
        except TocsinError:
            raise
        except Exception as error:  # noqa: BLE001  whatever it was, the update is kept and people hear of it
            failure = error
        return await self._store.write(lambda work: self._dead_letters.failed(work, inbound, failure), update)

    async def _answer(self, work: Work, inbound: Inbound, raw: Raw | None = None) -> Reply:
        try:
            reply = await work.attempt(lambda part: self._handled(part, inbound))
        except Refused as refused:
            reply = Reply(refused.reason, stored=False)
        except (NotSaved, DBAPIError):
            raise
        except Exception as error:  # noqa: BLE001  as in `_process`
            return await self._dead_letters.failed(work, inbound, error, raw)
        settle_read(work, inbound, raw, Received("done", reply))
        return reply

    async def _handled(self, work: Work, inbound: Inbound) -> Reply:
        abilities = self._abilities.get(inbound.platform, Abilities(outside=False))
        context = await context_for(work, self._house, inbound, abilities=abilities, signer=self._store.signer)
        return await self._handle(context)
