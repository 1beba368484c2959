"""The house's texts, said to readers on Slack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.adapters.slack.render import Reader
from bot.text import LANGUAGES, Words

if TYPE_CHECKING:
    from datetime import datetime

    from bot.adapters.view import HouseView
    from bot.cards.plain import Render
    from bot.chat.card import Shown
    from bot.clock import Clock
    from bot.domain.company import RoomLanguage
    from bot.text import Language


class Voices:
    """Readers of one language or of both."""

    def __init__(self, view: HouseView, clock: Clock, web_address: str) -> None:
        """`web_address`: the built-in chat, empty where no phone gets there."""
        self._view = view
        self._clock = clock
        self._web_address = web_address

    def of_room(self, language: RoomLanguage) -> Reader:
        """Whoever reads a room."""
        return self.of(*(LANGUAGES if language == "both" else (language,)))

    def of(self, *languages: Language) -> Reader:
        """Readers of these languages, at this moment."""
        now = self._clock.now()
        return Reader(tuple(self._voice(language, now) for language in languages), self._web_address)

    def say(self, shown: Shown, language: Language | None = None) -> str:
        """A text; in both languages where it is not known which its reader has."""
        return self.of(*(LANGUAGES if language is None else (language,))).say(shown)

    def telephones(self) -> Words:
        """The numbers that stand on a refusal, as one line."""
        contacts = self._view.emergency_contacts()
        return Words(
            "，".join(f"{contact.name.zh}{contact.telephone}" for contact in contacts),
            ", ".join(f"{contact.name.en} {contact.telephone}" for contact in contacts),
        )

    def _voice(self, language: Language, now: datetime) -> Render:
        return lambda shown: self._view.render(shown, language, now)
