"""A chart as shapes: where its lines, boxes and labels stand. `as_svg.py` and `as_png.py` draw them.

Nothing is told by colour: what was acknowledged is hatched, what was finished is solid, a limit is a dashed line.
With `say` the words stand in the picture; without, digits alone, because no font of a server can be relied on to have
Chinese, and the words stand around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, assert_never

from bot.chat.card import Shown
from bot.exports.document import Bar, Bars, Curve, Took
from bot.exports.folding import folded

Point = tuple[float, float]
Say = Callable[[Shown], Sequence[str]]
"""A text in each language of the picture."""

SIZE = 11.0
"""Height of the letters, in the units of the picture."""
LINE = 14.0
"""Height of a line of words."""
MARGIN = 4.0
UP = 150.0
"""Height of a curve."""
STEPS = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 604800)
"""Seconds between two marks of the axis of time."""
MOST_MARKS = 6
MOST_POSTS = 10
"""Marks of the axis of posts."""
SHARES = (0.5, 0.9, 1.0)
THICK, GAP = 8.0, 4.0
"""Height of a bar, and between bars."""
FARTHEST = 1.5
"""A bar ends at so many times its limit, with an arrow where it goes on."""
HATCH = 4.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points."""

    points: tuple[Point, ...]
    width: float = 1.0
    dashed: bool = False
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Solid:
    """A filled shape."""

    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a point: on their baseline, from there, around it or up to it."""

    at: Point
    words: str
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False


Shape = Line | Solid | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on a sheet of this size."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


def drawing(chart: Curve | Bars, width: float, say: Say | None = None) -> Drawing:
    """Lay a chart out on a sheet so wide."""
    match chart:
        case Curve():
            return _curve(chart, width, say)
        case Bars():
            return _bars(chart, width, say)
        case _:
            assert_never(chart)


def clock(seconds: float) -> str:
    """A length of time in digits: 3:20, 1:03:20."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _curve(chart: Curve, width: float, say: Say | None) -> Drawing:
    over = () if say is None else tuple(say(chart.up))
    under = () if say is None else tuple(say(chart.across))
    left, right = 30.0, width - 44.0
    top = MARGIN + LINE * len(over) + SIZE
    bottom = top + UP
    step = _step(chart.after[-1] if chart.after else 0.0)
    end = step * max(1, -(-round(chart.after[-1] if chart.after else 0) // step))

    def x(seconds: float) -> float:
        return left + (right - left) * seconds / end

    def y(answered: float) -> float:
        return bottom - UP * answered / max(chart.whole, 1)

    shapes: list[Shape] = [Label((MARGIN, MARGIN + SIZE + LINE * row), words) for row, words in enumerate(over)]
    shapes += _axes((left, right, top, bottom))
    for mark in range(0, end + 1, step):
        shapes.append(Line(((x(mark), bottom), (x(mark), bottom + 4))))
        shapes.append(Label((x(mark), bottom + 5 + SIZE), clock(mark), "middle"))
    for mark in range(0, chart.whole + 1, max(1, -(-chart.whole // MOST_POSTS))):
        shapes.append(Line(((left - 4, y(mark)), (left, y(mark)))))
        shapes.append(Label((left - 6, y(mark) + SIZE / 3), str(mark), "end"))
    for share in SHARES:
        height = y(chart.whole * share)
        shapes.append(Line(((left, height), (right, height)), dashed=True, faint=True))
        shapes.append(Label((right + 4, height + SIZE / 3), f"{share:.0%}".replace("%", " %")))
    shapes.append(Line(_stairs(chart.after, x, y, right), 2.0))
    shapes += [Solid(_square((x(seconds), y(count)))) for count, seconds in enumerate(chart.after, 1)]
    below = bottom + 5 + SIZE
    shapes += [Label((width / 2, below + LINE * row), words, "middle") for row, words in enumerate(under, 1)]
    return Drawing(width, below + LINE * len(under) + MARGIN + 2, tuple(shapes))


def _step(longest: float) -> int:
    return next((step for step in STEPS if longest <= step * MOST_MARKS), STEPS[-1])


def _axes(plot: tuple[float, float, float, float]) -> list[Shape]:
    left, right, top, bottom = plot
    return [Line(((left, top), (left, bottom), (right, bottom)))]


def _stairs(
    after: Sequence[float], x: Callable[[float], float], y: Callable[[float], float], right: float
) -> tuple[Point, ...]:
    points: list[Point] = [(x(0), y(0))]
    for count, seconds in enumerate(after, 1):
        points += [(x(seconds), y(count - 1)), (x(seconds), y(count))]
    return (*points, (right, y(len(after))))


def _square(at: Point) -> tuple[Point, ...]:
    (x, y), half = at, 2.5
    return ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))


def _bars(chart: Bars, width: float, say: Say | None) -> Drawing:
    left = MARGIN if say is not None else 26.0
    right = width - 96.0
    limit = left + (right - left) / FARTHEST
    shapes: list[Shape] = [Label((limit, MARGIN + SIZE), "100 %", "middle")]
    y = MARGIN + LINE + GAP
    for row in chart.rows:
        for words in () if say is None else _named(row, width - 2 * MARGIN, say):
            shapes.append(Label((left, y + SIZE), words))
            y += LINE
        y += 0 if say is None else GAP
        if say is None:
            shapes.append(Label((left - 6, y + THICK + GAP + 2), str(row.number), "end", bold=True))
        shapes += _bar(row.acknowledged, (left, y), limit - left, hatched=True)
        shapes += _bar(row.finished, (left, y + THICK + GAP), limit - left, hatched=False)
        shapes.append(Line(((limit, y - GAP), (limit, y + 2 * THICK + 2 * GAP)), 1.5, dashed=True))
        shapes.append(Line(((left, y - GAP), (left, y + 2 * THICK + 2 * GAP))))
        y += 2 * THICK + 3 * GAP + 2
    return Drawing(width, y + MARGIN, tuple(shapes))


def _named(row: Bar, width: float, say: Say) -> Iterator[str]:
    for number, words in enumerate(say(row.name)):
        yield from folded(f"{row.number}. {words}" if number == 0 else words, width / SIZE)


def _bar(took: Took, at: Point, unit: float, *, hatched: bool) -> list[Shape]:
    """One bar: `unit` wide where it took just its limit."""
    x, y = at
    share = FARTHEST if took.seconds is None else took.seconds / max(took.limit, 1.0)
    far = x + unit * min(share, FARTHEST)
    box = ((x, y), (far, y), (far, y + THICK), (x, y + THICK))
    late = took.seconds is None or took.seconds > took.limit
    shapes = _said(took, (x + unit * FARTHEST + 8, y + SIZE / 2 + 3), bold=late)
    if took.seconds is None:
        return [*shapes, Line((*box, box[0]), dashed=True, faint=True)]
    shapes += _hatching(x, y, far) if hatched else [Solid(box)]
    shapes.append(Line((*box, box[0])))
    if share > FARTHEST:
        shapes.append(Solid(((far, y - 2), (far + 6, y + THICK / 2), (far, y + THICK + 2))))
    return shapes


def _said(took: Took, at: Point, *, bold: bool) -> list[Shape]:
    """Time and limit in digits; a cross where it never came, drawn because no font is sure to have one."""
    (x, y), limit = at, clock(took.limit)
    if took.seconds is not None:
        return [Label(at, f"{clock(took.seconds)} / {limit}", bold=bold)]
    cross: list[Shape] = [Line(((x, y - 7), (x + 7, y)), 1.5), Line(((x, y), (x + 7, y - 7)), 1.5)]
    return [*cross, Label((x + 11, y), f"/ {limit}", bold=bold)]


def _hatching(x: float, y: float, far: float) -> list[Shape]:
    """Slanted lines within a bar."""
    lines: list[Shape] = []
    start = x + HATCH
    while start < far + THICK:
        top, low = min(start, far), max(start - THICK, x)
        if top > low:
            lines.append(Line(((top, y + start - top), (low, y + start - low))))
        start += HATCH
    return lines
