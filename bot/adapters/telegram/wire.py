"""What every part of the adapter works with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.adapters.telegram.client import Client
from bot.adapters.telegram.inbound import PLATFORM
from bot.adapters.telegram.places import Places
from bot.adapters.telegram.presses import Presses
from bot.i18n import parse_language
from bot.text import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.adapters.telegram.inbound import Json
    from bot.adapters.view import HouseView
    from bot.chat.card import Shown
    from bot.chat.inbound import Account
    from bot.config import TelegramSettings
    from bot.store.store import Store
    from bot.text import Language, Text

Word = tuple[str, "Text"]
"""A word people say after a slash, and its line in the menu."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself, as Telegram knows it."""

    number: int
    username: str
    sees_all: bool
    """Whether it is told of everything said in groups (BotFather: Group Privacy off)."""


@dataclass(slots=True)
class Wire:
    """The parts of the running adapter."""

    store: Store
    view: HouseView
    settings: TelegramSettings
    public_url: str
    """How people reach the built-in web, without a slash at the end."""
    upload_limit: int
    """Bytes."""
    words: Sequence[Word]
    default_language: Language
    client: Client = field(init=False)
    places: Places = field(init=False)
    presses: Presses = field(init=False)
    known_as: Me | None = None

    def __post_init__(self) -> None:
        """Connects to nothing yet."""
        self.client = Client(self.settings.bot_token, self.settings.api_url)
        self.places = Places(self.store)
        self.presses = Presses(self.store)

    async def me(self) -> Me:
        """The bot itself, asked once. Raises RetryLater or Unknown while Telegram is away."""
        if self.known_as is None:
            self.known_as = read_me(await self.client.ask("getMe"))
        return self.known_as

    async def language_of(self, account: Account) -> Language:
        """What somebody reads: as chosen with /lang, as their phone is set, else as the house begins."""
        person = self.store.links.person(PLATFORM, account.account)
        chosen = None if person is None else parse_language(await self.store.setting(f"language/{person}"))
        return chosen or account.language or self.default_language

    def say(self, shown: Shown, language: Language) -> str:
        """A text for one reader."""
        return self.view.render(shown, language)

    def say_twice(self, shown: Shown) -> str:
        """A text for readers of either language, Chinese first; once where it reads the same."""
        return " ".join(dict.fromkeys(self.say(shown, language) for language in LANGUAGES))


def read_me(answer: Json) -> Me:
    """What `getMe` says."""
    number, sees_all = answer.get("id"), bool(answer.get("can_read_all_group_messages"))
    return Me(number if isinstance(number, int) else 0, str(answer.get("username", "")), sees_all)
