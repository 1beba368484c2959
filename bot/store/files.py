"""Photos and files: named by their SHA-256, encrypted, each under its own key, so that one can be destroyed.

The key of a file stands in its row, itself encrypted under a key that is kept outside the database
(`keys/files.key`). Without either the content is gone, also from backups of the folder.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from bot.domain.ids import FileId
from bot.errors import Broken, NotSaved, Refused
from bot.store import tables
from bot.store.reading import Reads
from bot.store.secret_files import read_secret
from bot.text import text

if TYPE_CHECKING:
    from bot.store.work import Work

FILES_KEY = "files.key"
KEY_BITS = 256
NONCE_BYTES = 12

log = structlog.get_logger(__name__)


class Writes(Protocol):
    """Carries a job out in a transaction: `Store.write`."""

    async def __call__(self, job: Callable[[Work], Awaitable[None]]) -> None:
        """Return once it is kept."""
        ...


class Contents(Protocol):
    """Where encrypted contents are."""

    async def put(self, file: FileId, content: bytes) -> None:
        """Keep for good, over what was there. Raises NotSaved."""
        ...

    async def get(self, file: FileId) -> bytes | None:
        """The content, None where there is none."""
        ...

    async def remove(self, file: FileId) -> None:
        """Remove."""
        ...


class Folder:
    """Contents as files: one machine, one folder."""

    def __init__(self, path: Path) -> None:
        """The folder is made on first use."""
        self._path = path

    async def put(self, file: FileId, content: bytes) -> None:
        """Keep for good: written beside, synced, renamed."""
        try:
            await asyncio.to_thread(self._put, file, content)
        except OSError as error:
            log.error("files.not_saved", error=str(error))  # noqa: TRY400  the sentence says it all
            raise NotSaved from error

    async def get(self, file: FileId) -> bytes | None:
        """The content."""
        path = self._of(file)
        return await asyncio.to_thread(path.read_bytes) if path.exists() else None

    async def remove(self, file: FileId) -> None:
        """Remove."""
        await asyncio.to_thread(self._of(file).unlink, missing_ok=True)

    def _of(self, file: FileId) -> Path:
        return self._path / file[:2] / file

    def _put(self, file: FileId, content: bytes) -> None:
        path = self._of(file)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        try:
            with fresh.open("wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)


class Rows:
    """Contents in the database, where replicas on several machines share them."""

    def __init__(self, rows: Reads, write: Writes) -> None:
        """Read and write through the store."""
        self._rows = rows
        self._write = write

    async def put(self, file: FileId, content: bytes) -> None:
        """Keep."""

        async def job(work: Work) -> None:
            work.put(tables.files, {**EMPTY, "file": file, "kept_at": work.now})
            work.put(tables.file_contents, {"file": file, "content": content})

        await self._write(job)

    async def get(self, file: FileId) -> bytes | None:
        """The content."""
        columns = tables.file_contents.c
        found = await self._rows(select(columns.content).where(columns.file == file))
        return found[0][0] if found else None

    async def remove(self, file: FileId) -> None:
        """Remove."""

        async def job(work: Work) -> None:
            work.delete(tables.file_contents, {"file": file})

        await self._write(job)


EMPTY = {"media_type": "", "size": 0, "name": ""}
"""A row whose content is there before the rest of it."""


class FileShelf:
    """Keeps, finds and destroys files."""

    def __init__(self, keys: Path, contents: Contents, rows: Reads, write: Writes) -> None:
        """Read the key that encrypts the files' keys, or make it. Raises Broken where its file is no key."""
        path = keys / FILES_KEY
        try:
            self._master = AESGCM(read_secret(path, lambda: AESGCM.generate_key(KEY_BITS)))
        except ValueError as error:
            raise Broken(text("store.bad_key", path=str(path))) from error
        self._contents = contents
        self._rows = rows
        self._write = write

    async def keep(self, content: bytes, media_type: str, name: str = "") -> FileId:
        """Keep a file; the same content again is kept once. Raises NotSaved where there is no room."""
        file = FileId(hashlib.sha256(content).hexdigest())
        if await self._key(file) is not None:
            return file
        key = AESGCM.generate_key(KEY_BITS)
        await self._contents.put(file, await asyncio.to_thread(_encrypt, AESGCM(key), content, file))
        row = {"media_type": media_type, "size": len(content), "name": name, "key": _encrypt(self._master, key, file)}

        async def job(work: Work) -> None:
            work.put(tables.files, {"file": file, **row, "kept_at": work.now, "destroyed_at": None})

        await self._write(job)
        return file

    async def load(self, file: FileId) -> bytes:
        """The content. Raises Refused where it was destroyed or never kept."""
        key = await self._key(file)
        sealed = None if key is None else await self._contents.get(file)
        if key is None or sealed is None:
            raise Refused(text("refused.file_gone"))
        return await asyncio.to_thread(_decrypt, AESGCM(key), sealed, file)

    async def destroy(self, file: FileId) -> None:
        """Destroy key and content. What the record says of the file stays."""

        async def job(work: Work) -> None:
            work.update(tables.files, {"file": file}, {"key": None, "destroyed_at": work.now})

        await self._write(job)
        await self._contents.remove(file)

    async def _key(self, file: FileId) -> bytes | None:
        found = await self._rows(select(tables.files.c.key).where(tables.files.c.file == file))
        sealed = found[0][0] if found else None
        return None if sealed is None else _decrypt(self._master, sealed, file)


def _encrypt(cipher: AESGCM, content: bytes, file: FileId) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, content, file.encode())


def _decrypt(cipher: AESGCM, sealed: bytes, file: FileId) -> bytes:
    return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], file.encode())
