"""Photos and files on their way out."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import select

from bot.adapters.telegram.client import PictureRefused, number_of, upload
from bot.cards.marks import file_name
from bot.errors import Refused, RetryLater, Undeliverable, Unknown
from bot.store import tables
from bot.text import LANGUAGES, text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from bot.adapters.telegram.wire import Wire
    from bot.domain.ids import FileId
    from bot.domain.parties import Marked

PHOTO_LIMIT: Final = 10 * 1024 * 1024
"""Bytes of a picture that is shown as one; a larger one goes as a file (https://core.telegram.org/bots/api#sendphoto)."""
SOON: Final = 2.0
"""Seconds until a file is tried again where Telegram does not say when."""
HANGS_FOR: Final = 60.0
"""Seconds for all files of one message, waits and uploads: its room waits with them, and the courier's time for the
whole delivery has to hold words and pin as well. Were it over, the words would be posted again."""

log = structlog.get_logger(__name__)


async def send_file(wire: Wire, file: FileId, fields: Mapping[str, object], kind: Marked | None) -> int | None:
    """A photo or a document; its message's number, None where the file is gone. Raises as `Client.call`.

    `kind`: a drill's says so in its name.
    """
    try:
        content = await wire.store.files.load(file)
    except Refused:
        log.info("telegram.file_gone", file=file)
        return None
    columns = tables.files.c
    found = await wire.store.rows(select(columns.media_type, columns.name).where(columns.file == file))
    media_type, name = found[0] if found else ("", "")
    photo = media_type.startswith("image/")
    zh, en = (partial(wire.say, language=language) for language in LANGUAGES)
    sent = upload(content, file_name(name or ("photo.jpg" if photo else "file"), kind, zh, en))
    if photo and len(content) <= PHOTO_LIMIT:
        try:
            return number_of(await wire.client.ask("sendPhoto", photo=sent, **fields))
        except PictureRefused as error:
            log.info("telegram.sent_as_file", file=file, why=str(error))
    return number_of(await wire.client.ask("sendDocument", document=sent, **fields))


async def hang_files(wire: Wire, files: Sequence[FileId], below: Mapping[str, object], kind: Marked | None) -> None:
    """Files under their message, which stands already: it is not worth sending that twice.

    They may be passed on without their message, so those of a drill say what they are beneath. Never raises for what
    Telegram does, and never takes longer than `HANGS_FOR`.
    """
    fields = {**below, "caption": wire.say_twice(text("mark.drill"))} if kind == "drill" else below
    until = asyncio.get_running_loop().time() + HANGS_FOR
    for file in files:
        try:
            async with asyncio.timeout_at(until):
                await _patiently(partial(send_file, wire, file, fields, kind), until)
        except (RetryLater, Undeliverable, Unknown, TimeoutError) as error:
            log.warning("telegram.file_not_sent", file=file, why=repr(error))


async def _patiently(send: Callable[[], Awaitable[object]], until: float) -> None:
    """Send it as soon as Telegram takes it. Raises RetryLater where that would be after `until` of the loop's clock."""
    while True:
        try:
            await send()
        except RetryLater as later:
            pause = SOON if later.after is None else later.after
            if asyncio.get_running_loop().time() + pause > until:
                raise
            await asyncio.sleep(pause)
        else:
            return
