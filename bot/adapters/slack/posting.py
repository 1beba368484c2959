"""One message of the house: posted, edited, found again, pinned, with its files."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.adapters.slack.client import Refusal
from bot.adapters.slack.reading import each, part, word, write_json
from bot.adapters.slack.render import Rendered, render_card
from bot.errors import RetryLater, Undeliverable, Unknown

if TYPE_CHECKING:
    from bot.adapters.slack.client import SlackClient
    from bot.adapters.slack.reading import Json, Written
    from bot.adapters.slack.render import Reader
    from bot.chat.adapter import Showing

KIND: Final = "tocsin"
"""The event_type of our messages' metadata."""
LOOK_BACK: Final = timedelta(seconds=60)
"""Clocks differ: a search begins so long before the attempt."""
PAGE: Final = 100
MOST_PAGES: Final = 10
NO_LONGER_THERE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The message cannot be edited any more: a new one takes its place."""
NOTHING_THERE: Final = frozenset({"thread_not_found", "message_not_found", "not_in_channel"})
"""Where nothing can have been left: the card it hangs under is gone, or the app was never in the channel."""

log = structlog.get_logger(__name__)


def message_id(channel: str, ts: str) -> str:
    """A message's name: unique in the workspace, and all that is needed to edit it."""
    return f"{channel}/{ts}"


def split_id(message: str) -> tuple[str, str]:
    """Channel and timestamp of a message."""
    channel, _, ts = message.partition("/")
    return channel, ts


def metadata(showing: Showing) -> Written:
    """What tells our messages apart in a channel's history."""
    return {"event_type": KIND, "event_payload": {"key": showing.key, "revision": showing.card.revision}}


async def show(client: SlackClient, showing: Showing, reader: Reader) -> tuple[str, bool]:
    """Post or edit. The message's id, and whether it stands there for the first time."""
    rendered = render_card(showing.card, reader)
    if showing.standing is not None:
        try:
            return await _edit(client, showing, rendered), False
        except Refusal as refusal:
            if refusal.error not in NO_LONGER_THERE:
                raise
    if showing.tried_at is not None and (found := await _find(client, showing)) is not None:
        message, revision = found
        if revision != showing.card.revision:
            await _edit(client, replace(showing, standing=message), rendered)
        return message, True
    return await _post(client, showing, rendered), True


async def _edit(client: SlackClient, showing: Showing, rendered: Rendered) -> str:
    channel, ts = split_id(showing.standing or "")
    said = {"text": rendered.text, "blocks": rendered.blocks, "metadata": metadata(showing)}
    told = await in_room(client, channel, "chat.update", channel=channel, ts=ts, **said)
    return message_id(word(told, "channel") or channel, word(told, "ts") or ts)


async def _post(client: SlackClient, showing: Showing, rendered: Rendered) -> str:
    said: Written = {
        "channel": showing.address,
        "text": rendered.text,
        "blocks": rendered.blocks,
        "metadata": metadata(showing),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    thread = {} if showing.thread_address is None else {"thread_ts": split_id(showing.thread_address)[1]}
    try:
        told = await in_room(client, showing.address, "chat.postMessage", **said, **thread)
    except Refusal as refusal:
        if not thread or refusal.error != "thread_not_found":
            raise
        told = await client.call("chat.postMessage", **said)
    return message_id(word(told, "channel"), word(told, "ts"))


async def in_room(client: SlackClient, channel: str, method: str, /, **given: object) -> Json:
    """Call a method that wants the app to be in the channel; a public channel is joined first where it is not."""
    try:
        return await client.call(method, **given)
    except Refusal as refusal:
        if refusal.error != "not_in_channel":
            raise
        await client.call("conversations.join", channel=channel)
        return await client.call(method, **given)


async def _find(client: SlackClient, showing: Showing) -> tuple[str, object] | None:
    """The message that an earlier attempt may have left, and the revision it shows.

    Raises RetryLater while Slack cannot be asked.
    """
    channel = await conversation(client, showing.address)
    tried_at = showing.tried_at
    since = "0" if tried_at is None else f"{(tried_at - LOOK_BACK).timestamp():.6f}"
    given: Written = {"channel": channel, "oldest": since, "include_all_metadata": True, "limit": PAGE}
    searches = [("conversations.history", given)]
    if showing.thread_address is not None:
        searches.insert(0, ("conversations.replies", given | {"ts": split_id(showing.thread_address)[1]}))
    for method, asked in searches:
        try:
            return await _search(client, method, asked, showing.key)
        except Refusal as refusal:
            if refusal.error not in NOTHING_THERE:
                raise
    return None


async def _search(client: SlackClient, method: str, given: Written, key: str) -> tuple[str, object] | None:
    cursor: Written = {}
    for _ in range(MOST_PAGES):
        told = await client.ask(method, **given, **cursor)
        for message in each(told, "messages"):
            if _is(message, key):
                revision = part(message, "metadata", "event_payload").get("revision")
                return message_id(str(given["channel"]), word(message, "ts")), revision
        following = word(told, "response_metadata", "next_cursor")
        if not following:
            return None
        cursor = {"cursor": following}
    return None


def _is(message: Json, key: str) -> bool:
    kept = part(message, "metadata")
    return word(kept, "event_type") == KIND and word(kept, "event_payload", "key") == key


async def conversation(client: SlackClient, address: str) -> str:
    """The channel's id: of a person, that of the direct messages with them."""
    if not address.startswith(("U", "W")):
        return address
    return word(await client.call("conversations.open", users=address), "channel", "id")


async def pin(client: SlackClient, message: str) -> None:
    """Pin a message; one that cannot be pinned stands there all the same."""
    channel, ts = split_id(message)
    try:
        await client.call("pins.add", channel=channel, timestamp=ts)
    except (RetryLater, Undeliverable, Unknown) as error:
        if not (isinstance(error, Refusal) and error.error == "already_pinned"):
            log.info("slack.not_pinned", message=message, error=str(error))


async def send_file(client: SlackClient, message: str, name: str, content: bytes) -> None:
    """A file under a message. Raises as `SlackClient.call`."""
    channel, ts = split_id(message)
    place = await client.ask("files.getUploadURLExternal", filename=name, length=len(content))
    await client.upload(word(place, "upload_url"), content)
    files = write_json([{"id": word(place, "file_id"), "title": name}])
    await client.ask("files.completeUploadExternal", files=files, channel_id=channel, thread_ts=ts)


async def has_files(client: SlackClient, message: str) -> bool:
    """Whether files hang under a message already."""
    channel, ts = split_id(message)
    told = await client.ask("conversations.replies", channel=channel, ts=ts, limit=PAGE)
    return any(next(each(reply, "files"), None) is not None for reply in each(told, "messages"))
