"""A Slack for tests and benchmarks: the Web API, Socket Mode and signed HTTP requests over real sockets on 127.0.0.1.

`async with FakeSlack(bot_token=…, app_token=…, signing_secret=…) as slack:` runs it on a free port. `slack.base_url` is
for `AsyncWebClient(base_url=…)`. Requests reach the app by Socket Mode, or by HTTP as soon as `slack.http_url` is set.
People are `slack.user(…)`; what they do (`says`, `presses`, `commands`, `submits`) comes back when the app has
acknowledged it, or would have had to. What the app did is read from `slack.messages(channel)`, `slack.views`,
`slack.homes`, `slack.ephemerals`. `slack.invalid` lists what broke a documented rule: it should be empty at the end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final, Self

from tests.slack.calling import notice
from tests.slack.deliveries import Answer, Delivery
from tests.slack.manifests import bot_scopes, flaws_of_manifest
from tests.slack.people import User
from tests.slack.reading import Json
from tests.slack.serving import ALL_SCOPES, Limit, Serving
from tests.slack.sockets import Connection
from tests.slack.state import SYSTEM, WALL, Call, Channel, Message

BOT_TOKEN: Final = "xoxb-fake"
APP_TOKEN: Final = "xapp-fake"
SIGNING_SECRET: Final = "fake-secret"


class FakeSlack(Serving):
    """One Slack workspace with one installed app."""

    def __init__(
        self,
        *,
        bot_token: str = BOT_TOKEN,
        app_token: str = APP_TOKEN,
        signing_secret: str = SIGNING_SECRET,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = WALL,
        signing_clock: Callable[[], float] | None = None,
        per_channel: Limit | None = None,
        ack_within: float = 3.0,
        delay: float = 0.0,
    ) -> None:
        """`clock` runs limits, triggers and response_urls; `wall` gives the timestamps of messages and events.

        `signing_clock` (else `wall`) gives those of signatures, which slack-bolt compares with the real time.

        `per_channel` limits posts and edits in each channel (none by default); `ack_within` is in real seconds;
        `delay` is how long each call of the Web API takes, in seconds.
        """
        super().__init__(
            bot_token=bot_token,
            app_token=app_token,
            signing_secret=signing_secret,
            clock=clock,
            wall=wall,
            signing_clock=signing_clock or wall,
            per_channel=per_channel,
            ack_within=ack_within,
            delay=delay,
        )

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        await self.listen(0)
        return self

    async def __aexit__(self, *reason: object) -> None:
        """Stop: cut what is open, end what runs."""
        await self.stop()
        await self.unlisten()

    @property
    def base_url(self) -> str:
        """What `AsyncWebClient(base_url=…)` wants."""
        return f"{self.root}/api/"

    def user(
        self,
        name: str,
        *,
        email: str | None = None,
        locale: str = "en-US",
        guest: bool = False,
        stranger: bool = False,
        bot: bool = False,
    ) -> User:
        """A person who has been here all along: a guest, a stranger (of another team, in shared channels), a bot."""
        account = self.ids("U")
        handle = name.lower().replace(" ", ".") if name.isascii() else account.lower()
        address = f"{handle}@example.com" if email is None else email
        team = self.stranger_team if stranger else self.team_id
        person = User(account, name, address, locale, team, guest=guest, stranger=stranger, bot=bot, slack=self)
        self.users[person.id] = self.accounts[person.id] = person
        return person

    def channel(
        self, name: str, members: Sequence[User] = (), *, private: bool = False, bot: bool = True, shared: bool = False
    ) -> Channel:
        """A channel that has been here all along; `bot`: the app is in it."""
        creator = members[0].id if members else "USLACKBOT"
        channel = Channel(self.ids("C"), name, creator, self.seconds(), private=private, shared=shared)
        channel.members = [person.id for person in members] + ([self.bot_user_id] if bot else [])
        self.channels[channel.id] = channel
        return channel

    def named(self, name: str) -> Channel:
        """The channel of this name, such as one the app made."""
        return next(channel for channel in self.channels.values() if channel.name == name)

    def messages(self, where: Channel | User | str, *, system: bool = False) -> list[Message]:
        """The messages there, oldest first, threads included; `system`: also the lines Slack itself writes."""
        channel = self.place(where)
        return [message for message in channel.messages.values() if system or message.subtype not in SYSTEM]

    def place(self, where: Channel | User | str) -> Channel:
        """The channel meant: a person stands for the direct messages with them."""
        match where:
            case Channel():
                return where
            case User():
                return self.dm(where.id)
            case str():
                return self.channels[where]

    def called(self, method: str) -> list[Call]:
        """The calls of this method, oldest first."""
        return [call for call in self.calls if call.method == method]

    @property
    def pins(self) -> dict[str, list[Message]]:
        """The pinned messages by channel id, in the order of pinning."""
        return {channel.id: self.pinned(channel) for channel in self.channels.values() if channel.pins}

    def installs(self, manifest: Json) -> None:
        """Install the app with this manifest: its scopes, events and commands are all there is from now on.

        What is wrong with it stands in `invalid`.
        """
        notice(self, "apps.manifest.validate", flaws_of_manifest(manifest), "invalid_manifest")
        self.manifest, self.scopes = manifest, bot_scopes(manifest)

    async def goes_away(self) -> None:
        """Nobody listens any more; everything open is cut."""
        self.away = True
        await self.unlisten()

    async def comes_back(self) -> None:
        """Listen again at the same address; over HTTP, send what waits."""
        await self.listen(self.port)
        self.away = False
        if self.http_url is not None:
            await self.retries()

    async def disconnects(self, reason: str = "refresh_requested", connection: Connection | None = None) -> None:
        """Ask a connection (all of them) to be replaced; the old one stays open until the app or `drops` closes it."""
        for each in [connection] if connection else list(self.sockets.connections):
            await self.sockets.disconnect(each, reason)

    def drops(self, connection: Connection | None = None) -> None:
        """Cut a WebSocket (all of them) without a word."""
        for each in [connection] if connection else list(self.sockets.connections):
            each.cut()

    def goes_silent(self, connection: Connection | None = None) -> None:
        """A WebSocket (all of them) stays open, but nothing comes out of it and nothing is read."""
        for each in [connection] if connection else list(self.sockets.connections):
            each.silent = True

    async def revokes(self) -> None:
        """The app is uninstalled: it is told, and its token is worth nothing from now on."""
        tokens: Json = {"oauth": [], "bot": [self.bot_user_id]}
        self.revoked = True
        await self.happens({"type": "tokens_revoked", "tokens": tokens, "event_ts": self.next_ts()})
        await self.happens({"type": "app_uninstalled", "event_ts": self.next_ts()})


__all__ = ["ALL_SCOPES", "Answer", "Connection", "Delivery", "FakeSlack", "Limit", "User"]
