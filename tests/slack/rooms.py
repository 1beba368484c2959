"""The conversations methods of the Web API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.slack.calling import (
    BY_KIND,
    ApiError,
    Args,
    Method,
    account_of,
    channel_of,
    message_of,
    need_scope,
    notice,
    page,
    room_of,
)
from tests.slack.checks import Flaw, flaw_of_name
from tests.slack.reading import Json
from tests.slack.state import Channel, Message
from tests.slack.workspace import Workspace


def open_dm(slack: Workspace, args: Args) -> Json:
    """conversations.open: direct messages with one person, or a group of up to eight."""
    if args.text("channel"):
        return {"channel": {"id": channel_of(slack, args.text("channel")).id}}
    users = args.names("users")
    if not users:
        raise ApiError("users_list_not_supplied")
    for user in users:
        person = account_of(slack, user)
        if person.deleted:
            raise ApiError("user_disabled")
        if person.bot:
            raise ApiError("cannot_dm_bot")
    need_scope(slack, "im:write" if len(users) == 1 else "mpim:write")
    known = any(channel.im == users[0] for channel in slack.channels.values())
    channel = slack.dm(users[0]) if len(users) == 1 else _group(slack, users)
    shape = channel.shape(slack.bot_user_id) if args.flag("return_im") else {"id": channel.id}
    return {"channel": shape} | ({"no_op": True, "already_open": True} if known and len(users) == 1 else {})


def create(slack: Workspace, args: Args) -> Json:
    """conversations.create: names are lower case and taken also by archived channels; the app is its first member."""
    name, private = args.text("name"), args.flag("is_private")
    need_scope(slack, "groups:write" if private else "channels:manage")
    _check_name(slack, args, name)
    channel = Channel(slack.ids("C"), name, slack.bot_user_id, slack.seconds(), private=private)
    channel.members.append(slack.bot_user_id)
    slack.channels[channel.id] = channel
    slack.changed()
    if not private:
        made = {"id": channel.id, "name": name, "created": channel.created, "creator": slack.bot_user_id}
        slack.emit({"type": "channel_created", "channel": made, "event_ts": slack.next_ts()})
    return {"channel": channel.shape(slack.bot_user_id)}


def invite(slack: Workspace, args: Args) -> Json:
    """conversations.invite: all or nobody, unless `force`."""
    channel = room_of(slack, args.needed("channel"))
    need_scope(slack, *BY_KIND["invite"][channel.kind])
    users = args.names("users")
    if not users:
        raise ApiError("no_user")
    if len(users) > 100:
        raise ApiError("too_many_users")
    refused = [(user, error) for user in users if (error := _refusal(slack, channel, user))]
    if refused and not args.flag("force"):
        raise ApiError(refused[0][1], errors=[{"user": user, "ok": False, "error": error} for user, error in refused])
    bad = {user for user, _ in refused}
    for user in users:
        if user not in bad:
            joined(slack, channel, user, inviter=slack.bot_user_id)
    return {"channel": channel.shape(slack.bot_user_id)}


def join(slack: Workspace, args: Args) -> Json:
    """conversations.join: the app joins a public channel."""
    channel = channel_of(slack, args.needed("channel"))
    if channel.kind != "channel":
        raise ApiError("method_not_supported_for_channel_type")
    if channel.archived:
        raise ApiError("is_archived")
    if slack.bot_user_id in channel.members:
        return {"channel": channel.shape(slack.bot_user_id), "warning": "already_in_channel"}
    joined(slack, channel, slack.bot_user_id)
    return {"channel": channel.shape(slack.bot_user_id)}


def show(slack: Workspace, args: Args) -> Json:
    """conversations.info: any public channel, and the private ones the app is in."""
    channel = channel_of(slack, args.needed("channel"))
    need_scope(slack, *BY_KIND["read"][channel.kind])
    shape = channel.shape(slack.bot_user_id)
    return {"channel": shape | ({"locale": "en-US"} if args.flag("include_locale") else {})}


def list_all(slack: Workspace, args: Args) -> Json:
    """conversations.list: in pages; private channels only where the app is a member."""
    kinds = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    wanted = {kinds.get(name, "") for name in args.names("types") or ["public_channel"]}
    if "" in wanted:
        raise ApiError("invalid_types")
    for kind in wanted:
        need_scope(slack, *BY_KIND["read"][kind])
    rows = [
        channel.shape(slack.bot_user_id)
        for channel in slack.channels.values()
        if channel.kind in wanted
        and (channel.kind == "channel" or slack.bot_user_id in channel.members)
        and not (channel.archived and args.flag("exclude_archived"))
    ]
    shown, metadata = page(rows, args, 100, 1000)
    return {"channels": shown} | metadata


def members(slack: Workspace, args: Args) -> Json:
    """conversations.members: in pages."""
    channel = channel_of(slack, args.needed("channel"))
    need_scope(slack, *BY_KIND["read"][channel.kind])
    shown, metadata = page(channel.members, args, 100, 1000)
    return {"members": shown} | metadata


def history(slack: Workspace, args: Args) -> Json:
    """conversations.history: the newest first; `oldest` and `latest` themselves only with `inclusive`; no replies."""
    channel = room_of(slack, args.needed("channel"), live=False)
    need_scope(slack, *BY_KIND["history"][channel.kind])
    rows = [
        message for message in reversed(channel.messages.values()) if not message.is_reply and _within(message, args)
    ]
    shown, metadata = page(rows, args, 100, 999)
    more = bool(metadata["response_metadata"]["next_cursor"])
    return {
        "messages": [message.shape(metadata=args.flag("include_all_metadata")) for message in shown],
        "has_more": more,
        "pin_count": len(channel.pins),
    } | (metadata if more else {})


def replies(slack: Workspace, args: Args) -> Json:
    """conversations.replies: the parent, then its thread, the oldest first."""
    channel = room_of(slack, args.needed("channel"), live=False)
    need_scope(slack, *BY_KIND["history"][channel.kind])
    parent = message_of(channel, args.needed("ts"), "thread_not_found")
    thread = [each for each in channel.threads.get(parent.ts, []) if _within(each, args)]
    shown, metadata = page([parent, *thread], args, 1000, 1000)
    rows = [message.shape(metadata=args.flag("include_all_metadata")) for message in shown]
    more = bool(metadata["response_metadata"]["next_cursor"])
    return {"messages": rows, "has_more": more} | (metadata if more else {})


def set_topic(slack: Workspace, args: Args) -> Json:
    """conversations.setTopic: up to 250 characters; the channel shows who did it."""
    channel = room_of(slack, args.needed("channel"))
    need_scope(slack, *BY_KIND["topic"][channel.kind])
    topic = args.text("topic")
    if len(topic) > 250:
        notice(slack, args.method, [Flaw("/topic", "longer than 250 characters")], "too_long")
        raise ApiError("too_long")
    channel.topic = topic
    slack.say_of(channel, slack.bot_user_id, "channel_topic", f"set the channel topic: {topic}", topic=topic)
    return {"channel": channel.shape(slack.bot_user_id)}


def rename(slack: Workspace, args: Args) -> Json:
    """conversations.rename: only the channels the app made."""
    channel = room_of(slack, args.needed("channel"))
    need_scope(slack, *BY_KIND["manage"][channel.kind])
    if channel.creator != slack.bot_user_id:
        raise ApiError("not_authorized")
    name = args.text("name")
    _check_name(slack, args, name)
    renamed(slack, channel, name, slack.bot_user_id)
    return {"channel": channel.shape(slack.bot_user_id)}


def archive(slack: Workspace, args: Args) -> Json:
    """conversations.archive: nobody can write there any more."""
    channel = room_of(slack, args.needed("channel"), live=False)
    need_scope(slack, *BY_KIND["manage"][channel.kind])
    if channel.archived:
        raise ApiError("already_archived")
    if channel.name == "general":
        raise ApiError("cant_archive_general")
    archived(slack, channel, slack.bot_user_id)
    return {}


def joined(slack: Workspace, channel: Channel, user: str, inviter: str = "") -> None:
    """Somebody is in the channel now; Slack says so in it and to the app."""
    channel.members.append(user)
    event = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.private else "C",
        "team": slack.team_id,
        "event_ts": slack.next_ts(),
    }
    slack.emit(event | ({"inviter": inviter} if inviter else {}), channel)
    slack.say_of(channel, user, "channel_join", f"<@{user}> has joined the channel")


def renamed(slack: Workspace, channel: Channel, name: str, user: str) -> None:
    """The channel has another name now."""
    old, channel.name = channel.name, name
    event: Json = {"id": channel.id, "name": name, "created": channel.created}
    kind = "group_rename" if channel.private else "channel_rename"
    slack.emit({"type": kind, "channel": event, "event_ts": slack.next_ts()}, channel)
    text = f'has renamed the channel from "{old}" to "{name}"'
    slack.say_of(channel, user, "channel_name", text, old_name=old, name=name)


def archived(slack: Workspace, channel: Channel, user: str) -> None:
    """The channel is closed."""
    slack.say_of(channel, user, "channel_archive", "archived the channel")
    channel.archived = True
    kind = "group_archive" if channel.private else "channel_archive"
    event: Json = {"type": kind, "channel": channel.id, "user": user, "event_ts": slack.next_ts()}
    slack.emit(event | ({"is_moved": 0}), channel)
    slack.changed()


def _within(message: Message, args: Args) -> bool:
    ts, inclusive = float(message.ts), args.flag("inclusive")
    oldest, latest = float(args.text("oldest") or 0), float(args.text("latest") or "inf")
    return oldest <= ts <= latest if inclusive else oldest < ts < latest


def _refusal(slack: Workspace, channel: Channel, user: str) -> str:
    if user == slack.bot_user_id:
        return "cant_invite_self"
    if user not in slack.accounts or slack.accounts[user].deleted:
        return "user_not_found"
    if slack.accounts[user].stranger and not channel.shared:
        return "user_team_not_in_channel"
    return "already_in_channel" if user in channel.members else ""


def _check_name(slack: Workspace, args: Args, name: str) -> None:
    error = flaw_of_name(name)
    if error:
        notice(slack, args.method, [Flaw("/name", f"{name!r} is no channel name")], error)
        raise ApiError(error)
    if any(channel.name == name for channel in slack.channels.values() if not channel.im):
        raise ApiError("name_taken")


def _group(slack: Workspace, users: list[str]) -> Channel:
    wanted = {*users, slack.bot_user_id}
    for channel in slack.channels.values():
        if channel.group and set(channel.members) == wanted:
            return channel
    name = f"mpdm-{'--'.join(sorted(users)).lower()}-1"
    channel = Channel(slack.ids("C"), name, slack.bot_user_id, slack.seconds(), private=True, group=True)
    channel.members = [*users, slack.bot_user_id]
    slack.channels[channel.id] = channel
    return channel


METHODS: Final[Mapping[str, Method]] = {
    "conversations.open": open_dm,
    "conversations.create": create,
    "conversations.invite": invite,
    "conversations.join": join,
    "conversations.info": show,
    "conversations.list": list_all,
    "conversations.members": members,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.setTopic": set_topic,
    "conversations.rename": rename,
    "conversations.archive": archive,
}
