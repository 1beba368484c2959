"""Photos and files on their way into the built-in chat: kept, and stood for by a ticket until they are sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.adapters.receiving import MEGABYTE, keep
from bot.adapters.web.inbound import not_understood
from bot.adapters.web.messages import Attached
from bot.adapters.web.session import seal, sealed
from bot.domain.ids import FileId
from bot.errors import Refused
from bot.text import text

if TYPE_CHECKING:
    from starlette.datastructures import UploadFile

    from bot.store.store import Store


async def take(store: Store, upload: UploadFile, limit_mb: int, *, photo: bool) -> Attached:
    """Check one upload and keep it. Raises Refused with what is wrong; `photo` accepts nothing else."""
    limit = limit_mb * MEGABYTE
    content = await upload.read(limit + 1)
    if len(content) > limit:
        raise Refused(text("web.too_large", limit=f"{limit_mb} MB"))
    kept = await keep(store, content, upload.filename or "", upload.content_type or "", photo=photo)
    return Attached(kept.file, kept.media_type, kept.name)


def write_ticket(secret: str, file: Attached) -> str:
    """What a browser gets for an upload and shows again with its message: only whoever uploaded it can attach it."""
    parts = [file.file, file.media_type, file.name]
    return json.dumps([*parts, seal(secret, json.dumps(parts))])


def read_ticket(secret: str, written: str) -> Attached:
    """The upload a ticket stands for. Raises Refused where it is not this browser's."""
    try:
        parts: object = json.loads(written)
    except ValueError:
        raise not_understood() from None
    match parts:
        case [str(file), str(media_type), str(name), str(proof)] if sealed(
            secret, json.dumps([file, media_type, name]), proof
        ):
            return Attached(FileId(file), media_type, name)
        case _:
            raise not_understood()
