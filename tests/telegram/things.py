"""People's standings, chats, topics, messages and files, as Telegram keeps and shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, Literal

from tests.telegram.spec import load_spec

Json = dict[str, Any]

Status = Literal["creator", "administrator", "member", "left", "kicked"]
RIGHTS: Final = (
    "can_manage_chat",
    "can_delete_messages",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
"""What a bot is usually given when it is made an administrator."""


@dataclass(slots=True, eq=False)
class Member:
    """Somebody's standing in a chat."""

    user: Json
    status: Status
    rights: frozenset[str] = frozenset()

    @property
    def is_admin(self) -> bool:
        """Whether they may do more than talk."""
        return self.status in {"creator", "administrator"}

    def may(self, right: str) -> bool:
        """Whether they have one of the administrator's rights."""
        return self.status == "creator" or right in self.rights

    def shown(self) -> Json:
        """The ChatMember."""
        shown: Json = {"status": self.status, "user": self.user}
        match self.status:
            case "creator":
                return {**shown, "is_anonymous": False}
            case "administrator":
                rights = dict.fromkeys(self.rights, True)
                return {**load_spec().required("ChatMemberAdministrator"), **shown, **rights}
            case "kicked":
                return {**shown, "until_date": 0}
            case "member" | "left":
                return shown


@dataclass(slots=True, eq=False)
class Topic:
    """A topic of a forum."""

    thread: int
    name: str
    icon_color: int
    opened_by: Message
    closed: bool = False


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat, group, supergroup or channel."""

    id: int
    type: Literal["private", "group", "supergroup", "channel"]
    title: str
    bot: Member
    forum: bool = False
    username: str | None = None
    owner: Json | None = None
    """The user of a private chat."""
    members: dict[int, Member] = field(default_factory=dict[int, Member])
    topics: dict[int, Topic] = field(default_factory=dict[int, Topic])
    messages: dict[int, Message] = field(default_factory=dict[int, "Message"])
    pinned: list[Message] = field(default_factory=list["Message"])
    actions: list[str] = field(default_factory=list[str])
    """The `sendChatAction`s of the bot."""
    moved_to: Chat | None = None
    started: bool = True
    """The user of this private chat has written to the bot once."""
    closed_to_bot: bool = False
    """The group's permissions do not let the bot write."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1), repr=False)

    @property
    def is_private(self) -> bool:
        """Whether it is a chat with one person."""
        return self.type == "private"

    def shown(self) -> Json:
        """The Chat."""
        if self.owner is not None:
            names = {key: self.owner[key] for key in ("first_name", "last_name", "username") if key in self.owner}
            return {"id": self.id, "type": self.type, **names}
        shown: Json = {"id": self.id, "type": self.type, "title": self.title}
        if self.username is not None:
            shown["username"] = self.username
        return {**shown, "is_forum": True} if self.forum else shown


@dataclass(frozen=True, slots=True)
class Version:
    """What a message showed before an edit."""

    text: str
    raw: str
    buttons: tuple[tuple[str, str | None], ...]
    until: float


@dataclass(slots=True, eq=False)
class Message:
    """A message as it stands now, with what it showed before."""

    id: int
    chat: Chat
    sender: Json
    date: int
    at: float
    """When it was sent, by the fake's clock."""
    parts: Json
    """Its content: text, caption, photo, or what a service message says, as in the Message object."""
    raw: str = ""
    """The text or caption as the bot sent it, with its markup."""
    thread: int | None = None
    reply_to: Message | None = None
    markup: Json | None = None
    silent: bool = False
    edited: int | None = None
    deleted: bool = False
    edits: list[Version] = field(default_factory=list[Version])

    @property
    def text(self) -> str:
        """The plain text, or the caption of a photo or document."""
        return str(self.parts.get("text", self.parts.get("caption", "")))

    @property
    def by_bot(self) -> bool:
        """Whether the bot under test sent it."""
        return self.sender["id"] == self.chat.bot.user["id"]

    @property
    def buttons(self) -> tuple[tuple[str, str | None], ...]:
        """Label and data (or address) of every button, row after row; None for what has neither."""
        markup = self.markup or {}
        rows: list[list[Json]] = markup.get("inline_keyboard", []) + markup.get("keyboard", [])
        return tuple((each["text"], each.get("callback_data", each.get("url"))) for row in rows for each in row)

    @property
    def pinned(self) -> bool:
        """Whether it is pinned in its chat."""
        return self in self.chat.pinned

    def change(self, parts: Json, raw: str, markup: Json | None, date: int, at: float) -> None:
        """Shows something else from now on."""
        self.edits.append(Version(self.text, self.raw, self.buttons, at))
        self.parts, self.raw, self.markup, self.edited = parts, raw, markup, date

    def shown(self, *, nested: bool = False) -> Json:
        """The Message; `nested` inside another one, without what it replies to itself."""
        shown: Json = {"message_id": self.id, "date": self.date, "chat": self.chat.shown()}
        if self.chat.type != "channel":
            shown["from"] = self.sender
        shown |= self.parts
        if self.thread is not None:
            shown |= {"message_thread_id": self.thread, "is_topic_message": True}
        if not nested and (reply_to := self.reply_to or self._topic_opened()) is not None:
            shown["reply_to_message"] = reply_to.shown(nested=True)
        if self.markup is not None and "inline_keyboard" in self.markup:
            shown["reply_markup"] = self.markup
        return shown if self.edited is None else {**shown, "edit_date": self.edited}

    def _topic_opened(self) -> Message | None:
        """Telegram shows whatever is said in a topic as a reply to the message that opened it."""
        topic = self.chat.topics.get(self.thread or 0)
        return None if topic is None or topic.opened_by is self else topic.opened_by


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that Telegram keeps."""

    file_id: str
    unique_id: str
    path: str
    name: str
    media_type: str
    content: bytes = field(repr=False)

    def shown(self) -> Json:
        """What every kind of file says of itself."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person saw after a press."""

    text: str
    show_alert: bool
    url: str | None
