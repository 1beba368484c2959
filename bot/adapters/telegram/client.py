"""The network: one call of the Bot API, and what its failure means for whoever asked.

Built on python-telegram-bot's transport. Its typed methods are not used: what is sent here is what `render.py` made.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import httpx
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.adapters.telegram.pace import COUNTED, Pace
from bot.errors import RetryLater, TocsinError, Undeliverable, Unknown

if TYPE_CHECKING:
    from bot.adapters.telegram.inbound import Json

Fields: TypeAlias = Mapping[str, object]

CONNECTIONS: Final = 64
ANSWERS_WITHIN: Final = 8.0
"""Seconds. A call that takes longer may or may not have been carried out."""
UPLOADS_WITHIN: Final = 60.0
"""The same for a file: on a slow line much of it is still on its way when all of it was handed over."""
REFUSED_FOR: Final = 60.0
"""Seconds until a token that was refused is tried again: somebody has to put the new one in."""
NOT_SENT: Final = (httpx.PoolTimeout, httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError)
"""The connection was never there, so nothing was carried out."""
NO_TOPIC: Final = ("message thread not found", "topic_deleted", "topic_closed")
NO_MESSAGE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
)
NO_PICTURE: Final = ("photo_invalid_dimensions", "photo_ext_invalid", "image_process_failed")
BAD_LINK: Final = ("wrong http url", "button_url_invalid", "url host is empty")
"""How the Bot API words it; it has no codes for these (https://core.telegram.org/bots/api#making-requests)."""


class Throttled(RetryLater):
    """429: too many messages for this chat, or altogether."""


class TokenRefused(RetryLater):
    """401 or 404: the token was revoked, or was never one."""


class TwoPollers(RetryLater):
    """409: somebody else asks for this bot's updates, or a webhook is set."""


class Moved(Undeliverable):
    """The group became a supergroup."""

    def __init__(self, chat: int) -> None:
        """`chat`: its number from now on."""
        super().__init__(f"moved to {chat}")
        self.chat = chat


class TopicGone(Undeliverable):
    """The topic was deleted or closed."""


class MessageGone(Undeliverable):
    """The message to be edited is not there any more, or is too old to be changed."""


class LinkRefused(Undeliverable):
    """A button leads to an address that Telegram does not take."""


class PictureRefused(Undeliverable):
    """A picture that Telegram shows as a file only, such as a long screenshot: twenty times as high as wide."""


class NotChanged(TocsinError):
    """The message shows this already."""


class _Caller(Bot):
    """PTB's bot, for its handling of requests, answers and files."""

    async def ask(self, method: str, fields: Fields, seconds: float) -> object:
        """One call, its answer as JSON has it."""
        return cast("object", await self._post(method, dict(fields), read_timeout=seconds))


class Client:
    """Calls the Bot API. Raises RetryLater, Undeliverable or Unknown (or one of the kinds above), nothing else."""

    def __init__(self, token: str, api_url: str) -> None:
        """Connects at the first call. `api_url`: without the token."""
        os.environ.setdefault("PTB_TIMEDELTA", "1")  # PTB's way to choose how it tells spans of time, without a warning
        logging.getLogger("httpx").setLevel(logging.WARNING)  # its lines about requests carry the token
        logging.getLogger("telegram.request").setLevel(logging.CRITICAL)  # a gateway's HTML is no news: it is `Unknown`
        self.pace = Pace()
        root = api_url.rstrip("/")
        self._files = f"{root}/file/bot{token}"
        self._requests = tuple(
            HTTPXRequest(connection_pool_size=size, read_timeout=ANSWERS_WITHIN, pool_timeout=2.0)
            for size in (1, CONNECTIONS)
        )
        polling, calls = self._requests
        self._bot = _Caller(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=calls,
            get_updates_request=polling,
        )

    async def open(self) -> None:
        """Make connections possible again after `close`."""
        for each in self._requests:
            await each.initialize()

    async def close(self) -> None:
        """Let the connections go."""
        for each in self._requests:
            await each.shutdown()

    async def call(self, method: str, seconds: float = ANSWERS_WITHIN, /, **fields: object) -> object:
        """One call; fields that are None are left out. `seconds`: how long its answer may take."""
        if method in COUNTED:
            self.pace.note(fields.get("chat_id"))
        try:
            return await self._bot.ask(method, fields, seconds)
        except TelegramError as error:
            raise read_failure(error) from error

    async def ask(self, method: str, /, **fields: object) -> Json:
        """One call whose answer is an object."""
        uploads = any(isinstance(field, InputFile) for field in fields.values())
        answer = await self.call(method, UPLOADS_WITHIN if uploads else ANSWERS_WITHIN, **fields)
        return cast("Json", answer) if isinstance(answer, dict) else {}

    async def updates(self, offset: int, patience: float, kinds: tuple[str, ...]) -> list[object]:
        """The updates from `offset` on, as they came; waits `patience` seconds for the first."""
        answer = await self.call(
            "getUpdates",
            patience + 5,
            offset=offset,
            timeout=int(patience),
            allowed_updates=list(kinds),
        )
        return cast("list[object]", answer) if isinstance(answer, list) else []

    async def download(self, path: str) -> bytes:
        """A file that `getFile` has just given the path of: 401 or 404 mean that it is gone, not that the token is."""
        try:
            return await self._requests[1].retrieve(f"{self._files}/{path}", read_timeout=20.0)
        except InvalidToken as error:
            raise Undeliverable("the file is gone") from error
        except TelegramError as error:
            raise read_failure(error) from error


def upload(content: bytes, name: str) -> InputFile:
    """A file to be sent, as a field of a call."""
    return InputFile(content, filename=name, attach=True)


def number_of(sent: Json) -> int:
    """The number of a message that was sent."""
    number = sent.get("message_id")
    if not isinstance(number, int):
        raise Unknown("an answer without message_id")
    return number


def read_failure(error: TelegramError) -> TocsinError:
    """What a failed call means for the message it carried."""
    match error:
        case RetryAfter(retry_after=after):
            return Throttled("429", after.total_seconds() if isinstance(after, timedelta) else float(after))
        case ChatMigrated(new_chat_id=chat):
            return Moved(chat)
        case InvalidToken():
            return TokenRefused("the token is refused", REFUSED_FOR)
        case Conflict():
            return TwoPollers(error.message)
        case Forbidden():
            return Undeliverable(error.message)
        case BadRequest():
            return _bad_request(error.message)
        case _ if isinstance(error.__cause__, NOT_SENT):
            return RetryLater(f"not reached: {type(error.__cause__).__name__}")
        case _ if "too many requests" in error.message.lower():  # a 429 that does not say how long
            return Throttled("429")
        case _:
            return Unknown(error.message)


def _bad_request(said: str) -> TocsinError:
    low = said.lower()
    if "message is not modified" in low:
        return NotChanged(said)
    if any(wording in low for wording in NO_TOPIC):
        return TopicGone(said)
    if any(wording in low for wording in NO_MESSAGE):
        return MessageGone(said)
    if any(wording in low for wording in NO_PICTURE):
        return PictureRefused(said)
    if any(wording in low for wording in BAD_LINK):
        return LinkRefused(said)
    return Undeliverable(said)
