"""One team with its app: what is in it, and what the methods of the Web API look up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from tests.slack.reading import Json, objects
from tests.slack.state import (
    Account,
    AnswerUrl,
    Channel,
    Ephemeral,
    File,
    Invalid,
    Message,
    Notified,
    Screen,
    Trigger,
)

if TYPE_CHECKING:
    from tests.slack.people import User


class Ids:
    """Ids in the manner of Slack, counted: U00000001, C00000002 and so on."""

    def __init__(self) -> None:
        """Count from one."""
        self._count = 0

    def __call__(self, letter: str) -> str:
        """The next id of this kind."""
        self._count += 1
        return f"{letter}{self._count:08X}"


class Workspace:
    """One team with its app: what is in it, and what the methods of the Web API need to look up."""

    team_id: Final = "T0TOCSIN"
    stranger_team: Final = "T0OTHER"
    app_id: Final = "A0TOCSIN"
    bot_id: Final = "B0TOCSIN"
    bot_user_id: Final = "U0TOCSIN"

    def __init__(self, clock: Callable[[], float], wall: Callable[[], float]) -> None:
        """An empty team. `clock` runs limits and triggers, `wall` (seconds since 1970) the timestamps."""
        self.clock, self.wall = clock, wall
        self.ids = Ids()
        self.users: dict[str, User] = {}
        self.accounts: dict[str, Account] = {}
        self.channels: dict[str, Channel] = {}
        self.files: dict[str, File] = {}
        self.uploads: dict[str, File] = {}
        self.screens: dict[str, Screen] = {}
        self.views: list[Screen] = []
        self.homes: dict[str, Screen] = {}
        self.ephemerals: list[Ephemeral] = []
        self.triggers: dict[str, Trigger] = {}
        self.answer_urls: dict[str, AnswerUrl] = {}
        self.invalid: list[Invalid] = []
        self.notified: list[Notified] = []
        self.checking = True
        self.scopes: set[str] = set()
        self.manifest: Json | None = None
        self.root = ""
        self._last = 0
        bot = Account(self.bot_user_id, "Tocsin", "", "en-US", self.team_id, bot=True)
        self.accounts[bot.id] = bot

    def emit(self, event: Json, channel: Channel | None = None) -> None:
        """Tell the app of an event later (the sending side overrides this)."""
        raise NotImplementedError

    def changed(self) -> None:
        """Wake whoever waits for a change."""
        raise NotImplementedError

    def next_ts(self) -> str:
        """A timestamp that no message had before, as text with six decimals."""
        self._last = max(round(self.wall() * 1_000_000), self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def seconds(self) -> int:
        """Whole seconds since 1970."""
        return int(self.wall())

    def dm(self, user: str) -> Channel:
        """The direct messages between the app and this person; opened when asked for the first time."""
        found = next((channel for channel in self.channels.values() if channel.im == user), None)
        if found is None:
            found = Channel(self.ids("D"), "", user, self.seconds(), im=user, members=[user, self.bot_user_id])
            self.channels[found.id] = found
        return found

    def add_message(self, message: Message) -> Message:
        """Put a message into its channel."""
        message.base = self.root
        message.channel.messages[message.ts] = message
        if message.thread_ts and message.thread_ts != message.ts:
            message.channel.threads.setdefault(message.thread_ts, []).append(message)
        self.changed()
        return message

    def drop_message(self, message: Message) -> None:
        """Take a message out of its channel."""
        message.deleted = True
        channel = message.channel
        del channel.messages[message.ts]
        if message.thread_ts and message.thread_ts != message.ts:
            channel.threads[message.thread_ts].remove(message)
        if message.ts in channel.pins:
            channel.pins.remove(message.ts)
        self.changed()

    def say_of(self, channel: Channel, user: str, subtype: str, text: str, **more: Any) -> None:  # noqa: ANN401 — the event's own fields
        """A line that Slack itself writes, such as "has joined the channel"; the app hears of it."""
        message = Message(channel, self.next_ts(), user, text, subtype=subtype)
        self.add_message(message)
        self.emit(self.message_event(message) | more, channel)

    def message_event(self, message: Message) -> Json:
        """The `message` event of a new message."""
        return message.shape() | {
            "channel": message.channel.id,
            "event_ts": message.ts,
            "channel_type": message.channel.kind,
            "team": self.accounts[message.user].team,
        }

    def changed_event(self, message: Message, before: Json) -> Json:
        """The `message_changed` event after an edit."""
        ts = self.next_ts()
        return self._hidden(message, "message_changed", ts) | {"message": message.shape(), "previous_message": before}

    def deleted_event(self, message: Message) -> Json:
        """The `message_deleted` event."""
        ts = self.next_ts()
        more = {"deleted_ts": message.ts, "previous_message": message.shape()}
        return self._hidden(message, "message_deleted", ts) | more

    def _hidden(self, message: Message, subtype: str, ts: str) -> Json:
        return {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": message.channel.id,
            "ts": ts,
            "event_ts": ts,
            "channel_type": message.channel.kind,
        }

    def complete(self, blocks: Iterable[Json]) -> list[Json]:
        """The blocks with the ids that Slack gives where the app gave none."""
        return [self._completed(block) for block in blocks]

    def _completed(self, block: Json) -> Json:
        done = {"block_id": self.ids("b")} | block
        if block.get("type") == "actions":
            done["elements"] = [{"action_id": self.ids("a")} | element for element in objects(block["elements"])]
        for name in ("element", "accessory"):
            if isinstance(block.get(name), dict):
                done[name] = {"action_id": self.ids("a")} | block[name]
        return done

    def new_trigger(self, user: str, view: str = "") -> str:
        """A fresh trigger_id for what this person just did."""
        trigger = Trigger(f"{self.ids('')}.{self.ids('')}.{self.ids('t').lower()}", user, self.clock(), view=view)
        self.triggers[trigger.id] = trigger
        return trigger.id

    def new_answer_url(self, channel: Channel, user: str, message: Message | Ephemeral | None = None) -> str:
        """A fresh response_url."""
        url = AnswerUrl(self.ids("R"), channel, user, self.clock(), message)
        self.answer_urls[url.id] = url
        return f"{self.root}/response/{url.id}"

    def stack(self, user: str) -> list[Screen]:
        """The modals open before this person, the topmost last."""
        return [screen for screen in self.views if screen.user == user]

    def close(self, screen: Screen) -> None:
        """Take a modal away."""
        screen.closed = True
        if screen in self.views:
            self.views.remove(screen)
        self.changed()

    def pinned(self, channel: Channel) -> list[Message]:
        """The pinned messages of a channel, in the order of pinning."""
        return [channel.messages[ts] for ts in channel.pins]
