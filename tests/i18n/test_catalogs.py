"""The catalogs themselves: complete, alike in both languages, in the company's terms; and what is said when not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import Broken
from bot.files.catalogs import catalog_path, check_catalogs
from bot.files.terms import load_vocabulary
from bot.files.wording import placeholders
from bot.i18n import Catalogs
from bot.text import Words
from tests.i18n import checks
from tests.i18n.sources import LOCALES

NOW = datetime(2026, 5, 1, tzinfo=UTC)
HEADER = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals={n}; plural=0;\\n"\n\n'
)
Said = Callable[[Path], list[str]]


@pytest.fixture
def said(catalogs: Catalogs) -> Said:
    def findings(root: Path) -> list[str]:
        zone = ZoneInfo("UTC")
        return [found.show(lambda shown: catalogs.render(shown, "en", zone, NOW)) for found in check_catalogs(root)]

    return findings


@pytest.fixture
def small(tmp_path: Path) -> Callable[[str, str], Path]:
    """Two catalogs with the given entries, and the real terms."""

    def write(zh: str, en: str) -> Path:
        for path, entries, n in ((catalog_path(tmp_path, "zh"), zh, 1), (catalog_path(tmp_path, "en"), en, 2)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(HEADER.format(n=n) + entries, encoding="utf-8")
        (tmp_path / "terms.csv").write_bytes((LOCALES / "terms.csv").read_bytes())
        return tmp_path

    return write


def entry(sentence: str, mark: str = "") -> str:
    return f'{mark}msgid "task.word"\nmsgstr "{sentence}"\n'


def test_the_catalogs_of_the_house_have_no_findings(said: Said) -> None:
    checks.nothing(said(LOCALES))


@pytest.mark.parametrize(
    ("zh", "en", "finding"),
    [
        (entry("先检查。"), entry(""), "task.word has no text"),
        (entry("先检查。"), "", "task.word exists in one language only"),
        (entry("先检查。", "#, fuzzy\n"), entry("Check first."), "task.word is marked as a guess"),
        (entry("先检查{what}。"), entry("Check first."), "different blanks in the two languages: Chinese `what`"),
        (entry("先检查{}。"), entry("Check first."), "have no name in them"),
        (entry("先检查{。"), entry("Check first."), "braces of task.word do not match"),
        (entry("先检查。"), entry("Check 阀门 first."), "Chinese characters, 阀门"),
        (entry("先检查。"), entry("Check first！"), "Chinese characters, ！"),
        (entry("先 check 一下。"), entry("Check first."), "English words, check"),
        (entry("先叫代岗人。"), entry("Call the deputy first."), "must say “stand-in”"),
        (entry("先叫副手。"), entry("Call the stand-in first."), "must say 代岗人"),
        (entry("打开任务清单。"), entry("Open the tasks."), "must say “checklist”"),
        (entry("已升级。"), entry("Escalated."), "must say 超时转办"),
    ],
)
def test_each_flaw_is_found(said: Said, small: Callable[[str, str], Path], zh: str, en: str, finding: str) -> None:
    (found,) = said(small(zh, en))
    assert finding in found


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("发送 /report 或按红色按钮。", "Send /report or press the red button."),
        ("恢复时间目标（RTO）为{hours}小时。", "The recovery time objective (RTO) is {hours} h."),
        ("在 config.toml 里设置plain_http_off_loopback。", "Set plain_http_off_loopback in config.toml."),
        ("到A门，按`yes`，看EV-2026-0001。", "Go to gate A, press `yes`, see EV-2026-0001."),
        ("打开任务清单。", "Open the checklist."),
        ("发送“/响应终止”。", "Send “/standdown”."),
        ("{number}的响应已经终止。", "The response to {number} has ended."),
        ("{task}由{stand_in}接手。", "{stand_in} takes over {task}."),
    ],
)
def test_what_is_right_is_let_through(said: Said, small: Callable[[str, str], Path], zh: str, en: str) -> None:
    assert said(small(entry(zh), entry(en))) == []


def test_a_finding_names_file_and_line(said: Said, small: Callable[[str, str], Path]) -> None:
    root = small(entry("先检查。"), entry(""))
    assert said(root)[0].startswith(f"{catalog_path(root, 'en')}:6:1: ")


def test_the_singular_may_leave_its_number_out(said: Said, small: Callable[[str, str], Path]) -> None:
    counted = 'msgid "task.word"\nmsgid_plural "task.word"\n'
    zh = counted + 'msgstr[0] "还有{n}项"\n'
    en = counted + 'msgstr[0] "One more"\nmsgstr[1] "{n} more"\n'
    assert said(small(zh, en)) == []


def test_a_plural_form_without_text_is_found(said: Said, small: Callable[[str, str], Path]) -> None:
    counted = 'msgid "task.word"\nmsgid_plural "task.word"\n'
    zh = counted + 'msgstr[0] "还有{n}项"\n'
    en = counted + 'msgstr[0] "{n} more"\nmsgstr[1] ""\n'
    assert "has no text" in said(small(zh, en))[0]


def test_an_unreadable_catalog_is_one_finding(said: Said, small: Callable[[str, str], Path]) -> None:
    root = small("msgid without quotes\n", "")
    (found,) = said(root)
    assert "cannot be read" in found


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"zh,en\na,b\n",
        "zh,en,used for,checked,english,chinese\n收到,acknowledge,button,always,,\n".encode(),
        "zh,en,used for,checked,english,chinese\n收到,acknowledge,button,zh,(,\n".encode(),
    ],
)
def test_an_unreadable_list_of_terms_stops_the_check(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "terms.csv"
    path.write_bytes(content)
    with pytest.raises(Broken, match=r"wording\.terms_unreadable"):
        load_vocabulary(path)


def test_no_list_of_terms_stops_the_check(tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"wording\.terms_unreadable"):
        load_vocabulary(tmp_path / "terms.csv")


def test_a_longer_term_hides_the_shorter_one_inside_it() -> None:
    vocabulary = load_vocabulary(LOCALES / "terms.csv")
    assert [found.params["zh"] for found in vocabulary.departures(Words("任务清单", "list of jobs"))] == ["任务清单"]


def test_each_term_is_accepted_as_it_stands_in_the_list() -> None:
    """A pattern that does not match its term would let every departure through, or none."""
    for term in load_vocabulary(LOCALES / "terms.csv").terms:
        assert term.english.search(term.en), term
        assert term.chinese.search(term.zh), term


def test_placeholders_are_names() -> None:
    assert placeholders("{a} and {b:>3} and {{c}}") == {"a", "b"}
    with pytest.raises(ValueError, match="attribute"):
        placeholders("{attribute.of}")
