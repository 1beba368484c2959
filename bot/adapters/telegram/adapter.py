"""Telegram as an adapter: updates by polling or by webhook, cards out, replies at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from bot.adapters.receiving import MEGABYTE
from bot.adapters.telegram.answering import Answering
from bot.adapters.telegram.entering import Invitation, Rooms
from bot.adapters.telegram.inbound import PLATFORM
from bot.adapters.telegram.menu import set_menu
from bot.adapters.telegram.places import parse_address
from bot.adapters.telegram.polling import Patience, Polling
from bot.adapters.telegram.reading import Reading
from bot.adapters.telegram.render import MOST_BUTTONS, TEXT_LIMIT
from bot.adapters.telegram.sending import Sending
from bot.adapters.telegram.topics import Topics
from bot.adapters.telegram.webhook import Webhook
from bot.adapters.telegram.wire import Wire
from bot.chat.adapter import Abilities, Budget, Entering, Showing
from bot.errors import NotSaved, RetryLater, Undeliverable, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.routing import Route

    from bot.adapters.telegram.wire import Word
    from bot.adapters.view import HouseView
    from bot.chat.adapter import Accepted, Delivery, Inlet
    from bot.chat.card import Reply
    from bot.chat.inbound import Inbound, Raw
    from bot.config import TelegramSettings
    from bot.store.store import Store
    from bot.text import Language

OVERALL: Final = Budget("all", 30, 1.0)
"""https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this."""
BOT_NAME: Final = "telegram/bot"
"""Where the bot's name is remembered, for the links by which people link their accounts."""

log = structlog.get_logger(__name__)


class TelegramAdapter:
    """The company's Telegram bot."""

    name: str = PLATFORM

    def __init__(
        self,
        store: Store,
        settings: TelegramSettings,
        view: HouseView,
        *,
        public_url: str = "",
        upload_limit_mb: int = 20,
        words: Sequence[Word] = (),
        default_language: Language = "zh",
        patience: Patience | None = None,
    ) -> None:
        """Connects to nothing yet. `words`: what the menu shows, with the line that explains each."""
        self._wire = Wire(store, view, settings, public_url, upload_limit_mb * MEGABYTE, words, default_language)
        self._patience = patience or Patience()
        self._webhook = Webhook(settings, public_url, store.clock)
        topics = Topics(self._wire)
        self._sending = Sending(self._wire, topics)
        self._rooms = Rooms(self._wire, topics)
        self._reading = Reading(self._wire)
        self._answering = Answering(self._wire)
        self._invitations: asyncio.Queue[Invitation] = asyncio.Queue()

    @property
    def wire(self) -> Wire:
        """For `doctor`, which asks the same Telegram."""
        return self._wire

    @property
    def abilities(self) -> Abilities:
        """What Telegram can do; whether the bot hears everything is known once it was asked."""
        me = self._wire.known_as
        return Abilities(
            outside=False,
            forms=False,
            opens_rooms=bool(self._wire.settings.command_group),
            sees_all_messages=me is not None and me.sees_all,
            tells_deletions=False,
            acknowledge_within=10.0,
            text_limit=TEXT_LIMIT,
            buttons_limit=MOST_BUTTONS,
            may_speak_first=False,
        )

    @property
    def routes(self) -> tuple[Route, ...]:
        """What the server that `web.public_url` leads to answers for Telegram; nothing where it is polled."""
        return (self._webhook.route,) if self._wire.settings.mode == "webhook" else ()

    def budgets(self, address: str) -> tuple[Budget, ...]:
        """Telegram's documented limits; topics share their group's."""
        found = parse_address(self._wire.places.last_known_at(address))
        if found is None:
            return (OVERALL,)
        chat, _ = found
        if chat > 0:
            return OVERALL, Budget(f"chat/{chat}", 1, 1.0)
        return OVERALL, Budget(f"group/{chat}", 20, 60.0, edits_every=3.0)

    async def run(self, inlet: Inlet) -> None:
        """Take updates in until cancelled. Raises Broken where somebody has to mend the token or a second bot."""
        await self._wire.client.open()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._begin(), name="telegram.begin")
                group.create_task(self._invite(), name="telegram.invite")
                await self._listen(inlet)
        except asyncio.CancelledError:
            await self.close()
            raise

    async def _listen(self, inlet: Inlet) -> None:
        wire = self._wire
        if wire.settings.mode == "webhook":
            await self._webhook.run(wire.client, inlet, self._patience)
        else:
            await wire.store.lead(PLATFORM, lambda: Polling(wire.client, wire.store.clock, inlet, self._patience).run())

    async def close(self) -> None:
        """Let the connections go; what is delivered after this is tried again by the next process."""
        await self._wire.client.close()

    async def _begin(self) -> None:
        """What can wait until Telegram answers: who the bot is, its menu, and presses nobody needs any more."""
        pause = self._patience.least
        while True:
            try:
                await self._learn_name()
                await set_menu(self._wire)
                await self._wire.presses.sweep()
                if not (await self._wire.me()).sees_all:
                    log.warning("telegram.privacy_mode")
            except (NotSaved, RetryLater, Undeliverable, Unknown) as error:
                log.info("telegram.not_begun", why=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._patience.most)
            else:
                return

    async def _learn_name(self) -> None:
        """Who the bot is; the house makes links to it by its name."""
        me, store = await self._wire.me(), self._wire.store
        if await store.setting(BOT_NAME) != me.username:
            await store.write(lambda work: work.put_setting(BOT_NAME, me.username))

    async def _invite(self) -> None:
        while True:
            await self._rooms.invite(await self._invitations.get())

    async def deliver(self, delivery: Delivery) -> Accepted:
        """Hand one message over, or make a room. Raises RetryLater, Undeliverable or Unknown."""
        try:
            match delivery:
                case Showing():
                    return await self._sending.show(delivery)
                case Entering():
                    accepted, invitation = await self._rooms.enter(delivery)
                    if invitation is not None:
                        self._invitations.put_nowait(invitation)
                    return accepted
        except NotSaved as error:
            raise RetryLater("the store keeps nothing now") from error

    async def read(self, raw: Raw) -> Inbound | None:
        """What a stored update says. Raises Unreadable or RetryLater."""
        return await self._reading.read(raw)

    async def answer(self, raw: Raw, inbound: Inbound, reply: Reply, language: Language) -> None:
        """Show the sender what the house says; best effort."""
        await self._answering.answer(raw, inbound, reply, language)
