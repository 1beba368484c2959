"""A story file that anyone may write: what is wrong in it is said with the step, in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.firm import Firm
from tests.cli.inside import Desk

pytestmark = pytest.mark.uncounted

HEAD = "id: own\ntitle: {zh: 试演, en: A try}\nstarts: 2026-03-12 13:55\nsteps:\n"
REPORT = "  - {after: 1 min, who: xu, says: /report fire Workshop 3}\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    """A terminal where a story is written."""
    firm = Firm.found(tmp_path / "firm")
    yield Desk(firm.folder, monkeypatch, capsys)
    firm.end()


def play(desk: Desk, story: str, *more: str, language: str = "en") -> tuple[int, str, str]:
    """Play a story; the exit code and what was shown."""
    (desk.folder / "own.yaml").write_text(story, encoding="utf-8")
    ended = desk.tocsin("demo", "--play", "own.yaml", "--out", "out", *more, language=language)
    return ended.code, ended.out, ended.err


@pytest.mark.parametrize(
    ("steps", "en", "zh"),
    [
        ("  - {who: xu, says: hello, tune: loud}\n", "steps.1.tune", "steps.1.tune"),
        ("  - {who: xu, presses: dance, on: office}\n", "steps.1.presses", "steps.1.presses"),
        ("  - {who: xu, says: [\n", "cannot be read", "无法读取"),
        ("  - {after: soon, who: xu, says: hello}\n", "“soon” is no length of time", "时长“soon”无法识别"),
        ("  - {who: nobody, says: hello}\n", "nobody in the list of people is “nobody”", "人员名单中没有“nobody”"),
        ("  - {who: xu, presses: done, on: office}\n", "no “done” on “office”", "“office”上没有“done”可按"),
        (REPORT + "  - {who: xu}\n", "Step 2: there is no “”", "第2步"),
        (REPORT + "  - {who: xu, presses: take, on: nowhere}\n", "“take” on “nowhere”", "“nowhere”上没有“take”可按"),
        (REPORT + "  - {who: zhao, presses: cannot, on: office, task: call-fire}\n", "task.reason:", "没有写要填的"),
        (REPORT + "  - {who: xu, presses: take-command, on: command}\n", "Step 2 was refused", "第2步被拒绝"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_story(desk: Desk, steps: str, en: str, zh: str) -> None:
    for language, sentence in (("en", en), ("zh", zh)):
        code, _, err = play(desk, HEAD + steps, "--speed", "0", language=language)
        assert code == 2
        assert sentence in err
        assert "Traceback" not in err


def test_a_story_of_ones_own_paced_for_the_eye(desk: Desk) -> None:
    talk = (
        "  - comment: {zh: 大家说话, en: People talk}\n"
        "  - {after: 10 s, who: zhao, says: 人都出来了, room: command}\n"
        "  - {after: 1 h, who: guo, says: 'thanks, all', room: production}\n"
    )
    code, out, err = play(desk, HEAD + REPORT + talk, "--speed", "100000")
    assert (code, err) == (0, "")
    assert "People talk" in out
    assert "“人都出来了”" in out
    assert "Escalated" in out
