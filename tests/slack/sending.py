"""What reaches the app: events, commands and presses, over Socket Mode or HTTP, repeated where Slack repeats."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, TypeVar

from tests.slack.deliveries import FORM, JSON, Answer, Delivery, Post, event_callback, sign
from tests.slack.manifests import bot_events, subscription
from tests.slack.reading import Json
from tests.slack.sockets import Sockets
from tests.slack.state import Channel
from tests.slack.workspace import Workspace

T = TypeVar("T")
RETRIES: Final = 3
"""How often an event is sent again: at once, after a minute, after five (docs.slack.dev, Events API, "Retries")."""


class Sending(Workspace):
    """Slack's side of everything it starts."""

    def __init__(
        self,
        signing_secret: str,
        clock: Callable[[], float],
        wall: Callable[[], float],
        signing_clock: Callable[[], float],
        ack_within: float,
    ) -> None:
        """As for `FakeSlack`."""
        super().__init__(clock, wall)
        self.signing_secret, self.signing_clock, self.ack_within = signing_secret, signing_clock, ack_within
        self.http_url: str | None = None
        self.echo = True
        self.away = False
        self.deliveries: list[Delivery] = []
        self.pending: list[Delivery] = []
        self.given_up: list[Delivery] = []
        self.sockets = Sockets(self.app_id, self.changed, self._connected)
        self.post = Post(signing_secret, ack_within)
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[Delivery] | None = None
        self._bell = asyncio.Event()

    async def stop(self) -> None:
        """End what still runs, close what is open."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.post.close()

    def changed(self) -> None:
        """Wake everybody who waits."""
        bell, self._bell = self._bell, asyncio.Event()
        bell.set()

    async def wait_for(self, predicate: Callable[[], T], within: float = 5.0) -> T:
        """Wait until the predicate gives something truthy, and return that; TimeoutError after `within` seconds.

        It is asked again after each change here, and every twentieth of a second for what changes elsewhere.
        """
        async with asyncio.timeout(within):
            while not (result := predicate()):
                await self._rings(0.05)
        return result

    async def _rings(self, within: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._bell.wait()

    async def quiet(self) -> None:
        """Wait until everything this Slack had to send has been acknowledged or given up."""
        await self.wait_for(lambda: not self._tasks, 4 * self.ack_within + 5)

    def emit(self, event: Json, channel: Channel | None = None) -> None:
        """Send an event of the app's own doing, in the background; nothing where the app would not hear of it."""
        listening = self.http_url is not None or self.sockets.used
        if listening and self.hears(event, channel) and (self.echo or not self._own(event)):
            self.spawn(self._deliver_quietly(self.event(event, channel)))

    def _own(self, event: Json) -> bool:
        inner: Json = event.get("message") or event.get("previous_message") or event
        return self.bot_user_id == inner.get("user")

    def hears(self, event: Json, channel: Channel | None) -> bool:
        """Whether the app is sent this event: it is in the channel, and has subscribed (with a manifest)."""
        subscribed = self.manifest is None or subscription(event) in bot_events(self.manifest)
        return subscribed and (channel is None or self.bot_user_id in channel.members)

    def event(self, event: Json, channel: Channel | None = None) -> Delivery:
        """The delivery of an event, not sent yet."""
        ids: Json = {
            "team": self.team_id,
            "app": self.app_id,
            "bot": self.bot_user_id,
            "event_id": self.ids("Ev"),
            "at": self.seconds(),
            "shared": channel is not None and channel.shared,
        }
        return Delivery("events_api", event_callback(event, **ids))

    async def happens(self, event: Json, channel: Channel | None = None) -> Delivery | None:
        """Something the app hears of; comes back when it is acknowledged or given up. None where it does not hear."""
        return await self.deliver(self.event(event, channel)) if self.hears(event, channel) else None

    async def deliver(self, delivery: Delivery) -> Delivery:
        """Send it; an event that fails is sent again once, then waits for `retries()` or a new connection."""
        self.deliveries.append(delivery)
        if self._held is not None:
            self._held.append(delivery)
            return delivery
        await self._attempt(delivery)
        if delivery.kind == "events_api" and not delivery.acked and not delivery.refused:
            if not self.away and (self.http_url or self.sockets.connections):
                await self._attempt(delivery)
            if not delivery.acked:
                self.pending.append(delivery)
        self.changed()
        return delivery

    async def retries(self) -> list[Delivery]:
        """Send the events again that were not acknowledged, as Slack does a minute and five minutes later."""
        waiting, self.pending = self.pending, []
        for delivery in waiting:
            await self._attempt(delivery)
        left = [each for each in waiting if not each.acked]
        self.pending += [each for each in left if each.attempts <= RETRIES]
        self.given_up += [each for each in left if each.attempts > RETRIES]
        self.changed()
        return waiting

    async def repeats(self, delivery: Delivery | None = None) -> Delivery:
        """Send an event (the last one) once more with the same event_id, though it was acknowledged."""
        again = delivery or [each for each in self.deliveries if each.kind == "events_api"][-1]
        await self._attempt(again)
        return again

    @asynccontextmanager
    async def out_of_order(self) -> AsyncGenerator[None]:
        """What happens inside reaches the app at the end, the last first."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            for delivery in reversed(held):
                await self._attempt(delivery)

    async def sends(
        self,
        body: bytes,
        content_type: str = JSON,
        *,
        timestamp: str | None = None,
        signature: str | None = None,
        secret: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """A request made by hand over HTTP: with a timestamp, a signature or a secret of your own."""
        stamp = str(int(self.signing_clock())) if timestamp is None else timestamp
        signed = sign(secret or self.signing_secret, stamp, body) if signature is None else signature
        own = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signed} | (headers or {})
        return await self.post.send(self._url(), body, content_type, own)

    async def forges(self, body: bytes = b"{}") -> Answer:
        """A request signed with another secret."""
        return await self.sends(body, secret="another secret")

    async def sends_old(self, body: bytes = b"{}", age: int = 301) -> Answer:
        """A request that was well signed `age` seconds ago."""
        return await self.sends(body, timestamp=str(int(self.signing_clock()) - age))

    async def sends_unreadable_time(self, body: bytes = b"{}") -> Answer:
        """A well-signed request whose timestamp is no number."""
        return await self.sends(body, timestamp="yesterday")

    async def sends_too_much(self, size: int = 5_000_000) -> Answer:
        """A well-signed request with a very large body."""
        return await self.sends(b'{"type":"event_callback","padding":"' + b"x" * size + b'"}')

    async def sends_rubbish(self) -> Answer | None:
        """What cannot be parsed: over Socket Mode a broken envelope, over HTTP a well-signed body that is no JSON."""
        if self.http_url is not None:
            return await self.sends(b'{"type":"event_callback","event":')
        await self.sockets.shout('{"envelope_id":"00000000","type":"events_api","payload":')
        return None

    async def verifies_url(self) -> bool:
        """Slack's check of the address: whether the challenge comes back."""
        body = json.dumps(
            {"token": "verification-token", "challenge": "3eZbrw1aB", "type": "url_verification"}
        ).encode()
        answer = await self.sends(body)
        return answer.ok and answer.parsed() in ({"challenge": "3eZbrw1aB"}, "3eZbrw1aB")

    async def checks_ssl(self) -> Answer:
        """Slack's check of the certificate of a command's address, which is not signed."""
        return await self.post.send(self._url(), b"ssl_check=1&token=verification-token", FORM, {})

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it beside; it ends with this Slack at the latest."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.changed()

    async def _deliver_quietly(self, delivery: Delivery) -> None:
        await self.deliver(delivery)

    def _connected(self) -> None:
        if self.pending and self.http_url is None:
            self.spawn(self._catch_up())

    async def _catch_up(self) -> None:
        await self.retries()

    def _url(self) -> str:
        if self.http_url is None:
            raise AssertionError("set slack.http_url to the address of the app first")
        return self.http_url

    async def _attempt(self, delivery: Delivery) -> None:
        reason = (delivery.error or "http_error") if delivery.attempts else ""
        number, delivery.attempts = delivery.attempts, delivery.attempts + 1
        if self.away:
            delivery.error = "connection_failed"
        elif self.http_url is not None:
            await self._by_http(delivery, number, reason)
        else:
            await self._by_socket(delivery, number, reason)

    async def _by_http(self, delivery: Delivery, number: int, reason: str) -> None:
        body, content_type = delivery.body_of()
        stamp = str(int(self.signing_clock()))
        retry = (number, reason) if number and delivery.kind == "events_api" else None
        headers = self.post.headers(body, stamp, retry)
        answer = await self.post.send(self._url(), body, content_type, headers)
        delivery.answers.append(answer)
        delivery.status, delivery.body, delivery.took = answer.status, answer.body, answer.took
        delivery.error = answer.error or ("" if answer.ok else "http_error")
        if answer.ok:
            delivery.acked, delivery.response = True, answer.parsed()

    async def _by_socket(self, delivery: Delivery, number: int, reason: str) -> None:
        began = time.perf_counter()
        waits = "timeout" if number else ""
        ack = await self.sockets.send(delivery.kind, delivery.payload, number, reason and waits, self.ack_within)
        delivery.took = time.perf_counter() - began
        if ack is None:
            delivery.error = "timeout"
        else:
            delivery.acked, delivery.error, delivery.response = True, "", ack.get("payload")
