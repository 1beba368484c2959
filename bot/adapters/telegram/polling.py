"""Updates fetched from Telegram: all of a batch are stored, and only then is Telegram told to forget them (rule 1).

PTB's own updater confirms them before anybody has seen them, and stops at the first 401; this one does neither.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import structlog

from bot.adapters.telegram.client import TokenRefused, TwoPollers
from bot.adapters.telegram.inbound import KINDS, PLATFORM, chat_of
from bot.chat.inbound import Raw
from bot.errors import Broken, NotSaved, RetryLater, Undeliverable, Unknown
from bot.jobs.patience import doubling
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.adapters.telegram.client import Client
    from bot.adapters.telegram.inbound import Json
    from bot.chat.adapter import Inlet
    from bot.clock import Clock

MOST_CONFLICTS: Final = 4
BOTFATHER: Final = "@BotFather"
TOKEN_SETTING: Final = "telegram.bot_token"  # noqa: S105  the name of the setting

log = structlog.get_logger(__name__)


def token_refused() -> Broken:
    """What the admins have to do when a token was revoked or never was one."""
    return Broken(text("telegram.token_refused", botfather=BOTFATHER, setting=TOKEN_SETTING))


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: how long one poll waits, and the pauses after what goes wrong."""

    poll: float = 50
    least: float = 1
    most: float = 30
    conflict: float = 15
    """While somebody else polls: for a minute after a restart that is the process before."""
    look: float = 300
    """Between two looks at whether the webhook still stands."""


class Polling:
    """Asks for updates until cancelled. Raises Broken where somebody has to mend something."""

    def __init__(self, client: Client, clock: Clock, inlet: Inlet, patience: Patience) -> None:
        """Begins where Telegram stands: with the oldest update that was not confirmed yet."""
        self._client = client
        self._clock = clock
        self._inlet = inlet
        self._patience = patience
        self._offset = 0
        self._failed = 0
        self._trouble = ""
        self._conflicts = 0

    async def run(self) -> None:
        """Poll, store, confirm. No fault that passes by itself ends it."""
        await self._unhook()
        while True:
            pause = await self._turn()
            if pause:
                await asyncio.sleep(pause)

    async def _turn(self) -> float:
        """One poll; the seconds to wait before the next."""
        patience = self._patience
        try:
            batch = await self._client.updates(self._offset, patience.poll, KINDS)
            await self.keep(batch)
        except TokenRefused as error:
            raise token_refused() from error
        except TwoPollers as error:
            return await self._wait_for_the_other(error)
        except NotSaved:
            self._tell("not_saved", serious=True)
            return self._longer()
        except RetryLater as later:
            self._tell("away", why=str(later))
            return later.after or self._longer()
        except (Unknown, Undeliverable) as error:
            self._tell("away", why=str(error))
            return self._longer()
        if self._trouble:
            log.info("telegram.polling.back", after=self._trouble)
        self._trouble, self._failed, self._conflicts = "", 0, 0
        return 0

    async def keep(self, batch: Sequence[object]) -> None:
        """Store the whole batch, then go on behind it. Raises NotSaved, and Unknown where nothing has a number."""
        updates = [cast("Json", each) for each in batch if is_update(each)]
        if len(updates) < len(batch):
            log.error("telegram.polling.not_an_update", count=len(batch) - len(updates))
        if not updates:
            if batch:
                raise Unknown("no update of the batch has a number")
            return
        now = self._clock.now()
        await self._inlet.keep([raw_of(each, now) for each in updates])
        self._offset = max(number_of(each) for each in updates) + 1

    async def _wait_for_the_other(self, error: TwoPollers) -> float:
        self._tell("two_pollers", why=str(error))
        self._conflicts += 1
        if self._conflicts > MOST_CONFLICTS:
            raise Broken(text("telegram.two_pollers", botfather=BOTFATHER)) from error
        await self._unhook()
        return self._patience.conflict

    async def _unhook(self) -> None:
        """Take a webhook of an earlier setting away, what waits for it stays."""
        try:
            if (await self._client.ask("getWebhookInfo")).get("url"):
                await self._client.call("deleteWebhook", drop_pending_updates=False)
                log.info("telegram.polling.webhook_removed")
        except (RetryLater, Unknown, Undeliverable) as error:
            log.info("telegram.polling.webhook_unknown", why=str(error))

    def _longer(self) -> float:
        self._failed += 1
        return doubling(self._patience.least, self._failed - 1, self._patience.most)

    def _tell(self, trouble: str, *, serious: bool = False, why: str = "") -> None:
        """One line for as long as the same trouble lasts."""
        if trouble != self._trouble:
            (log.error if serious else log.warning)(f"telegram.polling.{trouble}", why=why)
        self._trouble = trouble


def is_update(received: object) -> bool:
    """Whether it has the number by which updates are told apart."""
    return isinstance(received, dict) and isinstance(cast("Json", received).get("update_id"), int)


def number_of(update: Json) -> int:
    """Its number."""
    return cast("int", update["update_id"])


def raw_of(update: Json, now: datetime) -> Raw:
    """An update as it is stored."""
    return Raw(PLATFORM, str(number_of(update)), chat_of(update), _written(update), now)


def _written(update: Json) -> str:
    """As JSON; half a character, which no database takes, is written by its number."""
    written = json.dumps(update, ensure_ascii=False, separators=(",", ":"))
    try:
        written.encode()
    except UnicodeEncodeError:
        return json.dumps(update, separators=(",", ":"))
    return written
