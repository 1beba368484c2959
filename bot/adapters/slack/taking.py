"""Photos and files that people send on Slack: fetched, checked and kept as those of the built-in chat."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.adapters.receiving import MEGABYTE, keep
from bot.adapters.slack.reading import part, word
from bot.errors import Refused, RetryLater, Undeliverable
from bot.text import text

if TYPE_CHECKING:
    from bot.adapters.slack.client import SlackClient
    from bot.adapters.slack.heard import Attachment
    from bot.domain.ids import FileId
    from bot.store.store import Store


async def take(
    client: SlackClient, store: Store, sent: Attachment, limit_mb: int, until: float | None = None
) -> FileId:
    """Keep one file; position data goes. Raises Refused with what is wrong, RetryLater or Unknown, NotSaved.

    `until`: the time of the event loop by which it has to be here; None: as long as Slack takes.
    """
    limit = limit_mb * MEGABYTE
    too_large = Refused(text("web.too_large", limit=f"{limit_mb} MB"))
    if sent.size > limit:
        raise too_large
    try:
        async with asyncio.timeout_at(until):
            content = await client.download(await _address(client, sent), limit)
    except TimeoutError as error:
        raise RetryLater(f"{sent.id} takes too long") from error
    except Undeliverable as error:
        raise Refused(text("slack.no_file")) from error
    if content is None:
        raise too_large if sent.size == 0 else Refused(text("slack.no_file"))
    return (await keep(store, content, sent.name, sent.media_type)).file


async def _address(client: SlackClient, sent: Attachment) -> str:
    """Of a file that comes from another company, Slack tells only the id until it is asked."""
    if sent.url:
        return sent.url
    told = part(await client.ask("files.info", file=sent.id), "file")
    return word(told, "url_private_download") or word(told, "url_private")
