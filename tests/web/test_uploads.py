"""Photos and files, and what only claims to be one."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from bot.adapters.receiving import MOST_OF_A_NAME, clean_photo, document_type, file_name
from bot.adapters.web.messages import Attached
from bot.adapters.web.uploads import read_ticket, write_ticket
from bot.domain.ids import FileId
from bot.errors import Refused
from tests.web.town import Visit


def test_a_photo_loses_where_it_was_taken_and_keeps_its_picture(photo: bytes) -> None:
    assert b"Exif of a phone" in photo
    clean = clean_photo(photo)
    with Image.open(io.BytesIO(clean)) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (64, 48)
        assert not picture.getexif()


def test_a_big_photo_becomes_smaller() -> None:
    written = io.BytesIO()
    Image.new("RGB", (5_000, 100)).save(written, "PNG")
    with Image.open(io.BytesIO(clean_photo(written.getvalue()))) as picture:
        assert max(picture.size) <= 2_400


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return b"\x89PNG\r\n\x1a\n" + chunk


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff cut off", bomb(8_000), bomb(40_000)])
def test_a_photo_that_is_no_photo_is_told_so(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        clean_photo(content)
    assert refused.value.reason.key == "web.no_photo"


def test_a_files_name_has_no_folder_and_nothing_that_cannot_be_seen() -> None:
    assert file_name("C:\\Users\\lin\\照片 1.jpg") == "照片 1.jpg"
    assert file_name("../a\x00\u202eb.pdf") == "ab.pdf"
    assert len(file_name("x" * 1_000)) == MOST_OF_A_NAME


def packed(*names: str) -> bytes:
    """A ZIP with these parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as whole:
        for name in names:
            whole.writestr(name, "x")
    return written.getvalue()


def test_files_are_known_by_their_content() -> None:
    assert document_type(b"%PDF-1.7 ...") == "application/pdf"
    assert "wordprocessing" in document_type(packed("word/document.xml"))
    assert "spreadsheet" in document_type(packed("xl/workbook.xml"))
    assert document_type("名单".encode()).startswith("text/plain")


@pytest.mark.parametrize(
    "content", [b"", b"MZ\x90\x00", b"\x7fELF\x02\x00", packed("evil.exe"), b"PK\x03\x04 broken", b"text\0text"]
)
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        document_type(content)
    assert refused.value.reason.key == "web.no_such_type"


def test_a_ticket_is_good_in_the_browser_that_uploaded() -> None:
    file = Attached(FileId("f" * 64), "image/jpeg", "漏点.jpg")
    ticket = write_ticket("secret", file)
    assert read_ticket("secret", ticket) == file
    for secret, written in (("other", ticket), ("secret", ticket.replace("image/jpeg", "text/html")), ("secret", "{")):
        with pytest.raises(Refused):
            read_ticket(secret, written)


async def test_each_upload_is_answered_in_words(visit: Visit, photo: bytes) -> None:
    zhang = await visit("zhang")
    wrong = await zhang.uploads(b"nothing", "leak.jpg", "image/jpeg")
    assert "不是照片" in str(wrong["text"])
    program = await zhang.uploads(b"MZ\x90\x00", "setup.exe", "application/octet-stream")
    assert "不能发送" in str(program["text"])
    large = await zhang.uploads(b"x" * (21 * 1024 * 1024), "big.txt", "text/plain")
    assert "太大" in str(large["text"])
    assert "tickets" in await zhang.uploads(photo, r"C:\Users\x\leak.jpg", "application/octet-stream")
