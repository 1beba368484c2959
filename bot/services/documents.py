"""The implementation record as a file somebody asked for: read, filled into the form, rendered off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Literal

from bot.chat.card import Shown
from bot.domain import entries as e
from bot.domain.ids import FileId
from bot.domain.proof import to_json
from bot.domain.record import Entry
from bot.errors import Refused
from bot.exports.document import Document, languages
from bot.services.house import House
from bot.text import Language

Format = Literal["docx", "html", "md", "json"]
Choice = Literal["zh", "en", "both"]
LoadFile = Callable[[FileId], Awaitable[bytes]]
"""The content of a stored file. Raises Refused where it was destroyed."""

FULL_DATES = datetime(1970, 1, 1, tzinfo=UTC)
"""Seen from here no moment is today's, so each carries its date, as a document read years later must."""


async def record_file(
    entries: Sequence[Entry],
    house: House,
    load: LoadFile,
    format_: Format,
    choice: Choice,
    stylesheet: str | None = None,
) -> bytes:
    """One event's record in a format and a language. `stylesheet` is the address a page takes its style from."""
    if format_ == "json":
        return to_json(entries).encode()
    from bot.exports.record_document import Form, record_document

    company = house.company
    pictures = await _photos(entries, load)
    form = Form(company.name, company.form_code, company.form_revision, house.settings.records.keep_years)
    document = record_document(entries, form, pictures)
    return await asyncio.to_thread(_render, document, house, format_, choice, stylesheet)


def _render(document: Document, house: House, format_: Format, choice: Choice, stylesheet: str | None) -> bytes:
    def render(shown: Shown, language: Language) -> str:
        return house.render(shown, language, FULL_DATES)

    chosen = languages(choice)
    match format_:
        case "docx":
            from bot.exports.as_docx import render_docx

            return render_docx(document, render, chosen)
        case "html":
            from bot.exports.as_html import render_html

            return render_html(document, render, chosen, stylesheet).encode()
        case "md":
            from bot.exports.as_markdown import render_markdown

            return render_markdown(document, render, chosen).encode()
        case "json":
            message = "JSON needs no form"
            raise ValueError(message)


async def _photos(entries: Sequence[Entry], load: LoadFile) -> dict[FileId, bytes]:
    """The photos that are still there."""
    pictures: dict[FileId, bytes] = {}
    for entry in entries:
        match entry.payload:
            case e.FileKept(file=file, media_type=media_type) if media_type.startswith("image/"):
                with suppress(Refused):
                    pictures[file] = await load(file)
            case _:
                pass
    return pictures
