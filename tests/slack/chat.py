"""The chat, pins, reactions methods of the Web API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.slack.calling import (
    ApiError,
    Args,
    Method,
    account_of,
    channel_of,
    listen,
    message_of,
    need_scope,
    notice,
    read_blocks,
    read_metadata,
    read_text,
    room_of,
)
from tests.slack.checks import Flaw
from tests.slack.reading import Json
from tests.slack.state import Channel, Ephemeral, Message
from tests.slack.workspace import Workspace


def post_message(slack: Workspace, args: Args) -> Json:
    """chat.postMessage: a message of the app; `channel` may be a person's id, then it is a direct message."""
    channel = _to(slack, args.needed("channel"))
    text, blocks, metadata = read_text(slack, args), read_blocks(slack, args) or [], read_metadata(slack, args)
    if not text and not blocks and not args.values.get("attachments"):
        raise ApiError("no_text")
    if args.text("username"):
        need_scope(slack, "chat:write.customize")
    thread = args.text("thread_ts") or None
    if thread:
        message_of(channel, thread, "thread_not_found")
    listen(slack, args, channel, text, blocks)
    message = slack.add_message(
        Message(
            channel,
            slack.next_ts(),
            slack.bot_user_id,
            text,
            blocks,
            metadata or None,
            thread,
            broadcast=args.flag("reply_broadcast"),
            bot_id=slack.bot_id,
            username=args.text("username"),
        )
    )
    slack.emit(slack.message_event(message), channel)
    return {"channel": channel.id, "ts": message.ts, "message": message.shape(metadata=True)}


def update(slack: Workspace, args: Args) -> Json:
    """chat.update: what is not given (blocks, metadata) stays; an empty list takes it away."""
    channel = room_of(slack, args.needed("channel"))
    text, blocks, metadata = read_text(slack, args), read_blocks(slack, args), read_metadata(slack, args)
    message = message_of(channel, args.needed("ts"))
    if message.bot_id != slack.bot_id:
        raise ApiError("cant_update_message")
    if not text and blocks is None:
        raise ApiError("no_text")
    listen(slack, args, channel, text, blocks or [])
    before = message.shape()
    message.change(text, message.blocks if blocks is None else blocks)
    message.metadata = message.metadata if metadata is None else metadata or None
    message.edited = {"user": slack.bot_user_id, "ts": slack.next_ts()}
    slack.emit(slack.changed_event(message, before), channel)
    slack.changed()
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": message.shape(metadata=True)}


def post_ephemeral(slack: Workspace, args: Args) -> Json:
    """chat.postEphemeral: seen by one person, who must be in the channel."""
    channel = room_of(slack, args.needed("channel"))
    user = account_of(slack, args.needed("user")).id
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    text, blocks = read_text(slack, args), read_blocks(slack, args) or []
    if not text and not blocks:
        raise ApiError("no_text")
    listen(slack, args, channel, text, blocks)
    ts = slack.next_ts()
    slack.ephemerals.append(Ephemeral(channel, user, text, blocks, ts, args.text("thread_ts") or None))
    slack.changed()
    return {"message_ts": ts}


def delete(slack: Workspace, args: Args) -> Json:
    """chat.delete: the app's own messages only."""
    channel = channel_of(slack, args.needed("channel"))
    message = message_of(channel, args.needed("ts"))
    if message.bot_id != slack.bot_id:
        raise ApiError("cant_delete_message")
    slack.emit(slack.deleted_event(message), channel)
    slack.drop_message(message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(slack: Workspace, args: Args) -> Json:
    """chat.getPermalink: the address of a message."""
    channel = channel_of(slack, args.needed("channel"))
    message = message_of(channel, args.needed("message_ts"))
    address = f"https://tocsin.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


def pin(slack: Workspace, args: Args) -> Json:
    """pins.add: a hundred pins to a channel at most."""
    channel = room_of(slack, args.needed("channel"))
    message = message_of(channel, args.needed("timestamp"))
    if message.ts in channel.pins:
        raise ApiError("already_pinned")
    if len(channel.pins) >= 100:
        notice(slack, args.method, [Flaw("/channel", "a hundred pins are the most")], "too_many_pins")
        raise ApiError("too_many_pins")
    channel.pins.append(message.ts)
    slack.changed()
    return {}


def unpin(slack: Workspace, args: Args) -> Json:
    """pins.remove: the message is no longer pinned."""
    channel = room_of(slack, args.needed("channel"))
    message = message_of(channel, args.needed("timestamp"))
    if message.ts not in channel.pins:
        raise ApiError("no_pin")
    channel.pins.remove(message.ts)
    slack.changed()
    return {}


def list_pins(slack: Workspace, args: Args) -> Json:
    """pins.list: what is pinned."""
    channel = room_of(slack, args.needed("channel"), live=False)
    items = [{"type": "message", "channel": channel.id, "message": each.shape()} for each in slack.pinned(channel)]
    return {"items": items}


def react(slack: Workspace, args: Args) -> Json:
    """reactions.add: once by the app with each emoji."""
    channel = room_of(slack, args.needed("channel"))
    message = message_of(channel, args.needed("timestamp"))
    name = args.needed("name")
    if name in message.reactions:
        raise ApiError("already_reacted")
    message.reactions.append(name)
    slack.changed()
    return {}


def _to(slack: Workspace, reference: str) -> Channel:
    """Where a message goes.

    One to a deactivated account is taken (https://github.com/slackapi/python-slack-sdk/issues/1156).
    """
    if reference in slack.accounts:
        person = account_of(slack, reference)
        if person.bot:
            raise ApiError("cannot_dm_bot")
        return slack.dm(reference)
    channel = channel_of(slack, reference)
    if channel.archived:
        raise ApiError("is_archived")
    if slack.bot_user_id not in channel.members and "chat:write.public" not in slack.scopes:
        raise ApiError("not_in_channel")
    return channel


METHODS: Final[Mapping[str, Method]] = {
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.postEphemeral": post_ephemeral,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
    "pins.add": pin,
    "pins.remove": unpin,
    "pins.list": list_pins,
    "reactions.add": react,
}
