"""Photos that came with a word, before its form asked for one: set aside until the form is sent.

The form carries a name of them alone, as a browser could put any file's there. Where forms are asked question by
question, the dialogue keeps them itself.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from bot.chat.inbound import Said
from bot.domain.ids import FileId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.chat.inbound import Submitted
    from bot.services.context import Context

PHOTOS = "photos"
"""Under which the context of a form carries the name."""


async def set_aside(context: Context) -> Mapping[str, str]:
    """What the form carries; nothing where no photo came. One account has one such set, the newest."""
    said = context.inbound.what
    if not context.abilities.forms or not isinstance(said, Said) or not said.files:
        return {}
    name = secrets.token_hex(8)
    await context.work.put_setting(_key(context), " ".join((name, *said.files)))
    return {PHOTOS: name}


def carried(form: Submitted) -> Mapping[str, str]:
    """What the next form carries on."""
    return {PHOTOS: form.context[PHOTOS]} if PHOTOS in form.context else {}


async def take_up(context: Context, form: Submitted) -> tuple[FileId, ...]:
    """The photos of this form, once."""
    kept = (await context.work.setting(_key(context)) or "").split()
    if not kept or kept[0] != form.context.get(PHOTOS):
        return ()
    await context.work.put_setting(_key(context), "")
    return tuple(FileId(file) for file in kept[1:])


def _key(context: Context) -> str:
    return f"early/{context.inbound.platform}/{context.inbound.account.account}"
