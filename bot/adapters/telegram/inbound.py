"""What Telegram sends → what it is about. Pure. Whatever is not of a documented form raises Unreadable.

Every type named here is documented at https://core.telegram.org/bots/api.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from bot.chat.inbound import Account
from bot.errors import Unreadable
from bot.i18n import parse_language

Json: TypeAlias = Mapping[str, object]

PLATFORM: Final = "telegram"
KINDS: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""The updates asked for. Telegram tells of no deletions."""
ANONYMOUS: Final = (1087968824, 136817688)
"""GroupAnonymousBot and Channel_Bot: in their names Telegram shows what an unnamed administrator or a channel says."""
NAMED: Final = re.compile(r"[/／](?P<word>[^\s@/]+)@(?P<bot>[A-Za-z0-9_]{3,32})(?![A-Za-z0-9_])")
ANOTHER: Final = re.compile(r"/[A-Z0-9_]{1,32}@[A-Z0-9_]{2,29}bot(?![A-Z0-9_])", re.IGNORECASE | re.ASCII)
"""A command that Telegram takes for some bot's. Behind a Chinese word, or with any other name, a person is meant."""
START: Final = "/start"
MEDIA: Final = ("document", "video", "voice", "audio", "animation", "video_note")
PHOTO: Final = "image/jpeg"
NAME_OF_A_CHAT: Final = "chat:"
"""How the account of an unnamed sender begins: no person's account does."""


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, or a topic in it."""

    chat: int
    thread: int | None = None
    private: bool = False

    @property
    def address(self) -> str:
        """As the configuration writes it: `chat` or `chat/topic`."""
        return str(self.chat) if self.thread is None else f"{self.chat}/{self.thread}"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that waits at Telegram. `size` in bytes, 0 where it was not told."""

    file: str
    size: int
    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wrote or sent, or what it reads now."""

    place: Place
    number: int
    sender: Account
    words: str
    reply_to: int | None = None
    """The number of the message it answers."""
    attachment: Attachment | None = None
    edited: bool = False

    @property
    def is_command(self) -> bool:
        """Whether it is for the bot alone."""
        return self.words.lstrip().startswith(("/", "／"))

    @property
    def anonymous(self) -> bool:
        """Whether nobody can say who wrote it."""
        return self.sender.account.startswith(NAME_OF_A_CHAT)


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody pressed a button. `rows`: the keyboard as it stands under the message."""

    query: str
    sender: Account
    token: str
    place: Place | None
    """None: Telegram does not say where (the message is too old)."""
    number: int
    rows: tuple[tuple[Json, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Migrated:
    """A group became a supergroup: another number."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Standing:
    """The bot was added, removed, blocked or given rights."""

    place: Place
    status: str


What: TypeAlias = Message | Press | Migrated | Standing


def parse_update(payload: str) -> What | None:
    """What a stored update is about; None: nothing for the house. Raises Unreadable."""
    try:
        update: object = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error
    whole = _object(update, "update")
    for kind in KINDS:
        if kind in whole:
            return _of_kind(kind, _object(whole[kind], kind))
    return None


def chat_of(update: Json) -> str:
    """The chat whose updates keep their order; of a press without a message, whoever pressed. Never raises."""
    for kind in KINDS:
        body = _mapping(update.get(kind))
        message = _mapping(body.get("message")) if kind == "callback_query" else body
        for of in (_mapping(message.get("chat")), _mapping(body.get("from"))):
            if isinstance(of.get("id"), int):
                return str(of["id"])
    return ""


def _of_kind(kind: str, body: Json) -> What | None:
    match kind:
        case "callback_query":
            return _press(body)
        case "my_chat_member":
            return Standing(_place(body), str(_mapping(body.get("new_chat_member")).get("status", "")))
        case _:
            return _message(body, edited=kind == "edited_message")


def _message(body: Json, *, edited: bool) -> Message | Migrated | None:
    place, number = _place(body), _number(body, "message_id")
    if "migrate_to_chat_id" in body:
        return Migrated(place.chat, _number(body, "migrate_to_chat_id"))
    if "migrate_from_chat_id" in body:
        return Migrated(_number(body, "migrate_from_chat_id"), place.chat)
    sender = _sender(body)
    words = body.get("text", body.get("caption", ""))
    attachment = _attachment(body)
    if sender is None or not isinstance(words, str) or not (words.strip() or attachment):
        return None
    return Message(place, number, sender, words, _reply_to(body), attachment, edited)


def _reply_to(body: Json) -> int | None:
    """In a topic Telegram shows every message as an answer to the one that opened it: that is none."""
    answered = _mapping(body.get("reply_to_message")).get("message_id")
    return answered if isinstance(answered, int) and answered != body.get("message_thread_id") else None


def _place(body: Json) -> Place:
    chat = _object(body.get("chat"), "chat")
    thread = body.get("message_thread_id") if body.get("is_topic_message") else None
    return Place(_number(chat, "id"), thread if isinstance(thread, int) else None, chat.get("type") == "private")


def _sender(body: Json) -> Account | None:
    """Who wrote it; None for channels' posts, other bots, and what Telegram forwards by itself."""
    sender_chat = _mapping(body.get("sender_chat"))
    user = _mapping(body.get("from"))
    if body.get("is_automatic_forward") or _mapping(body.get("chat")).get("type") == "channel" or not user:
        return None
    if sender_chat or user.get("id") in ANONYMOUS:
        behind = sender_chat or _mapping(body.get("chat"))
        return Account(PLATFORM, f"{NAME_OF_A_CHAT}{_number(behind, 'id')}", str(behind.get("title", "")))
    return _account(user)


def _account(user: Json) -> Account | None:
    if user.get("is_bot"):
        return None
    names = (str(user.get(part, "")) for part in ("first_name", "last_name"))
    code = user.get("language_code")
    language = parse_language(code) if isinstance(code, str) else None
    return Account(PLATFORM, str(_number(user, "id")), " ".join(filter(None, names)), language)


def _attachment(body: Json) -> Attachment | None:
    sizes = body.get("photo")
    if isinstance(sizes, list) and sizes:
        largest = max(map(_mapping, cast("list[object]", sizes)), key=_area)
        return _file(largest, "photo.jpg", PHOTO)
    for kind in MEDIA:
        if kind in body:
            return _file(_object(body[kind], kind), kind, "application/octet-stream")
    return None


def _area(size: Json) -> int:
    return _count(size, "width") * _count(size, "height")


def _file(shown: Json, name: str, media_type: str) -> Attachment:
    number = shown.get("file_id")
    if not isinstance(number, str):
        raise Unreadable("a file without file_id")
    named, typed = shown.get("file_name"), shown.get("mime_type")
    return Attachment(
        number,
        _count(shown, "file_size"),
        named if isinstance(named, str) else name,
        typed if isinstance(typed, str) else media_type,
    )


def _press(body: Json) -> Press | None:
    user = _object(body.get("from"), "from")
    message = _mapping(body.get("message"))
    place = _place(message) if "chat" in message else None
    sender = _account(user)
    if sender is None and user.get("id") in ANONYMOUS and place is not None:
        sender = Account(PLATFORM, f"{NAME_OF_A_CHAT}{place.chat}", str(_mapping(message.get("chat")).get("title", "")))
    token, query = body.get("data"), body.get("id")
    if not isinstance(query, str):
        raise Unreadable("a press without id")
    if sender is None or not isinstance(token, str):
        return None
    rows = _mapping(message.get("reply_markup")).get("inline_keyboard")
    return Press(query, sender, token, place, _count(message, "message_id"), _rows(rows))


def _rows(rows: object) -> tuple[tuple[Json, ...], ...]:
    if not isinstance(rows, list):
        return ()
    listed = [cast("list[object]", row) for row in cast("list[object]", rows) if isinstance(row, list)]
    return tuple(tuple(map(_mapping, row)) for row in listed)


def names_somebody(words: str) -> bool:
    """Whether a name hangs on the word of a command: the bot's (`/report@OurBot`), another bot's, or a person's."""
    return NAMED.match(words) is not None


def is_for_another_bot(words: str, ours: str) -> bool:
    """Whether a command names a bot that is not ours (`ours`: our name)."""
    return ANOTHER.match(words) is not None and not _names(words, ours)


def _names(words: str, ours: str) -> bool:
    found = NAMED.match(words)
    return found is not None and found["bot"].lower() == ours.lower()


def plain_command(words: str, ours: str) -> str:
    """A command as the house knows it: without our own name; a followed link is /link, a first hello /help."""
    found = NAMED.match(words) if _names(words, ours) else None
    whole = words if found is None else f"/{found['word']} {words[found.end() :].lstrip()}".rstrip()
    word, _, rest = whole.partition(" ")
    if word.lower() != START:
        return whole
    return f"/link {rest.strip()}" if rest.strip() else "/help"


def _object(value: object, name: str) -> Json:
    if not isinstance(value, dict):
        raise Unreadable(f"no {name}")
    return cast("Json", value)


def _mapping(value: object) -> Json:
    return cast("Json", value) if isinstance(value, dict) else {}


def _number(body: Json, name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int):
        raise Unreadable(f"no {name}")
    return value


def _count(body: Json, name: str) -> int:
    """A number that may be missing."""
    value = body.get(name)
    return value if isinstance(value, int) else 0
