"""One call of the Web API: its arguments, its errors, and what it must not contain."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from tests.slack.checks import (
    TEXT_LONGEST,
    TEXT_SPLIT,
    Flaw,
    flaws_of_blocks,
    flaws_of_metadata,
    flaws_of_text,
    flaws_of_view,
    marked_up,
    pings,
    pings_of_blocks,
)
from tests.slack.reading import Json, objects
from tests.slack.state import Account, Channel, Invalid, Message, Notified
from tests.slack.workspace import Workspace

Method = Callable[[Workspace, "Args"], Json]
"""A method of the Web API: reads its arguments, changes the workspace, gives the answer without `ok`."""


class ApiError(Exception):
    """An answer `{"ok": false, "error": …}`; `more` stands beside the error."""

    def __init__(self, error: str, *, status: int = 200, retry_after: int | None = None, **more: object) -> None:
        """The error code as documented for the method."""
        super().__init__(error)
        self.error, self.status, self.retry_after, self.more = error, status, retry_after, dict[str, Any](more)


@dataclass(frozen=True, slots=True)
class Args:
    """The arguments of one call, from JSON or a form alike: in a form lists and objects are JSON text, flags "1"."""

    method: str
    values: Json

    def text(self, name: str) -> str:
        """A text argument; empty where it was not given."""
        value = self.values.get(name)
        return "" if value is None else str(value)

    def needed(self, name: str) -> str:
        """A text argument that must be there."""
        value = self.text(name)
        if not value:
            raise ApiError(
                "invalid_arguments", response_metadata={"messages": [f"[ERROR] missing required field: {name}"]}
            )
        return value

    def flag(self, name: str) -> bool:
        """A yes or no."""
        return str(self.values.get(name, "")).lower() in {"1", "true"}

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number, `default` where it was not given, `invalid_limit` beyond `most`."""
        value = self.text(name) or str(default)
        if not value.isdecimal() or not 0 < int(value) <= most:
            raise ApiError("invalid_limit")
        return int(value)

    def parsed(self, name: str, error: str = "invalid_arguments") -> object:
        """A list or object; None where it was not given."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as reason:
            raise ApiError(error) from reason

    def names(self, name: str) -> list[str]:
        """A list, also as "U1,U2"."""
        value = self.values.get(name)
        if isinstance(value, list):
            return [str(each) for each in cast("list[object]", value)]
        return [part.strip() for part in self.text(name).split(",") if part.strip()]


def channel_of(slack: Workspace, reference: str) -> Channel:
    """The channel with this id (or #name)."""
    found = slack.channels.get(reference)
    if found is None and reference.startswith("#"):
        found = next((each for each in slack.channels.values() if each.name == reference[1:]), None)
    if found is None or (found.private and slack.bot_user_id not in found.members):
        raise ApiError("channel_not_found")
    return found


def room_of(slack: Workspace, reference: str, *, live: bool = True) -> Channel:
    """The channel with this id, of which the app must be a member."""
    channel = channel_of(slack, reference)
    if slack.bot_user_id not in channel.members:
        raise ApiError("not_in_channel")
    if live and channel.archived:
        raise ApiError("is_archived")
    return channel


def account_of(slack: Workspace, user: str) -> Account:
    """The person or bot with this id."""
    found = slack.accounts.get(user)
    if found is None:
        raise ApiError("user_not_found")
    return found


def message_of(channel: Channel, ts: str, error: str = "message_not_found") -> Message:
    """The message with this timestamp."""
    found = channel.messages.get(ts)
    if found is None:
        raise ApiError(error)
    return found


def read_blocks(slack: Workspace, args: Args, name: str = "blocks") -> list[Json] | None:
    """The blocks of a message, checked; None where none were given."""
    blocks = args.parsed(name, "invalid_blocks_format")
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if slack.checking:
        refuse(slack, args.method, flaws_of_blocks(cast("object", blocks), "message"), "invalid_blocks")
    return slack.complete(objects(cast("object", blocks)))


def read_view(slack: Workspace, args: Args) -> Json:
    """The view, checked, with the ids that Slack adds."""
    view = args.parsed("view")
    return accepted_view(slack, args.method, view)


def accepted_view(slack: Workspace, method: str, view: object) -> Json:
    """The view as Slack keeps it; `invalid_arguments` where it breaks a rule."""
    if slack.checking:
        flaws = flaws_of_view(view)
        too_large = any(flaw.rule == "view_too_large" for flaw in flaws)
        refuse(slack, method, flaws, "view_too_large" if too_large else "invalid_arguments")
        for where, text in marked_up(cast("Json", view).get("blocks")):
            notice(slack, method, flaws_of_text(text, where), "")
    shape = cast("Json", view)
    return shape | {"blocks": slack.complete(objects(shape.get("blocks")))}


def read_text(slack: Workspace, args: Args) -> str:
    """The text of a message, cut off where Slack cuts it off."""
    text = args.text("text") or args.text("markdown_text")
    if len(text) > TEXT_LONGEST:
        if args.method == "chat.update":
            refuse(slack, args.method, [Flaw("/text", f"over {TEXT_LONGEST} characters")], "msg_too_long")
        notice(slack, args.method, [Flaw("/text", f"over {TEXT_LONGEST} characters, cut off")], "")
        return text[:TEXT_LONGEST]
    if len(text) > TEXT_SPLIT and not args.values.get("blocks"):
        notice(slack, args.method, [Flaw("/text", f"over {TEXT_SPLIT} characters without blocks, may be split")], "")
    return text


def read_metadata(slack: Workspace, args: Args) -> Json | None:
    """The metadata of a message, checked; None where none was given, empty where it is to be taken away."""
    metadata = args.parsed("metadata", "invalid_metadata_format")
    if metadata is None or metadata == {}:
        return cast("Json | None", metadata)
    refuse(slack, args.method, flaws_of_metadata(metadata), "invalid_metadata_format")
    return cast("Json", metadata)


def listen(slack: Workspace, args: Args, channel: Channel, text: str, blocks: Sequence[Json]) -> None:
    """Write down what in a message is not escaped, and whom it would call."""
    if not slack.checking:
        return
    flaws = flaws_of_text(text)
    for where, part in marked_up(list(blocks)):
        flaws += flaws_of_text(part, where)
    notice(slack, args.method, flaws, "")
    found = [("/text", what) for what in pings(text)] + list(pings_of_blocks(list(blocks)))
    if args.flag("link_names") or args.text("parse") == "full":
        found += [("/text", f"<!{word}>") for word in ("channel", "here", "everyone") if f"@{word}" in text]
    slack.notified += [Notified(args.method, channel.id, what, where) for where, what in found]


def notice(slack: Workspace, method: str, flaws: Sequence[Flaw], answered: str) -> None:
    """Write the flaws down for the test."""
    slack.invalid += [Invalid(method, flaw.where, flaw.rule, answered) for flaw in flaws]


def refuse(slack: Workspace, method: str, flaws: Sequence[Flaw], error: str) -> None:
    """Write the flaws down and answer as Slack does; nothing happens where there are none."""
    if not flaws:
        return
    notice(slack, method, flaws, error)
    messages = [f"[ERROR] {flaw.rule} [json-pointer:{flaw.where}]" for flaw in flaws]
    raise ApiError(error, errors=messages, response_metadata={"messages": messages})


def page(rows: Sequence[Any], args: Args, default: int, most: int) -> tuple[list[Any], Json]:
    """One page of the rows and the cursor to the next, as `response_metadata`."""
    limit, cursor = args.number("limit", default, most), args.text("cursor")
    if cursor and not cursor.removeprefix("next:").isdecimal():
        raise ApiError("invalid_cursor")
    start = int(cursor.removeprefix("next:")) if cursor else 0
    following = f"next:{start + limit}" if start + limit < len(rows) else ""
    return list(rows[start : start + limit]), {"response_metadata": {"next_cursor": following}}


METHOD_SCOPES: Mapping[str, tuple[str, ...]] = {
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.getPermalink": (),
    "conversations.open": ("im:write", "mpim:write"),
    "conversations.create": ("channels:manage", "groups:write"),
    "conversations.invite": ("channels:manage", "channels:write.invites", "groups:write", "groups:write.invites"),
    "conversations.join": ("channels:join",),
    "conversations.info": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.list": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.members": ("channels:read", "groups:read", "im:read", "mpim:read"),
    "conversations.history": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.replies": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.setTopic": ("channels:manage", "channels:write.topic", "groups:write", "groups:write.topic"),
    "conversations.rename": ("channels:manage", "groups:write"),
    "conversations.archive": ("channels:manage", "groups:write"),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
    "users.lookupByEmail": ("users:read.email",),
    "bots.info": ("users:read",),
    "team.info": ("team:read",),
    "pins.add": ("pins:write",),
    "pins.remove": ("pins:write",),
    "pins.list": ("pins:read",),
    "reactions.add": ("reactions:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.completeUploadExternal": ("files:write",),
    "files.info": ("files:read",),
}
"""Any one of these scopes lets the app call the method; a method that is not named needs none (docs.slack.dev)."""
BY_KIND: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "history": {
        "channel": ("channels:history",),
        "group": ("groups:history",),
        "im": ("im:history",),
        "mpim": ("mpim:history",),
    },
    "read": {"channel": ("channels:read",), "group": ("groups:read",), "im": ("im:read",), "mpim": ("mpim:read",)},
    "manage": {"channel": ("channels:manage",), "group": ("groups:write",), "im": (), "mpim": ("mpim:write",)},
    "invite": {
        "channel": ("channels:manage", "channels:write.invites"),
        "group": ("groups:write", "groups:write.invites"),
        "im": (),
        "mpim": (),
    },
    "topic": {
        "channel": ("channels:manage", "channels:write.topic"),
        "group": ("groups:write", "groups:write.topic"),
        "im": ("im:write", "im:write.topic"),
        "mpim": ("mpim:write", "mpim:write.topic"),
    },
}
"""The scopes of the conversations methods depend on the kind of channel."""


def need_scope(slack: Workspace, *any_of: str) -> None:
    """`missing_scope` unless the app has one of these (or none is needed)."""
    if any_of and not slack.scopes.intersection(any_of):
        raise ApiError("missing_scope", needed=",".join(any_of), provided=",".join(sorted(slack.scopes)))
