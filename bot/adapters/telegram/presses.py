"""What a button stands for: Telegram carries 64 bytes, so a button carries a token and the rest stays here."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from sqlalchemy import select

from bot.chat.inbound import Pressed
from bot.domain.ids import EventId, PersonId
from bot.store.telegram_tables import telegram_presses
from bot.text import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.adapters.telegram.render import Key, Rows
    from bot.store.store import Store
    from bot.store.work import Work

KEPT_FOR: Final = timedelta(days=400)
REMEMBERED: Final = 20_000
SWEPT_AT_ONCE: Final = 500
LENGTH_OF_TOKEN: Final = 40

Keyboard: TypeAlias = "list[list[dict[str, str]]]"
"""An inline keyboard as the Bot API takes it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a token stands for: a press and the question before it, or a keyboard that is folded."""

    press: Pressed | None = None
    question: Words | None = None
    unfolds: Keyboard | None = None


class Presses:
    """The table of tokens. A token follows from what it stands for, so that a card shown again writes nothing."""

    def __init__(self, store: Store) -> None:
        """Remembers nothing yet."""
        self._store = store
        self._known: OrderedDict[str, None] = OrderedDict()

    async def keyboard(self, rows: Rows) -> Keyboard:
        """A keyboard ready to be sent: what its tokens stand for is kept. Raises NotSaved."""
        fresh: dict[str, str] = {}
        keyboard = _keyboard(rows, fresh)
        unknown = {token: press for token, press in fresh.items() if token not in self._known}
        if unknown:
            await self._store.write(lambda work: _keep(work, unknown))
        for token in fresh:
            self._known[token] = None
            self._known.move_to_end(token)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return keyboard

    async def find(self, token: str) -> Stored | None:
        """What a token stands for; None: it is none of ours, or too old."""
        columns = telegram_presses.c
        found = await self._store.rows(select(columns.press).where(columns.token == token))
        return _read(found[0][0]) if found else None

    async def sweep(self) -> int:
        """Forget what is older than any card that is still of use; how many."""
        before = self._store.clock.now() - KEPT_FOR
        columns = telegram_presses.c

        async def job(work: Work) -> int:
            found = await work.rows(select(columns.token).where(columns.made_at < before).limit(SWEPT_AT_ONCE))
            for (token,) in found:
                work.delete(telegram_presses, {"token": token})
            return len(found)

        removed = 0
        while gone := await self._store.write(job):
            removed += gone
        return removed


async def _keep(work: Work, presses: Mapping[str, str]) -> None:
    for token, press in presses.items():
        work.put(telegram_presses, {"token": token, "press": press, "made_at": work.now})


def _keyboard(rows: Rows, fresh: dict[str, str]) -> Keyboard:
    return [[_button(key, fresh) for key in row] for row in rows]


def _button(key: Key, fresh: dict[str, str]) -> dict[str, str]:
    button = {"text": key.label} | ({"style": key.style} if key.style else {})
    if key.url:
        return button | {"url": key.url}
    written = _written(key, fresh)
    token = token_of(written)
    fresh[token] = written
    return button | {"callback_data": token}


def _written(key: Key, fresh: dict[str, str]) -> str:
    if key.press is None:
        return _compact({"unfolds": _keyboard(key.unfolds, fresh)})
    press = key.press
    parts = [press.action, press.event, press.target, press.revision, press.commander]
    if key.question is None:
        return _compact({"press": parts})
    return _compact({"press": parts, "question": [key.question.zh, key.question.en]})


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def token_of(written: str) -> str:
    """The token: 30 bytes of a hash, as 40 characters."""
    return base64.urlsafe_b64encode(hashlib.sha256(written.encode()).digest())[:LENGTH_OF_TOKEN].decode()


def _read(written: str) -> Stored:
    whole = cast("dict[str, object]", json.loads(written))
    match whole.get("press"):
        case [str(action), str(event), str(target), int(revision), None | str() as commander]:
            leader = None if commander is None else PersonId(commander)
            return Stored(Pressed(action, EventId(event), target, revision, leader), _question(whole.get("question")))
        case _:
            return Stored(unfolds=cast("Keyboard", whole.get("unfolds", [])))


def _question(asked: object) -> Words | None:
    match asked:
        case [str(zh), str(en)]:
            return Words(zh, en)
        case _:
            return None
