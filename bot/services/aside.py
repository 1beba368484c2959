"""Messages that may belong to one of several events wait here until one tap assigns them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from bot.chat.inbound import Account, DeletedMessage, EditedMessage, Inbound, Said
from bot.domain.ids import FileId, RoomId
from bot.store import tables
from bot.store.locking import lock_row

if TYPE_CHECKING:
    from bot.services.context import Context
    from bot.text import Language


class _Change(TypedDict):
    words: str | None
    at: str


class _Aside(TypedDict):
    update: str
    account: str
    name: str
    language: Language | None
    room: RoomId
    at: str
    message: str
    words: str
    files: list[FileId]
    later: list[_Change]


@dataclass(frozen=True, slots=True)
class Aside:
    """A message as it came, and what became of it while it waited."""

    inbound: Inbound
    later: tuple[tuple[EditedMessage | DeletedMessage, datetime], ...]


async def keep_aside(context: Context, said: Said) -> None:
    """Keep a message until somebody says which event it belongs to."""
    inbound = context.inbound
    kept = _Aside(
        update=inbound.update,
        account=inbound.account.account,
        name=inbound.account.name,
        language=inbound.account.language,
        room=inbound.room,
        at=inbound.at.isoformat(),
        message=said.message,
        words=said.words,
        files=list(said.files),
        later=[],
    )
    await context.work.put_setting(_key(inbound.platform, said.message), json.dumps(kept, ensure_ascii=False))


async def change_aside(context: Context, changed: EditedMessage | DeletedMessage) -> None:
    """A message that waits was edited or deleted: the old text stays beside the new one."""
    key = _key(context.inbound.platform, changed.message)
    kept = await _waiting(context, key)
    if kept is None:
        return
    words = changed.words if isinstance(changed, EditedMessage) else None
    kept["later"].append(_Change(words=words, at=context.inbound.at.isoformat()))
    await context.work.put_setting(key, json.dumps(kept, ensure_ascii=False))


async def take_from_aside(context: Context, message: str) -> Aside | None:
    """The message as it came, and it waits no longer; None where it was assigned before."""
    key = _key(context.inbound.platform, message)
    kept = await _waiting(context, key)
    if kept is None:
        return None
    await context.work.put_setting(key, "")
    account = Account(context.inbound.platform, kept["account"], kept["name"], kept["language"])
    said = Said(kept["message"], kept["words"], files=tuple(kept["files"]))
    inbound = Inbound(kept["update"], account, kept["room"], said, datetime.fromisoformat(kept["at"]))
    return Aside(inbound, tuple(_changed(message, change) for change in kept["later"]))


async def _waiting(context: Context, key: str) -> _Aside | None:
    """What is kept under this key, nobody else's to assign or change until the end of the transaction."""
    row = await lock_row(context.work, tables.settings, key=key)
    if row is None:
        return None
    kept: _Aside = json.loads(str(row["value"]))
    return kept


def _changed(message: str, change: _Change) -> tuple[EditedMessage | DeletedMessage, datetime]:
    words, at = change["words"], datetime.fromisoformat(change["at"])
    return (DeletedMessage(message) if words is None else EditedMessage(message, words)), at


def _key(platform: str, message: str) -> str:
    return f"aside/{platform}/{message}"
