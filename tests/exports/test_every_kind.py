"""Whatever may stand in a record reads as a sentence, in both languages and every format."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.cards.wording import phase_name
from bot.chat.card import Shown
from bot.domain import entries as e
from bot.domain.entries_command import CommandWhy
from bot.domain.event import EventStatus
from bot.domain.parties import Actor
from bot.domain.record import Entry, decode
from bot.exports.as_docx import render_docx
from bot.exports.as_html import render_html
from bot.exports.as_markdown import render_markdown
from bot.exports.document import languages
from bot.exports.names import names_of
from bot.exports.record_document import Form, record_document
from bot.exports.sentences import sentence
from bot.exports.wording import command_why, how, status_name, who
from bot.i18n import Catalogs
from bot.text import LANGUAGES, Language, Words
from tests.exports import sample

Render = Callable[[Shown, Language], str]
GOLDEN = Path(__file__).parents[1] / "domain" / "golden"
RECORDS = sorted(path for path in GOLDEN.glob("*.json") if not path.name.endswith(".truth.json"))
FORM = Form(Words("样例", "Sample"), "S-1", "A", 3)
HAN = re.compile(r"[\u4e00-\u9fff]")
AUTHOR = Actor(None, Words("魏敏", "Wei Min"), "web")


@pytest.fixture
def render(catalogs: Catalogs) -> Render:
    """Strict: a key or a parameter that is missing fails."""
    zone = ZoneInfo("Asia/Shanghai")
    return lambda shown, language: catalogs.render(shown, language, zone, datetime(1970, 1, 1, tzinfo=UTC))


def entries(record: Path) -> list[Entry]:
    """The entries of an export."""
    return [decode(line.removesuffix(",")) for line in record.read_text("utf-8").splitlines()[1:-1]]


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_each_entry_has_its_sentence(render: Render, record: Path) -> None:
    chain = entries(record)
    names = names_of(chain)
    for entry in chain:
        if isinstance(entry.payload, e.HouseNote):
            continue
        for language in LANGUAGES:
            assert render(sentence(entry, names), language).strip()
            assert render(who(entry), language).strip()


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
@pytest.mark.parametrize("choice", ["zh", "en", "both"])
def test_each_record_makes_a_document(render: Render, record: Path, choice: str) -> None:
    chain = [entry for entry in entries(record) if not isinstance(entry.payload, e.HouseNote)]
    document = record_document(chain, FORM, {})
    chosen = languages(choice)
    assert "\n## " in render_markdown(document, render, chosen)
    assert render_html(document, render, chosen).startswith("<!doctype html>")
    assert render_docx(document, render, chosen).startswith(b"PK")


def told(render: Render, *payloads: e.Payload) -> list[str]:
    """The English sentences of these entries after the sample's."""
    after = ((3000 + number, e.Draft(payload, AUTHOR)) for number, payload in enumerate(payloads))
    chain = sample.sealed([*sample.drafts(), *after])
    names = names_of(chain)
    return [render(sentence(entry, names), "en") for entry in chain[-len(payloads) :]]


def test_what_came_late_and_what_was_overridden_is_said(render: Render) -> None:
    late = 600.0
    to, silent = (sample.WEI,), (sample.LIN,)
    closed = e.Closed(sample.GUO, "ab" * 32, "cd" * 64, "ef" * 32, override="one task left")
    said = told(
        render,
        e.Reminded(sample.TASK, 0, to, late=late),
        e.Escalated(sample.TASK, 2, (), silent, sample.BEGAN),
        e.Escalated(sample.TASK, 1, to, silent, sample.BEGAN, late=late),
        e.Overdue(sample.TASK, 0),
        e.Overdue(sample.TASK, 1),
        e.StoodDown(sample.GUO, override="fire service is here", missing=()),
        closed,
    )
    assert [line for line in said if HAN.search(line)] == []
    assert "10 min" in said[0]
    assert "incident commander" in said[1]
    assert "10 min" in said[2]
    assert "still overdue" in said[4]
    assert "fire service is here" in said[5]
    assert said[6].startswith("Sealed the record early because: one task left")


@pytest.mark.parametrize("status", ["open", "standing_down", "stood_down", "closed", "false_alarm", "merged"])
def test_each_status_has_a_name(render: Render, status: EventStatus) -> None:
    for language in LANGUAGES:
        assert render(status_name(status), language)


def test_names_of_phases_platforms_and_reasons(render: Render) -> None:
    for phase in ("warning", "response", "recovery", "review"):
        assert render(phase_name(phase), "en")
    reasons: tuple[CommandWhy, ...] = (
        "opened", "absent", "silent", "handed_over", "taken_back", "directs_on_site", "confirmed",
    )  # fmt: skip
    assert len({render(command_why(why), "zh") for why in reasons}) == len(reasons)
    assert [render(how(name), "en") for name in ("web", "terminal", "radio")][2] == "radio"


def test_an_open_event_says_what_is_still_owed(render: Render) -> None:
    chain = sample.sealed(list(sample.drafts())[:6])
    page = render_markdown(record_document(chain, FORM, {}), render, ("en",))
    assert "“Call the reserve supplier” (Head of Purchasing)" in page
    assert "| **Response ended** | — |" in page
