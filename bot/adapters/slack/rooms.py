"""An event's channel: made, named, given its topic, and the people invited into it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from bot.adapters.slack.client import Refusal
from bot.adapters.slack.naming import LONGEST_CHANNEL
from bot.adapters.slack.posting import in_room
from bot.adapters.slack.reading import each, word
from bot.adapters.slack.tokens import escape
from bot.errors import RetryLater, Undeliverable, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.adapters.slack.client import SlackClient

AT_ONCE: Final = 100
"""People of one call of conversations.invite (at most 100 where shared with other companies, 1,000 else)."""
LONGEST_TOPIC: Final = 250
NAMES_TRIED: Final = 5
PAGE: Final = 200
MOST_PAGES: Final = 50
HARMLESS: Final = frozenset(
    {"already_in_channel", "cant_invite_self", "user_not_found", "cant_invite", "ura_max_channels"}
)
"""Those who cannot come in do not keep the others out."""

log = structlog.get_logger(__name__)


async def open_room(client: SlackClient, name: str, topic: str, accounts: Sequence[str], *, private: bool) -> str:
    """A channel with these people in it; the one an earlier attempt made, where it stands already.

    `name` is one that `channel_name` made. Whom Slack does not let in does not keep the channel from standing.
    """
    channel = await _create(client, name, private=private)
    async with asyncio.TaskGroup() as group:
        group.create_task(_set_topic(client, channel, topic))
        invited = group.create_task(_invited(client, channel, accounts))
    if (error := invited.result()) is not None:
        raise error
    return channel


async def _set_topic(client: SlackClient, channel: str, topic: str) -> None:
    """A channel is one without it, too."""
    try:
        await client.call("conversations.setTopic", channel=channel, topic=escape(topic)[:LONGEST_TOPIC])
    except (RetryLater, Undeliverable, Unknown) as error:
        log.info("slack.no_topic", channel=channel, error=str(error))


async def _invited(client: SlackClient, channel: str, accounts: Sequence[str]) -> RetryLater | Unknown | None:
    """What keeps people out for now; None where it is done, or will never be."""
    try:
        await invite(client, channel, accounts)
    except Undeliverable as error:
        log.warning("slack.not_invited", channel=channel, error=str(error))
    except (RetryLater, Unknown) as error:
        return error
    return None


async def _create(client: SlackClient, name: str, *, private: bool) -> str:
    for attempt in range(1, NAMES_TRIED + 1):
        suffix = "" if attempt == 1 else f"-{attempt}"
        tried = f"{name[: LONGEST_CHANNEL - len(suffix)]}{suffix}"
        try:
            told = await client.call("conversations.create", name=tried, is_private=private)
        except Refusal as refusal:
            if refusal.error != "name_taken":
                raise
        else:
            return word(told, "channel", "id")
        ours = await _ours(client, tried)
        if ours is not None:
            return ours
    raise Undeliverable(f"no free name for {name}")


async def _ours(client: SlackClient, name: str) -> str | None:
    """The channel of this name, if this app has made it."""
    me = await client.me()
    cursor = ""
    for _ in range(MOST_PAGES):
        given = {"types": "public_channel,private_channel", "exclude_archived": True, "limit": PAGE}
        told = await client.ask("conversations.list", **given, **({"cursor": cursor} if cursor else {}))
        for channel in each(told, "channels"):
            if word(channel, "name") == name:
                return word(channel, "id") if word(channel, "creator") == me.user else None
        cursor = word(told, "response_metadata", "next_cursor")
        if not cursor:
            return None
    return None


async def invite(client: SlackClient, channel: str, accounts: Sequence[str]) -> None:
    """People for a channel; who is in already, or may not come in, changes nothing for the others."""
    for start in range(0, len(accounts), AT_ONCE):
        some = accounts[start : start + AT_ONCE]
        users = ",".join(some)
        force = {"force": True} if len(some) > 1 else {}
        try:
            await in_room(client, channel, "conversations.invite", channel=channel, users=users, **force)
        except Refusal as refusal:
            if refusal.error not in HARMLESS:
                raise
            log.info("slack.not_invited", channel=channel, error=refusal.error)
