"""A story told on the built-in chat: its people have a browser each, the house its real adapter on a free port."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import httpx

from bot.app import built_in_chat
from bot.chat.card import Reply
from bot.chat.inbound import DeletedMessage, EditedMessage, Pressed, Said, Submitted
from bot.domain.ids import PersonId, direct
from bot.text import same
from tests.stories.lines.line import note, person_of
from tests.stories.platform import Platform
from tests.web.town import PATIENCE, phone_of, update

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.adapters.web.adapter import WebAdapter
    from bot.chat.adapter import Abilities, Accepted, Adapter, Budget, Delivery, Inlet, Prelude
    from bot.chat.inbound import Account, Inbound, Raw
    from bot.config import Settings
    from bot.domain.ids import FileId
    from tests.stories.town import Town
    from tests.web.town import Json, Phone


@dataclass(slots=True)
class Heard:
    """The way in, with the last reply written down."""

    inlet: Inlet
    replies: list[Reply] = field(default_factory=list[Reply])

    async def receive(self, inbound: Inbound, prelude: Prelude | None = None) -> Reply:
        """Store and answer it, then note the answer."""
        reply = await self.inlet.receive(inbound, prelude)
        self.replies.append(reply)
        return reply

    async def keep(self, raws: Sequence[Raw], prelude: Prelude | None = None) -> None:
        """The built-in chat waits for the answer."""
        await self.inlet.keep(raws, prelude)

    async def meet(self, accounts: Sequence[Account]) -> None:
        """It knows everybody."""
        await self.inlet.meet(accounts)


@dataclass(slots=True)
class NotedWeb:
    """The real adapter: what it delivered is written down."""

    inner: WebAdapter
    platform: Platform
    heard: Heard | None = None
    name: str = "web"

    @property
    def abilities(self) -> Abilities:
        """What it can do."""
        return self.inner.abilities

    def budgets(self, address: str) -> tuple[Budget, ...]:
        """No limits."""
        return self.inner.budgets(address)

    async def run(self, inlet: Inlet) -> None:
        """Serve."""
        self.heard = Heard(inlet)
        await self.inner.run(self.heard)

    async def deliver(self, delivery: Delivery) -> Accepted:
        """Deliver it, then note it."""
        accepted = await self.inner.deliver(delivery)
        note(self.platform, delivery, accepted)
        return accepted


@dataclass(slots=True)
class WebLine:
    """As in the demo, where the identity is in the path."""

    platform: Platform = field(default_factory=lambda: Platform("web"))
    _phones: dict[str, Phone] = field(default_factory=dict[str, "Phone"])
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)
    _town: Town | None = None
    _web: NotedWeb | None = None

    @property
    def name(self) -> str:
        """The platform."""
        return "web"

    async def begin(self, settings: Settings) -> Settings:
        """A free port of this machine."""
        return replace(settings, web=replace(settings.web, host="127.0.0.1", port=0))

    async def open(self, town: Town) -> tuple[Adapter, ...]:
        """The real adapter."""
        self._town = town
        adapter = built_in_chat(town.store, town.house, demo=True)
        adapter.bind()
        self._web = NotedWeb(adapter, self.platform)
        return (self._web,)

    async def ready(self) -> None:
        """It answers. Every browser opens its page anew."""
        await self._open.aclose()
        self._phones.clear()
        async with httpx.AsyncClient() as http, asyncio.timeout(PATIENCE):
            while True:
                try:
                    await http.get(f"{self._chat.inner.address}/healthz")
                except httpx.TransportError:
                    continue
                return

    async def sends(self, inbound: Inbound) -> Reply:
        """Do it in the browser."""
        phone = await self._phone(PersonId(inbound.account.account))
        room = inbound.room if not inbound.room.startswith("@") else direct(person_of(inbound.room))
        heard = self._chat.heard
        assert heard is not None
        heard.replies.clear()
        shown = await self._does(phone, inbound, room)
        return heard.replies[-1] if heard.replies else _refused(shown)

    async def end(self) -> None:
        """Close the browsers."""
        await self._open.aclose()

    @property
    def _chat(self) -> NotedWeb:
        assert self._web is not None
        return self._web

    async def _phone(self, person: PersonId) -> Phone:
        if person not in self._phones:
            http = httpx.AsyncClient(base_url=self._chat.inner.address, timeout=PATIENCE)
            await self._open.enter_async_context(http)
            self._phones[person] = await phone_of(http, person)
        return self._phones[person]

    async def _does(self, phone: Phone, inbound: Inbound, room: str) -> Json:
        match inbound.what:
            case Said(words=words, reply_to=under, files=files) as said:
                tickets = {str(place): file for place, file in enumerate(files)}
                fields = {"words": words, "reply_to": under or "", "tickets": await self._tickets(phone, tickets)}
                return await phone.sends("/say", room=room, update=self._update(said.message), **fields)
            case Pressed(action, event, target, revision, commander, confirmed):
                press = json.dumps([action, event, target, revision, commander, int(confirmed)])
                return await phone.sends("/press", room=room, update=update(), press=press)
            case Submitted() as form:
                return await phone.sends("/form", room=room, update=update(), **await self._filled(phone, form))
            case EditedMessage(message=message, words=words):
                return await phone.sends(
                    "/edit", room=room, update=update(), message=self._named(phone, message), words=words
                )
            case DeletedMessage(message=message):
                return await phone.sends("/own", room=room, update=update(), delete=self._named(phone, message))

    def _update(self, message: str) -> str:
        """The browser's own number of a message, made of the story's name for it."""
        return f"story-{message}".replace(".", "-")[:24].ljust(8, "-")

    def _named(self, phone: Phone, message: str) -> str:
        return f"{phone.person}~{self._update(message)}"

    async def _filled(self, phone: Phone, form: Submitted) -> dict[str, str]:
        values = {f"f-{name}": value for name, value in form.values.items()}
        files = {f"f-{name}": file for name, file in form.files.items()}
        return values | {
            "form": form.form,
            "context": json.dumps(list(form.context.items()), ensure_ascii=False),
            "skipped": "1" if form.skipped else "",
            "tickets": await self._tickets(phone, files),
        }

    async def _tickets(self, phone: Phone, files: dict[str, FileId]) -> str:
        assert self._town is not None
        tickets: dict[str, object] = {}
        for name, file in files.items():
            taken = await phone.uploads(await self._town.store.files.load(file), "photo.jpg", "image/jpeg", photo="1")
            tickets[name] = cast("list[str]", taken["tickets"])[0]
        return json.dumps(tickets)


def _refused(shown: Json) -> Reply:
    """What the chat said by itself: the room is not this person's, the words are too many."""
    assert shown["stored"] is False, shown
    return Reply(text=same(str(shown["text"])), stored=False)
