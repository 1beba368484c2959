"""The time in front of a note, as people write it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.errors import Refused
from bot.services.language import read_language
from bot.services.noting import parse_note
from handlers.absence import parse_until

NOW = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("typed", "words", "at"),
    [
        ("water in the cellar", "water in the cellar", None),
        ("at 14:05 water", "water", "2026-03-05 14:05"),
        ("14:05 water", "water", "2026-03-05 14:05"),
        ("14：05，水", "水", "2026-03-05 14:05"),
        ("23:50 a bang", "a bang", "2026-03-04 23:50"),
        ("03-01 08:00 tank filled", "tank filled", "2026-03-01 08:00"),
        ("2025-12-31 08:00 tank filled", "tank filled", "2025-12-31 08:00"),
        ("12-31 08:00 tank filled", "tank filled", "2025-12-31 08:00"),
        ("14:055 is no time", "14:055 is no time", None),
    ],
)
def test_a_time_in_front_makes_it_a_late_entry(typed: str, words: str, at: str | None) -> None:
    note = parse_note(typed, NOW, ZONE)
    shown = None if note.at is None else note.at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
    assert (note.words, shown) == (words, at)


@pytest.mark.parametrize("typed", ["25:00 x", "13-40 10:00 x", "10:75 x", "02-30 08:00 x", "2027-01-01 08:00 x"])
def test_a_time_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        parse_note(typed, NOW, ZONE)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("", None),
        ("18:00", "2026-03-05 18:00"),
        ("until 18:00", "2026-03-05 18:00"),
        ("到08：00", "2026-03-06 08:00"),
        ("03-12 08:00", "2026-03-12 08:00"),
        ("2027-01-02 08:00", "2027-01-02 08:00"),
    ],
)
def test_until_when_somebody_is_away(typed: str, at: str | None) -> None:
    until = parse_until(typed, NOW, ZONE)
    assert (until and until.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")) == at


@pytest.mark.parametrize("typed", ["noon", "25:00", "tomorrow 8"])
def test_until_no_time_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        parse_until(typed, NOW, ZONE)


def test_languages_go_by_several_names() -> None:
    assert [read_language(name) for name in ("ZH", "中文", "English", "tlh")] == ["zh", "zh", "en", None]
