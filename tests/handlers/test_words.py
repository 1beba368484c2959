"""What people type after a slash, in a hurry, on a phone, in either language."""

from __future__ import annotations

import pytest

from handlers import house_router
from handlers.words import Plain, Spoken, Unheard, parse, visible

WORDS = house_router().words


@pytest.mark.parametrize(
    ("typed", "word", "rest"),
    [
        ("/report fire Workshop 3", "report", "fire Workshop 3"),
        ("/Report: fire Workshop 3", "report", "fire Workshop 3"),
        ("/report@tocsin_bot fire", "report", "fire"),
        ("/ report fire", "report", "fire"),
        ("／report fire", "report", "fire"),
        ("/ＲＥＰＯＲＴ fire", "report", "fire"),
        ("/report", "report", ""),
        ("/报险情 3号车间起火", "report", "3号车间起火"),
        ("／报险情：3号车间起火", "report", "3号车间起火"),
        ("/报险情3号车间起火", "report", "3号车间起火"),
        ("报险情：3号车间起火", "report", "3号车间起火"),
        ("报险情 3号车间起火", "report", "3号车间起火"),
        ("\u200b/report fire", "report", "fire"),
        ("\u202e/note water", "note", "water"),
        ("/记录 14:05 到达", "note", "14:05 到达"),
        ("/实施记录", "record", ""),
        ("/职责", "myrole", ""),
        ("/lang　en", "lang", "en"),
    ],
)
def test_a_word_is_heard_however_it_is_typed(typed: str, word: str, rest: str) -> None:
    heard = parse(typed, WORDS)
    assert isinstance(heard, Spoken)
    assert (heard.word.name, heard.rest) == (word, rest)


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("/repot fire", "report"),
        ("/rep", "report"),
        ("/stauts", "status"),
        ("/standown", "standdown"),
        ("/报现情", "report"),
        ("/实施", "record"),
        ("/lvel company", "level"),
    ],
)
def test_a_mistyped_word_gets_the_nearest_one(typed: str, nearest: str) -> None:
    heard = parse(typed, WORDS)
    assert isinstance(heard, Unheard)
    assert heard.nearest is not None
    assert heard.nearest.name == nearest


@pytest.mark.parametrize("typed", ["/", "／ ", "/@tocsin", "/\u200b"])
def test_a_slash_alone_asks_for_help(typed: str) -> None:
    heard = parse(typed, WORDS)
    assert isinstance(heard, Spoken)
    assert (heard.word.name, heard.rest) == ("help", "")


@pytest.mark.parametrize("typed", ["/qqqqqq", "/🙂🙂", "/" + "x" * 100_000])
def test_what_is_like_no_word_has_no_nearest(typed: str) -> None:
    heard = parse(typed, WORDS)
    assert isinstance(heard, Unheard)
    assert heard.nearest is None


@pytest.mark.parametrize(
    "typed",
    [
        "报险情的人是谁",
        "任务已经完成了",
        "report to the gate",
        "status?",
        "收到",
        "",
        "\u200b\u200b",
        "<script>alert(1)</script>",
        "http://example.com/report",
    ],
)
def test_talk_stays_talk_as_it_was_typed(typed: str) -> None:
    assert parse(typed, WORDS) == Plain(typed)


def test_what_cannot_be_seen_is_taken_off_for_reading_only() -> None:
    assert visible(" \u202e\u200bab\ufeff c\u2066 ") == "ab c"


def test_every_word_of_the_house_has_a_chinese_one_and_no_two_are_the_same() -> None:
    names = [name for word in WORDS for name in (word.name, *word.also)]
    assert len(names) == len(set(names))
    assert all(word.also for word in WORDS)
    assert {word.name for word in WORDS} == {
        "report", "status", "tasks", "merge", "falsealarm", "handover", "fact", "note", "level", "absent", "back",
        "standdown", "record", "contacts", "myrole", "lang", "link", "help", "drill", "duties",
    }  # fmt: skip
