"""The implementation record as a file somebody asked for: read, filled into the form, rendered off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from bot.cards.marks import file_name
from bot.cards.measures import Before
from bot.chat.card import Shown
from bot.domain import entries as e
from bot.domain.ids import EventId, FileId, is_drill
from bot.domain.proof import to_json
from bot.domain.record import Entry
from bot.errors import Refused
from bot.exports.document import Document, languages
from bot.services.house import House
from bot.services.last_drill import last_measured
from bot.store.store import Store
from bot.text import LANGUAGES, Language

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
    before: Before | None = None,
) -> bytes:
    """One event's record in a format and a language. `stylesheet` is the address a page takes its style from.

    `before`: the last drill of the same playbook (`last_drill`), which a drill's record stands beside.
    """
    if format_ == "json":
        return to_json(entries).encode()
    from bot.exports.record_document import Form, record_document

    company = house.company
    pictures = await _photos(entries, load)
    form = Form(company.name, company.form_code, company.form_revision, house.settings.records.keep_years)
    document = record_document(entries, form, pictures, before)
    return await asyncio.to_thread(_render, document, house, format_, choice, stylesheet)


async def last_drill(store: Store, entries: Sequence[Entry]) -> Before | None:
    """What a drill's record stands beside (`last_measured`); None for whatever is no drill."""
    opened = entries[0].payload
    if not isinstance(opened, e.Opened) or opened.event_kind != "drill":
        return None
    return await last_measured(store, await store.event(entries[0].stream))


def record_name(event: EventId, house: House, choice: Choice, format_: Format) -> str:
    """What the file is called; JSON has no language. A drill's says so first and last."""
    name = f"{event}.json" if format_ == "json" else f"{event}.{choice}.{format_}"
    zh, en = (partial(house.render, language=language) for language in LANGUAGES)
    return file_name(name, "drill" if is_drill(event) else None, zh, en)


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
