"""The traps of YAML: each is named in plain words at its place, with the line as it should be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.files.finding import Finding
from bot.files.source import Source
from bot.files.yaml_lines import with_space
from bot.files.yaml_source import LARGEST, Shelf, read_yaml

Say = Callable[[Finding], str]

TRAPS = {
    "colon in a text": (
        "title:\n  zh: 注意: 先断电\n  en: Mind\n",
        'f.yaml:2:9: There is a colon in the text, so it needs quotes: zh: "注意: 先断电"',
    ),
    "colon in a list entry": (
        "- Mind: the gap: there\n",
        'f.yaml:1:16: There is a colon in the text, so it needs quotes: - Mind: "the gap: there"',
    ),
    "colon in a flow text": (
        "ask: {zh: 时间: 3点, en: When}\n",
        (
            "f.yaml:1:13: There is a comma, colon or question mark in the text, so it needs quotes: "
            'ask: {zh: "时间: 3点", en: "When"}'
        ),
    ),
    "question mark in a flow text": (
        "ask: {zh: 什么, en: ? What}\n",
        (
            "f.yaml:1:19: There is a comma, colon or question mark in the text, so it needs quotes: "
            'ask: {zh: "什么", en: "? What"}'
        ),
    ),
    "tab before a key": (
        "title:\n\tzh: 火\n\ten: Fire\n",
        "f.yaml:2:1: There is a tab in this line. Write spaces instead:   zh: 火",
    ),
    "tab behind a colon": (
        "title:\n  zh:\t火\n  en: Fire\n",
        "f.yaml:2:6: There is a tab in this line. Write spaces instead:   zh: 火",
    ),
    "tab in a text": (
        "title:\n  zh: 火\t灾\n",
        "f.yaml:2:8: There is a tab in this line. Write spaces instead:   zh: 火 灾",
    ),
    "no space behind a colon, first": (
        "title:\n  zh:火灾\n  en: Fire\n",
        "f.yaml:2:5: A colon wants a space behind it: zh: 火灾",
    ),
    "no space behind a colon, later": (
        "title:\n  zh: 火灾\n  en:Fire\n",
        "f.yaml:3:5: A colon wants a space behind it: en: Fire",
    ),
    "no space behind the colon of an id": (
        "title:\n  zh: x\nid:fire\nowner: office\n",
        "f.yaml:3:3: A colon wants a space behind it: id: fire",
    ),
    "full-width colon": (
        "title:\n  zh：火灾\n  en: Fire\n",
        "f.yaml:2:5: This is a full-width colon. Write a plain colon and a space: zh: 火灾",
    ),
    "full-width colon, later": (
        "- id: call\n  zh: 火灾\n  en：Fire\n  role: office\n",
        "f.yaml:3:5: This is a full-width colon. Write a plain colon and a space: en: Fire",
    ),
    "no space behind a dash": (
        "tasks:\n  - call\n  -count\n",
        "f.yaml:3:3: A dash wants a space behind it: - count",
    ),
    "further in than the line above": (
        "title:\n  zh: 火灾\n   en: Fire\n",
        (
            "f.yaml:3:4: This line does not stand in line with those above it. Start it in the same "
            'column as "zh: 火灾", or two spaces further in.'
        ),
    ),
    "less far in than the line above": (
        "- id: call\n  zh: 拨119\n en: Call\n",
        (
            "f.yaml:3:2: This line does not stand in line with those above it. Start it in the same "
            'column as "zh: 拨119", or two spaces further in.'
        ),
    ),
    "a quote not closed": (
        'title:\n  zh: "火灾\n  en: Fire\n',
        'f.yaml:2:7: The quote opened here is not closed. Close it: zh: "火灾"',
    ),
    "text behind a quote": (
        'title:\n  zh: "火灾" 现场\n  en: Fire\n',
        "f.yaml:2:12: There is text behind the quote or bracket. Put the whole text in quotes: zh: '\"火灾\" 现场'",
    ),
    "text behind a bracket": (
        "title:\n  zh: [注意] 先断电\n  en: Mind\n",
        'f.yaml:2:12: There is text behind the quote or bracket. Put the whole text in quotes: zh: "[注意] 先断电"',
    ),
    "a bracket not closed": (
        "first_call: [office, technical\nowner: office\n",
        "f.yaml:1:13: The bracket `[` opened here is not closed. Close it.",
    ),
    "a key twice": (
        "id: fire\nlevel: company\nid: flood\n",
        "f.yaml:3:1: `id` stands here twice. Take one of them out.",
    ),
    "two documents": (
        "id: fire\n---\nid: flood\n",
        "f.yaml:2:1: One file holds one plan. Take out the line `---`, or make two files.",
    ),
    "a control character": (
        "id: fire\nzh: 火\x07灾\n",
        "f.yaml:2:6: There is an invisible control character here. Delete it and type this spot again.",
    ),
    "a key that is a list": (
        "? [a]\n: b\n",
        'f.yaml:1:3: The text begins with `[`, so it needs quotes: "? [a]"',
    ),
}


@pytest.mark.parametrize(("written", "said"), TRAPS.values(), ids=TRAPS.keys())
def test_a_trap_is_named_with_the_mended_line(written: str, said: str, say: Say) -> None:
    finding = read_yaml(Path("f.yaml"), written.encode(), Shelf())
    assert isinstance(finding, Finding)
    assert say(finding) == said


@pytest.mark.parametrize("sign", ["*", "&", "!", "%", "@", "`", ">", "?", "-"])
def test_a_text_that_begins_with_a_sign_needs_quotes(sign: str, say: Say) -> None:
    space = " " if sign in "?-" else ""
    finding = read_yaml(Path("f.yaml"), f"title:\n  zh: {sign}{space}注意\n  en: Mind\n".encode(), Shelf())
    assert isinstance(finding, Finding)
    assert say(finding) == f'f.yaml:2:7: The text begins with `{sign}`, so it needs quotes: zh: "{sign}{space}注意"'


def test_an_alias_is_not_a_text(say: Say) -> None:
    finding = read_yaml(Path("f.yaml"), b"one: &a {x: 1}\ntwo: *a\n", Shelf())
    assert isinstance(finding, Finding)
    assert say(finding).startswith("f.yaml:1:6: The text begins with `&`")


def test_words_of_yaml_1_1_are_words_and_numbers_are_numbers() -> None:
    written = (
        "a: yes\nb: on\nc: 1:30\nd: 2026-01-05\ne: 0x11\nf: 1_000\ng: .inf\nh: 8\ni: 1.5\nj: true\nk:\nl: '8'\n1: x\n"
    )
    source = read_yaml(Path("f.yaml"), written.encode(), Shelf())
    assert isinstance(source, Source)
    assert source.content == {
        "a": "yes", "b": "on", "c": "1:30", "d": "2026-01-05", "e": "0x11", "f": "1_000", "g": ".inf",
        "h": 8, "i": 1.5, "j": True, "k": None, "l": "8", "1": "x",
    }  # fmt: skip


def test_every_value_and_key_has_its_place() -> None:
    source = read_yaml(Path("f.yaml"), "\ufeffid: fire\nlist:\n  - a\n  - zh: 火\n    en: Fire\n".encode(), Shelf())
    assert isinstance(source, Source)
    assert source.mark(("id",)) == (1, 5)
    assert source.mark(("id",), key=True) == (1, 1)
    assert source.mark(("list", 1, "en")) == (5, 9)
    assert source.mark(("list", 1, "en"), key=True) == (5, 5)
    assert source.mark(("list", 1, "fr", "x")) == (4, 5), "what is not there stands where its holder does"
    assert source.value(("list", 1, "en")) == "Fire"
    assert source.value(("list", 7)) is None
    assert source.value(("id", "deeper")) is None
    assert source.line(99) == ""


def test_a_file_in_another_encoding_is_refused_with_the_way_out(say: Say) -> None:
    finding = read_yaml(Path("f.yaml"), "id: fire\nzh: 火灾\n".encode("gbk"), Shelf())
    assert isinstance(finding, Finding)
    assert say(finding) == "f.yaml:2:1: The file is not in UTF-8. Save it as UTF-8 in your editor."


def test_a_file_that_is_no_playbook_by_its_size(say: Say) -> None:
    finding = read_yaml(Path("f.yaml"), b"#" * (LARGEST + 1), Shelf())
    assert isinstance(finding, Finding)
    assert say(finding).startswith("f.yaml:1:1: The file is too large; 1000 kB")


def test_what_a_file_contained_is_kept_for_the_next_start(tmp_path: Path) -> None:
    written = b"id: fire\n"
    shelf = Shelf(tmp_path / "cache")
    first = read_yaml(Path("f.yaml"), written, shelf)
    shelf.tidy()
    kept = list((tmp_path / "cache").iterdir())
    assert len(kept) == 1
    again = read_yaml(Path("f.yaml"), written, Shelf(tmp_path / "cache"))
    assert isinstance(first, Source)
    assert isinstance(again, Source)
    assert (again.content, again.marks) == (first.content, first.marks)


def test_a_damaged_or_missing_kept_file_costs_time_only(tmp_path: Path) -> None:
    read_yaml(Path("f.yaml"), b"id: fire\n", Shelf(tmp_path))
    (kept,) = tmp_path.iterdir()
    kept.write_text("{not json", encoding="utf-8")
    again = read_yaml(Path("f.yaml"), b"id: fire\n", Shelf(tmp_path))
    assert isinstance(again, Source)
    assert again.content == {"id": "fire"}


def test_what_is_no_longer_used_is_thrown_away(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    read_yaml(Path("f.yaml"), b"id: fire\n", shelf)
    shelf.tidy()
    read_yaml(Path("f.yaml"), b"id: flood\n", shelf)
    shelf.tidy()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    shelf = Shelf(tmp_path / "file")
    source = read_yaml(Path("f.yaml"), b"id: fire\n", shelf)
    shelf.tidy()
    assert isinstance(source, Source)


def test_a_line_without_a_fault_stays_as_it_is() -> None:
    assert with_space("  zh: 火灾 ") == "zh: 火灾"
