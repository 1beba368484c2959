"""Photos and files that people send, on every platform: found out by their content, and freed of where they were taken.

A photo is opened and written anew, so that its position and everything else beside the picture is gone.
"""

from __future__ import annotations

import asyncio
import io
import re
import warnings
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.errors import Refused
from bot.text import text

if TYPE_CHECKING:
    from bot.domain.ids import FileId
    from bot.store.store import Store

MEGABYTE: Final = 1024 * 1024
MOST_PIXELS: Final = 60_000_000
LONGEST_SIDE: Final = 2_400
PHOTO_QUALITY: Final = 85
MOST_OF_A_NAME: Final = 120
OFFICE: Final = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PHOTO_ENDINGS: Final = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif")
PHOTO_STARTS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")
HEARD_OR_SEEN: Final = re.compile(r"(audio|video)/[a-z0-9.+-]{1,40}")
UNKNOWN_TYPE: Final = "application/octet-stream"
HURRIED_FOR: Final = 5.0
"""Seconds that a file may take for which its words do not wait."""
WAITS_FOR: Final = timedelta(seconds=20)
"""How long words wait for the file they came with while it cannot be fetched, and the rest of the chat with them."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is stored, and what it is."""

    file: FileId
    media_type: str
    name: str


async def keep(
    store: Store, content: bytes, name: str, claimed: str, *, photo: bool = False, others: bool = False
) -> Kept:
    """Check what somebody sent and store it. Raises Refused with what is wrong, NotSaved.

    `name` and `claimed` are the name and the media type that the sender gave it. `photo` accepts nothing else;
    `others` accepts recordings, and as bytes that nothing opens by itself also what is not on the short list.
    """
    called = file_name(name)
    cleaned, media_type = await asyncio.to_thread(
        _settled, content, "image/" if photo or called.lower().endswith(PHOTO_ENDINGS) else claimed, others=others
    )
    return Kept(await store.files.keep(cleaned, media_type, called), media_type, called)


def _settled(content: bytes, claimed: str, *, others: bool) -> tuple[bytes, str]:
    if others and HEARD_OR_SEEN.fullmatch(claimed):
        return content, claimed
    if claimed.startswith("image/") or content.startswith(PHOTO_STARTS):
        return clean_photo(content), "image/jpeg"
    try:
        return content, document_type(content)
    except Refused:
        if not others:
            raise
        return content, UNKNOWN_TYPE


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
