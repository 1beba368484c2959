"""Each play, acted to its end as the command does it: shown on the terminal, its record left and good."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.firm import Firm

pytestmark = pytest.mark.uncounted

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


def each_line_says_when(shown: str) -> None:
    """When, who and what, and no colours where nobody looks."""
    lines = [
        line for line in shown.splitlines() if line and not line.startswith(("The record is in", "实施记录已保存到"))
    ]
    assert len(lines) > 100
    assert [line for line in lines if not LINE.match(line)] == []
    assert "\x1b[" not in shown


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
    each_line_says_when(played.out)
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


@pytest.mark.parametrize(
    ("play", "shown", "zh", "en", "happened"),
    [
        (
            "fire-drill",
            ("Simulated report", "Paused the drill", "Gave inject 4", "Responded late to inject 5", "15 of 16 posts"),
            (
                "应急演练记录表",
                "应到16个岗位，实到15个",
                "暂停时间",
                "郭强接替陈建国",
                "北侧听不到广播，靠喊",
                "0:18 / 1:00",
            ),
            ("Drill record", "15 of 16 posts answered", "Wei Min for Lin Xiao", "not by ENDEX / 1 h"),
            ("drill.paused", "drill.resumed", "drill.inject", "drill.answered", "drill.missed"),
        ),
        (
            "it-outage-drill",
            ("Song Jie is absent", "Rule 6 was met", "8 of 8 posts", "Sealed the record"),
            ("×12", "袁帅接替宋杰", "客户电话在系统里", "提升级别至公司级响应"),
            ("×12", "Yuan Shuai for Song Jie", "14:40", "10 min 40 s / 10 min"),
            ("rule.fired", "level.changed", "drill.answered"),
        ),
    ],
)
def test_a_drill_runs_from_startex_to_its_record(
    firm: Firm,
    play: str,
    shown: tuple[str, ...],
    zh: tuple[str, ...],
    en: tuple[str, ...],
    happened: tuple[str, ...],
) -> None:
    """Eight hours are 40 minutes at ×12; the time to acknowledge stays ten minutes."""
    played = firm.tocsin("demo", "--play", play, "--speed", "0", "--out", "out", language="en")
    assert (played.code, played.err) == (0, "")
    assert [words for words in shown if words not in played.out] == []
    left = {path.name: path for path in (firm.folder / "out").iterdir()}
    assert len(left) == len(FILES)
    assert [name for name in left if not re.fullmatch(r"DRILL-演练-DR-2026-0001.*-演练-DRILL\.\w+", name)] == []
    pages = {language: _named(left, f"{language}-演练-DRILL.md").read_text("utf-8") for language in ("zh", "en")}
    assert [words for words in zh if words not in pages["zh"]] == []
    assert [words for words in en if words not in pages["en"]] == []
    record = _named(left, ".json")
    every = [entry["kind"] for entry in json.loads(record.read_text("utf-8"))["entries"]]
    assert {*happened, "drill.started", "drill.ended", "drill.measured", "drill.said"} <= set(every)
    assert "event.closed" in every[-2:]
    assert firm.tocsin("verify", str(record)).code == 0


def _named(left: dict[str, Path], end: str) -> Path:
    return next(path for name, path in left.items() if name.endswith(end))
