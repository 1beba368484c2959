"""A drawing as PNG, for files that cannot hold SVG: in grey, with the digits of the font that Pillow brings along."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING, assert_never

from bot.exports.picture import SIZE, Drawing, Label, Line, Point, Solid

if TYPE_CHECKING:
    from collections.abc import Iterator

SCALE = 4
"""Pixels a unit: about 290 an inch where a page's width holds 520 units."""
BLACK, FAINT, WHITE = 0, 110, 255
DASH, PAUSE = 4.0, 3.0


def render_png(drawing: Drawing) -> bytes:
    """The file's bytes. Its labels are digits and signs, for the font has no Chinese."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (round(drawing.width * SCALE), round(drawing.height * SCALE)), WHITE)
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(SIZE * SCALE)
    for shape in drawing.shapes:
        match shape:
            case Line():
                grey, width = FAINT if shape.faint else BLACK, round(shape.width * SCALE)
                for start, end in _dashes(shape.points) if shape.dashed else pairwise(shape.points):
                    pen.line((_pixel(start), _pixel(end)), grey, width)
            case Solid():
                pen.polygon([_pixel(point) for point in shape.points], BLACK)
            case Label():
                anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
                bold = SCALE // 3 if shape.bold else 0
                pen.text(_pixel(shape.at), shape.words, BLACK, font, anchor, stroke_width=bold)
            case _:
                assert_never(shape)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _pixel(point: Point) -> Point:
    return (point[0] * SCALE, point[1] * SCALE)


def _dashes(points: tuple[Point, ...]) -> Iterator[tuple[Point, Point]]:
    """The pieces of a dashed line that are drawn."""
    for (x1, y1), (x2, y2) in pairwise(points):
        length = hypot(x2 - x1, y2 - y1)
        gone = 0.0
        while gone < length:
            near, far = gone / length, min(gone + DASH, length) / length
            yield ((x1 + (x2 - x1) * near, y1 + (y2 - y1) * near), (x1 + (x2 - x1) * far, y1 + (y2 - y1) * far))
            gone += DASH + PAUSE
