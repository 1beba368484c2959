"""Pictures that a drill shows are kept in the store when its file is read, so that an inject names one by its hash."""

from __future__ import annotations

import asyncio
import mimetypes
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.ids import FileId
    from bot.domain.programme import Programme
    from bot.store.files import FileShelf

log = structlog.get_logger(__name__)


async def with_photos(shelf: FileShelf, programme: Programme) -> Programme:
    """The programme with its pictures kept. One that cannot be read is left out: the inject goes without it."""
    if programme.folder is None:
        return programme
    kept: dict[str, FileId] = {}
    wanted = {inject.photo for drill in programme.drills.values() for inject in drill.injects if inject.photo}
    for name in sorted(wanted):
        path = programme.folder / name
        try:
            content = await asyncio.to_thread(_read, path)
        except OSError as error:
            log.warning("drill.photo", path=str(path), error=str(error))
            continue
        kept[name] = await shelf.keep(content, mimetypes.guess_type(path.name)[0] or "image/jpeg", path.name)
    return replace(programme, photos=kept)


def _read(path: Path) -> bytes:
    return path.read_bytes()
