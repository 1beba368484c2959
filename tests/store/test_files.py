"""Photos and files: kept once, encrypted, destroyed for good."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from bot.clock import VirtualClock
from bot.domain.ids import FileId
from bot.errors import Broken, NotSaved, Refused
from bot.store import tables
from bot.store.remembering import KeptFile
from bot.store.signer import Signer
from bot.store.store import Store
from bot.store.work import Work
from tests.store.conftest import Open

PHOTO = b"\xff\xd8 a photo of Workshop 3" * 1000


def _at_rest(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_file_comes_back_as_it_was(open_store: Open, tmp_path: Path) -> None:
    store = await open_store()
    file = await store.files.keep(PHOTO, "image/jpeg", "photo.jpg")
    assert file == hashlib.sha256(PHOTO).hexdigest()
    assert await store.files.keep(PHOTO, "image/jpeg", "again.jpg") == file

    async def look(work: Work) -> KeptFile:
        return await work.file(file)

    kept = await store.write(look)
    assert (kept.media_type, kept.size, kept.name) == ("image/jpeg", len(PHOTO), "photo.jpg")
    assert b"Workshop" not in _at_rest(tmp_path)
    await store.close()
    assert await (await open_store()).files.load(file) == PHOTO


async def test_a_destroyed_file_is_gone(store: Store, tmp_path: Path) -> None:
    file = await store.files.keep(PHOTO, "image/jpeg")
    await store.files.destroy(file)
    with pytest.raises(Refused):
        await store.files.load(file)
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert await store.rows(select(tables.file_contents.c.file)) == []
    ((key, destroyed_at),) = await store.rows(select(tables.files.c.key, tables.files.c.destroyed_at))
    assert key is None
    assert destroyed_at == store.clock.now()
    assert await store.files.keep(PHOTO, "image/jpeg") == file
    assert await store.files.load(file) == PHOTO


async def test_a_file_that_never_came(store: Store) -> None:
    with pytest.raises(Refused):
        await store.files.load(FileId("0" * 64))

    async def look(work: Work) -> KeptFile:
        return await work.file(FileId("0" * 64))

    with pytest.raises(Refused):
        await store.write(look)


async def test_no_room_for_a_file(sqlite_url: str, tmp_path: Path, clock: VirtualClock) -> None:
    store = await Store.open(sqlite_url, tmp_path / "files", tmp_path / "keys", clock)
    (tmp_path / "files").write_text("a file where the folder should be")
    with pytest.raises(NotSaved):
        await store.files.keep(PHOTO, "image/jpeg")
    assert await store.rows(select(tables.files.c.file)) == []
    await store.close()


def test_the_head_of_a_record_is_signed(tmp_path: Path) -> None:
    signer = Signer(tmp_path / "keys")
    signature = bytes.fromhex(signer.sign("a" * 64))
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer.public_key))
    public.verify(signature, b"a" * 64)
    with pytest.raises(InvalidSignature):
        public.verify(signature, b"b" * 64)
    assert Signer(tmp_path / "keys").public_key == signer.public_key
    assert (tmp_path / "keys" / "record.key").stat().st_mode & 0o777 == 0o600
    assert Signer(tmp_path / "other").public_key != signer.public_key


@pytest.mark.parametrize("name", ["record.key", "files.key"])
async def test_a_key_file_that_is_no_key(name: str, sqlite_url: str, tmp_path: Path, clock: VirtualClock) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / name).write_text("no key")
    with pytest.raises(Broken) as broken:
        await Store.open(sqlite_url, tmp_path / "files", tmp_path / "keys", clock)
    assert broken.value.reason.key == "store.bad_key"
