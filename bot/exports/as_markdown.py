"""The document as Markdown, for mail and wikis."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import assert_never

from bot.chat.card import Shown
from bot.exports.document import (
    Block,
    Cell,
    Document,
    Fields,
    MomentItem,
    Moments,
    Render,
    Signatures,
    Table,
    halves,
    plain_cell,
)
from bot.text import Language, Moment, text

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
    lines += [
        one(text("form.code", code=document.code, revision=document.revision)),
        "",
    ]
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
        case Signatures():
            yield from (f"- {cell((role,))}: ____________" for role in block.roles)
        case _:
            assert_never(block)


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
