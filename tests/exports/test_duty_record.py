"""The record of a duty: what was due, put off, proved and how late; no mark and nothing of an emergency."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import docx
import pytest

from bot.chat.card import Shown
from bot.domain import entries as e
from bot.domain.duty import DutyKind
from bot.domain.ids import EventId, TaskId
from bot.exports.as_docx import render_docx
from bot.exports.as_html import render_html
from bot.exports.as_markdown import render_markdown
from bot.exports.document import Document
from bot.exports.duty_document import duty_kind
from bot.exports.names import names_of
from bot.exports.record_document import Form, record_document
from bot.exports.sentences import sentence
from bot.i18n import Catalogs
from bot.text import LANGUAGES, Language, Words
from tests.exports import drill_sample, sample

Render = Callable[[Shown, Language], str]
FORM = Form(Words("宁江精密部件有限公司", "Ningjiang Precision Parts"), "HC-BCP-03", "A/1", keep_years=3)
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def render(catalogs: Catalogs) -> Render:
    """Texts with full dates, as documents show them."""
    zone = ZoneInfo("Asia/Shanghai")
    return lambda shown, language: catalogs.render(shown, language, zone, datetime(1970, 1, 1, tzinfo=UTC))


def document(*more: e.Payload, until: int | None = None) -> Document:
    """The sample's duty, or its beginning, and what happened then."""
    drafts = [*list(drill_sample.duty_drafts())[:until], *((2_000_000.0, e.Draft(each)) for each in more)]
    return record_document(sample.sealed(drafts), FORM, {sample.PHOTO: sample.photo()})


def test_the_form_says_what_was_due_put_off_and_proved(render: Render) -> None:
    page = render_markdown(document(), render, ("zh",))
    for wanted in (
        "例行工作记录", "DU-2026-0003 消防设施检查", "查全部灭火器和应急灯", "设施检查", "G13, P5", "采购部部长",
        "2026-03-26 14:02", "延期至2026-04-02 14:02", "检测单位没空", "太久", "不同意", "照片或文件", "点检表.jpg",
        "例行工作完成，逾期24小时", "2025-09-13 14:02", "2029-04-03 14:03",
    ):  # fmt: skip
        assert wanted in page, wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_carries_no_mark_and_nothing_of_an_emergency(render: Render, language: Language) -> None:
    pages = [render_markdown(document(), render, (language,)), render_html(document(), render, (language,))]
    opened = docx.Document(io.BytesIO(render_docx(document(), render, (language,))))
    pages.append("\n".join(paragraph.text for paragraph in opened.paragraphs))
    pages.append(opened.sections[0].header.paragraphs[0].text + opened.sections[0].footer.paragraphs[0].text)
    for page in pages:
        assert not re.search(
            "演练|DRILL|紧急|EMERGENCY|总指挥|ncident commander|响应级别|Response level|阶段|Phase", page
        )
    assert len(opened.inline_shapes) == 1


def test_one_without_evidence_or_postponement_says_so(render: Render) -> None:
    page = render_markdown(document(until=4), render, ("en",))
    assert "None given" in page
    assert "Postponements" not in page
    assert "| **Outcome** | Open |" in page


@pytest.mark.parametrize(
    ("ended", "said"),
    [
        (e.DutyEnded("missed", TaskId("duty")), "Missed: the next one has come due"),
        (e.DutyEnded("dropped", TaskId("duty")), "Dropped: the calendar asks for it no more"),
        (e.DutyEnded("done", TaskId("duty")), "The duty is done"),
    ],
)
def test_each_outcome_is_told(render: Render, ended: e.DutyEnded, said: str) -> None:
    assert f"| **Outcome** | {said} |" in render_markdown(document(ended, until=4), render, ("en",))


def test_a_drill_that_was_held_is_the_evidence(render: Render) -> None:
    held = e.DutyDrill(EventId("DR-2026-0001"), held=True)
    page = render_markdown(document(e.DutyDrill(EventId("DR-2026-0001")), held, until=4), render, ("en",))
    assert "The record of the drill is the evidence" in page
    assert "| **Drill held** | DR-2026-0001 |" in page
    assert "Started drill DR-2026-0001" in page


def test_each_kind_of_duty_has_a_name(render: Render) -> None:
    for language in LANGUAGES:
        assert len({render(duty_kind(kind), language) for kind in get_args(DutyKind)}) == len(get_args(DutyKind))


def test_what_a_duty_says_of_silence_is_no_command(render: Render) -> None:
    duty, due = TaskId("duty"), sample.BEGAN
    payloads: tuple[e.Payload, ...] = (
        e.CommandPassed(None, "opened"),
        e.Escalated(duty, 2, (), (sample.LIN,), None, commander=True),
        e.Overdue(duty, 1),
        e.DutyNoticed(7 * 86400, late=600),
        e.PostponeDecided(agreed=False, until=due, member=sample.GUO),
    )
    chain = sample.sealed([*drill_sample.duty_drafts(), *((2_000_000.0, e.Draft(each)) for each in payloads)])
    names = names_of(chain)
    for entry in chain:
        assert not re.search("指挥|事件", render(sentence(entry, names), "zh"))
        assert not HAN.search(render(sentence(entry, names), "en").partition("Reason: ")[0])
    told = [render(sentence(entry, names), "en") for entry in chain[-5:]]
    assert told[0] == "Nobody supervises it at present"
    assert told[1].startswith("Escalated “Check all extinguishers and lights. Note the result” to the supervisor")
    assert told[3] == "Reminded, 10 min late"
    assert told[4] == "Did not agree to postpone it to 2026-03-12 14:02"


def test_the_hour_of_a_drill_and_one_that_was_stopped_are_told_without_the_hour_itself(render: Render) -> None:
    payloads: tuple[e.Payload, ...] = (
        e.DutyNoticed(2 * 86400, hour=True),
        e.DutyNoticed(0, late=1200, hour=True),
        e.DutyDrill(EventId("DR-2026-0001"), stopped=True),
    )
    chain = sample.sealed([*drill_sample.duty_drafts(), *((2_000_000.0, e.Draft(each)) for each in payloads)])
    assert [render(sentence(entry, names_of(chain)), "en") for entry in chain[-3:]] == [
        "Reminded: time to start the drill",
        "Reminded, 20 min late: time to start the drill",
        "Drill DR-2026-0001 stopped by a real emergency",
    ]
