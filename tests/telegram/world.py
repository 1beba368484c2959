"""What Telegram remembers: people, chats, topics, messages, files, presses. No network."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, Literal, TypeVar

from tests.telegram.spec import load_spec
from tests.telegram.updates import Updates

Json = dict[str, Any]
T = TypeVar("T")

Status = Literal["creator", "administrator", "member", "left", "kicked"]
RIGHTS: Final = (
    "can_manage_chat",
    "can_delete_messages",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
"""What a bot is usually given when it is made an administrator."""
SAID: Final = frozenset(
    {
        *("text", "photo", "document", "voice", "video", "video_note", "audio", "animation", "sticker"),
        *("location", "venue", "contact", "poll", "dice"),
    }
)
"""What people send; everything else is a service message, which every bot in a group is told."""
PATIENCE: Final = 5.0
"""Seconds that a test waits for something to happen before it fails."""


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


@dataclass(slots=True, eq=False)
class Press:
    """One press of a button."""

    id: str
    user: Json
    message: Message
    data: str
    at: float
    update: Json
    world: World = field(repr=False)
    answer: Answer | None = None

    async def answered(self, within: float = PATIENCE) -> Answer:
        """What the bot answered. Raises TimeoutError if it does not in so many real seconds."""
        return await self.world.wait_for(lambda: self.answer, within)


class World:
    """Everything that Telegram knows, and the news of it."""

    def __init__(self, token: str, username: str, clock: Callable[[], float], wall: Callable[[], float]) -> None:
        self.token = token
        self.clock = clock
        self.wall = wall
        self.me: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": username.removesuffix("_bot").capitalize(),
            "username": username,
        }
        self.can_join_groups = True
        self.can_read_all_group_messages = False
        """False is privacy mode, as BotFather sets it up."""
        self.press_lives_for = 60.0
        """Seconds of the clock after which a press can no longer be answered."""
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.presses: dict[str, Press] = {}
        self.sent: list[Message] = []
        """Everything the bot has sent, in order, service messages left out."""
        self.commands: dict[tuple[str, str], list[Json]] = {}
        """By scope (`default`, `all_private_chats`, `chat:-5`, …) and language code ("" for all)."""
        self.menu_buttons: dict[int, Json] = {}
        """By chat; 0 for all private ones."""
        self.profile: dict[tuple[str, str], str] = {}
        """Name, description and short description, by field and language code."""
        self.updates = Updates(wall)
        self._numbers = count(1)
        self._files = count(1)
        self._waiting: list[asyncio.Future[None]] = []

    # ---- news

    def changed(self) -> None:
        """Something happened: whoever waits looks again."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)

    async def wait_for(self, predicate: Callable[[], T | None], within: float = PATIENCE) -> T:
        """The first true result of `predicate`, asked again whenever something happens. TimeoutError after `within`."""
        async with asyncio.timeout(within):
            while not (result := predicate()):
                self._waiting.append(asyncio.get_running_loop().create_future())
                await self._waiting[-1]
        return result

    # ---- making things

    @property
    def today(self) -> int:
        """The Unix time, whole seconds."""
        return int(self.wall())

    def add_chat(self, chat: Chat) -> Chat:
        """A chat that the bot may come to know; those that are not supergroups share one series of message ids."""
        if chat.type in {"private", "group"}:
            chat.numbers = self._numbers
        self.chats[chat.id] = chat
        return chat

    def add_message(self, chat: Chat, sender: Json, parts: Json, **more: Any) -> Message:  # noqa: ANN401 - of Message
        """A new message in a chat."""
        message = Message(next(chat.numbers), chat, sender, self.today, self.clock(), parts, **more)
        chat.messages[message.id] = message
        return message

    def add_file(
        self, name: str, content: bytes, media_type: str | None = None, folder: str = "documents"
    ) -> StoredFile:
        """A file that can be had with getFile from now on."""
        number = next(self._files)
        ending = name.rpartition(".")[2] if "." in name else "bin"
        known = media_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        path = f"{folder}/file_{number}.{ending}"
        file = StoredFile(f"BQACAgIAAxk{number:06d}", f"AgAD{number:06d}", path, name, known, content)
        self.files[file.file_id] = file
        return file

    def add_photo(self, content: bytes) -> list[Json]:
        """The PhotoSizes of a photo, small to large."""
        sizes = ((90, 51), (1280, 720))
        files = [self.add_file("photo.jpg", content, "image/jpeg", "photos") for _ in sizes]
        return [
            {**file.shown(), "width": width, "height": height}
            for file, (width, height) in zip(files, sizes, strict=True)
        ]

    def emit(self, kind: str, body: Mapping[str, Any]) -> Json:
        """An update for the bot. Raises AssertionError where it would not be one of the documented form."""
        update = self.updates.put(kind, dict(body))
        self.changed()
        return update

    def tell(self, message: Message, kind: str | None = None) -> Message:
        """A message reaches the bot, if it is one that does."""
        if self.reaches_bot(message):
            usual = "channel_post" if message.chat.type == "channel" else "message"
            self.emit(kind or usual, message.shown())
        self.changed()
        return message

    def reaches_bot(self, message: Message) -> bool:
        """Whether the bot is told of a message. https://core.telegram.org/bots/features#privacy-mode."""
        chat = message.chat
        if chat.bot.status in {"left", "kicked"}:
            return False
        if chat.type in {"private", "channel"} or self.can_read_all_group_messages or chat.bot.is_admin:
            return True
        if not message.parts.keys() & SAID:
            return True
        return (message.reply_to is not None and message.reply_to.by_bot) or self._commands_bot(message)

    def _commands_bot(self, message: Message) -> bool:
        for entity in message.parts.get("entities", message.parts.get("caption_entities", [])):
            if entity["type"] == "bot_command":
                command = message.text.encode("utf-16-le")[entity["offset"] * 2 :][: entity["length"] * 2]
                _, _, other = command.decode("utf-16-le").partition("@")
                return other.lower() in {"", str(self.me["username"]).lower()}
        return False
