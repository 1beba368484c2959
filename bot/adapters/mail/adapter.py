"""E-mail as an adapter: nothing comes in, and each card is a message of its own."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.adapters.mail import client
from bot.adapters.mail.render import Desk, render
from bot.chat.adapter import Abilities, Accepted, Budget, Showing
from bot.errors import Undeliverable
from bot.text import LANGUAGES, same

if TYPE_CHECKING:
    import ssl

    from bot.adapters.view import HouseView
    from bot.cards.plain import Render
    from bot.chat.adapter import Delivery, Inlet
    from bot.clock import Clock
    from bot.config import MailSettings
    from bot.text import Language

PLATFORM: Final = "email"
ONE_EVERY: Final = 60.0
"""Seconds between two e-mails to one room: a card that changes meanwhile is sent as it stands then."""


class MailAdapter:
    """The company's mail server."""

    name: str = PLATFORM
    abilities: Abilities = Abilities(
        outside=True,
        forms=False,
        threads=False,
        edits=False,
        opens_rooms=False,
        direct_messages=False,
        sees_all_messages=False,
        tells_edits=False,
        tells_deletions=False,
        text_limit=100_000,
        buttons_limit=0,
        in_need_only=True,
    )

    def __init__(
        self,
        settings: MailSettings,
        view: HouseView,
        clock: Clock,
        *,
        web: str = "",
        context: ssl.SSLContext | None = None,
    ) -> None:
        """`web`: where the built-in chat is reached, empty where no phone gets there; `context`: whom TLS trusts."""
        self._settings = settings
        self._view = view
        self._clock = clock
        self._web = web
        self._context = context

    def budgets(self, address: str) -> tuple[Budget, ...]:
        """One e-mail a minute to each room."""
        return (Budget(f"room/{address}", 1, ONE_EVERY),)

    async def run(self, inlet: Inlet) -> None:
        """Nothing comes in: wait until cancelled."""
        del inlet
        await asyncio.Event().wait()

    async def deliver(self, delivery: Delivery) -> Accepted:
        """Send one card. Raises RetryLater, Undeliverable or Unknown."""
        if not isinstance(delivery, Showing):
            raise Undeliverable("e-mail has no rooms to open")
        desk = self._desk()
        room = self._view.company.rooms.get(delivery.room)
        name = same(delivery.room) if room is None else room.name
        message = render(delivery, name, desk, self._clock.now())
        await client.send(message, desk.address, desk.domain, self._settings, self._context)
        return Accepted(str(message["Message-ID"]))

    def _desk(self) -> Desk:
        now = self._clock.now()
        voices: dict[Language, Render] = {
            language: partial(self._view.render, language=language, now=now) for language in LANGUAGES
        }
        return Desk(self._settings.sender, voices, self._web)
