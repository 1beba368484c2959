"""A card as messages: nothing is lost, nothing too long, nothing cut in the middle of a word or a character."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.telegram.render import (
    CAPTION_LIMIT,
    Key,
    Say,
    fits,
    is_reachable,
    pieces,
    render_card,
    shortened,
    units,
)
from bot.chat.card import Line, Link
from bot.i18n import Catalogs
from bot.text import Language, Text, Words, same
from tests.stories.town import START
from tests.telegram.office import button, card

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)
TEXTS = st.lists(st.lists(WORDS, max_size=8).map(" ".join), max_size=12).map("\n".join)


@pytest.fixture(scope="session")
def say(catalogs: Catalogs) -> Say:
    def said(shown: Text | Words, language: Language) -> str:
        return catalogs.render(shown, language, ZoneInfo("UTC"), START)

    return said


def bare(words: str) -> str:
    return "".join(words.split())


@given(TEXTS, st.integers(8, 60))
def test_pieces_lose_nothing_and_keep_the_limit(whole: str, limit: int) -> None:
    found = pieces(whole, limit)
    assert all(units(piece) <= limit for piece in found)
    assert bare("".join(found)) == bare(whole)


@given(st.lists(st.text("abcdefg", min_size=1, max_size=7), min_size=1, max_size=40))
def test_words_stay_whole(words: list[str]) -> None:
    found = pieces(" ".join(words), 20)
    assert " ".join(found).split() == words


def test_chinese_is_cut_behind_a_stop_and_emoji_stay_whole() -> None:
    assert pieces("先关阀门，再撤离。到集合点报到", 9) == ["先关阀门，再撤离。", "到集合点报到"]
    family = "👩‍🚒"
    assert pieces("火" * 6 + family, 9) == ["火" * 6, family]
    assert pieces("e\u0301" * 5, 5) == ["e\u0301" * 2, "e\u0301" * 2, "e\u0301"]
    assert pieces("\u200d" * 4, 2) == ["\u200d" * 2, "\u200d" * 2], "what never ends is cut all the same"


def test_halves_of_characters_end() -> None:
    assert "".join(pieces("\ud800" * 9, 4)) == "\ud800" * 9


def test_units_are_those_of_utf_16() -> None:
    assert [units(words) for words in ("ab", "火警", "😀")] == [2, 2, 2]


@given(TEXTS)
def test_bold_lies_inside_the_text(say: Say, whole: str) -> None:
    for part in render_card(card(whole or "x"), "both", say, "", 200).parts:
        for offset, length in part.bold:
            assert length > 0
            assert offset + length <= units(part.text) <= 200


def test_a_long_live_card_has_its_mark_on_each_message(say: Say) -> None:
    long = replace(card("Fire"), lines=tuple(Line(same(f"task number {n}")) for n in range(40)))
    parts = render_card(long, "en", say, "", 200).parts
    assert all(part.text.startswith("EMERGENCY") for part in parts)
    assert not fits(long, "en", say, 200)
    assert fits(long, "en", say, CAPTION_LIMIT)
    talk = render_card(replace(long, kind=None), "en", say, "", 200).parts
    assert talk[1].text.startswith("task number")


def test_rows_fit_a_thumb(say: Say) -> None:
    labels = ("收到", "开始", "完成", "无法完成，需支援", "结束响应并通知所有部门", "A")
    buttons = tuple(button(f"a.{n}", Words(label, label)) for n, label in enumerate(labels))
    rows = render_card(card("Fire", *buttons), "zh", say, "").rows
    assert [[key.label for key in row] for row in rows] == [
        ["收到", "开始", "完成"],
        ["无法完成，需支援"],
        ["结束响应并通知所有部门"],
        ["A"],
    ]


def test_rare_buttons_alone_are_not_folded(say: Say) -> None:
    (row,) = render_card(card("Fire", button(more=True)), "en", say, "").rows
    assert [key.label for key in row] == ["Got it"]


def test_styles_and_addresses(say: Say) -> None:
    shown = replace(card("Fire", button(style="danger")), links=(Link(Words("看", "Look"), "board"),))
    ((danger, link),) = render_card(shown, "en", say, "https://tocsin.example.com/").rows
    assert danger.style == "danger"
    assert link == Key("Look", url="https://tocsin.example.com/board")
    assert len(render_card(shown, "en", say, "http://127.0.0.1:8080").rows[0]) == 1


@pytest.mark.parametrize(
    ("base", "reachable"),
    [
        ("https://tocsin.example.com", True),
        ("http://192.168.1.5:8080", True),
        ("http://[fd00::1]:8080", True),
        ("http://localhost:8080", False),
        ("http://127.0.0.1", False),
        ("http://0.0.0.0:80", False),
        ("http://[::1]", False),
        ("http://server", False),
        ("ftp://example.com", False),
        ("", False),
    ],
)
def test_only_addresses_of_real_hosts_are_links(base: str, reachable: bool) -> None:  # noqa: FBT001  a parameter
    assert is_reachable(base) == reachable


def test_what_is_cut_says_so() -> None:
    assert shortened("one two three", 20) == "one two three"
    assert shortened("one two three", 9) == "one two…"
