"""Photos and files that people send on Slack: fetched, checked and kept as those of the built-in chat."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.adapters.slack.reading import part, word
from bot.errors import Refused
from bot.text import text

if TYPE_CHECKING:
    from bot.adapters.slack.client import SlackClient
    from bot.adapters.slack.heard import Attachment
    from bot.domain.ids import FileId
    from bot.store.store import Store

MEGABYTE: Final = 1024 * 1024


async def take(client: SlackClient, store: Store, sent: Attachment, limit_mb: int) -> FileId:
    """Keep one file; position data goes. Raises Refused with what is wrong, RetryLater or Unknown, NotSaved."""
    from bot.adapters.web.uploads import PHOTO_ENDINGS, PHOTO_STARTS, clean_photo, document_type, file_name

    limit = limit_mb * MEGABYTE
    too_large = Refused(text("web.too_large", limit=f"{limit_mb} MB"))
    if sent.size > limit:
        raise too_large
    content = await client.download(await _address(client, sent), limit)
    if content is None:
        raise too_large if sent.size == 0 else Refused(text("slack.no_file"))
    name = file_name(sent.name)
    claims_photo = sent.media_type.startswith("image/") or name.lower().endswith(PHOTO_ENDINGS)
    if claims_photo or content.startswith(PHOTO_STARTS):
        content, media_type = await asyncio.to_thread(clean_photo, content), "image/jpeg"
    else:
        media_type = document_type(content)
    return await store.files.keep(content, media_type, name)


async def _address(client: SlackClient, sent: Attachment) -> str:
    """Of a file that comes from another company, Slack tells only the id until it is asked."""
    if sent.url:
        return sent.url
    told = part(await client.ask("files.info", file=sent.id), "file")
    return word(told, "url_private_download") or word(told, "url_private")
