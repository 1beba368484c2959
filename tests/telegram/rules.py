"""The limits that the documentation states in prose, and what the server answers beyond them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from tests.telegram.markup import Unparsable, check_entities, parse, trim, units
from tests.telegram.refusal import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]

TEXT, CAPTION, ANSWER, DATA = 4096, 1024, 200, 64
"""Text and captions in UTF-16 code units after entities are parsed; callback_data in bytes."""
UPLOAD, PHOTO, DOWNLOAD = 50 * 2**20, 10 * 2**20, 20 * 2**20
"""Bytes."""
BUTTONS, ROW = 100, 8
COMMANDS: Final = 100
COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
LANGUAGE: Final = re.compile(r"[a-z]{2}")
STYLES: Final = frozenset({"danger", "success", "primary"})
ICON_COLORS: Final = frozenset({7322096, 16766590, 13338331, 9367192, 16749490, 16478047})
"""https://core.telegram.org/bots/api#createforumtopic"""
DOES: Final = frozenset(
    {"url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat"}
    | {"switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"}
)
"""What an inline button may do, exactly one of these."""


def read_text(given: Json) -> Json:
    """The text and entities of a message. Raises Invalid."""
    text, entities = _read(given, given["text"], "entities")
    if not text:
        raise invalid("message text is empty")
    if units(text) > TEXT:
        raise invalid("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def read_caption(given: Json) -> Json:
    """The caption and its entities, or nothing. Raises Invalid."""
    caption, entities = _read(given, given.get("caption", ""), "caption_entities")
    if units(caption) > CAPTION:
        raise invalid("message caption is too long")
    if not caption:
        return {}
    return {"caption": caption, "caption_entities": entities} if entities else {"caption": caption}


def read_markup(given: Json) -> Json | None:
    """The keyboard of a message. Raises Invalid."""
    markup: Json | None = given.get("reply_markup")
    rows: list[list[Json]] = (markup or {}).get("inline_keyboard", [])
    if sum(map(len, rows)) > BUTTONS:
        raise invalid("REPLY_MARKUP_TOO_LONG")
    for row in rows:
        if len(row) > ROW:
            raise invalid(f"a row has more than {ROW} buttons")
        for button in row:
            check_button(button)
    return None if markup == {"inline_keyboard": []} else markup


def check_button(button: Json) -> None:
    """One inline button: a label, exactly one thing it does, data of 1–64 bytes. Raises Invalid."""
    if not button["text"].strip():
        raise invalid("can't parse inline keyboard button: text must be non-empty")
    if len(button.keys() & DOES) != 1:
        raise invalid("can't parse inline keyboard button: exactly one of the optional fields must be used")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= DATA:
        raise invalid("BUTTON_DATA_INVALID")
    if "url" in button:
        address = urlsplit(str(button["url"]))
        if address.scheme not in {"http", "https", "tg"} or not address.netloc:
            raise invalid(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if button.get("style", "danger") not in STYLES:
        raise invalid("can't parse inline keyboard button: invalid button style specified")


def check_commands(commands: list[Mapping[str, str]]) -> None:
    """The commands of a menu. Raises Invalid."""
    if len(commands) > COMMANDS:
        raise invalid("BOT_COMMANDS_TOO_MUCH")
    for each in commands:
        if not COMMAND.fullmatch(each["command"].removeprefix("/")):
            raise invalid("BOT_COMMAND_INVALID")
        if not 1 <= len(each["description"]) <= 256:
            raise invalid("BOT_COMMAND_DESCRIPTION_INVALID")


def check_language(given: Json) -> str:
    """The two-letter language code, or "" for all. Raises Invalid."""
    code = str(given.get("language_code", ""))
    if code and not LANGUAGE.fullmatch(code):
        raise invalid("invalid language code specified")
    return code


def check_length(name: str, value: str, least: int, most: int) -> str:
    """A text of so many characters. Raises Invalid."""
    if not least <= len(value) <= most:
        raise invalid(f"{name} must be {least}-{most} characters")
    return value


def _read(given: Json, text: str, entities: str) -> tuple[str, list[Json]]:
    try:
        match given.get("parse_mode", ""):
            case "" | None:
                marked: list[Json] = given.get(entities, [])
                check_entities(text, marked)
                return trim(text, marked)
            case str(mode) if mode.lower() == "html":
                return parse(text)
            case mode:
                raise invalid(f"unsupported parse_mode {mode}: this server reads HTML and entities")
    except Unparsable as unparsable:
        raise invalid(f"can't parse entities: {unparsable}") from unparsable
