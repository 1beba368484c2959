"""Photos and files that people send: fetched from Telegram, and kept as the house keeps them."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

import structlog

from bot.adapters.telegram.wire import MEGABYTE
from bot.adapters.web.uploads import PHOTO_STARTS, clean_photo, document_type, file_name
from bot.errors import Refused, RetryLater, Undeliverable, Unknown
from bot.text import text

if TYPE_CHECKING:
    from bot.adapters.telegram.inbound import Attachment
    from bot.adapters.telegram.wire import Wire
    from bot.domain.ids import FileId

DOWNLOAD_LIMIT: Final = 20 * 1024 * 1024
"""Bytes that a bot may fetch (https://core.telegram.org/bots/api#getfile)."""
HEARD_OR_SEEN: Final = re.compile(r"(audio|video)/[a-z0-9.+-]{1,40}")
UNKNOWN_TYPE: Final = "application/octet-stream"

log = structlog.get_logger(__name__)


async def fetch(wire: Wire, attachment: Attachment) -> FileId:
    """Keep what was sent. Raises Refused with what is wrong with it, RetryLater while Telegram is away."""
    limit = min(wire.upload_limit, DOWNLOAD_LIMIT)
    too_large = Refused(text("telegram.file_too_large", limit=f"{limit // MEGABYTE} MB"))
    if attachment.size > limit:
        raise too_large
    try:
        found = await wire.client.ask("getFile", file_id=attachment.file)
        content = await wire.client.download(str(found.get("file_path", "")))
    except Unknown as error:
        raise RetryLater(str(error)) from error
    except Undeliverable as error:
        log.warning("telegram.file_not_fetched", why=str(error))
        raise too_large from error
    if len(content) > limit:
        raise too_large
    cleaned, media_type = await asyncio.to_thread(_settled, content, attachment.media_type)
    return await wire.store.files.keep(cleaned, media_type, file_name(attachment.name))


def _settled(content: bytes, claimed: str) -> tuple[bytes, str]:
    """What is kept and as what: a photo without its position, anything else by its content, never as a page."""
    if HEARD_OR_SEEN.fullmatch(claimed):
        return content, claimed
    if claimed.startswith("image/") or content.startswith(PHOTO_STARTS):
        return clean_photo(content), "image/jpeg"
    try:
        return content, document_type(content)
    except Refused:
        return content, UNKNOWN_TYPE
