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
    from collections.abc import Mapping

    from bot.adapters.telegram.wire import Wire
    from bot.domain.ids import FileId
    from bot.domain.parties import Marked

PHOTO_LIMIT: Final = 10 * 1024 * 1024
"""Bytes of a picture that is shown as one; a larger one goes as a file (https://core.telegram.org/bots/api#sendphoto)."""
SOON: Final = 2.0
"""Seconds that a file waits for its turn behind its message."""

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


async def hang_file(wire: Wire, file: FileId, below: Mapping[str, object], kind: Marked | None) -> None:
    """A file under its message, which stands already: it is not worth sending that twice. Tried twice at most.

    It may be passed on without its message, so that of a drill says what it is beneath.
    """
    fields = {**below, "caption": wire.say_twice(text("mark.drill"))} if kind == "drill" else below
    try:
        await send_file(wire, file, fields, kind)
    except RetryLater as later:
        await asyncio.sleep(min(later.after or SOON, SOON))
        try:
            await send_file(wire, file, fields, kind)
        except (RetryLater, Undeliverable, Unknown) as error:
            log.warning("telegram.file_not_sent", file=file, why=str(error))
    except (Undeliverable, Unknown) as error:
        log.warning("telegram.file_not_sent", file=file, why=str(error))
