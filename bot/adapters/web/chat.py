"""What every route of the built-in chat works with."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.adapters.web.assets import Assets
from bot.adapters.web.render import Reader
from bot.adapters.web.replies import Replies
from bot.adapters.web.session import COOKIE, Sessions, Visitor, new_secret, seal, sealed
from bot.adapters.web.stream import Feed
from bot.chat.card import Reply
from bot.domain.ids import PersonId
from bot.errors import NotSaved, Refused
from bot.i18n import parse_language
from bot.text import Language, Words, text

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.adapters.view import HouseView
    from bot.adapters.web.view import Ahead, Documents, Welcome
    from bot.chat.adapter import Prelude
    from bot.chat.card import Shown
    from bot.chat.inbound import Inbound
    from bot.clock import Clock
    from bot.config import WebSettings
    from bot.domain.company import Person
    from bot.store.store import Store
    from bot.text import Text

Dispatch: TypeAlias = "Callable[[Inbound, Prelude | None], Awaitable[Reply]]"
"""Stores an update, then answers it."""
PHRASES: Final[tuple[Text, ...]] = (
    text("web.connection_gone"),
    text("web.connection_gone.waiting", n="{n}"),
    text("web.sending"),
    text("web.waiting_here"),
    text("web.will_be_sent"),
    text("web.signed_out"),
    text("web.recorded", at="{at}"),
    text("web.photo"),
    text("web.newest"),
    text("web.replying"),
    text("web.editing"),
    text("web.reply.lost"),
    text("web.no_photo"),
    text("mark.whole.drill", words="{words}"),
)
"""What the script says by itself."""


@dataclass(slots=True)
class Chat:
    """The parts of the running chat. `dispatch` is None until the house is open."""

    store: Store
    settings: WebSettings
    view: HouseView
    clock: Clock
    demo: bool
    key: str
    default_language: Language
    documents: Documents
    welcome: Welcome
    ahead: Ahead
    sessions: Sessions
    feed: Feed
    assets: Assets = field(default_factory=Assets)
    replies: Replies = field(default_factory=Replies)
    languages: dict[PersonId, Language] = field(default_factory=dict[PersonId, Language])
    dispatch: Dispatch | None = None

    @property
    def secure(self) -> bool:
        """Whether people reach the chat by TLS, its own or that of a proxy before it: then cookies never leave it."""
        return self.settings.tls_certificate is not None or self.settings.public_url.startswith("https://")

    def cookie(self, secret: str) -> str:
        """The header that hands a browser its secret: no script reads it, no other site sends it."""
        kept_for = "" if self.demo else f"; Max-Age={self.settings.session_days * 86_400}"
        return f"{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict{'; Secure' if self.secure else ''}{kept_for}"

    def knows(self, key: str) -> bool:
        """Whether this is the demo's key, from the address or code it printed."""
        return bool(self.key) and hmac.compare_digest(self.key.encode(), key.encode())

    def new_demo_secret(self) -> str:
        """A browser's secret in the demo: random, and shows that the key was known."""
        secret = new_secret()
        return f"{secret}.{seal(self.key, secret)}"

    def holds(self, secret: str) -> bool:
        """Whether a browser's secret was handed out by this demo."""
        start, _, proof = secret.partition(".")
        return bool(self.key) and sealed(self.key, start, proof)

    def language_of(self, person: Person) -> Language:
        """The language a person is spoken to in, as last read."""
        return self.languages.get(person.id, person.language)

    def learn_language(self, person: Person, chosen: str | None) -> Language:
        """Remember what the database says of a person's choice."""
        language = parse_language(chosen) or person.language
        self.languages[person.id] = language
        return language

    def reader(self, language: Language, base: str = "") -> Reader:
        """Somebody who looks at a page now."""
        now = self.clock.now()
        view = self.view

        def say(shown: Shown) -> str:
            return view.render(shown, language, now)

        other: Language = "en" if language == "zh" else "zh"
        return Reader(language, view.company, view.zone, now, say, view.render(text("language.name"), other, now), base)

    def reader_of(self, visitor: Visitor) -> Reader:
        """The person behind a request."""
        return self.reader(self.language_of(visitor.person), visitor.base)

    def telephones(self) -> Words:
        """The numbers that stand on a refusal, as one line."""
        contacts = self.view.emergency_contacts()
        return Words(
            "，".join(f"{contact.name.zh}{contact.telephone}" for contact in contacts),
            ", ".join(f"{contact.name.en} {contact.telephone}" for contact in contacts),
        )

    def not_saved(self) -> Reply:
        """What is said when nothing could be kept: fail open, with whom to telephone."""
        return Reply(text=text("web.not_saved", telephones=self.telephones()), stored=False)

    async def ask(self, send: Callable[[Dispatch], Awaitable[Reply]]) -> Reply:
        """Hand an update to the house. Raises NotSaved; what the house refuses comes back as its reply."""
        if self.dispatch is None:
            raise NotSaved
        try:
            return await send(self.dispatch)
        except Refused as refused:
            return Reply(text=refused.reason, stored=False)
