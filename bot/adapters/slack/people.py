"""Who is who on Slack: asked once an hour, and kept up to date by Slack's own events."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.adapters.slack.client import NotLetIn, Refusal
from bot.adapters.slack.inbound import PLATFORM
from bot.adapters.slack.reading import each, part, word
from bot.adapters.slack.senders import Profile, parse_profile
from bot.chat.inbound import Account
from bot.errors import RetryLater, Unknown
from bot.i18n import parse_language

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from datetime import datetime

    from bot.adapters.slack.client import SlackClient
    from bot.clock import Clock

KNOWN_FOR: Final = timedelta(hours=1)
NAMES_WITHIN: Final = 3.0
"""Seconds for all the names inside one text."""
PAGE: Final = 200
MOST_PAGES: Final = 500


class People:
    """The accounts of the workspace, as far as they were asked for."""

    def __init__(self, client: SlackClient, clock: Clock) -> None:
        """Knows nobody."""
        self._client = client
        self._clock = clock
        self._known: dict[str, tuple[Profile, datetime]] = {}
        self._reached = ""

    async def profile(self, user: str) -> Profile:
        """An account; a bare one where Slack does not know it. Raises RetryLater or Unknown."""
        known = self._known.get(user)
        if known is not None and self._clock.now() - known[1] < KNOWN_FOR:
            return known[0]
        return await self._asked(user)

    async def _asked(self, user: str) -> Profile:
        try:
            told = await self._client.ask("users.info", user=user, include_locale=True)
        except Refusal:
            return self._keep(bare(user))
        except NotLetIn as refused:
            if refused.error == "missing_scope":
                return bare(user)
            raise
        return self._keep(parse_profile(part(told, "user"), (await self._client.me()).team))

    def known(self, user: str) -> Profile | None:
        """An account as it was told last, however long ago."""
        found = self._known.get(user)
        return None if found is None else found[0]

    async def left(self, user: str) -> bool:
        """Whether an account is deactivated: Slack takes messages to it as ever, and nobody reads them."""
        known = self.known(user)
        if known is None or not known.deleted:
            return False
        with suppress(RetryLater, Unknown):
            return (await self._asked(user)).deleted
        return False

    async def learn(self, user: object) -> Profile:
        """A profile as an event brings it."""
        return self._keep(parse_profile(part(user), (await self._client.me()).team))

    def _keep(self, profile: Profile) -> Profile:
        self._known[profile.id] = (profile, self._clock.now())
        return profile

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """Several accounts by name, those that Slack tells; nobody waits for a name inside a text."""
        found: dict[str, str] = {}
        with suppress(TimeoutError):
            async with asyncio.timeout(NAMES_WITHIN):
                for user in users:
                    with suppress(RetryLater, Unknown):
                        found[user] = (await self.profile(user)).name
        return found

    async def everybody(self) -> AsyncIterator[list[Profile]]:
        """All accounts of the workspace, page by page. It goes on where it broke off: Slack allows twenty a minute."""
        team = (await self._client.me()).team
        for _ in range(MOST_PAGES):
            onwards = {"cursor": self._reached} if self._reached else {}
            try:
                told = await self._client.ask("users.list", limit=PAGE, include_locale=True, **onwards)
            except Refusal:
                self._reached = ""
                raise
            yield [self._keep(parse_profile(user, team)) for user in each(told, "members")]
            self._reached = word(told, "response_metadata", "next_cursor")
            if not self._reached:
                return


def bare(user: str, name: str = "", locale: str = "") -> Profile:
    """An account of which Slack tells nothing."""
    return Profile(user, name, locale, "", member=False, bot=False)


def account_of(profile: Profile, name: str = "") -> Account:
    """An account as the house knows it; `name` where Slack tells none. Only a full member's address is vouched for."""
    shown = profile.name or name or profile.id
    return Account(PLATFORM, profile.id, shown, parse_language(profile.locale), profile.email)
