"""All that Telegram remembers, and who is told of what. No network."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, TypeVar

from tests.telegram.things import Answer, Chat, Message, StoredFile
from tests.telegram.updates import Updates

Json = dict[str, Any]
T = TypeVar("T")

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
        self.token: str = token
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
        self.updates = Updates(wall, self.changed)
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
