"""A story told on Telegram: its people use the fake Telegram's app, the house its real adapter by polling.

A form comes as a dialogue there; its answers are tapped and typed one after the other.
"""

from __future__ import annotations

import itertools
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import select

from bot.adapters.telegram.adapter import TelegramAdapter
from bot.adapters.telegram.pace import Pace
from bot.adapters.telegram.render import Key
from bot.chat.card import Button, Choice, Reply, Upload
from bot.chat.inbound import Account, DeletedMessage, EditedMessage, Pressed, Said, Submitted
from bot.config import TelegramSettings
from bot.domain.ids import HOUSE, RoomId
from bot.services.dialogue import Dialogue
from bot.store import tables
from bot.text import same
from handlers import house_router
from tests.stories.lines.line import Noted, bound, person_of, unhurried
from tests.stories.platform import Platform
from tests.telegram.fake import FakeTelegram

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.chat.adapter import Adapter
    from bot.chat.card import FormField
    from bot.chat.inbound import Inbound, What
    from bot.config import Settings
    from bot.domain.ids import FileId
    from bot.store.work import Work
    from tests.stories.town import Town
    from tests.telegram.people import User
    from tests.telegram.world import Chat, Message

CODES = {"zh": "zh-hans", "en": "en"}
READS_FOR = timedelta(seconds=1)
"""How long somebody looks at the question before they press again."""
RIGHTS = ("can_manage_topics", "can_pin_messages", "can_invite_users")
ANYTHING = Said("", "")
"""What somebody says in a dialogue."""
TOKEN = "123456:abcdefghijklmnopqrstuvwxyzABCDEFGHI"


@dataclass(slots=True)
class TelegramLine:
    """Everybody of the company has started the bot; each room is a group; command rooms are topics."""

    telegram: FakeTelegram = field(init=False)
    platform: Platform = field(default_factory=lambda: Platform("telegram"))
    _users: dict[str, User] = field(default_factory=dict[str, "User"])
    _groups: dict[RoomId, Chat] = field(default_factory=dict[RoomId, "Chat"])
    _said: dict[str, Message] = field(default_factory=dict[str, "Message"])
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)
    _command_group: Chat | None = None
    _town: Town | None = None
    _adapter: TelegramAdapter | None = None
    _noted: Noted | None = None

    def __post_init__(self) -> None:
        """Telegram's limits run on the story's clock: a busy machine makes nobody late."""
        self.telegram = FakeTelegram(TOKEN, clock=self._seconds)

    def _seconds(self) -> float:
        return 0.0 if self._town is None else self._town.clock.now().timestamp()

    @property
    def name(self) -> str:
        """The platform."""
        return "telegram"

    async def begin(self, settings: Settings) -> Settings:
        """The groups, with everybody in them; the bot is an administrator there."""
        await self._open.enter_async_context(self.telegram)
        company = settings.company
        for person in company.people.values():
            user = self._users[person.id] = self.telegram.user(person.name.en, language_code=CODES[person.language])
            self.telegram.private(user)
        everybody = list(self._users.values())
        for room in company.rooms.values():
            self._groups[room.id] = self.telegram.group(
                room.name.en, supergroup=True, members=everybody, admin=True, rights=RIGHTS
            )
        group = self.telegram.group("Events", forum=True, members=everybody, admin=True, rights=RIGHTS)
        self._command_group = group
        telegram = TelegramSettings(
            self.telegram.token, "polling", "", self.telegram.base_url.removesuffix("/bot"), str(group.id)
        )
        at = {room: str(chat.id) for room, chat in self._groups.items()}
        return replace(unhurried(bound(settings, "telegram", at)), telegram=telegram)

    async def open(self, town: Town) -> tuple[Adapter, ...]:
        """The real adapter, for whose answers a story's moment is long enough."""
        self._town = town
        people = town.settings.company.people

        async def link(work: Work) -> None:
            for person in people.values():
                account = Account("telegram", str(self._users[person.id].id), person.name.en)
                work.link(account, person.id)

        await town.store.write(link)
        self._adapter = TelegramAdapter(
            town.store, town.settings.telegram, town.house,
            public_url="", upload_limit_mb=1,
            words=[(word.name, word.help) for word in house_router().words],
            default_language="zh",
        )  # fmt: skip
        self._adapter.wire.client.pace = Pace(itertools.count(0, 100).__next__)
        self._noted = Noted(self._adapter, self.platform)
        return (self._noted,)

    async def ready(self) -> None:
        """It polls."""
        await self.telegram.wait_for(lambda: self.telegram.updates.is_polled)

    async def sends(self, inbound: Inbound) -> Reply:
        """Do it in Telegram's app. A dialogue that begins with it comes back as the form it asks."""
        user, account = self._user(inbound.account), inbound.account
        before = await self._dialogue(user)
        chat, thread = await self._place(inbound.room, user)
        self._notes.answered.clear()
        match inbound.what:
            case Said() as said:
                reply = await self._says(user, chat, thread, said)
            case Pressed() as press:
                reply = await self._presses(user, chat, thread, press)
            case Submitted() as form:
                reply = await self._answers(user, form)
            case EditedMessage(message=message, words=words):
                user.edits(self._said[message], words)
                reply = await self._reply(user, inbound.what)
            case DeletedMessage():
                raise AssertionError(f"Telegram tells of no deletion ({account.name})")
        after = await self._dialogue(user)
        begun = after is not None and (before is None or before.name != after.name)
        return replace(reply, form=after.form) if begun and after is not None else reply

    async def end(self) -> None:
        """Every request was one that Telegram documents."""
        await self._open.aclose()
        assert self.telegram.invalid == []

    @property
    def _notes(self) -> Noted:
        assert self._noted is not None
        return self._noted

    @property
    def _house(self) -> Town:
        assert self._town is not None
        return self._town

    def _user(self, account: Account) -> User:
        if account.account not in self._users:
            user = self._users[account.account] = self.telegram.user(account.name, language_code="zh-hans")
            self.telegram.private(user)
        return self._users[account.account]

    async def _place(self, room: RoomId, user: User) -> tuple[Chat, int | None]:
        if room.startswith("@"):
            return self._users.get(person_of(room), user).private, None
        if room in self._groups:
            return self._groups[room], None
        columns = tables.addresses.c
        query = select(columns.address).where(columns.platform == "telegram", columns.room == room)
        ((address,),) = await self._house.store.rows(query)
        chat, _, thread = address.partition("/")
        return self.telegram.chats[int(chat)], int(thread) if thread else None

    # Messages

    async def _says(self, user: User, chat: Chat, thread: int | None, said: Said) -> Reply:
        answers = None if said.reply_to is None else self._standing(chat, said.reply_to)
        if not said.files:
            self._said[said.message] = user.says(chat, said.words, thread=thread, reply_to=answers)
        for place, file in enumerate(said.files):
            caption = "" if place else said.words
            photo = await self._house.store.files.load(file)
            self._said[said.message] = user.says(chat, thread=thread, reply_to=answers, photo=photo, caption=caption)
        return await self._reply(user, said)

    async def _reply(self, user: User, what: What) -> Reply:
        """Once Telegram has handed everything over and the house is quiet, everybody who asked has been answered."""
        await self.telegram.wait_for(lambda: not self.telegram.updates.pending)
        await self._house.quiet()
        return self._notes.reply_to(str(user.id), what)

    def _standing(self, chat: Chat, key: str) -> Message | None:
        for noted in self.platform.messages:
            place, _, numbers = noted.id.partition("/")
            if noted.key == key and place == str(chat.id):
                return chat.messages[int(numbers.split("+")[0])]
        return None

    # Presses

    async def _presses(self, user: User, chat: Chat, thread: int | None, press: Pressed) -> Reply:
        async for message, token, question in self._buttons(user, chat, thread, press):
            user.presses_raw(message, token)
            reply = await self._reply(user, press)
            if question:
                self._house.clock.set(self._house.clock.now() + READS_FOR)
                user.presses_raw(message, token)
                reply = await self._reply(user, press)
            return reply
        return await self._presses_old(user, chat, press)

    async def _presses_old(self, user: User, chat: Chat, press: Pressed) -> Reply:
        """A button that stood somewhere once, in the words of its token."""
        assert self._adapter is not None
        button = Button(press.action, same(press.action), press.event, press.target, press.revision, press.commander)
        ((key,),) = await self._adapter.wire.presses.keyboard(((Key(press.action, press=button),),))
        messages = self.telegram.from_bot(chat) or self.telegram.from_bot(user.private)
        user.presses_raw(messages[-1], key["callback_data"])
        return await self._reply(user, press)

    async def _buttons(
        self, user: User, chat: Chat, thread: int | None, press: Pressed
    ) -> AsyncIterator[tuple[Message, str, bool]]:
        """Where this press can be made, the newest message first: here, then in the private chat."""
        assert self._adapter is not None
        wanted = replace(press, confirmed=False)
        here = self.telegram.from_bot(chat, thread)
        private = [] if chat is user.private else self.telegram.from_bot(user.private)
        for message in [*reversed(here), *reversed(private)]:
            tokens = [does for _, does in message.buttons if does is not None]
            while tokens:
                token = tokens.pop(0)
                stored = await self._adapter.wire.presses.find(token)
                if stored is not None and stored.unfolds:
                    tokens += [key["callback_data"] for row in stored.unfolds for key in row if "callback_data" in key]
                elif stored is not None and stored.press == wanted:
                    yield message, token, stored.question is not None

    # Dialogues

    async def _dialogue(self, user: User) -> Dialogue | None:
        columns = tables.dialogues.c
        query = select(columns.state).where(columns.platform == "telegram", columns.account == str(user.id))
        found = await self._house.store.rows(query)
        return TypeAdapter(Dialogue).validate_json(found[0][0]) if found else None

    async def _answers(self, user: User, form: Submitted) -> Reply:
        """Answer question by question, as the form would have been filled in."""
        dialogue = await self._dialogue(user)
        assert dialogue is not None
        assert dialogue.form.id == form.form
        reply = Reply()
        if form.skipped:
            return await self._taps(user, "dialogue.send", f"{dialogue.name}/{dialogue.place}")
        if not dialogue.form.fields:
            return await self._taps(user, "dialogue.pick", f"{dialogue.name}/0/0")
        while (asked := dialogue.asked) is not None:
            reply = await self._answer(user, dialogue, asked, form)
            following = await self._dialogue(user)
            if following is None or following.name != dialogue.name or following.place == dialogue.place:
                return reply
            dialogue = following
        return reply

    async def _answer(self, user: User, dialogue: Dialogue, asked: FormField, form: Submitted) -> Reply:
        here = f"{dialogue.name}/{dialogue.place}"
        value = form.values.get(asked.name, "")
        if isinstance(asked, Upload) and asked.name in form.files:
            user.says(user.private, photo=await self._content(form.files[asked.name]))
            return await self._reply(user, ANYTHING)
        if not value:
            return await self._taps(user, "dialogue.skip", here)
        if not isinstance(asked, Choice):
            user.says(user.private, value)
            return await self._reply(user, ANYTHING)
        place = [each for each, _ in asked.options].index(value)
        return await self._pick(user, here, place)

    async def _pick(self, user: User, here: str, place: int) -> Reply:
        """Leaf through the pages until the option is there."""
        page = 0
        while True:
            press = Pressed("dialogue.pick", HOUSE, f"{here}/{place}")
            await self._house.quiet()
            if [each async for each in self._buttons(user, user.private, None, press)]:
                return await self._taps(user, "dialogue.pick", press.target)
            page += 1
            await self._taps(user, "dialogue.more", f"{here}/{page}")

    async def _taps(self, user: User, action: str, target: str) -> Reply:
        await self._house.quiet()
        return await self._presses(user, user.private, None, Pressed(action, HOUSE, target))

    async def _content(self, file: FileId) -> bytes:
        return await self._house.store.files.load(file)
