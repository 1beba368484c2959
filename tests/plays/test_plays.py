"""Each play, acted to its end as the command does it: shown on the terminal, its record left and good."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.firm import Firm

FILES = {
    "EV-2026-0001.both.docx", "EV-2026-0001.zh.docx", "EV-2026-0001.en.docx", "EV-2026-0001.both.html",
    "EV-2026-0001.zh.md", "EV-2026-0001.en.md", "EV-2026-0001.json",
}  # fmt: skip
LINE = re.compile(r"^\d\d-\d\d \d\d:\d\d:\d\d  \S.*")


@pytest.fixture
def firm(tmp_path: Path) -> Firm:
    """A folder to leave records in."""
    return Firm.found(tmp_path / "firm")


def page(firm: Firm, language: str) -> str:
    """The record as Markdown."""
    return (firm.folder / "out" / f"EV-2026-0001.{language}.md").read_text(encoding="utf-8")


def kinds(firm: Firm) -> list[str]:
    """What happened, in order."""
    record = json.loads((firm.folder / "out" / "EV-2026-0001.json").read_text(encoding="utf-8"))
    return [entry["kind"] for entry in record["entries"]]


@pytest.mark.parametrize(
    ("play", "language", "shown", "zh", "en", "happened"),
    [
        (
            "fire",
            "zh",
            ("3号车间火灾", "陈建国不在", "由郭强指挥", "暂无回应", "响应终止", "实施记录封存"),
            ("3号车间", "林晓暂无回应", "魏敏", "郭强", "已封存", "186000"),
            ("Fire", "Wei Min", "no answer yet from Lin Xiao", "Guo Qiang", "Sealed"),
            ("task.escalated", "command.passed", "standdown.clear", "event.stood_down", "event.closed"),
        ),
        (
            "typhoon",
            "en",
            ("Typhoon", "warning", "Ended the response", "Sealed the record"),
            ("台风", "已封存"),
            ("Typhoon", "Sealed"),
            ("phase.entered", "event.stood_down", "event.closed"),
        ),
        (
            "it-outage",
            "en",
            ("Systems down all day", "IT failure", "Sealed the record early"),
            ("信息系统故障", "已封存", "公司级响应"),
            ("IT failure", "Company-level response from 2026-05-11 16:10", "Call the customers"),
            ("level.changed", "rule.fired", "event.stood_down", "event.closed"),
        ),
    ],
)
def test_a_play_runs_from_report_to_close(
    firm: Firm,
    play: str,
    language: str,
    shown: tuple[str, ...],
    zh: tuple[str, ...],
    en: tuple[str, ...],
    happened: tuple[str, ...],
) -> None:
    played = firm.tocsin("demo", "--play", play, "--speed", "0", "--out", "out", language=language)
    assert (played.code, played.err) == (0, "")
    missing = [words for words in shown if words not in played.out]
    assert not missing, f"{missing} not in:\n{played.out}"
    assert {path.name for path in (firm.folder / "out").iterdir()} == FILES
    assert [words for words in zh if words not in page(firm, "zh")] == []
    assert [words for words in en if words not in page(firm, "en")] == []
    assert set(happened) <= set(kinds(firm))
    assert "event.closed" in kinds(firm)[-2:]
    proof = firm.tocsin("verify", "out/EV-2026-0001.json")
    assert proof.code == 0
    assert "Good" in proof.out
    assert "The seal is valid" in proof.out


def test_each_line_says_when_who_and_what(firm: Firm) -> None:
    played = firm.tocsin("demo", "--play", "it-outage", "--speed", "0", "--out", "out")
    lines = [line for line in played.out.splitlines() if line and not line.startswith("The record is in")]
    assert len(lines) > 100
    assert [line for line in lines if not LINE.match(line)] == []
    assert "\x1b[" not in played.out
