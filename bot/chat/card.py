"""What is shown, never how it looks: cards, lines, buttons, forms, and the reply to a press.

Renderers (one for each platform, and `bot/cards/plain.py`) put the mark first and last, escape, and lay out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.ids import DepartmentId, EventId, FileId, PersonId
from bot.domain.parties import Marked
from bot.text import Text, Words

Shown = Text | Words
"""What a reader sees: a catalog key with parameters, or a text that exists in both languages."""

Tone = Literal["alarm", "work", "good", "plain"]
"""alarm: act now; work: a card to work from; good: lifted, ended; plain: house talk."""
Mark = Literal[
    "waiting",
    "acknowledged",
    "started",
    "done",
    "blocked",
    "late",
    "clear",
    "fact",
    "person",
    "point",
]
"""What a line is about; renderers show a symbol *and* the words of the line (never colour alone)."""
Style = Literal["primary", "normal", "danger"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card: mark, what, and who/when/until when."""

    text: Shown
    mark: Mark | None = None
    note: Shown | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """One press. `action` is the one id used for button, catalog key and test (`task.acknowledge`).

    `target` is a task, a department, a person or a number, as the action needs. `revision` and
    `commander` are what the card showed, so that a dangerous press on an old card is caught.
    """

    action: str
    label: Shown
    event: EventId
    target: str = ""
    revision: int = 0
    commander: PersonId | None = None
    style: Style = "normal"
    confirm: Shown | None = None
    """Asked before the press counts; the button of the question says 确认执行."""
    more: bool = False
    """Behind ⋯ where the platform can fold."""


@dataclass(frozen=True, slots=True)
class Telephone:
    """A number that can be tapped."""

    name: Shown
    number: str


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the built-in web, as a path below its base ("record/EV-2026-0001")."""

    label: Shown
    path: str


@dataclass(frozen=True, slots=True)
class Card:
    """One message of the bot. `kind` None: house talk without a mark; else the mark comes first and last."""

    kind: Marked | None
    tone: Tone
    head: Shown
    event: EventId | None = None
    lead: tuple[Shown, ...] = ()
    lines: tuple[Line, ...] = ()
    more: Shown | None = None
    buttons: tuple[Button, ...] = ()
    telephones: tuple[Telephone, ...] = ()
    links: tuple[Link, ...] = ()
    files: tuple[FileId, ...] = ()
    """Photos and files that go with it; an adapter loads them from the store."""
    foot: Shown | None = None
    revision: int = 0
    shown_at: datetime | None = None


CardName = Literal["checklist", "command"]


@dataclass(frozen=True, slots=True)
class CardRef:
    """A card that is rendered from the event at sending: a department's checklist or the command card."""

    event: EventId
    name: CardName
    department: DepartmentId | None = None

    @property
    def key(self) -> str:
        """The name of the message it stands in: one per card and room."""
        return f"{self.event}/{self.department or self.name}"


@dataclass(frozen=True, slots=True)
class Choice:
    """Pick one. `options`: value → label; `tiles` asks for big buttons with icons (icon = value)."""

    name: str
    label: Shown
    options: tuple[tuple[str, Shown], ...]
    required: bool = True
    tiles: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A line or a paragraph. `suggestions` are offered as tiles to tap."""

    name: str
    label: Shown
    required: bool = True
    long: bool = False
    suggestions: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberField:
    """A number with its unit."""

    name: str
    label: Shown
    unit: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Upload:
    """A photo (camera on a phone) or any file."""

    name: str
    label: Shown
    photo: bool = True
    required: bool = False


FormField = Choice | Written | NumberField | Upload


@dataclass(frozen=True, slots=True)
class Form:
    """Questions to one person. `context` comes back with the answers; `skip` labels "send now, details later"."""

    id: str
    title: Shown
    fields: tuple[FormField, ...]
    submit: Shown
    kind: Marked | None = None
    hint: Shown | None = None
    skip: Shown | None = None
    context: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Reply:
    """At once and not durable: a toast, a card only this person sees, or a form. `undo` lives two minutes."""

    text: Shown | None = None
    card: Card | None = None
    form: Form | None = None
    undo: Button | None = None
    link: Link | None = None
    stored: bool = True
    """False: refused or not saved; the sender must see that nothing was kept."""
    kind: Marked | None = None
    """Whose mark the text carries; the dispatcher sets it from what was answered."""
    secret: bool = False
    """It shows a secret: told once and kept nowhere. The same update again is told that it was answered."""
    general: bool = False
    """It concerns everybody who is in the same case: where all have to read it, once in a while is enough."""
