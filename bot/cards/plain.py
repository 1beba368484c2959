"""A card as lines of text: for the terminal, for the record of what was sent, and for an SMS.

The mark 【紧急】/EMERGENCY comes first; a drill carries 【演练】/DRILL first *and* last (Hawaii 2018, Penghu 2024).
Nothing is escaped here: the text is text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.chat.card import Card, Line, Mark, Shown

Render = Callable[["Shown"], str]
"""A renderer bound to one reader: language, zone and present are settled."""

BETWEEN = "―――"
"""The line between the two languages of one message."""
FIELDS = "card.head"
"""The head that lists fields (what · where · level · number); any other head is a sentence."""
SMS_ZH = 70
SMS_EN = 160

SYMBOLS: dict[Mark, str] = {
    "waiting": "○",
    "acknowledged": "●",
    "started": "▶",
    "done": "✅",
    "blocked": "✖",
    "late": "⏰",
    "clear": "✅",
    "fact": "＝",
    "person": "☎",
    "point": "·",
}
"""A symbol beside the words, never instead of them, and never colour alone."""


def plain(card: Card, render: Render) -> str:
    """The whole card in one language, its mark first, and last too where it is a drill."""
    return "\n".join((*_body(card, render), *_ending(card, render, foot=True)))


def both(card: Card, zh: Render, en: Render) -> str:
    """The card for a room of both languages: Chinese, a line, English; the foot once, for it reads the same."""
    halves = (*_body(card, zh), *_ending(card, zh, foot=False), BETWEEN, *_body(card, en))
    return "\n".join((*halves, *_ending(card, en, foot=True)))


def sms(card: Card, render: Render, limit: int) -> str:
    """The card as one short message: the head, then as many leads as fit into `limit` characters.

    What to do stands first, so cutting at the end costs the least; the mark of a drill is never cut.
    """
    last = "".join(_last(card, render))
    room = limit - len(last)
    first = marked_head(card, render)
    whole = first if len(first) <= room else f"{first[: room - 1]}…"
    for lead in card.lead:
        longer = f"{whole} {render(lead)}"
        if len(longer) > room:
            break
        whole = longer
    return f"{whole}{last}"


def marked_head(card: Card, render: Render) -> str:
    """The first line: the mark and what it is about."""
    head, fields = card.head, isinstance(card.head, Text) and card.head.key == FIELDS
    match card.kind:
        case None:
            return render(head)
        case "live" if fields:
            return render(text("mark.first.live.fields", head=head))
        case "live":
            return render(text("mark.first.live", head=head))
        case "drill" if fields:
            return render(text("mark.first.drill.fields", head=head))
        case "drill":
            return render(text("mark.first.drill", head=head))


def _last(card: Card, render: Render) -> tuple[str, ...]:
    return (render(text("mark.last.drill")),) if card.kind == "drill" else ()


def _body(card: Card, render: Render) -> Iterator[str]:
    yield marked_head(card, render)
    yield from map(render, card.lead)
    for line in card.lines:
        yield plain_line(line, render)
    if card.more is not None:
        yield render(card.more)
    if card.telephones:
        numbers = " · ".join(f"{render(each.name)} {each.number}" for each in card.telephones)
        yield render(text("plain.telephones", numbers=numbers))


def plain_line(line: Line, render: Render) -> str:
    """One line: symbol, what, then who or until when."""
    symbol = "" if line.mark is None else f"{SYMBOLS[line.mark]} "
    note = "" if line.note is None else f"   {render(line.note)}"
    return f"{symbol}{render(line.text)}{note}"


def _ending(card: Card, render: Render, *, foot: bool) -> Iterator[str]:
    if foot and card.foot is not None:
        yield render(card.foot)
    yield from (mark.strip() for mark in _last(card, render))
