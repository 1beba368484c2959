"""A story told on Slack: its people use the fake Slack's app, the house its real adapter over Socket Mode."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.adapters.slack.adapter import SlackAdapter
from bot.adapters.slack.forms import SKIP
from bot.adapters.slack.naming import PREFIX, command_of
from bot.chat.card import Reply
from bot.chat.inbound import Account, DeletedMessage, EditedMessage, Pressed, Said, Submitted
from bot.config import SlackSettings
from bot.domain.ids import RoomId
from bot.store import tables
from tests.slack.fake import FakeSlack
from tests.stories.lines.line import Noted, bound, person_of, unhurried
from tests.stories.platform import Platform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.adapter import Adapter
    from bot.chat.inbound import Inbound, What
    from bot.config import Settings
    from bot.domain.ids import FileId
    from bot.store.work import Work
    from tests.slack.people import User
    from tests.slack.reading import Button
    from tests.slack.state import Channel, Ephemeral, Message, Screen
    from tests.stories.town import Town

LOCALES = {"zh": "zh-CN", "en": "en-US"}


@dataclass(slots=True)
class SlackLine:
    """Everybody of the company has an account; each room is a channel."""

    slack: FakeSlack = field(init=False)
    platform: Platform = field(default_factory=lambda: Platform("slack"))
    _users: dict[str, User] = field(default_factory=dict[str, "User"])
    _channels: dict[RoomId, Channel] = field(default_factory=dict[RoomId, "Channel"])
    _said: dict[str, Message] = field(default_factory=dict[str, "Message"])
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)
    _town: Town | None = None
    _noted: Noted | None = None

    def __post_init__(self) -> None:
        """Slack's triggers and limits run on the story's clock: a busy machine makes nobody late."""
        self.slack = FakeSlack(clock=self._seconds)

    def _seconds(self) -> float:
        return 0.0 if self._town is None else self._town.clock.now().timestamp()

    @property
    def name(self) -> str:
        """The platform."""
        return "slack"

    async def begin(self, settings: Settings) -> Settings:
        """The workspace, with a channel for each room."""
        await self._open.enter_async_context(self.slack)
        company = settings.company
        for person in company.people.values():
            self._users[person.id] = self.slack.user(person.name.en, email="", locale=LOCALES[person.language])
        everybody = list(self._users.values())
        for room in company.rooms:
            self._channels[room] = self.slack.channel(room, everybody)
        slack = SlackSettings(
            self.slack.bot_token,
            self.slack.app_token,
            self.slack.signing_secret,
            "socket",
            self.slack.base_url,
            "private",
        )
        at = {room: channel.id for room, channel in self._channels.items()}
        return replace(unhurried(bound(settings, "slack", at)), slack=slack)

    async def open(self, town: Town) -> tuple[Adapter, ...]:
        """The real adapter."""
        self._town = town
        people = town.settings.company.people

        async def link(work: Work) -> None:
            for person in people.values():
                work.link(Account("slack", self._users[person.id].id, person.name.en), person.id)

        await town.store.write(link)
        adapter = SlackAdapter(
            town.store, town.settings.slack, town.house, town.clock, web_address="", upload_limit_mb=1
        )
        self._noted = Noted(adapter, self.platform)
        return (self._noted,)

    async def ready(self) -> None:
        """Both connections stand."""
        await self.slack.wait_for(lambda: len(self.slack.sockets.connections) >= 2)

    async def sends(self, inbound: Inbound) -> Reply:
        """Do it in Slack's app."""
        user, noted = self._user(inbound.account), self._adapter
        channel = await self._channel(inbound.room, user)
        noted.answered.clear()
        match inbound.what:
            case Said() as said:
                await self._says(user, channel, said)
            case Pressed() as press:
                return await self._presses(user, channel, press)
            case Submitted() as form:
                await self._submits(user, form)
            case EditedMessage(message=message, words=words):
                await user.edits(self._said[message], words)
            case DeletedMessage(message=message):
                await user.deletes(self._said[message])
        return await self._reply(user, inbound.what)

    async def _reply(self, user: User, what: What) -> Reply:
        """Once the house is quiet, everybody who asked has been answered."""
        assert self._town is not None
        await self._town.quiet()
        return self._adapter.reply_to(user.id, what)

    async def end(self) -> None:
        """Nothing broke a rule of Slack's, and no text of anybody's notified a channel."""
        await self._open.aclose()
        assert self.slack.invalid == []
        assert self.slack.notified == []

    @property
    def _adapter(self) -> Noted:
        assert self._noted is not None
        return self._noted

    def _user(self, account: Account) -> User:
        if account.account not in self._users:
            self._users[account.account] = self.slack.user(account.name, email="", locale="zh-CN")
        return self._users[account.account]

    async def _channel(self, room: RoomId, user: User) -> Channel:
        if room.startswith("@"):
            return self._users.get(person_of(room), user).dm
        if room not in self._channels:
            assert self._town is not None
            columns = tables.addresses.c
            query = select(columns.address).where(columns.platform == "slack", columns.room == room)
            ((address,),) = await self._town.store.rows(query)
            self._channels[room] = self.slack.channels[address]
        return self._channels[room]

    async def _says(self, user: User, channel: Channel, said: Said) -> None:
        words, files = said.words, [await self._content(file) for file in said.files]
        if words.lstrip().startswith("/") and not files and said.reply_to is None:
            await user.commands(*self._command(words), channel)
            return
        thread = None if said.reply_to is None else self._standing(channel, said.reply_to)
        self._said[said.message] = await user.says(channel, words, thread_ts=thread, files=files)

    def _command(self, words: str) -> tuple[str, str]:
        """A word that Slack knows as a command of the app; any other by way of the app's own."""
        word, _, rest = words.lstrip().removeprefix("/").partition(" ")
        if word.isascii():
            return command_of(word), rest
        return f"/{PREFIX}", f"{word} {rest}".strip()

    async def _content(self, file: FileId) -> bytes:
        assert self._town is not None
        return await self._town.store.files.load(file)

    def _standing(self, channel: Channel, key: str) -> Message | None:
        for noted in self.platform.messages:
            place, _, ts = noted.id.partition("/")
            if noted.key == key and place == channel.id:
                return channel.messages[ts]
        return None

    async def _presses(self, user: User, channel: Channel, press: Pressed) -> Reply:
        parts = [press.action, press.event, press.target, press.revision, press.commander]
        value = json.dumps([*parts, 1] if press.confirmed else parts)
        message, button = self._button(user, channel, value)
        tampered = None if _means(button) == json.loads(value) else value
        await user.presses(message, button.action_id, with_value=button.value, tampered=tampered)
        return await self._reply(user, press)

    def _button(self, user: User, channel: Channel, value: str) -> tuple[Message | Ephemeral | Screen, Button]:
        """The button that means this, else any: a press of what stood there once."""
        shown = list(self._shown(user, channel))
        for message, button in shown:
            if _means(button) == json.loads(value):
                return message, button
        for message, button in shown:
            if button.kind == "button" and button.value:
                return message, button
        raise LookupError(f"nothing to press for {value}")

    def _shown(self, user: User, channel: Channel) -> Iterator[tuple[Message | Ephemeral | Screen, Button]]:
        """What this person can press, the newest first: here, in messages only they see, in direct ones."""
        here = [
            *reversed(self.slack.messages(channel)),
            *reversed(user.ephemerals),
            *reversed(self.slack.messages(user.dm)),
        ]
        for message in [*self.slack.stack(user.id), *here]:
            for button in message.buttons:
                yield message, button

    async def _submits(self, user: User, form: Submitted) -> None:
        view = user.view
        assert view.content["callback_id"] == form.form
        if form.skipped:
            await user.presses(view, SKIP)
            return
        values: dict[str, object] = {f"f-{name}": value for name, value in form.values.items() if value}
        values |= {f"f-{name}": [await self._content(file)] for name, file in form.files.items()}
        await user.submits(view, values)


def _means(button: Button) -> object:
    try:
        return json.loads(button.value)
    except ValueError:
        return None
