"""What python-docx has no public name for: Chinese fonts, shaded cells, repeated heads, page numbers.

The library's XML classes carry no types, so this file alone is checked without them.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportPrivateUsage=false

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import _Cell as DocxCell

if TYPE_CHECKING:
    from docx.shape import InlineShape
    from docx.styles.style import ParagraphStyle
    from docx.table import Table
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

__all__ = ["DocxCell", "describe", "dress_alike", "keep_rows", "name_fonts", "page_number", "repeat_head", "shade"]

LATIN, CHINESE = "Arial", "Noto Sans CJK SC"
SHADE = "F0F0F0"


def name_fonts(owner: Run | ParagraphStyle) -> None:
    """Name both fonts: without `w:eastAsia` Chinese falls back to whatever the reader's program likes."""
    owner.font.name = LATIN
    fonts = owner.element.find(qn("w:rPr")).find(qn("w:rFonts"))
    fonts.set(qn("w:eastAsia"), CHINESE)
    fonts.set(qn("w:cs"), LATIN)


def dress_alike(run: Run, other: Run) -> None:
    """Give a fresh run the look of another: each property by its name takes a third of a document's time."""
    run.element.insert(0, deepcopy(other.element.rPr))


def shade(cell: DocxCell) -> None:
    """Grey behind a label."""
    cell._tc.get_or_add_tcPr().append(_element("shd", val="clear", fill=SHADE))  # noqa: SLF001


def repeat_head(table: Table) -> None:
    """The first row stands again on each page."""
    table.rows[0]._tr.get_or_add_trPr().append(_element("tblHeader", val="true"))  # noqa: SLF001


def keep_rows(table: Table) -> None:
    """No row is cut by the end of a page."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(_element("cantSplit", val="true"))  # noqa: SLF001


def describe(picture: InlineShape, words: str) -> None:
    """What a screen reader says in place of a picture."""
    picture._inline.docPr.set("descr", words)  # noqa: SLF001


def page_number(paragraph: Paragraph) -> None:
    """A field that counts pages."""
    instruction = _element("instrText")
    instruction.text = "PAGE"
    for mark in (_element("fldChar", fldCharType="begin"), instruction, _element("fldChar", fldCharType="end")):
        paragraph.add_run().element.append(mark)


def _element(tag: str, **attributes: str) -> Any:  # noqa: ANN401  the library's XML classes have no types
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
