"""The implementation record in every format and both languages, opened by a second program."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import docx
import pytest

from bot.chat.card import Shown
from bot.domain import entries as e
from bot.domain.entries import Draft
from bot.domain.entries_talk import Said
from bot.domain.ids import RoomId
from bot.domain.parties import EventKind
from bot.domain.record import destroy
from bot.exports.as_docx import render_docx
from bot.exports.as_html import render_html
from bot.exports.as_markdown import render_markdown
from bot.exports.document import Document, languages
from bot.exports.event_sections import notified
from bot.exports.record_document import Form, record_document
from bot.i18n import Catalogs
from bot.text import Language, Words
from tests.exports import drill_sample, sample

Render = Callable[[Shown, Language], str]
SHANGHAI = ZoneInfo("Asia/Shanghai")
FORM = Form(Words("华诚精密制造有限公司", "Huacheng Precision"), "HC-BCP-03", "A/1", keep_years=3)
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def render(catalogs: Catalogs) -> Render:
    """Texts with full dates, as documents show them."""
    return lambda shown, language: catalogs.render(shown, language, SHANGHAI, datetime(1970, 1, 1, tzinfo=UTC))


def document(kind: EventKind = "live") -> Document:
    return record_document(sample.sealed(sample.drafts(kind)), FORM, {sample.PHOTO: sample.photo()})


def docx_text(content: bytes) -> str:
    """All the text of a DOCX as python-docx reads it back, tables included."""
    opened = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])


def test_the_form_has_everything_the_rule_asks_for(render: Render) -> None:
    page = render_markdown(document(), render, ("zh",))
    for wanted in (
        "应急计划实施记录", "EV-2026-0001", "3号车间", "公司级响应", "徐亮", "郭强", "2026-03-12 14:02",
        "联系备用供应商", "林晓暂无回应", "魏敏", "7单", "消防车到达",
        "补记，录入于2026-03-12 14:43", "响应终止", "采购部", "10分钟",
        "表号HC-BCP-03", "签字", "版本abababababab",
    ):  # fmt: skip
        assert wanted in page, wanted


def received_by(render: Render, passed: e.CommandPassed) -> str:
    """Who stands as the receiver where command began so."""
    opened, _, *rest = sample.drafts()
    entries = sample.sealed([opened, (1, Draft(passed)), *rest])
    page = render_markdown(record_document(entries, FORM, {}), render, ("en",))
    return next(line for line in page.splitlines() if line.startswith("| **Received by**"))


def test_the_receiver_is_whoever_was_called_to_command_first(render: Render) -> None:
    assert "Wei Min" in received_by(render, e.CommandPassed(sample.WEI, "opened"))
    nobody = received_by(render, e.CommandPassed(None, "opened", called=(sample.GUO, sample.LIN)))
    assert "Guo Qiang" in nobody
    assert "Lin Xiao" in nobody


def test_a_sealed_record_says_until_when_it_is_kept(render: Render) -> None:
    closed = e.Closed(sample.GUO, "0" * 64, "", "")
    entries = sample.sealed([*sample.drafts(), (2800, Draft(closed, sample.by(sample.GUO)))])
    assert "| **保存至** | 2029-03-12 14:48 |" in render_markdown(record_document(entries, FORM, {}), render, ("zh",))


def test_an_english_record_has_chinese_only_where_people_typed_it(render: Render) -> None:
    page = render_markdown(document(), render, ("en",))
    ours = [line for line in page.splitlines() if not line.startswith("  ")]
    assert not [line for line in ours if HAN.search(line)]


def test_a_table_cell_is_never_a_formula_nor_markup(render: Render) -> None:
    page = render_markdown(document(), render, ("en",))
    assert r"> '=SUM(A1) 二楼有烟 \<script\>alert(1)\</script\> \| \*bold\*" in page


class Tags(HTMLParser):
    """Which elements a page has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)


@pytest.mark.parametrize("choice", ["zh", "en", "both"])
def test_html_escapes_what_people_typed_and_shows_the_photo(render: Render, choice: str) -> None:
    page = render_html(document(), render, languages(choice))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "script" not in Tags(page).seen
    assert "data:image/jpeg;base64," in page


@pytest.mark.parametrize("choice", ["zh", "en", "both"])
def test_docx_reads_back_with_words_and_photo(render: Render, choice: str) -> None:
    content = render_docx(document(), render, languages(choice))
    words = docx_text(content)
    for language in languages(choice):
        assert {"zh": "超时转办", "en": "Escalated"}[language] in words
    assert sample.TYPED in words
    assert len(docx.Document(io.BytesIO(content)).inline_shapes) == 1


def test_side_by_side_puts_both_languages_of_a_moment_in_one_row(render: Render) -> None:
    opened = docx.Document(io.BytesIO(render_docx(document(), render, ("zh", "en"))))
    rows = [[cell.text for cell in row.cells] for table in opened.tables for row in table.rows]
    assert [row[2:] for row in rows if row[0].endswith("#14")] == [["响应终止", "Ended the response"]]


def test_control_characters_do_not_break_the_file(render: Render) -> None:
    said = Said("m2", sample.EVENT_ROOM, sample.EVENT_ROOM_NAME, sample.WEI.name, words="a\x00b\x1bc\u202ed")
    entries = sample.sealed([*sample.drafts(), (2800, Draft(said, sample.by(sample.WEI)))])
    words = docx_text(render_docx(record_document(entries, FORM, {}), render, ("en",)))
    assert "a�b�c\u202ed" in words


@pytest.mark.parametrize("format_", ["md", "html", "docx"])
def test_a_drill_says_so_first_and_last(render: Render, format_: str) -> None:
    drill = document("drill")
    match format_:
        case "md":
            lines = [line for line in render_markdown(drill, render, ("en",)).splitlines() if line]
        case "html":
            body = render_html(drill, render, ("en",)).split("<body", 1)[1]
            lines = [line for line in re.sub(r"<[^>]*>", "\n", body).splitlines()[1:] if line.strip()]
        case _:
            paragraphs = docx.Document(io.BytesIO(render_docx(drill, render, ("en",)))).paragraphs
            lines = [paragraph.text for paragraph in paragraphs if paragraph.text.strip()]
    assert lines[0].strip("* ") == lines[-1].strip("* ") == "DRILL"


def test_a_place_that_nobody_said_is_called_so(render: Render) -> None:
    (at, first), *later = sample.drafts()
    assert isinstance(first.payload, e.Opened)
    placeless = replace(first, payload=replace(first.payload, place=Words("", "")))
    page = render_markdown(record_document(sample.sealed(iter([(at, placeless), *later])), FORM, {}), render, ("zh",))
    assert "EV-2026-0001 火灾，地点待核实" in page
    assert page.count("地点待核实") > 2


def test_what_was_destroyed_is_said_to_be(render: Render) -> None:
    entries = [destroy(entry) if isinstance(entry.payload, Said) else entry for entry in sample.sealed(sample.drafts())]
    page = render_markdown(record_document(entries, FORM, {}), render, ("en",))
    assert "destroyed as the law requires" in page
    assert "SUM" not in page


def printed(content: bytes, folder: Path) -> str:
    """A DOCX as LibreOffice lays it out, page by page."""
    path = folder / "record.docx"
    path.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shown = ["pdftotext", "-layout", str(folder / "record.pdf"), "-"]
    return subprocess.run(shown, check=True, capture_output=True, timeout=30).stdout.decode()


@pytest.mark.office
@pytest.mark.parametrize("choice", ["zh", "en", "both"])
def test_libreoffice_opens_the_docx_and_finds_the_chinese(render: Render, tmp_path: Path, choice: str) -> None:
    shown = printed(render_docx(document(), render, languages(choice)), tmp_path)
    wanted = {"zh": "应急计划实施记录", "en": "Implementation record"}
    assert [language for language in languages(choice) if wanted[language] not in shown] == []


@pytest.mark.office
def test_libreoffice_prints_a_drill_with_its_mark_first_and_last_on_each_page(render: Render, tmp_path: Path) -> None:
    drill = record_document(sample.sealed(drill_sample.drill_drafts()), FORM, {})
    pages = [page.split("\n") for page in printed(render_docx(drill, render, ("zh", "en")), tmp_path).split("\f")[:-1]]
    assert len(pages) > 3
    for page in pages:
        lines = [line.strip() for line in page if line.strip()]
        assert lines[0].startswith("【演练】")
        assert lines[-1].endswith("DRILL")


@pytest.mark.office
def test_libreoffice_opens_the_record_of_a_duty(render: Render, tmp_path: Path) -> None:
    duty = record_document(sample.sealed(drill_sample.duty_drafts()), FORM, {sample.PHOTO: sample.photo()})
    shown = printed(render_docx(duty, render, ("zh", "en")), tmp_path)
    assert "例行工作记录" in shown
    assert "Record of a duty" in shown


def test_a_message_on_three_platforms_is_one_row_and_a_later_one_another(render: Render) -> None:
    room, name = RoomId("purchasing"), Words("采购部", "Purchasing")
    words = Words("【紧急】火灾\n采购部：还有1项", "EMERGENCY · Fire\nPurchasing: 1 to do")
    sent = [(20 + n, Draft(e.MessageSent("EV/purchasing", room, name, way, words, sample.BEGAN))) for n, way in
            enumerate(("slack", "telegram", "slack"))]  # fmt: skip
    later = (90, Draft(e.MessageSent("EV/purchasing", room, name, "web", words, sample.BEGAN)))
    lost = [(91, Draft(e.MessageFailed("EV/purchasing", room, name, "slack", "is_archived"))) for _ in range(2)]
    opening = list(sample.drafts())[:3]
    table = notified(sample.sealed([*opening, *sent, later, *lost]))
    ways = [[render(way, "en") for way in row[1]] for row in table.rows]
    assert ways == [["Slack", "Telegram"], ["Slack"], ["built-in chat"], ["Slack"], ["Slack"]]
