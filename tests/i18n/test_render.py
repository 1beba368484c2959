"""Texts become strings: for one reader, for a room of both languages, in the company's zone."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Broken
from bot.i18n import DIRECTORIES, LOCALES, Catalogs, Gap, parse_language, span, unrendered
from bot.text import LANGUAGES, Language, Moment, Span, Text, Value, Words, plural, same, text

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 5, 1, 4, 0, tzinfo=UTC)
"""12:00 in Shanghai."""


def say(catalogs: Catalogs, shown: Text | Words, language: Language = "en") -> str:
    return catalogs.render(shown, language, SHANGHAI, NOON)


def shown(catalogs: Catalogs, value: Value, language: Language = "en") -> str:
    """A value as a sentence shows it."""
    return say(catalogs, text("record.phase", phase=value), language).replace("Entered the ", "").replace(" phase", "")


def test_each_reader_gets_their_own_half(catalogs: Catalogs) -> None:
    fire = Words("火灾", "fire")
    assert say(catalogs, fire, "zh") == "火灾"
    assert say(catalogs, text("record.phase", phase=fire), "zh") == "进入火灾阶段"
    assert say(catalogs, text("record.phase", phase=fire), "en") == "Entered the fire phase"


def test_texts_nest(catalogs: Catalogs) -> None:
    assert shown(catalogs, text("phase.warning")) == "early warning"


def test_a_count_chooses_the_form(catalogs: Catalogs) -> None:
    for n, said in ((1, "1 entry"), (2, "2 entries"), (0, "0 entries")):
        assert said in say(catalogs, plural("form.proof", n, head="x"))
    assert "共2条" in say(catalogs, plural("form.proof", 2, head="x"), "zh")


def test_a_room_of_both_languages_reads_chinese_first(catalogs: Catalogs) -> None:
    assert catalogs.both(text("phase.warning"), SHANGHAI, NOON) == "预警\nearly warning"
    assert catalogs.both(same("8号泵"), SHANGHAI, NOON) == "8号泵"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 5, 1, 4, 5, tzinfo=UTC), "12:05"),
        (datetime(2026, 4, 30, 16, 0, tzinfo=UTC), "00:00"),
        (datetime(2026, 4, 30, 15, 59, tzinfo=UTC), "2026-04-30 23:59"),
        (datetime(2026, 5, 1, 16, 0, tzinfo=UTC), "2026-05-02 00:00"),
    ],
)
def test_moments_are_local_and_carry_their_date_when_not_today(catalogs: Catalogs, at: datetime, said: str) -> None:
    assert shown(catalogs, Moment(at)) == said


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (0, "0 min", "0分钟"),
        (45, "45 s", "45秒"),
        (90, "90 s", "90秒"),
        (120, "2 min", "2分钟"),
        (150, "2 min 30 s", "2分钟30秒"),
        (95 * 60, "95 min", "95分钟"),
        (3600, "1 h", "1小时"),
        (8 * 3600, "8 h", "8小时"),
        (125 * 60, "2 h 5 min", "2小时5分钟"),
        (36 * 3600, "36 h", "36小时"),
        (2 * 86400, "2 d", "2天"),
        (2 * 86400 + 3600 + 60 + 1, "2 d 1 h 1 min 1 s", "2天1小时1分钟1秒"),
        (59.6, "1 min", "1分钟"),
        (-300, "minus 5 min", "负5分钟"),
        (-0.2, "0 min", "0分钟"),
    ],
)
def test_spans_are_exact(catalogs: Catalogs, seconds: float, en: str, zh: str) -> None:
    assert shown(catalogs, Span(seconds)) == en
    assert say(catalogs, span(seconds), "zh") == zh


@given(st.integers(min_value=0, max_value=10**7))
def test_no_span_is_rounded(seconds: int) -> None:
    catalogs = Catalogs.load(strict=True)
    words = say(catalogs, span(seconds)).split()
    unit = {"s": 1, "min": 60, "h": 3600, "d": 86400}
    assert sum(int(count) * unit[name] for count, name in zip(words[::2], words[1::2], strict=True)) == seconds


@pytest.mark.parametrize(("value", "said"), [(7, "7"), (12.0, "12"), (7.5, "7.5"), (1e6, "1000000"), (0.1, "0.1")])
def test_numbers_are_written_as_people_write_them(catalogs: Catalogs, value: float, said: str) -> None:
    assert shown(catalogs, value) == said


@pytest.mark.parametrize(
    "typed", ["{n}", "{phase}", "{0}", "{", "}}", "%s", "{phase.__class__}", "<script>", "\u202ex"]
)
def test_what_people_typed_is_shown_as_typed(catalogs: Catalogs, typed: str) -> None:
    assert shown(catalogs, typed) == typed
    assert shown(catalogs, same(typed)) == typed
    assert typed in shown(catalogs, text("record.phase", phase=typed))


def test_a_gap_raises_in_tests(catalogs: Catalogs) -> None:
    with pytest.raises(KeyError, match=r"no entry 'no\.such\.key' in en"):
        say(catalogs, text("no.such.key"))
    with pytest.raises(Gap, match="phase"):
        say(catalogs, text("record.phase"))


def test_a_gap_shows_its_key_and_is_logged_in_production(caplog: pytest.LogCaptureFixture) -> None:
    catalogs = Catalogs.load()
    assert say(catalogs, text("no.such.key", n=3)) == "no.such.key (n=3)"
    assert say(catalogs, text("record.phase")) == "record.phase"
    assert [(entry.levelno, entry.name) for entry in caplog.records] == [(logging.ERROR, "bot.i18n")] * 2


def test_a_text_without_catalogs_still_says_something() -> None:
    assert unrendered(text("catalog.empty", path="a.po")) == "catalog.empty (path=a.po)"
    assert unrendered(text("catalog.empty")) == "catalog.empty"


def test_look_ups_do_not_pile_up(catalogs: Catalogs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.i18n.MOST_SENTENCES", 10)
    assert [say(catalogs, plural("form.proof", n, head="x"))[:22] for n in range(2, 40)][-1] == "This record has 39 ent"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-CN", "zh"), ("zh-Hans", "zh"), ("zh_TW", "zh"), ("zh", "zh"), ("ZH-hans-cn", "zh"),
        ("en-US", "en"), ("en", "en"), (" en_GB ", "en"), ("de", None), ("zhuang", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_languages_are_told_by_their_first_part(tag: str | None, language: Language | None) -> None:
    assert parse_language(tag) == language


def copy_of_catalogs(root: Path) -> Path:
    for language in LANGUAGES:
        folder = root / DIRECTORIES[language] / "LC_MESSAGES"
        folder.mkdir(parents=True)
        shutil.copy(LOCALES / DIRECTORIES[language] / "LC_MESSAGES" / "tocsin.po", folder)
    return root


def test_catalogs_that_nobody_compiled_are_read_from_their_source(tmp_path: Path) -> None:
    assert say(Catalogs.load(copy_of_catalogs(tmp_path), strict=True), text("language.name"), "zh") == "中文"


def test_a_source_newer_than_its_compiled_catalog_wins(tmp_path: Path) -> None:
    source = copy_of_catalogs(tmp_path) / "en" / "LC_MESSAGES" / "tocsin.po"
    compiled = source.with_suffix(".mo")
    compiled.write_bytes(b"an old one")
    os.utime(compiled, (1, 1))
    assert say(Catalogs.load(tmp_path, strict=True), text("language.name")) == "English"


@pytest.mark.parametrize("content", [b"", b'msgid ""\nmsgstr ""\n', b'msgid "other.program"\nmsgstr "x"\n'])
def test_an_empty_or_foreign_catalog_stops_the_start(tmp_path: Path, content: bytes) -> None:
    (copy_of_catalogs(tmp_path) / "en" / "LC_MESSAGES" / "tocsin.po").write_bytes(content)
    with pytest.raises(Broken, match=r"catalog\.empty"):
        Catalogs.load(tmp_path)


@pytest.mark.parametrize("content", [b"garbage", b"\xde\x12\x04\x95"])
def test_a_broken_catalog_stops_the_start(tmp_path: Path, content: bytes) -> None:
    source = copy_of_catalogs(tmp_path) / "en" / "LC_MESSAGES" / "tocsin.po"
    source.unlink()
    source.with_suffix(".mo").write_bytes(content)
    with pytest.raises(Broken, match=r"catalog\.unreadable"):
        Catalogs.load(tmp_path)


def test_a_source_that_is_no_catalog_stops_the_start(tmp_path: Path) -> None:
    (copy_of_catalogs(tmp_path) / "en" / "LC_MESSAGES" / "tocsin.po").write_bytes(b"msgid without quotes")
    with pytest.raises(Broken, match=r"catalog\.unreadable"):
        Catalogs.load(tmp_path)


def test_a_catalog_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"catalog\.unreadable"):
        Catalogs.load(tmp_path)


def test_a_guess_never_reaches_a_reader(tmp_path: Path) -> None:
    source = copy_of_catalogs(tmp_path) / "en" / "LC_MESSAGES" / "tocsin.po"
    sure = source.read_text(encoding="utf-8")
    source.write_text(sure.replace('msgid "phase.warning"', '#, fuzzy\nmsgid "phase.warning"'), encoding="utf-8")
    with pytest.raises(Gap):
        say(Catalogs.load(tmp_path, strict=True), text("phase.warning"))


def test_importing_and_loading_needs_no_babel() -> None:
    program = "import sys, bot.i18n; bot.i18n.Catalogs.load(); sys.exit('babel' in sys.modules)"
    compiled = all((LOCALES / folder / "LC_MESSAGES" / "tocsin.mo").exists() for folder in DIRECTORIES.values())
    assert compiled, "make catalogs"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
