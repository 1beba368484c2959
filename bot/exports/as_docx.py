"""The document as DOCX, in Chinese, in English, or side by side."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, assert_never

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from bot.chat.card import Shown
from bot.exports.as_png import render_png
from bot.exports.document import (
    Bars,
    Block,
    Cell,
    Curve,
    Document,
    Fields,
    MomentItem,
    Moments,
    Render,
    Section,
    Signatures,
    Table,
    halves,
)
from bot.exports.docx_xml import DocxCell, describe, dress_alike, keep_rows, name_fonts, page_number, repeat_head, shade
from bot.exports.picture import drawing
from bot.text import Language, Moment, same, text

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument
    from docx.table import Table as DocxTable
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

PAGE_WIDTH = Mm(210 - 2 * 16)
GREY = RGBColor(0x59, 0x59, 0x59)
PHOTO_WIDTH = Mm(60)
LONGEST_PROPERTY = 255
"""Characters of a property; python-docx takes no more."""
CHART_UNITS = 520.0
"""Across a page, so that a picture's digits are as large as a table's."""


class DocxForm:
    """One document being written: the languages, the renderer and the open file."""

    def __init__(self, document: Document, render: Render, chosen: tuple[Language, ...]) -> None:
        """Open an empty A4 page."""
        self._document = document
        self._render = render
        self._chosen = chosen
        self._file: DocxDocument = docx.Document()
        self._dressed: dict[tuple[float, bool, bool], Run] = {}
        self._name()
        self._page()

    def bytes(self) -> bytes:
        """Write everything and return the file."""
        self._mark()
        self._title()
        for section in self._document.sections:
            self._section(section)
        for half in (half for line in self._document.foot for half in halves(line, self._render, self._chosen)):
            paragraph = self._file.add_paragraph()
            paragraph.paragraph_format.space_before = Pt(4)
            self._paragraph(paragraph, half, size=7.5, grey=True)
        self._mark()
        out = BytesIO()
        self._file.save(out)
        return out.getvalue()

    def _name(self) -> None:
        """What a list of files and the window's title show: a drill's says so first and last, however long it is."""
        mark, title = self._drill_mark(), self._joined(self._document.title)
        room = LONGEST_PROPERTY - 2 * (len(mark) + 1)
        about = self._file.core_properties
        about.title = _printable(f"{mark} {title[:room]} {mark}".strip())
        about.author, about.comments = _printable(self._joined(self._document.company)[:LONGEST_PROPERTY]), ""

    def _page(self) -> None:
        section = self._file.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(16)
        section.top_margin = section.bottom_margin = Mm(15)
        style = self._file.styles["Normal"]
        if not isinstance(style, ParagraphStyle):
            message = "the empty document has no Normal style"
            raise TypeError(message)
        style.font.size = Pt(9.5)
        name_fonts(style)
        style.paragraph_format.space_after = Pt(0)
        header = section.header.paragraphs[0]
        self._paragraph(header, f"{self._drill_mark()}  ".lstrip(), size=8, bold=True)
        self._paragraph(header, self._letterhead(), size=8, grey=True)
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        page_number(footer)
        self._paragraph(footer, f"  {self._drill_mark()}".rstrip(), size=8, bold=True)

    def _letterhead(self) -> str:
        if not self._document.code:
            return self._joined(self._document.company)
        code = text("form.code", code=self._document.code, revision=self._document.revision)
        return f"{self._joined(self._document.company)}    {self._joined(code)}"

    def _drill_mark(self) -> str:
        return self._joined(text("mark.drill")) if self._document.kind == "drill" else ""

    def _mark(self) -> None:
        if self._document.kind == "drill":
            paragraph = self._file.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._paragraph(paragraph, self._drill_mark(), size=12, bold=True)

    def _title(self) -> None:
        for shown, size in ((self._document.form, 18), (self._document.title, 11)):
            for half in halves(shown, self._render, self._chosen):
                paragraph = self._file.add_paragraph()
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                self._paragraph(paragraph, half, size=size, bold=True)

    def _section(self, section: Section) -> None:
        heading = self._file.add_paragraph()
        heading.paragraph_format.space_before = Pt(10)
        heading.paragraph_format.space_after = Pt(3)
        heading.paragraph_format.keep_with_next = True
        self._paragraph(heading, self._joined(section.title), size=11.5, bold=True)
        for block in section.blocks:
            self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Fields():
                self._fields(block)
            case Table():
                self._table(block)
            case Moments():
                self._moments(block)
            case Signatures():
                self._signatures(block)
            case Curve() | Bars():
                self._chart(block)
            case _:
                assert_never(block)

    def _fields(self, block: Fields) -> None:
        side_by_side = len(self._chosen) > 1
        table = self._grid((24, 38, 38) if side_by_side else (24, 76), len(block.rows))
        for row, (label, value) in zip(table.rows, block.rows, strict=True):
            self._lines(row.cells[0], (label,), bold=True)
            shade(row.cells[0])
            zh_en = [_rendered(value, self._render, language) for language in self._chosen]
            if side_by_side and zh_en[0] != zh_en[1]:
                for cell, lines in zip(row.cells[1:], zh_en, strict=True):
                    self._written(cell, lines)
            else:
                cell = row.cells[1].merge(row.cells[-1]) if side_by_side else row.cells[1]
                self._written(cell, zh_en[0])

    def _table(self, block: Table) -> None:
        table = self._grid(block.widths, len(block.rows) + 1)
        for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
            self._lines(cell, (column,), bold=True, size=8.5)
            shade(cell)
        repeat_head(table)
        for cells, values in zip(list(table.rows)[1:], block.rows, strict=True):
            for cell, value in zip(cells.cells, values, strict=True):
                self._lines(cell, value, size=8.5)

    def _moments(self, block: Moments) -> None:
        widths = (16, 14, *(70 // len(self._chosen) for _ in self._chosen))
        table = self._grid(widths, len(block.items))
        for row, item in zip(table.rows, block.items, strict=True):
            self._moment(list(row.cells), item)

    def _moment(self, cells: list[DocxCell], item: MomentItem) -> None:
        self._lines(cells[0], (text("form.at", at=Moment(item.at)), same(f"#{item.sequence}")), size=8.5)
        self._lines(cells[1], (item.who,), size=8.5)
        for cell, language in zip(cells[2:], self._chosen, strict=True):
            self._written(cell, self._told(item, language), size=8.5)
        for picture in item.pictures:
            photo = self._document.pictures.get(picture.file)
            if photo is not None and picture.media_type.startswith("image/"):
                cells[2].add_paragraph().add_run().add_picture(BytesIO(photo), width=PHOTO_WIDTH)

    def _told(self, item: MomentItem, language: Language) -> list[str]:
        lines = [self._render(item.what, language)]
        if item.typed:
            lines.extend(item.typed.splitlines())
        if item.destroyed:
            lines.append(self._render(text("form.destroyed"), language))
        lines.extend(f"{picture.name} {picture.file[:16]}".strip() for picture in item.pictures)
        if item.recorded_at is not None:
            lines.append(self._render(text("form.late.entry", at=Moment(item.recorded_at)), language))
        return lines

    def _signatures(self, block: Signatures) -> None:
        table = self._grid((20, 40, 40), len(block.roles) + 1)
        self._lines(table.rows[0].cells[1], (text("form.sign.name"),), bold=True)
        self._lines(table.rows[0].cells[2], (text("form.sign.date"),), bold=True)
        for row, role in zip(list(table.rows)[1:], block.roles, strict=True):
            row.height = Mm(12)
            self._lines(row.cells[0], (role,), bold=True)
        for cell in (cell for row in list(table.rows)[:-1] for cell in row.cells):
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True

    def _chart(self, block: Curve | Bars) -> None:
        """The picture with digits alone, its words below it."""
        paragraph = self._file.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        picture = render_png(drawing(block, CHART_UNITS))
        describe(paragraph.add_run().add_picture(BytesIO(picture), width=PAGE_WIDTH), self._joined(block.label))
        for half in halves(block.caption, self._render, self._chosen):
            self._paragraph(self._file.add_paragraph(), half, size=8.5)

    def _grid(self, widths: Sequence[int], rows: int) -> DocxTable:
        table = self._file.add_table(rows=rows, cols=len(widths))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        total = sum(widths)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Emu(int(PAGE_WIDTH * width / total))
            for cell in column.cells:
                cell.width = column.width
        keep_rows(table)
        return table

    def _lines(self, cell: DocxCell, lines: Cell, *, bold: bool = False, size: float = 9.5) -> None:
        written = [half for line in lines for half in halves(line, self._render, self._chosen)]
        self._written(cell, written, bold=bold, size=size)

    def _written(
        self,
        cell: DocxCell,
        lines: Sequence[str],
        *,
        bold: bool = False,
        size: float = 9.5,
    ) -> None:
        for number, line in enumerate(lines):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            self._paragraph(paragraph, line, size=size, bold=bold)

    def _joined(self, shown: Shown) -> str:
        return " ".join(halves(shown, self._render, self._chosen))

    def _paragraph(
        self,
        paragraph: Paragraph,
        words: str,
        *,
        size: float,
        bold: bool = False,
        grey: bool = False,
    ) -> None:
        run = paragraph.add_run(_printable(words))
        alike = self._dressed.setdefault((size, bold, grey), run)
        if alike is not run:
            dress_alike(run, alike)
            return
        run.bold = bold
        run.font.size = Pt(size)
        if grey:
            run.font.color.rgb = GREY
        name_fonts(run)


def render_docx(document: Document, render: Render, chosen: tuple[Language, ...]) -> bytes:
    """The file's bytes."""
    return DocxForm(document, render, chosen).bytes()


def _rendered(value: Cell, render: Render, language: Language) -> list[str]:
    return [render(line, language) for line in value]


def _printable(words: str) -> str:
    """XML 1.0 knows no control characters but tab and newline."""
    return "".join(
        c if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not _surrogate(c)) else "�" for c in words
    )


def _surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"
