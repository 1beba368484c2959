"""A second platform for stories: phones without forms, acknowledged first, whose accounts are not yet anybody's."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.chat.adapter import Abilities
from bot.chat.card import Button, Card, Reply
from bot.chat.inbound import Account, DeletedMessage, EditedMessage, Inbound, Pressed, Raw, Said
from bot.domain.company import Binding
from bot.domain.ids import FileId, RoomId, direct, stranger_room
from bot.plays.stage import find_button
from bot.store.codec import inbound_codec
from tests.stories.platform import Platform
from tests.stories.town import Answered, Town

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.inbound import What
    from bot.text import Language

PHONES = "telegram"


@dataclass(slots=True)
class Phones(Platform):
    """Updates come as the house's own JSON; what was answered is kept by update."""

    name: str = PHONES
    abilities: Abilities = field(default_factory=lambda: Abilities(outside=False, forms=False))
    answers: dict[str, Reply] = field(default_factory=dict[str, Reply])

    async def read(self, raw: Raw) -> Inbound | None:
        """It is readable as it is."""
        return inbound_codec().read(raw.payload)

    async def answer(self, raw: Raw, inbound: Inbound, reply: Reply, language: Language) -> None:
        """Keep it for whoever asked."""
        del inbound, language
        self.answers[raw.update] = reply


@dataclass(slots=True)
class Phone:
    """Somebody's account."""

    town: Town
    phones: Phones
    account: Account
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def room(self) -> RoomId:
        """The private chat with the bot."""
        person = self.town.store.links.person(PHONES, self.account.account)
        return stranger_room(PHONES, self.account.account) if person is None else direct(person)

    @property
    def messages(self) -> Sequence[Card]:
        """What stands in the private chat, the newest last."""
        return [card for _, card in self.phones.cards(self.room)]

    @property
    def question(self) -> str:
        """The newest message of the private chat, in both languages."""
        return self.town.words_of(self.messages[-1])

    async def says(
        self, words: str, room: str | None = None, *, files: tuple[FileId, ...] = (), under: str | None = None
    ) -> Answered:
        """Say something, in the private chat where no room is named."""
        return await self.sends(Said(f"{PHONES}/m{next(self._numbers)}", words, under, files), room)

    async def taps(self, action: str, label: str = "", room: str | None = None) -> Answered:
        """Tap the newest button of this action that reads so."""
        return await self.presses(self.button(action, label, room), room)

    def button(self, action: str, label: str = "", room: str | None = None) -> Button:
        """The newest button of this action whose label reads so in either language."""
        if not label:
            return find_button(self.phones, RoomId(room or self.room), action)
        for _, card in reversed(self.phones.cards(RoomId(room or self.room))):
            for button in card.buttons:
                if button.action == action and label in self.town.both(button.label).split("\n"):
                    return button
        message = f"no {action} {label}"
        raise LookupError(message)

    async def presses(self, button: Button, room: str | None = None) -> Answered:
        """Press this very button, also an old one."""
        press = Pressed(button.action, button.event, button.target, button.revision, button.commander)
        return await self.sends(press, room)

    async def edits(self, message: str, words: str, room: str) -> None:
        """Change what was said."""
        await self.sends(EditedMessage(message, words), room)

    async def deletes(self, message: str, room: str) -> None:
        """Take it off."""
        await self.sends(DeletedMessage(message), room)

    async def sends(self, what: What, room: str | None = None) -> Answered:
        """One update, stored first."""
        update = f"{self.account.account}-{next(self._numbers)}"
        now = self.town.clock.now()
        inbound = Inbound(update, self.account, RoomId(room or self.room), what, now)
        raw = Raw(PHONES, update, inbound.room, inbound_codec().write(inbound), now)
        await self.town.intake.keep([raw])
        await self.town.quiet()
        return Answered(self.town, self.phones.answers[update])


async def with_phones(town: Town, *rooms: str, bridge: bool = True) -> Phones:
    """The house starts again with a second platform; these rooms stand on it too."""
    phones = Phones()
    company = town.settings.company
    bound = {
        room: replace(company.rooms[room], bindings=(*company.rooms[room].bindings, Binding(PHONES, f"-{place}")))
        for place, room in enumerate((town.room_of(name) for name in rooms), 100)
    }
    town.settings = replace(
        town.settings,
        company=replace(company, rooms={**company.rooms, **bound}),
        chat=replace(town.settings.chat, bridge=bridge),
        telegram=replace(town.settings.telegram, bot_token="1:token"),
    )
    town.others = (phones,)
    await town.restart()
    return phones


async def linked(town: Town, phones: Phones, person: str, *, language: Language | None = None) -> Phone:
    """The phone of one of the company's people."""
    phone = Phone(town, phones, Account(PHONES, f"of-{person}", person.capitalize(), language))
    code = (await town.person(person).says("/link")).words.split("/link ")[-1].split("\n")[0]
    await phone.says(f"/link {code}")
    reply = phones.answers[f"of-{person}-2"]
    assert reply.card is not None
    (await phone.presses(reply.card.buttons[0])).kept()
    return phone


def in_room(town: Town, phones: Phones, room: RoomId) -> list[str]:
    """What stands in a room on the second platform."""
    return [town.words_of(card) for _, card in phones.cards(room)]
