"""Photos and files that people send: fetched from Telegram, and kept as the house keeps them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from bot.adapters.receiving import MEGABYTE, keep
from bot.errors import Refused, RetryLater, Undeliverable, Unknown
from bot.text import text

if TYPE_CHECKING:
    from bot.adapters.telegram.inbound import Attachment
    from bot.adapters.telegram.wire import Wire
    from bot.domain.ids import FileId

DOWNLOAD_LIMIT: Final = 20 * MEGABYTE
"""Bytes that a bot may fetch (https://core.telegram.org/bots/api#getfile)."""

log = structlog.get_logger(__name__)


async def fetch(wire: Wire, attachment: Attachment, within: float | None = None) -> FileId:
    """Keep what was sent. Raises Refused with what is wrong with it, RetryLater while Telegram is away.

    `within`: seconds that the way from Telegram may take; None: as long as its calls do.
    """
    limit = min(wire.upload_limit, DOWNLOAD_LIMIT)
    too_large = Refused(text("telegram.file_too_large", limit=f"{limit // MEGABYTE} MB"))
    if attachment.size > limit:
        raise too_large
    try:
        async with asyncio.timeout(within):
            found = await wire.client.ask("getFile", file_id=attachment.file)
            content = await wire.client.download(str(found.get("file_path", "")))
    except (Unknown, TimeoutError) as error:
        raise RetryLater(repr(error)) from error
    except Undeliverable as error:
        log.warning("telegram.file_not_fetched", why=str(error))
        raise too_large from error
    if len(content) > limit:
        raise too_large
    return (await keep(wire.store, content, attachment.name, attachment.media_type, others=True)).file
