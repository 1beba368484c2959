"""A list of people as a table of cells, from CSV or XLSX: whatever a spreadsheet saved, or one clear sentence."""

from __future__ import annotations

import csv
import warnings
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO, StringIO
from pathlib import Path
from typing import cast
from zipfile import BadZipFile, ZipFile, is_zipfile

from bot.files.finding import Finding
from bot.files.yaml_source import not_utf8
from bot.text import Text, text

LARGEST = 20_000_000
"""Bytes of a file, and of what an XLSX file holds unpacked: a company of ten thousand needs two million."""
MOST_RATIO = 200
"""Unpacked to packed: real tables reach about 20, a ZIP bomb a thousand."""
MOST_PARTS = 1000
MOST_ROWS, MOST_COLUMNS = 20_000, 60
XLSX_ENDINGS = (".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class Row:
    """One row with something in it. `number` counts from 1, as spreadsheets do."""

    number: int
    cells: tuple[str, ...]


def read_table(path: Path) -> tuple[list[Row], list[Finding]]:
    """The rows of a file, none where it cannot be used; an encoding that was guessed is a warning."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST else b""
    except (FileNotFoundError, IsADirectoryError):
        return [], [_whole(path, text("check.no_file"))]
    except OSError:
        return [], [_whole(path, text("check.no_access"))]
    if size > LARGEST:
        return [], [_whole(path, _too_large())]
    if path.suffix.casefold() in XLSX_ENDINGS or content[:4] == b"PK\x03\x04":
        return _xlsx(path, content)
    return _csv(path, content)


def _whole(path: Path, sentence: Text) -> Finding:
    return Finding(str(path), 1, 1, sentence)


def _too_large() -> Text:
    return text("people.too_large", limit=LARGEST // 1_000_000)


def _csv(path: Path, content: bytes) -> tuple[list[Row], list[Finding]]:
    words, findings = _decoded(path, content)
    if words is None:
        return [], findings
    first = words.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = list(_filled(csv.reader(StringIO(words, newline=""), delimiter=separator, strict=True)))
    except csv.Error:
        return [], [*findings, _whole(path, text("people.csv"))]
    return (rows, findings) if len(rows) <= MOST_ROWS else ([], [_whole(path, _too_large())])


def _decoded(path: Path, content: bytes) -> tuple[str | None, list[Finding]]:
    """UTF-8, else GB18030 (which has GBK in it) with a warning; other encodings would read as rubbish."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            words = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in words:
            break
        guessed = text("people.encoding", encoding="GB18030", better="UTF-8")
        return words, [] if encoding == "utf-8-sig" else [Finding(str(path), 1, 1, guessed, "warning")]
    return None, [_whole(path, not_utf8())]


def _filled(rows: Iterable[Iterable[object]]) -> Iterator[Row]:
    """The rows that have something in them, with their numbers."""
    for number, row in enumerate(rows, 1):
        cells = tuple(_cell(value) for value in list(row)[:MOST_COLUMNS])
        if any(cells):
            yield Row(number, cells)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.isoformat(" ", timespec="minutes")
        case time():
            return value.isoformat(timespec="minutes")
        case _:
            return str(value).replace("\u00a0", " ").strip()


def _xlsx(path: Path, content: bytes) -> tuple[list[Row], list[Finding]]:
    wrong = _unsafe(content)
    if wrong is not None:
        return [], [_whole(path, wrong)]
    from xml.etree.ElementTree import ParseError

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings(action="ignore"):
            book = load_workbook(BytesIO(content), read_only=True)
            sheet = book.worksheets[0]
            cells = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True)
            rows = list(_filled(cast("Iterable[Iterable[object]]", cells)))
            book.close()
    except (InvalidFileException, ParseError, BadZipFile, zlib.error, KeyError, ValueError, IndexError, EOFError):
        return [], [_whole(path, text("people.xlsx", form="XLSX"))]
    return (rows, []) if len(rows) <= MOST_ROWS else ([], [_whole(path, _too_large())])


def _unsafe(content: bytes) -> Text | None:
    """Why an XLSX file is not opened: it is none, or it would unpack to more than a list of people ever has."""
    if not is_zipfile(BytesIO(content)):
        return text("people.xlsx", form="XLSX")
    try:
        with ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
    except (BadZipFile, ValueError):
        return text("people.xlsx", form="XLSX")
    unpacked, small = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if unpacked > LARGEST or len(parts) > MOST_PARTS or unpacked > MOST_RATIO * max(small, 1):
        return text("people.bomb", limit=LARGEST // 1_000_000)
    return None
