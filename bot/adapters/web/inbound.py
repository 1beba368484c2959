"""What a browser sends → Inbound. Pure. Whatever is not of the form that our pages send raises Refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from bot.chat.inbound import Account, DeletedMessage, EditedMessage, Inbound, Pressed, Said, Submitted
from bot.domain.ids import EventId, PersonId, RoomId
from bot.errors import Refused
from bot.text import text

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.inbound import What
    from bot.domain.company import Person
    from bot.domain.ids import FileId
    from bot.text import Language

PLATFORM: Final = "web"
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,24}")
_PARTS_OF_A_PRESS = 6
MOST_OF_A_FIELD = 200
"""Characters of a name, a target, an id: longer ones come from no page of ours."""


def not_understood() -> Refused:
    """A request that no page of ours sends."""
    return Refused(text("web.not_understood"))


def parse_update(fields: Mapping[str, str], person: PersonId) -> str:
    """The update's id: the browser's own random one, in the person's name (nobody can spend another's)."""
    given = fields.get("update", "")
    if _CLIENT_ID.fullmatch(given) is None:
        raise not_understood()
    return f"{person}~{given}"


def parse_press(value: str) -> Pressed:
    """A button's value, as `render.press_value` wrote it."""
    try:
        parts: object = json.loads(value)
    except ValueError:
        raise not_understood() from None
    match parts:
        case [str(action), str(event), str(target), int(revision), None | str() as commander, int(confirmed)] if (
            len(value) <= MOST_OF_A_FIELD * _PARTS_OF_A_PRESS
        ):
            leader = None if commander is None else PersonId(commander)
            return Pressed(action, EventId(event), target, revision, leader, confirmed=bool(confirmed))
        case _:
            raise not_understood()


def parse_form(fields: Mapping[str, str], files: Mapping[str, FileId]) -> Submitted:
    """A form's answers. What was typed wins over a tile that was tapped for the same question."""
    form = fields.get("form", "")
    if not form or len(form) > MOST_OF_A_FIELD:
        raise not_understood()
    picked = {name.removeprefix("pick-"): value for name, value in fields.items() if name.startswith("pick-")}
    typed = {name.removeprefix("f-"): value for name, value in fields.items() if name.startswith("f-")}
    values = {name: typed.get(name, "").strip() or picked.get(name, "") for name in (*picked, *typed)}
    return Submitted(form, _context(fields.get("context", "")), values, files, skipped=bool(fields.get("skipped")))


def _context(written: str) -> dict[str, str]:
    try:
        pairs: object = json.loads(written or "[]")
    except ValueError:
        raise not_understood() from None
    if not isinstance(pairs, list):
        raise not_understood()
    context: dict[str, str] = {}
    for pair in cast("list[object]", pairs):
        match pair:
            case [str(name), str(value)]:
                context[name] = value
            case _:
                raise not_understood()
    return context


def parse_said(fields: Mapping[str, str], message: str, files: tuple[FileId, ...]) -> Said:
    """Words, a photo, or both. Raises Refused where there is neither."""
    words = fields.get("words", "").replace("\r\n", "\n")
    if not words.strip() and not files:
        raise Refused(text("web.nothing_said"))
    return Said(message, words, fields.get("reply_to") or None, files)


def parse_edit(fields: Mapping[str, str]) -> EditedMessage:
    """A message of one's own that now reads otherwise."""
    words = fields.get("words", "").replace("\r\n", "\n")
    if not words.strip():
        raise Refused(text("web.nothing_said"))
    return EditedMessage(fields.get("message", ""), words)


def parse_deletion(fields: Mapping[str, str]) -> DeletedMessage:
    """A message of one's own that goes."""
    return DeletedMessage(fields.get("delete", ""))


def inbound(update: str, person: Person, language: Language, room: RoomId, what: What, now: datetime) -> Inbound:
    """One update of a person. On the built-in chat the account is the person's id."""
    account = Account(PLATFORM, person.id, person.name.of(language), language)
    return Inbound(update, account, room, what, now)


def is_command(words: str) -> bool:
    """Whether a line is for the bot alone: it begins with a slash, ／ included."""
    return words.lstrip().startswith(("/", "／"))
