"""Card, message, form, reply → HTML for one reader. Pure: everything shown is escaped here and nowhere else.

A fragment belongs to a language, never to a session: its buttons name the page's own form (`form="press"`), which
holds the token. So one rendering serves every reader of a language and can be kept.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.cards.marks import asked_as, marked, said
from bot.chat.card import Choice, NumberField, Upload, Written
from bot.domain.ids import PersonId
from bot.domain.playbook import TILES
from bot.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.adapters.web.messages import Message
    from bot.chat.card import Button, Card, Form, FormField, Reply, Shown
    from bot.domain.company import Company
    from bot.domain.parties import Marked
    from bot.text import Language, Value

_NUMBER: Final = re.compile(r"(?:EV|DR)-\d{4}-\d{4,}")
_DEEP_LINK: Final = re.compile(r"https://t\.me/\w+\?start=[\w-]+", re.ASCII)
"""Telegram's way to link an account: somebody on a phone taps it."""
TEMPLATES: Final = Path(__file__).parent / "templates"
PICTURES: Final = 0x2400
"""Where Unicode has pictures of the first control characters."""
ICON_OF_MARK: Final[Mapping[str, str]] = {
    "waiting": "waiting",
    "acknowledged": "acknowledged",
    "started": "started",
    "done": "done",
    "blocked": "blocked",
    "late": "late",
    "clear": "clear",
    "fact": "fact",
    "person": "person",
    "point": "point",
}
SHOWN_BY_NAME: Final = "\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that hide or turn text around and are shown by their number. Joiners stay: scripts and emoji need them."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: their language, how texts are said to them, and the present in the company's zone."""

    language: Language
    company: Company
    zone: ZoneInfo
    now: datetime
    say: Callable[[Shown], str]
    other_language: str
    """What the other language calls itself: the switch is for those who cannot read this one."""
    base: str
    """What every address begins with: "" or "/as/guo"."""

    def t(self, key: str, /, **params: Value) -> str:
        """A catalog entry, for templates; Babel extracts its keys from calls of `t`."""
        return self.say(Text(key, params))

    def name(self, person: str | None) -> str:
        """A person's name, their id where nobody of the company has it."""
        known = self.company.people.get(PersonId(person or ""))
        return (person or "") if known is None else known.name.of(self.language)

    def clock(self, at: datetime) -> str:
        """Hours and minutes in the company's zone."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def day(self, at: datetime) -> str:
        """The date of a moment in the company's zone."""
        return f"{at.astimezone(self.zone):%Y-%m-%d}"

    def day_label(self, at: datetime) -> str:
        """Today, or the date."""
        day = self.day(at)
        return self.say(text("web.today")) if day == self.day(self.now) else day


def visible(typed: str) -> Markup:
    """What somebody typed: escaped, with control characters and turned-round text made visible, nothing left out."""
    return escape("".join(_visible(character) for character in typed))


def numbered(said: str) -> Markup:
    """What the bot says: as what people type; an event's number stays on one line, a link to Telegram can be tapped."""
    words = _NUMBER.sub(r'<span class="number-of-event">\g<0></span>', str(visible(said)))
    return Markup(_DEEP_LINK.sub(r'<a href="\g<0>" rel="noreferrer">\g<0></a>', words))  # noqa: S704  escaped above


def _visible(character: str) -> str:
    if character in "\n\t":
        return character
    point = ord(character)
    if character < " ":
        return chr(PICTURES + point)
    if character in SHOWN_BY_NAME or unicodedata.category(character) == "Cc":
        return f"[U+{point:04X}]"
    return character


def press_value(button: Button, *, confirmed: bool = False) -> str:
    """What a button sends: everything `Pressed` needs, as one JSON list."""
    parts = [button.action, button.event, button.target, button.revision, button.commander, int(confirmed)]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def mark_of(kind: Marked | None) -> Text | None:
    """The first characters of every message of an event: real or drill (practice.md, "A message in an emergency")."""
    match kind:
        case "live":
            return text("mark.live")
        case "drill":
            return text("mark.drill")
        case None:
            return None


def icon_of_option(value: str) -> str:
    """The icon of a tile: one for each kind of event, a pin for a place, none where the word says it all."""
    return f"tile-{value}" if value in TILES else ""


def shape(field: FormField) -> str:
    """Which part of the template draws a field."""
    match field:
        case Choice():
            return "choice"
        case Written():
            return "written"
        case NumberField():
            return "number"
        case Upload():
            return "upload"


def one_tap(form: Form) -> bool:
    """Whether a form is a single question with its answers given: tapping one answers it."""
    match form.fields:
        case (Choice(required=True),):
            return True
        case _:
            return False


@cache
def templates() -> Environment:
    """The templates of this folder, compiled once."""
    environment = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(TEMPLATES),
    )
    environment.filters["visible"] = visible
    environment.filters["numbered"] = numbered
    return environment


FUNCTIONS: Final[Mapping[str, object]] = {
    "mark_of": mark_of,
    "press_value": press_value,
    "icon_of_mark": ICON_OF_MARK,
    "icon_of_option": icon_of_option,
    "shape": shape,
    "one_tap": one_tap,
    "said": said,
    "marked": marked,
    "asked_as": asked_as,
}
"""What every template may call."""


def render_page(name: str, reader: Reader, /, **given: object) -> str:
    """A whole page, or a part of one."""
    seen_by = {"reader": reader, "t": reader.t, "say": reader.say, "base": reader.base}
    return templates().get_template(name).render(FUNCTIONS, **seen_by, **given)


def render_card(card: Card, reader: Reader) -> str:
    """A card alone."""
    return render_page("card.html", reader, card=card)


def render_message(message: Message, reader: Reader) -> str:
    """One message of a room, a card or what somebody said."""
    return render_page("message.html", reader, message=message)


def render_form(form: Form, reader: Reader, *, token: str, room: str, update: str) -> str:
    """Questions to one person, usable without any script. `update` is the id the answer will carry."""
    return render_page("form.html", reader, form=form, token=token, room=room, update=update)


def render_reply(reply: Reply, reader: Reader, *, mark: str) -> str:
    """What only this person sees, in the room, until they put it away. `mark` names it."""
    return render_page("reply.html", reader, reply=reply, mark=mark)
