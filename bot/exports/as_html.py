"""The document as one HTML page that needs nothing else: prints on A4, photos inside."""

from __future__ import annotations

import base64
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.exports.as_svg import render_svg
from bot.exports.document import Bars, Cell, Curve, Document, MomentItem, Moments, Render, halves, plain_cell
from bot.exports.picture import drawing
from bot.text import Language, Moment, Text, text

if TYPE_CHECKING:
    from jinja2 import Template

    from bot.chat.card import Shown

CHART_UNITS = 360.0
"""As wide as a telephone, so that a picture's words are as large there as the page's."""
TEMPLATES = Path(__file__).parent / "templates"


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader

    return Environment(autoescape=True, trim_blocks=True, loader=FileSystemLoader(TEMPLATES)).get_template(
        "record.html"
    )


@cache
def _style() -> str:
    return (TEMPLATES / "record.css").read_text(encoding="utf-8")


def render_html(
    document: Document,
    render: Render,
    chosen: tuple[Language, ...],
    stylesheet: str | None = None,
) -> str:
    """The page. `stylesheet` replaces the inline style where a Content-Security-Policy forbids it."""
    from markupsafe import Markup, escape

    def one(shown: Shown) -> str:
        return " ".join(halves(shown, render, chosen))

    def cell(lines: Cell) -> Markup:
        return Markup("<br>").join(escape(plain_cell(half)) for line in lines for half in halves(line, render, chosen))

    def beside(value: Cell) -> list[Markup]:
        columns = [
            Markup("<br>").join(escape(plain_cell(render(line, language))) for line in value) for language in chosen
        ]
        return columns[:1] if len(set(columns)) == 1 else columns

    def chart(block: Curve | Bars) -> Markup:
        return render_svg(drawing(block, CHART_UNITS, lambda shown: halves(shown, render, chosen)), one(block.label))

    return _template().render(
        document=document,
        lang="en" if chosen == ("en",) else "zh-CN",
        stylesheet=stylesheet,
        style=Markup(_style()),  # noqa: S704  our own file, and a style element is not escaped
        one=one,
        cell=cell,
        beside=beside,
        chart=chart,
        width=len(chosen),
        t=Text,
        code=text("form.code", code=document.code, revision=document.revision) if document.code else None,
        at=_at,
        late=_late,
        photos=_photos(document),
    )


def _at(moment: datetime) -> Text:
    return text("form.at", at=Moment(moment))


def _late(item: MomentItem) -> Text:
    return text("form.late.entry", at=Moment(item.recorded_at or item.at))


def _photos(document: Document) -> dict[str, str]:
    shown = {
        picture.file: picture.media_type
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Moments)
        for item in block.items
        for picture in item.pictures
        if picture.media_type.startswith("image/") and picture.file in document.pictures
    }
    return {
        file: f"data:{media};base64,{base64.b64encode(document.pictures[file]).decode()}"
        for file, media in shown.items()
    }
