"""Updates on their way to the bot: kept until confirmed by polling, or taken by its webhook."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from tests.telegram.refusal import Refusal
from tests.telegram.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

Json = dict[str, Any]

NOT_ASKED_FOR: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""What a bot is told only when it names it. https://core.telegram.org/bots/api#getupdates"""
CONFLICT: Final = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE: Final = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
PATIENCE: Final = 10.0
"""Seconds that a webhook has to answer."""


@dataclass(slots=True, eq=False)
class Pending:
    """An update that the bot has not confirmed yet."""

    update_id: int
    update: Json
    chat: int
    again: bool = False
    """It comes once more although its number was confirmed."""
    taken: bool = False


@dataclass(slots=True)
class Webhook:
    """Where updates are posted."""

    url: str
    secret: str | None
    connections: int
    failed_at: int | None = None
    failure: str = ""


class Updates:
    """The queue of one bot. `retry_after`: seconds until an update that the webhook refused is posted again."""

    def __init__(self, wall: Callable[[], float], changed: Callable[[], None]) -> None:
        self.wall = wall
        self.changed = changed
        self.pending: list[Pending] = []
        self.all: list[Json] = []
        """Every update there was, confirmed or not."""
        self.webhook: Webhook | None = None
        self.retry_after = 0.05
        self.refused: list[Json] = []
        """Updates for which the webhook did not answer 2xx, once for each try."""
        self._allowed: frozenset[str] | None = None
        self._numbers = count(100_001)
        self._poll: asyncio.Future[None] | None = None
        self._held: list[Pending] | None = None
        self._posting: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()
        self._online = asyncio.Event()
        self._online.set()

    # ---- putting

    def put(self, kind: str, body: Json) -> Json:
        """One more update, if the bot asked for its kind."""
        update: Json = {"update_id": next(self._numbers), kind: body}
        wrong = load_spec().check("Update")(update)
        assert wrong is None, wrong
        wanted = kind not in NOT_ASKED_FOR if self._allowed is None else kind in self._allowed
        if wanted:
            self._add(Pending(update["update_id"], update, _chat(body)))
        return update

    def put_raw(self, update: Json) -> Json:
        """An update of whatever form; it gets a number unless it has one."""
        numbered = {"update_id": next(self._numbers), **update}
        self._add(Pending(int(numbered["update_id"]), numbered, 0))
        return numbered

    def repeat(self, update: Json) -> None:
        """The same update, same number, once more."""
        self._add(Pending(int(update["update_id"]), update, 0, again=True))

    @contextmanager
    def backwards(self) -> Generator[None]:
        """What happens inside reaches the bot afterwards, last first."""
        held: list[Pending] = []
        self._held = held
        try:
            yield
        finally:
            self._held = None
            for each in reversed(held):
                self._add(each)

    def _add(self, pending: Pending) -> None:
        if self._held is not None:
            self._held.append(pending)
            return
        self.all.append(pending.update)
        self.pending.append(pending)
        self._wake()

    def _wake(self) -> None:
        self._news.set()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    # ---- polling

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Only these kinds from now on; an empty list for the usual ones, None for those of last time."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109 - getUpdates' own
        """What getUpdates answers. Raises Refusal 409 for a webhook, or in the older of two calls at once."""
        if self.webhook is not None:
            raise Refusal(409, WEBHOOK_ACTIVE)
        self._end_poll(CONFLICT)
        self._confirm(offset)
        if not self.pending and timeout > 0:
            await self._next(timeout)
        self.changed()
        ready = self.pending[: max(1, min(limit, 100))]
        self.pending = [each for each in self.pending if not (each.again and each in ready)]
        return [each.update for each in ready]

    async def _next(self, seconds: float) -> None:
        poll = self._poll = asyncio.get_running_loop().create_future()
        self.changed()
        try:
            async with asyncio.timeout(seconds):
                await poll
        except TimeoutError:
            pass
        finally:
            if self._poll is poll:
                self._poll = None

    def _confirm(self, offset: int) -> None:
        if offset > 0:
            self.pending = [each for each in self.pending if each.again or each.update_id >= offset]
        elif offset < 0:
            self.pending = self.pending[offset:]

    def _end_poll(self, why: str) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(Refusal(409, why))

    def interrupt(self) -> None:
        """Whoever polls gets an answer now, with nothing in it."""
        self._wake()

    @property
    def is_polled(self) -> bool:
        """Whether a call of getUpdates waits right now."""
        return self._poll is not None and not self._poll.done()

    # ---- posting

    async def set_webhook(self, webhook: Webhook | None, *, drop: bool) -> None:
        """Posts to another address from now on, or to none."""
        await self.stop()
        if drop:
            self.pending.clear()
        self.webhook = webhook
        if webhook is None:
            return
        self._end_poll("Conflict: terminated by setWebhook request")
        self._posting = [asyncio.create_task(self._post(webhook)) for _ in range(webhook.connections)]

    async def stop(self) -> None:
        """Posts nothing more."""
        posting, self._posting = self._posting, []
        for each in posting:
            each.cancel()
        await asyncio.gather(*posting, return_exceptions=True)
        for each in self.pending:
            each.taken = False

    def online(self, *, online: bool) -> None:
        """Whether there is a network to post over."""
        if online:
            self._online.set()
        else:
            self._online.clear()

    async def _post(self, webhook: Webhook) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
            while True:
                await self._online.wait()
                pending = self._take()
                if pending is None:
                    self._news.clear()
                    await self._news.wait()
                elif await self._posted(session, webhook, pending):
                    self.pending.remove(pending)
                    self._news.set()
                    self.changed()
                else:
                    self.refused.append(pending.update)
                    self.changed()
                    await asyncio.sleep(self.retry_after)
                    pending.taken = False

    def _take(self) -> Pending | None:
        """The oldest update that nobody posts yet, of a chat of which nobody posts one."""
        busy = {each.chat for each in self.pending if each.taken}
        for each in self.pending:
            if not each.taken and each.chat not in busy:
                each.taken = True
                return each
        return None

    async def _posted(self, session: aiohttp.ClientSession, webhook: Webhook, pending: Pending) -> bool:
        headers = {} if webhook.secret is None else {SECRET_HEADER: webhook.secret}
        try:
            async with session.post(webhook.url, json=pending.update, headers=headers) as answer:
                if 200 <= answer.status < 300:
                    return True
                webhook.failure = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            webhook.failure = f"Connection failed: {type(error).__name__}"
        webhook.failed_at = int(self.wall())
        return False


def _chat(body: Json) -> int:
    message: Json = body.get("message", body)
    chat: Json = message.get("chat", {"id": 0})
    return int(chat["id"])
