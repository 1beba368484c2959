"""Photos and files that people send: found out by their content, measured, and freed of where they were taken.

A photo is opened and written anew, so that its position and everything else beside the picture is gone.
"""

from __future__ import annotations

import asyncio
import io
import json
import warnings
import zipfile
from typing import TYPE_CHECKING, Final

from bot.adapters.web.inbound import not_understood
from bot.adapters.web.messages import Attached
from bot.adapters.web.session import seal, sealed
from bot.domain.ids import FileId
from bot.errors import Refused
from bot.text import text

if TYPE_CHECKING:
    from starlette.datastructures import UploadFile

    from bot.store.store import Store

MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2_400
PHOTO_QUALITY = 85
MOST_OF_A_NAME = 120
OFFICE: Final = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PHOTO_ENDINGS: Final = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif")
PHOTO_STARTS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")


async def take(store: Store, upload: UploadFile, limit_mb: int, *, photo: bool) -> Attached:
    """Check one upload and keep it. Raises Refused with what is wrong; `photo` accepts nothing else."""
    limit = limit_mb * 1024 * 1024
    content = await upload.read(limit + 1)
    if len(content) > limit:
        raise Refused(text("web.too_large", limit=f"{limit_mb} MB"))
    name = file_name(upload.filename or "")
    claims_photo = photo or (upload.content_type or "").startswith("image/") or name.lower().endswith(PHOTO_ENDINGS)
    if claims_photo or content.startswith(PHOTO_STARTS):
        content, media_type = await asyncio.to_thread(clean_photo, content), "image/jpeg"
    else:
        media_type = document_type(content)
    file = await store.files.keep(content, media_type, name)
    return Attached(file, media_type, name)


def file_name(sent: str) -> str:
    """The name without folders and without characters that cannot be seen (PostgreSQL refuses one of them)."""
    name = sent.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(each for each in name if each.isprintable())[:MOST_OF_A_NAME]


def clean_photo(content: bytes) -> bytes:
    """The picture alone, upright, as JPEG. Raises Refused where it is none, or too big to open safely."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "GIF")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Refused(text("web.no_photo"))
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise Refused(text("web.no_photo")) from None
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    written = io.BytesIO()
    upright.save(written, "JPEG", quality=PHOTO_QUALITY)
    return written.getvalue()


def document_type(content: bytes) -> str:
    """What a file is, by its content. Raises Refused for anything that is not on the short list."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    try:
        words = content.decode()
    except UnicodeDecodeError:
        raise Refused(text("web.no_such_type")) from None
    if not words or "\0" in words:
        raise Refused(text("web.no_such_type"))
    return "text/plain; charset=utf-8"


def _office_type(content: bytes) -> str:
    """The list of names is read, nothing is unpacked: what a ZIP would grow to does not matter here."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        names = set[str]()
    for part, media_type in OFFICE.items():
        if part in names:
            return media_type
    raise Refused(text("web.no_such_type"))


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
