"""The document as Markdown, for mail and wikis."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import assert_never

from bot.chat.card import Shown
from bot.exports.document import (
    Bars,
    Block,
    Cell,
    Curve,
    Document,
    Fields,
    MomentItem,
    Moments,
    Render,
    Signatures,
    Table,
    Took,
    halves,
    plain_cell,
)
from bot.exports.picture import clock
from bot.text import Language, Moment, text

MOST_BLOCKS = 15
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def escape(words: str) -> str:
    """What people typed must not become markup, a formula or a new row."""
    return _SPECIAL.sub(r"\\\1", plain_cell(words)).replace("\n", "<br>")


def render_markdown(document: Document, render: Render, chosen: tuple[Language, ...]) -> str:
    """The whole form."""

    def one(shown: Shown) -> str:
        return " ".join(escape(half) for half in halves(shown, render, chosen))

    mark = [f"**{one(text('mark.drill'))}**", ""] if document.kind == "drill" else []
    lines = [
        *mark,
        f"# {one(document.form)}",
        "",
        f"**{one(document.title)}**",
        "",
        one(document.company),
        "",
    ]
    if document.code:
        lines += [one(text("form.code", code=document.code, revision=document.revision)), ""]
    for section in document.sections:
        lines += [f"## {one(section.title)}", ""]
        for block in section.blocks:
            lines += [*_block(block, render, chosen), ""]
    for foot in document.foot:
        lines += [one(foot), ""]
    return "\n".join([*lines, *mark]).rstrip() + "\n"


def _block(block: Block, render: Render, chosen: tuple[Language, ...]) -> Iterable[str]:
    def cell(lines: Cell) -> str:
        return "<br>".join(escape(half) for line in lines for half in halves(line, render, chosen))

    match block:
        case Fields():
            yield "| | |"
            yield "|---|---|"
            yield from (f"| **{cell((label,))}** | {cell(value)} |" for label, value in block.rows)
        case Table():
            yield _row(cell((column,)) for column in block.columns)
            yield _row("---" for _ in block.columns)
            yield from (_row(cell(value) for value in row) for row in block.rows)
        case Moments():
            yield from (_moment(item, render, chosen) for item in block.items)
        case Curve() | Bars():
            yield from _chart(block, render, chosen)
        case Signatures():
            yield from (f"- {cell((role,))}: ____________" for role in block.roles)
        case _:
            assert_never(block)


def _chart(block: Curve | Bars, render: Render, chosen: tuple[Language, ...]) -> Iterable[str]:
    """A picture as a table: what it shows, then its figures."""
    yield from (escape(half) for half in halves(block.label, render, chosen))
    yield ""
    match block:
        case Curve(across=across, up=up):
            yield _row("<br>".join(escape(half) for half in halves(head, render, chosen)) for head in (across, up))
            yield _row(("---", "---"))
            yield from (
                _row((clock(seconds), f"{count} ({count / block.whole:.0%})"))
                for count, seconds in enumerate(block.after, 1)
            )
        case Bars():
            heads = (text("form.drill.no"), text("form.drill.acknowledged"), text("form.drill.finished"))
            yield _row("<br>".join(escape(half) for half in halves(head, render, chosen)) for head in heads)
            yield _row(("---", "---", "---"))
            yield from (_row((f"{row.number}", _bar(row.acknowledged), _bar(row.finished))) for row in block.rows)


def _bar(took: Took) -> str:
    """Ten blocks are the whole limit; what came later goes on."""
    if took.seconds is None:
        return f"× / {clock(took.limit)}"
    blocks = min(round(took.seconds / max(took.limit, 1.0) * 10), MOST_BLOCKS)
    return f"{'█' * blocks} {clock(took.seconds)} / {clock(took.limit)}".strip()


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _moment(item: MomentItem, render: Render, chosen: tuple[Language, ...]) -> str:
    def one(shown: Shown) -> str:
        return " / ".join(escape(half) for half in halves(shown, render, chosen))

    parts = [f"- **{one(text('form.at', at=Moment(item.at)))}** {one(item.who)}: {one(item.what)}"]
    if item.typed:
        parts.append(f"  > {escape(item.typed)}")
    if item.destroyed:
        parts.append(f"  > {one(text('form.destroyed'))}")
    parts += [f"  - {escape(picture.name)} `{picture.file}`" for picture in item.pictures]
    if item.recorded_at is not None:
        parts.append(f"  - {one(text('form.late.entry', at=Moment(item.recorded_at)))}")
    return "\n".join(parts)
