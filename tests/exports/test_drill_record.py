"""The record of a drill: what was planned, measured and said, marked first and last, in every format and language."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import docx
import pytest
from PIL import Image

from bot.cards.measures import Before
from bot.chat.card import Shown
from bot.domain import entries as e
from bot.domain.record import destroy
from bot.exports.as_docx import render_docx
from bot.exports.as_html import render_html
from bot.exports.as_markdown import render_markdown
from bot.exports.document import Document, languages
from bot.exports.names import names_of
from bot.exports.record_document import Form, record_document
from bot.exports.sentences import sentence
from bot.i18n import Catalogs
from bot.text import LANGUAGES, Language, Words, same
from tests.exports import drill_sample, sample

Render = Callable[[Shown, Language], str]
FORM = Form(Words("宁江精密部件有限公司", "Ningjiang Precision Parts"), "HC-BCP-03", "A/1", keep_years=3)
HAN = re.compile(r"[\u4e00-\u9fff]")
MARKS = {"zh": ("【演练】", "【演练】"), "en": ("DRILL", "DRILL"), "both": ("【演练】", "DRILL")}


@pytest.fixture
def render(catalogs: Catalogs) -> Render:
    """Texts with full dates, as documents show them."""
    zone = ZoneInfo("Asia/Shanghai")
    return lambda shown, language: catalogs.render(shown, language, zone, datetime(1970, 1, 1, tzinfo=UTC))


def document(before: Before | None = None) -> Document:
    """The sample's drill."""
    return record_document(sample.sealed(drill_sample.drill_drafts()), FORM, {}, before)


def slower() -> Before:
    """The same drill a year ago, when it went worse."""
    return Before("DR-2025-0007", sample.BEGAN - timedelta(days=365), drill_sample.measures(slower=1.6))


def test_the_form_has_what_was_planned_measured_and_said(render: Render) -> None:
    page = render_markdown(document(slower()), render, ("zh",))
    for wanted in (
        "应急演练记录表", "DR-2026-0001", "2号仓库火灾演练", "综合演练", "不动明火", "15分钟内到达集合点", "停止演练",
        "林晓", "陈建国", "DU-2026-0003", "应到11个岗位，实到10个", "25分钟30秒", "送达失败3条", "魏敏接替林晓",
        "带人撤离。", "95秒/3分钟", "比上次好", "DR-2025-0007", "撤得快，清点也快", "郭强、林晓",
    ):  # fmt: skip
        assert wanted in page, wanted
    assert r"\<b\>loud\</b\> \| 2 min" in page
    assert "HC-BCP-03" not in page, "the number of the implementation record's form is not this form's"
    assert "损失" not in page


def test_a_first_drill_has_nothing_to_compare_with(render: Render) -> None:
    assert "No earlier drill of this plan" in render_markdown(document(), render, ("en",))


def test_a_drill_that_still_runs_has_no_figures_yet(render: Render) -> None:
    chain = sample.sealed(list(drill_sample.drill_drafts())[:6])
    page = render_markdown(record_document(chain, FORM, {}), render, ("en",))
    assert "What was planned" in page
    assert "What was measured" not in page
    assert "Hot wash" not in page


def test_english_is_english_but_for_what_people_typed(render: Render) -> None:
    chain = [x for x in sample.sealed(drill_sample.drill_drafts()) if not isinstance(x.payload, e.HotWashAnswered)]
    page = render_markdown(record_document(chain, FORM, {}, slower()), render, ("en",))
    assert not [line for line in page.splitlines() if HAN.search(line) and not line.startswith("  >")]


def test_each_entry_reads_as_a_sentence(render: Render) -> None:
    chain = sample.sealed(drill_sample.drill_drafts())
    names = names_of(chain)
    told = [render(sentence(entry, names), "en") for entry in chain]
    assert told[0] == "Simulated report: Fire, Company-level response"
    assert "Responded to inject 1 “Simulated: smoke is overhead” (by a press)" in told
    assert "Inject 2 reached nobody: “Simulated: one is missing”" in told
    assert "Resumed the drill after 1 min; every deadline moves by as much" in told
    assert not [line for line in told if "fire-drill" in line or "purchasing" in line or HAN.search(line)]


def test_endings_safety_and_lateness_are_told_apart(render: Render) -> None:
    live = sample.EVENT
    payloads: tuple[e.Payload, ...] = (
        e.DrillEnded("ended", None),
        e.DrillEnded("real", sample.GUO),
        e.DrillEnded("real", sample.GUO, live),
        e.InjectGiven(1, (sample.WEI,), sample.BEGAN, late=90),
    )
    chain = sample.sealed([*drill_sample.drill_drafts(), *((2000.0, e.Draft(each)) for each in payloads)])
    names = names_of(chain)
    told = [render(sentence(entry, names), "en") for entry in chain[-4:]]
    assert told == [
        "The drill’s time was over; it ended by itself",
        "Stopped the drill for a real emergency",
        "Stopped the drill for a real emergency, EV-2026-0001",
        "Gave inject 1 to Wei Min, 90 s late: “Simulated: smoke is overhead”",
    ]


def test_destroyed_quotes_say_so(render: Render) -> None:
    chain = sample.sealed(drill_sample.drill_drafts())
    gone = [destroy(entry) if isinstance(entry.payload, e.HotWashAnswered) else entry for entry in chain]
    page = render_markdown(record_document(gone, FORM, {}), render, ("en",))
    assert page.count("destroyed as the law requires") > 2
    assert "loud" not in page


@pytest.mark.parametrize("choice", ["zh", "en", "both"])
def test_the_mark_is_first_and_last_in_every_format(render: Render, choice: str) -> None:
    drill, chosen = document(), languages(choice)
    first, last = MARKS[choice]
    markdown = [line.strip("* ") for line in render_markdown(drill, render, chosen).splitlines() if line]
    body = render_html(drill, render, chosen).split("<body", 1)[1]
    html = [line.strip() for line in re.sub(r"<[^>]*>", "\n", body).splitlines()[1:] if line.strip()]
    opened = docx.Document(io.BytesIO(render_docx(drill, render, chosen)))
    paragraphs = [paragraph.text for paragraph in opened.paragraphs if paragraph.text.strip()]
    for lines in (markdown, html, paragraphs):
        assert lines[0].startswith(first)
        assert lines[-1].endswith(last)
    (section,) = opened.sections
    assert section.header.paragraphs[0].text.startswith(first)
    assert section.footer.paragraphs[0].text.endswith(last)
    (window,) = re.findall(r"<title>(.*)</title>", render_html(drill, render, chosen))
    for title in (window, opened.core_properties.title):
        assert title.startswith(first)
        assert title.endswith(last)
        assert len(title) > len(first) + len(last) + 2


def test_a_title_that_a_file_has_no_room_for_keeps_both_marks(render: Render) -> None:
    endless = replace(document(), title=same("2号仓库\x00" * 100))
    about = docx.Document(io.BytesIO(render_docx(endless, render, ("zh", "en")))).core_properties
    assert len(about.title) <= 255
    assert about.title.startswith("【演练】 DRILL 2号仓库")
    assert about.title.endswith(" 【演练】 DRILL")
    assert "docx" not in f"{about.author} {about.comments}"


@pytest.mark.parametrize("choice", ["zh", "en", "both"])
def test_the_pictures_stand_in_the_page_in_its_language(render: Render, choice: str) -> None:
    page = render_html(document(), render, languages(choice))
    curve, bars = (ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL))  # noqa: S314  our own
    words = "\n".join(text.text or "" for picture in (curve, bars) for text in picture.iter() if text.text)
    assert ("已收到的岗位数" in words) is ("zh" in languages(choice))
    assert ("Posts acknowledged" in words) is ("en" in languages(choice))
    assert {"50 %", "90 %", "100 %", "2:10 / 5:00", "/ 1:00"} <= set(words.splitlines())
    assert "10 of 11 posts" in curve.attrib["aria-label"] or "实到10个" in curve.attrib["aria-label"]
    assert "style=" not in "".join(re.findall(r"<svg.*?</svg>", page, re.DOTALL))


def test_the_word_file_has_grey_pictures_with_their_words_beside_them(render: Render) -> None:
    opened = docx.Document(io.BytesIO(render_docx(document(), render, ("zh", "en"))))
    pictures = [part for part in opened.part.related_parts.values() if part.content_type == "image/png"]
    assert len(pictures) == 2
    for part in pictures:
        image = Image.open(io.BytesIO(part.blob))
        assert (image.mode, image.width) == ("L", 2080)
        assert image.getextrema() == (0, 255)
    described = re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', opened.element.xml)
    assert [(bool(HAN.search(words)) and "posts" in words) or "tasks" in words for words in described] == [True, True]
    assert any("斜线" in paragraph.text for paragraph in opened.paragraphs)


def test_a_picture_in_markdown_is_a_table(render: Render) -> None:
    page = render_markdown(document(), render, ("en",))
    assert "| 0:04 | 1 (9%) |" in page
    assert "| 3 | ███████ 0:42 / 1:00 | × / 5:00 |" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_is_made_in_each_language(render: Render, language: Language) -> None:
    drill = document(slower())
    assert render_docx(drill, render, (language,)).startswith(b"PK")
    assert render_html(drill, render, (language,)).count("<figure") == 2
