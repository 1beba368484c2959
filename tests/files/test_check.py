"""`tocsin check`: one line for each finding, exit code 1 where something has to be mended."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.files.check import check, run_check
from bot.files.finding import BadFiles, Finding, in_order
from bot.i18n import LOCALES
from bot.text import text

if TYPE_CHECKING:
    from tests.files.conftest import SmallWorks

Say = Callable[[Finding], str]


@pytest.fixture(autouse=True)
def general(works: SmallWorks) -> None:
    """The playbook for everything else; `check` misses it where it is not there."""
    words = (works.playbooks / "fire.yaml").read_text(encoding="utf-8")
    works.write("playbooks/general.yaml", words.replace("id: fire", "id: general"))


def run(works: SmallWorks, capsys: pytest.CaptureFixture[str], language: str = "en") -> tuple[int, list[str]]:
    code = run_check(works.playbooks, works.config, "en" if language == "en" else "zh", catalogs=None)
    return code, capsys.readouterr().out.replace(f"{works.folder}/", "").splitlines()


def test_nothing_wrong(works: SmallWorks, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(works, capsys) == (0, ["Nothing wrong was found."])
    assert run(works, capsys, "zh") == (0, ["未发现问题。"])


def test_each_mistake_is_a_line_of_its_own_and_the_exit_code_is_one(
    works: SmallWorks, capsys: pytest.CaptureFixture[str]
) -> None:
    works.change("config.toml", ('["guo", "lin"]', '["guo"]'))
    works.change("playbooks/fire.yaml", ("role: office", "role: ofice"), ("after: [call]", "after: [cal]"))
    assert run(works, capsys) == (
        1,
        [
            "config.toml:31:11: Warning: Role `office` has no stand-in. Add one for when the first cannot be reached.",
            "playbooks/fire.yaml:24:13: There is no role `ofice`. Did you mean `office`?",
            "playbooks/fire.yaml:34:15: There is no task `cal`. Did you mean `call`?",
            "2 mistakes. Mend them and run this again.",
        ],
    )


def test_in_the_readers_language(works: SmallWorks, capsys: pytest.CaptureFixture[str]) -> None:
    works.change("playbooks/fire.yaml", ("role: office", "role: ofice"))
    assert run(works, capsys, "zh")[1] == [
        "playbooks/fire.yaml:24:13: 没有岗位 `ofice`。您是不是想写 `office`？",
        "共有 1 处错误。请改好后再运行一次。",
    ]


def test_warnings_alone_are_no_failure(works: SmallWorks, capsys: pytest.CaptureFixture[str]) -> None:
    works.change("config.toml", ('["guo", "lin"]', '["guo"]'))
    code, lines = run(works, capsys)
    assert (code, lines[-1]) == (0, "No mistakes, 1 warning.")


def test_playbooks_are_looked_at_even_where_the_configuration_is_bad(works: SmallWorks, say: Say) -> None:
    works.change("config.toml", ("severity = 2", "severity = two"))
    works.change("playbooks/fire.yaml", ("owner:", "oner:"))
    assert [say(finding)[:22] for finding in check(works.playbooks, works.config, None)] == [
        "config.toml:9:12: A te",
        "playbooks/fire.yaml:1:",
        "playbooks/fire.yaml:5:",
    ]


def test_the_calendar_is_read_where_there_is_one(works: SmallWorks, say: Say) -> None:
    works.write("playbooks/calendar.yaml", "drills:\n  - id: fire\n")
    assert [say(finding) for finding in check(works.playbooks, works.config, None)] == [
        "playbooks/calendar.yaml:1:1: A list is wanted here, as in `[office, technical]`, not `{…}`."
    ]
    works.write("playbooks/calendar.yaml", "drills:\n\t- id: fire\n")
    assert [say(finding) for finding in check(works.playbooks, works.config, None)] == [
        "playbooks/calendar.yaml:2:1: There is a tab in this line. Write spaces instead:   - id: fire"
    ]


def test_a_general_playbook_is_missed(works: SmallWorks, say: Say) -> None:
    (works.playbooks / "general.yaml").unlink()
    assert [say(finding) for finding in check(works.playbooks, works.config, None)] == [
        "playbooks:1:1: Warning: There is no playbook `general`. Add one, for events that no other playbook is for."
    ]


def test_a_text_cut_short_by_a_comment_is_told(works: SmallWorks, say: Say) -> None:
    works.change("playbooks/fire.yaml", ("en: Call 119.", "en: Take key #3 along."))
    assert [say(finding) for finding in check(works.playbooks, works.config, None)] == [
        (
            "playbooks/fire.yaml:26:20: Warning: What stands behind `#` is not shown. "
            'To show it, put the text in quotes: en: "Take key #3 along."'
        )
    ]


def test_each_text_keeps_to_its_language(works: SmallWorks, say: Say) -> None:
    works.change("playbooks/fire.yaml", ("en: Call 119.", "en: 拨 119."))
    (finding,) = check(works.playbooks, works.config, None)
    assert (finding.line, finding.column, finding.severity) == (26, 11, "warning")
    assert finding.sentence.key == "wording.chinese_in_english"
    assert say(finding)


def test_the_catalogs_are_checked_where_they_are_given(works: SmallWorks, tmp_path: Path) -> None:
    root = tmp_path / "locales"
    shutil.copytree(LOCALES, root)
    before = len(check(works.playbooks, works.config, root))
    catalog = root / "en" / "LC_MESSAGES" / "tocsin.po"
    words = catalog.read_text(encoding="utf-8")
    catalog.write_text(words.replace('msgstr "Nothing wrong was found."', 'msgstr ""'), encoding="utf-8")
    findings = check(works.playbooks, works.config, root)
    assert len(findings) > before
    assert "wording.untranslated" in {finding.sentence.key for finding in findings}


def test_findings_stand_in_order_each_once() -> None:
    def at(line: int, column: int) -> Finding:
        return Finding("f.yaml", line, column, text("check.empty"))

    assert in_order([at(2, 1), at(1, 3), at(2, 1), at(1, 2)]) == [at(1, 2), at(1, 3), at(2, 1)]


def test_the_error_of_bad_files_names_the_file(catalogs: object) -> None:
    error = BadFiles([Finding("config.toml", 1, 1, text("check.empty"))])
    assert error.reason.params == {"path": "config.toml"}
