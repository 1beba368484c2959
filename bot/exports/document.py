"""A document before it has a format: sections of fields, tables and a timeline, in texts not yet rendered.

`record_document.py` builds one from a record; `as_docx.py`, `as_html.py` and `as_markdown.py` render it in Chinese,
in English, or side by side. Only renderers escape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.chat.card import Shown
from bot.domain.ids import FileId
from bot.domain.parties import EventKind
from bot.text import LANGUAGES, Language

Render = Callable[[Shown, Language], str]
"""One text for one reader."""

Cell = tuple[Shown, ...]
"""The lines of one cell."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A form's block of label and value."""

    rows: tuple[tuple[Shown, Cell], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head. `widths` are shares of the page's width."""

    columns: tuple[Shown, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo or file that belongs to an entry. `media_type` decides whether it is shown or only named."""

    file: FileId
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Moments:
    """The course of the event: one item an entry, in order of the time claimed."""

    items: tuple[MomentItem, ...]


@dataclass(frozen=True, slots=True)
class MomentItem:
    """One line of the timeline. `recorded_at` is set only where the entry is late; `destroyed`: by law."""

    sequence: int
    at: datetime
    who: Shown
    what: Shown
    typed: str = ""
    recorded_at: datetime | None = None
    pictures: tuple[Picture, ...] = ()
    destroyed: bool = False


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on."""

    roles: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """How many of `whole` had answered after how many seconds. `label` says it to whoever does not see the picture."""

    label: Shown
    caption: Shown
    across: Shown
    up: Shown
    whole: int
    after: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds that something took against its limit; None: it never came."""

    seconds: float | None
    limit: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart of bars: how soon it was acknowledged, how soon finished."""

    number: int
    name: Shown
    acknowledged: Took
    finished: Took


@dataclass(frozen=True, slots=True)
class Bars:
    """Times against their limits."""

    label: Shown
    caption: Shown
    rows: tuple[Bar, ...]


Block = Fields | Table | Moments | Signatures | Curve | Bars


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the form."""

    title: Shown
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole form. `kind` puts the drill's mark first and last."""

    company: Shown
    form: Shown
    code: str
    revision: str
    title: Shown
    kind: EventKind
    sections: tuple[Section, ...]
    foot: tuple[Shown, ...] = ()
    pictures: Mapping[FileId, bytes] = field(default_factory=dict[FileId, bytes])


def languages(choice: str) -> tuple[Language, ...]:
    """`zh`, `en` or `both` as the languages to show, Chinese first."""
    return tuple(language for language in LANGUAGES if choice in (language, "both"))


def halves(shown: Shown, render: Render, chosen: tuple[Language, ...]) -> tuple[str, ...]:
    """A text in each chosen language; once only where both read the same (names, numbers, what people typed)."""
    return tuple(dict.fromkeys(render(shown, language) for language in chosen))


def plain_cell(value: str) -> str:
    """What a spreadsheet would take for a formula when the page is pasted into it gets an apostrophe first."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t") else value
