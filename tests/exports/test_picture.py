"""Where a chart's lines and words stand: nothing outside the sheet, no word where no font has it, nothing by colour."""

from __future__ import annotations

import pytest

from bot.exports.document import Bar, Bars, Curve, Took
from bot.exports.folding import folded
from bot.exports.picture import Drawing, Label, Line, Solid, clock, drawing
from bot.text import Words

NAME = Words(
    "告诉消防员附近化学品种类和数量，安全时移开，并写明结果和时间。", "Tell the firefighters which chemicals are near."
)


def curve(*after: float, whole: int = 12) -> Curve:
    """Acknowledgements after so many seconds."""
    return Curve(NAME, NAME, NAME, NAME, whole, after)


def bars(*rows: tuple[float | None, float]) -> Bars:
    """Finished after so many seconds, each against its limit."""
    return Bars(NAME, NAME, tuple(Bar(n, NAME, Took(1.0, 60.0), Took(*row)) for n, row in enumerate(rows, 1)))


def both(words: object) -> tuple[str, str]:
    """A text in both languages."""
    assert isinstance(words, Words)
    return words.zh, words.en


def points(drawn: Drawing) -> list[tuple[float, float]]:
    """Every point that something stands on."""
    found: list[tuple[float, float]] = []
    for shape in drawn.shapes:
        found.extend([shape.at] if isinstance(shape, Label) else shape.points)
    return found


@pytest.mark.parametrize("said", [None, both])
@pytest.mark.parametrize(
    "chart",
    [
        curve(), curve(0), curve(1, 2, 3), curve(*range(0, 9000, 900), whole=10), curve(700000, whole=1),
        curve(whole=0),
        bars((30, 60)), bars((600, 60), (None, 60), (0, 0)), bars((60, 60), (61, 60), (86400 * 3, 86400.0)),
    ],
)  # fmt: skip
def test_everything_stands_on_the_sheet(chart: Curve | Bars, said: object) -> None:
    for width in (360.0, 520.0):
        drawn = drawing(chart, width, both if said else None)
        assert drawn.height < 600
        assert [at for at in points(drawn) if not (0 <= at[0] <= width and 0 <= at[1] <= drawn.height)] == []


def test_without_a_voice_there_are_digits_alone() -> None:
    for chart in (curve(5, 9), bars((None, 60), (61, 60))):
        words = "".join(shape.words for shape in drawing(chart, 520).shapes if isinstance(shape, Label))
        assert set(words) <= set("0123456789:/% ")


def test_what_never_came_is_an_empty_frame_with_a_cross() -> None:
    came, never = drawing(bars((30, 60)), 520).shapes, drawing(bars((None, 60)), 520).shapes
    assert sum(isinstance(shape, Solid) for shape in came) == 1
    assert not [shape for shape in never if isinstance(shape, Solid)]
    assert [shape for shape in never if isinstance(shape, Line) and shape.faint and shape.dashed]


def test_what_took_longer_goes_past_the_limit_and_is_bold() -> None:
    late, good = drawing(bars((61, 60)), 520), drawing(bars((60, 60)), 520)
    assert [shape.words for shape in late.shapes if isinstance(shape, Label) and shape.bold] == ["1", "1:01 / 1:00"]
    assert [shape.words for shape in good.shapes if isinstance(shape, Label) and shape.bold] == ["1"]


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (59.6, "1:00"), (200, "3:20"), (3800, "1:03:20")])
def test_a_clock_in_digits(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_words_are_folded_between_characters_or_words_and_none_is_lost() -> None:
    assert list(folded("人到齐，马上报总指挥", 3)) == ["人到", "齐，马", "上报总", "指挥"]
    assert list(folded("Tell the firefighters", 6)) == ["Tell the", "firefighters"]
    assert list(folded("1. 拨打119电话", 20)) == ["1. 拨打119电话"]
    assert list(folded("", 5)) == []
