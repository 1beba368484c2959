"""What this Slack remembers: people, channels, messages, files, views."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.slack.reading import Button, Input, Json, buttons, inputs, unescape, visible

TRIGGER_LIVES: Final = 3.0
"""Seconds in which a trigger_id may open a view (docs.slack.dev, "Handling user interaction")."""
ANSWERS: Final = 5
ANSWER_LIVES: Final = 1800.0
"""A response_url may be used five times within thirty minutes."""
SYSTEM: Final = frozenset(
    {"channel_join", "channel_leave", "channel_topic", "channel_name", "channel_archive", "channel_unarchive"}
)
"""Subtypes of the lines that Slack itself writes into a channel."""
WALL: Final[Callable[[], float]] = time.time  # noqa: TID251 — Slack has a clock of its own, which is not the app's


@dataclass(eq=False)
class Account:
    """What users.info tells of a person or a bot."""

    id: str
    name: str
    email: str
    locale: str
    team: str
    guest: bool = False
    stranger: bool = False
    bot: bool = False
    deleted: bool = False
    zone: str = "Asia/Shanghai"

    @property
    def mention(self) -> str:
        """How others call this account in a message."""
        return f"<@{self.id}>"

    def shape(self, *, locale: bool, email: bool) -> Json:
        """The `user` object of users.info and users.list."""
        profile: Json = {"real_name": self.name, "display_name": self.name, "team": self.team}
        if email and self.email:
            profile["email"] = self.email
        if self.bot:
            profile |= {"bot_id": f"B{self.id[1:]}", "api_app_id": f"A{self.id[1:]}"}
        shape: Json = {
            "id": self.id,
            "team_id": self.team,
            "name": self.name.lower().replace(" ", "."),
            "deleted": self.deleted,
            "real_name": self.name,
            "tz": self.zone,
            "tz_label": self.zone,
            "tz_offset": 28800,
            "profile": profile,
            "is_bot": self.bot,
            "is_app_user": False,
            "is_admin": False,
            "is_owner": False,
            "is_restricted": self.guest,
            "is_ultra_restricted": False,
            "updated": 1700000000,
        }
        if self.stranger:
            shape["is_stranger"] = True
        return shape | ({"locale": self.locale} if locale else {})


@dataclass(eq=False)
class Channel:
    """A channel, or a direct message (`im` names the person)."""

    id: str
    name: str
    creator: str
    created: int
    private: bool = False
    im: str = ""
    group: bool = False
    archived: bool = False
    shared: bool = False
    topic: str = ""
    purpose: str = ""
    members: list[str] = field(default_factory=list[str])
    messages: dict[str, Message] = field(default_factory=dict[str, "Message"])
    pins: list[str] = field(default_factory=list[str])
    threads: dict[str, list[Message]] = field(default_factory=dict[str, "list[Message]"])

    @property
    def kind(self) -> str:
        """The `channel_type` of message events."""
        if self.im:
            return "im"
        return "mpim" if self.group else "group" if self.private else "channel"

    @property
    def shown_as(self) -> str:
        """The `channel.name` of interactive payloads and commands."""
        return "directmessage" if self.im else "privategroup" if self.private else self.name

    def shape(self, bot: str) -> Json:
        """The `channel` object of conversations.info."""
        shape: Json = {
            "id": self.id,
            "created": self.created,
            "creator": self.creator,
            "is_archived": self.archived,
            "is_im": bool(self.im),
            "is_mpim": self.group,
            "is_channel": not self.im and not self.private,
            "is_group": self.private and not self.im,
            "is_private": self.private or bool(self.im),
            "is_ext_shared": self.shared,
            "is_org_shared": False,
            "is_general": self.name == "general",
        }
        if self.im:
            return shape | {"user": self.im, "is_open": True}
        return shape | {
            "name": self.name,
            "name_normalized": self.name,
            "is_member": bot in self.members,
            "topic": {"value": self.topic, "creator": self.creator, "last_set": self.created},
            "purpose": {"value": self.purpose, "creator": self.creator, "last_set": self.created},
            "num_members": len(self.members),
            "previous_names": [],
        }


@dataclass(eq=False)
class File:
    """An uploaded file; `content` is None until its bytes have come."""

    id: str
    name: str
    user: str
    created: int
    size: int
    mimetype: str = "application/octet-stream"
    title: str = ""
    content: bytes | None = None
    hidden: bool = False
    base: str = ""
    channels: list[str] = field(default_factory=list[str])

    def shape(self, base: str, *, full: bool = True) -> Json:
        """The file object; of a file out of a shared channel an event gives only the id (files.info tells the rest)."""
        if self.hidden and not full:
            return {"id": self.id, "mode": "file_access", "file_access": "check_file_info"}
        address = f"{base}/files-pri/T1-{self.id}"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": self.name.rpartition(".")[2],
            "user": self.user,
            "mode": "hosted",
            "size": self.size,
            "is_external": False,
            "is_public": False,
            "url_private": f"{address}/{self.name}",
            "url_private_download": f"{address}/download/{self.name}",
            "permalink": f"{base}/files/{self.id}",
            "channels": list(self.channels),
            "file_access": "visible",
        }


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said before it was edited."""

    fallback: str
    blocks: tuple[Json, ...]

    @property
    def text(self) -> str:
        """The words a person saw."""
        return visible(self.blocks) or unescape(self.fallback)


@dataclass(eq=False)
class Message:
    """One message; `fallback` is its text argument as it was sent."""

    channel: Channel
    ts: str
    user: str
    fallback: str
    blocks: list[Json] = field(default_factory=list[Json])
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    subtype: str = ""
    bot_id: str = ""
    username: str = ""
    files: list[File] = field(default_factory=list[File])
    edited: Json | None = None
    deleted: bool = False
    client_msg_id: str = ""
    reactions: list[str] = field(default_factory=list[str])
    history: list[Version] = field(default_factory=list[Version])
    base: str = ""

    @property
    def text(self) -> str:
        """The words a person sees: those of the blocks, or the text where there are none."""
        return visible(self.blocks) or unescape(self.fallback)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """What can be pressed, in reading order."""
        return buttons(self.blocks)

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread only."""
        return self.thread_ts is not None and self.thread_ts != self.ts and not self.broadcast

    def change(self, fallback: str, blocks: Sequence[Json]) -> None:
        """Say something else; what was said goes into the history."""
        self.history.append(Version(self.fallback, tuple(self.blocks)))
        self.fallback, self.blocks = fallback, list(blocks)

    def shape(self, *, metadata: bool = False) -> Json:
        """The message as history and events give it."""
        shape: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.fallback}
        optional: Json = {
            "subtype": self.subtype or ("thread_broadcast" if self.broadcast else ""),
            "client_msg_id": self.client_msg_id,
            "bot_id": self.bot_id,
            "username": self.username,
            "thread_ts": self.thread_ts,
            "edited": self.edited,
            "blocks": self.blocks,
            "files": [file.shape(self.base, full=False) for file in self.files],
            "metadata": self.metadata if metadata else None,
            "pinned_to": [self.channel.id] if self.ts in self.channel.pins else [],
        }
        shape |= {name: value for name, value in optional.items() if value}
        replies = self.channel.threads.get(self.ts)
        if replies:
            shape |= {"thread_ts": self.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
        if self.bot_id:
            shape |= {"app_id": "A0TOCSIN", "bot_profile": {"id": self.bot_id, "name": "tocsin", "app_id": "A0TOCSIN"}}
        return shape


@dataclass(eq=False)
class Ephemeral:
    """A message only `user` sees; it cannot be found in any history."""

    channel: Channel
    user: str
    fallback: str
    blocks: list[Json]
    ts: str
    thread_ts: str | None = None

    @property
    def text(self) -> str:
        """The words the person sees."""
        return visible(self.blocks) or unescape(self.fallback)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """What can be pressed, in reading order."""
        return buttons(self.blocks)


@dataclass(eq=False)
class Screen:
    """A modal or a home tab that the app showed `user`."""

    id: str
    user: str
    content: Json
    hash: str
    root: str
    previous: str | None = None
    errors: dict[str, str] = field(default_factory=dict[str, str])
    closed: bool = False
    history: list[Json] = field(default_factory=list[Json])
    picked: dict[tuple[str, str], Json] = field(default_factory=dict[tuple[str, str], Json])

    @property
    def title(self) -> str:
        """The words in its title bar."""
        return unescape(str(self.content.get("title", {}).get("text", "")))

    @property
    def callback_id(self) -> str:
        """The name the app gave it."""
        return str(self.content.get("callback_id", ""))

    @property
    def blocks(self) -> list[Json]:
        """Its blocks."""
        return list(self.content["blocks"])

    @property
    def text(self) -> str:
        """All words in it but the title's."""
        return visible(self.blocks)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """What can be pressed, in reading order."""
        return buttons(self.blocks)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Its questions, in order."""
        return inputs(self.blocks)


@dataclass(eq=False)
class Trigger:
    """A trigger_id: lets the app show `user` a view once, soon."""

    id: str
    user: str
    at: float
    used: bool = False
    view: str = ""


@dataclass(eq=False)
class AnswerUrl:
    """A response_url: five answers within thirty minutes."""

    id: str
    channel: Channel
    user: str
    at: float
    message: Message | Ephemeral | None = None
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Invalid:
    """A payload that breaks a rule; `answered` is the error Slack gave, empty where Slack would have taken it."""

    method: str
    where: str
    rule: str
    answered: str


@dataclass(frozen=True, slots=True)
class Notified:
    """A text that calls people: `what` is `<!channel>`, `<!here>`, `<@U…>` …; `where` the place in the payload."""

    method: str
    channel: str
    what: str
    where: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Web API; `error` is empty where it went well. `at` is by the fake's clock."""

    method: str
    args: Json
    error: str
    at: float
