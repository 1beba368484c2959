"""What Slack sends → what somebody said, pressed or sent. Pure.

https://docs.slack.dev/reference/events · /reference/interaction-payloads · /interactivity/implementing-slash-commands
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.adapters.slack.forms import SKIP, Kept, read_metadata, read_values
from bot.adapters.slack.heard import (
    Attachment,
    Change,
    Command,
    Filled,
    HomeOpened,
    Member,
    Press,
    Removal,
    Revoked,
    RoomGone,
    Talk,
    Update,
)
from bot.adapters.slack.naming import PREFIX, word_of
from bot.adapters.slack.reading import each, part, read_json, word, write_json
from bot.adapters.slack.senders import view_channel
from bot.chat.inbound import Pressed, Raw
from bot.domain.ids import EventId, PersonId
from bot.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.adapters.slack.reading import Json

PLATFORM: Final = "slack"
TAKEN: Final = frozenset({"", "file_share", "thread_broadcast", "me_message"})
"""Subtypes of messages in which somebody says something; all others are Slack's own lines."""
GONE: Final = frozenset({"channel_archive", "channel_deleted", "group_archive", "group_deleted"})
REVOKED: Final = frozenset({"tokens_revoked", "app_uninstalled"})
LISTENED_TO: Final = frozenset({"app_home_opened", "team_join", "user_change", *GONE, *REVOKED})
"""Events besides messages; Slack sends more where an admin has asked for more."""
LONGEST: Final = 2000
"""Characters of a button's value (docs.slack.dev, button element)."""
NO_ACTION: Final = ""
"""What a button of no form that is ours asks for: whoever pressed it is told that it is no longer in use."""


def raw_of(payload: str, at: datetime, read: Json | None = None) -> Raw | None:
    """The row an update is stored in; None where it is nothing for the house. Raises Unreadable where it is no JSON.

    What has no id of Slack's is named by its content: it is kept, and found to be unreadable when it is read.
    """
    sent = read_json(payload) if read is None else read
    if for_nobody(sent):
        return None
    try:
        update, chat = _identity(sent)
    except Unreadable:
        update, chat = f"content/{hashlib.sha256(payload.encode()).hexdigest()}", ""
    return Raw(PLATFORM, update, chat or word(sent, "team_id") or PLATFORM, payload, at)


def _identity(sent: Json) -> tuple[str, str]:
    channel = word(sent, "channel", "id")
    match word(sent, "type"):
        case "event_callback":
            event = part(sent, "event")
            where = word(event, "channel") or word(event, "channel", "id") or word(event, "user")
            return _of_message(event) or _needed(sent, "event_id"), where or word(event, "user", "id")
        case "block_actions":
            user, at = word(sent, "user", "id"), next((word(one, "action_ts") for one in each(sent, "actions")), "")
            return f"act/{user}/{at or _needed(sent, 'trigger_id')}", channel or view_channel(sent) or user
        case "view_submission":
            view, state = word(sent, "view", "id"), word(sent, "view", "hash")
            return f"view/{view}/{state}", view_channel(sent) or word(sent, "user", "id")
        case _:
            return f"cmd/{_needed(sent, 'trigger_id')}", word(sent, "channel_id")


def _of_message(event: Json) -> str:
    """A message by its place and time, empty for anything else.

    Slack has told of one message under several event ids (https://github.com/slackapi/node-slack-sdk/issues/2141).
    """
    channel, ts, subtype = word(event, "channel"), word(event, "ts"), word(event, "subtype")
    if word(event, "type") != "message" or not channel or not ts:
        return ""
    return f"{'message' if subtype in TAKEN else subtype}/{channel}/{ts}"


def _needed(sent: Json, name: str) -> str:
    found = word(sent, name)
    if not found:
        raise Unreadable(f"no {name}")
    return found


def for_nobody(sent: Json) -> bool:
    """Whether it is what the house or another bot says, or an event nobody asked for: nothing is stored of it."""
    event = part(sent, "event")
    if word(sent, "type") != "event_callback":
        return False
    if word(event, "type") != "message":
        return word(event, "type") not in LISTENED_TO
    inner = part(event, "message") or part(event, "previous_message")
    subtype = word(event, "subtype")
    if any(word(one, "bot_id") or word(one, "subtype") == "bot_message" for one in (event, inner)):
        return True
    return subtype not in TAKEN and subtype not in {"message_changed", "message_deleted"}


def parse(payload: str) -> Update | None:
    """What an update says; None: nothing for the house. Raises Unreadable where it is of no form that is known."""
    sent = read_json(payload)
    user = word(sent, "user", "id")
    match word(sent, "type"):
        case "event_callback":
            return None if for_nobody(sent) else _event(part(sent, "event"))
        case "block_actions":
            return _action(sent, user)
        case "view_submission":
            view = part(sent, "view")
            kept = read_metadata(word(view, "private_metadata"))
            return Update(user, kept.channel, _filled(kept, view), word(sent, "user", "name"))
        case "" if word(sent, "command"):
            return _command(sent)
        case kind:
            raise Unreadable(f"an update of the kind {kind!r}")


def _event(event: Json) -> Update | None:
    kind = word(event, "type")
    if kind == "message":
        return _message(event)
    if kind == "app_home_opened":
        return Update(word(event, "user"), "", HomeOpened()) if word(event, "tab") == "home" else None
    if kind in {"team_join", "user_change"}:
        return Update(word(event, "user", "id"), "", Member(part(event, "user")))
    return Update("", "", Revoked()) if kind in REVOKED else Update("", word(event, "channel"), RoomGone())


def _message(event: Json) -> Update | None:
    channel, subtype = word(event, "channel"), word(event, "subtype")
    before, now = part(event, "previous_message"), part(event, "message")
    if subtype == "message_changed" and word(now, "subtype") != "tombstone":
        user = word(now, "user")
        if not user or word(now, "text") == word(before, "text"):
            return None
        return Update(user, channel, Change(word(now, "ts"), word(now, "text")))
    if subtype in {"message_deleted", "message_changed"}:
        user, ts = word(before, "user"), word(event, "deleted_ts") or word(now, "ts")
        return Update(user, channel, Removal(ts)) if user and ts else None
    user, ts, thread = word(event, "user"), word(event, "ts"), word(event, "thread_ts")
    files = tuple(_attachment(file) for file in each(event, "files"))
    if not user or not ts or not (word(event, "text").strip() or files):
        return None
    return Update(user, channel, Talk(ts, word(event, "text"), thread if thread != ts else "", files))


def _attachment(file: Json) -> Attachment:
    size = file.get("size")
    url = word(file, "url_private_download") or word(file, "url_private")
    known = size if isinstance(size, int) else 0
    return Attachment(word(file, "id"), word(file, "name") or word(file, "title"), word(file, "mimetype"), known, url)


def _command(sent: Json) -> Update:
    named, typed = word_of(word(sent, "command")), word(sent, "text").strip()
    whole = f"/{typed.removeprefix('/').lstrip()}" if named == PREFIX else f"/{named} {typed}".rstrip()
    spoken = Command(word(sent, "trigger_id"), whole)
    return Update(word(sent, "user_id"), word(sent, "channel_id"), spoken, word(sent, "user_name"))


def _action(sent: Json, user: str) -> Update | None:
    action = next(each(sent, "actions"), part(sent, "nothing"))
    name, channel = word(sent, "user", "name"), word(sent, "channel", "id")
    if word(action, "action_id") == SKIP:
        view = part(sent, "view")
        kept = read_metadata(word(view, "private_metadata"))
        return Update(user, kept.channel, _filled(kept, view, skipped=True), name)
    value = word(action, "value") or word(action, "selected_option", "value")
    if not value:
        return None
    return Update(user, channel or view_channel(sent), Press(parse_press(value)), name)


def parse_press(value: str) -> Pressed:
    """A button's value, as `render.press_value` wrote it. Any other is a press nothing answers to, so it is refused."""
    try:
        parts: object = json.loads(value) if len(value) <= LONGEST else None
        write_json(parts).encode()
    except (ValueError, RecursionError):
        parts = None
    match parts:
        case [str(action), str(event), str(target), int(revision), None | str() as commander]:
            return _pressed(action, event, target, revision, commander)
        case [str(action), str(event), str(target), int(revision), None | str() as commander, 1]:
            return replace(_pressed(action, event, target, revision, commander), confirmed=True)
        case _:
            return Pressed(NO_ACTION, EventId(""))


def _pressed(action: str, event: str, target: str, revision: int, commander: str | None) -> Pressed:
    leader = None if commander is None else PersonId(commander)
    return Pressed(action, EventId(event), target, int(revision), leader)


def _filled(kept: Kept, view: Json, *, skipped: bool = False) -> Filled:
    if not kept.form:
        raise Unreadable("a form of no form that is ours")
    state = part(view, "state", "values")
    files = {name: _attachment(file) for name, file in _uploads(state)}
    return Filled(kept, read_values(state), files, skipped)


def _uploads(state: Json) -> Iterator[tuple[str, Json]]:
    for block, inputs in state.items():
        for action in part(inputs).values():
            for file in each(action, "files"):
                yield block.removeprefix("f-"), file
