"""A drawing as inline SVG. Attributes alone, no style: a page's Content-Security-Policy forbids it."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from bot.exports.picture import SIZE, Drawing, Label, Line, Point, Shape, Solid

if TYPE_CHECKING:
    from markupsafe import Markup

FONT = "system-ui, sans-serif"


def render_svg(drawing: Drawing, label: str) -> Markup:
    """The element; `label` is what a screen reader says. It takes the colour of the text around it."""
    from markupsafe import Markup

    shapes = Markup("").join(_shape(shape) for shape in drawing.shapes)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" aria-label="{}" fill="currentColor" '
        'stroke="currentColor" stroke-width="0" font-family="{}" font-size="{}">{}</svg>'
    ).format(_digits(drawing.width), _digits(drawing.height), label, FONT, _digits(SIZE), shapes)


def _shape(shape: Shape) -> Markup:
    from markupsafe import Markup

    match shape:
        case Line():
            more = Markup(' stroke-dasharray="4 3"') if shape.dashed else Markup("")
            more += Markup(' stroke-opacity="0.6"') if shape.faint else Markup("")
            return Markup('<polyline points="{}" fill="none" stroke-width="{}"{}/>').format(
                _points(shape.points), _digits(shape.width), more
            )
        case Solid():
            return Markup('<polygon points="{}"/>').format(_points(shape.points))
        case Label():
            (x, y), bold = shape.at, Markup(' font-weight="bold"') if shape.bold else Markup("")
            return Markup('<text x="{}" y="{}" text-anchor="{}"{}>{}</text>').format(
                _digits(x), _digits(y), shape.anchor, bold, shape.words
            )
        case _:
            assert_never(shape)


def _points(points: tuple[Point, ...]) -> str:
    return " ".join(f"{_digits(x)},{_digits(y)}" for x, y in points)


def _digits(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
