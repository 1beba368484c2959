"""A stored update → Inbound: in which of the house's rooms, answering what, with which files, pressing what."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.adapters.receiving import HURRIED_FOR, WAITS_FOR
from bot.adapters.telegram.attachments import fetch
from bot.adapters.telegram.client import NotChanged
from bot.adapters.telegram.inbound import (
    PLATFORM,
    Message,
    Migrated,
    Place,
    Press,
    Standing,
    is_for_another_bot,
    names_somebody,
    parse_update,
    plain_command,
)
from bot.adapters.telegram.render import TOAST_LIMIT, shortened, with_last_word
from bot.chat.inbound import EditedMessage, Inbound, Pressed, Said
from bot.domain.ids import RoomId, direct, stranger_room
from bot.errors import Refused, RetryLater, Undeliverable, Unknown
from bot.text import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.adapters.telegram.presses import Keyboard, Stored
    from bot.adapters.telegram.wire import Wire, Word
    from bot.chat.inbound import Account, Raw
    from bot.domain.ids import FileId
    from bot.text import Text

LINK: Final = "/link"
THINKS_FOR: Final = timedelta(seconds=1)
"""A second press that comes sooner after the question is one of the same tap: nobody has read it yet."""
ASKED_FOR: Final = timedelta(seconds=60)
"""How long the question stands; after that it is asked anew."""
MOST_ASKED: Final = 1_000
BARE: Final = re.compile(r"/\s*(?P<word>[^\s:,@]*)(?:@[^\s:,]*)?[\s:,]*")
"""A command without anything behind it, its slash and signs made half-width."""
SOON: Final = 3.0
"""Seconds that a line to one person may take: the chat's next update waits meanwhile."""

log = structlog.get_logger(__name__)

Wish = tuple[str, Pressed]
"""An account, and what it pressed; the revision is left out, for the card may change under the question."""


class Reading:
    """Reads stored updates. What belongs to the keyboard alone is answered here and goes no further."""

    def __init__(self, wire: Wire) -> None:
        """Nobody has been asked anything."""
        self._wire = wire
        self._asked: OrderedDict[Wish, datetime] = OrderedDict()
        self._foreign: set[str] = set()

    async def read(self, raw: Raw) -> Inbound | None:
        """What an update says. Raises Unreadable, and RetryLater while Telegram has to be asked and is away."""
        try:
            match parse_update(raw.payload):
                case None:
                    return None
                case Migrated(old, new):
                    await self._wire.places.remember(str(old), str(new))
                    log.info("telegram.group_moved", old=old, new=new)
                    return None
                case Standing(place, status):
                    log.info("telegram.standing", chat=place.chat, status=status)
                    return None
                case Message() as message:
                    return await self._message(raw, message)
                case Press() as press:
                    return await self._press(raw, press)
        except Unknown as error:
            raise RetryLater(str(error)) from error

    async def _message(self, raw: Raw, message: Message) -> Inbound | None:
        words = message.words.strip()
        if message.is_command and not message.edited:
            ours = (await self._wire.me()).username if names_somebody(words) else ""
            if is_for_another_bot(words, ours):
                return None
            words = plain_command(words, ours)
            why = _unanswerable(words, self._wire.words) if message.anonymous else None
            if why is not None:
                await self._tell(message, why)
                return None
        answered = await self._answered(message)
        room = await self._room(message.place, message.sender, None if answered is None else answered[1])
        if room is None and (message.edited or not message.is_command):
            self._note_foreign(message.place)
            return None
        name = f"{PLATFORM}/{message.place.chat}/{message.number}"
        where = room or foreign(message.place)
        if message.edited:
            return Inbound(raw.update, message.sender, where, EditedMessage(name, words), raw.at)
        files = await self._files(raw, message)
        if not words and not files:
            return None
        said = Said(name, words, None if answered is None else answered[0], files)
        return Inbound(raw.update, message.sender, where, said, raw.at)

    def _note_foreign(self, place: Place) -> None:
        """Its number, once, for whoever is about to configure it; nothing of what was said."""
        if place.address not in self._foreign and len(self._foreign) < MOST_ASKED:
            self._foreign.add(place.address)
            log.info("telegram.no_room_of_ours", address=place.address)

    async def _answered(self, message: Message) -> tuple[str, RoomId] | None:
        if message.reply_to is None:
            return None
        return await self._wire.places.answered(message.place, message.reply_to)

    async def _room(self, place: Place, sender: Account, answered: RoomId | None) -> RoomId | None:
        if place.private:
            return self._direct(sender)
        return await self._wire.places.room_at(self._wire.view.company, place, answered)

    def _direct(self, sender: Account) -> RoomId:
        person = self._wire.store.links.person(PLATFORM, sender.account)
        return stranger_room(PLATFORM, sender.account) if person is None else direct(person)

    async def _files(self, raw: Raw, message: Message) -> tuple[FileId, ...]:
        """What came along; whoever sent something that cannot be kept hears it at once, the words count anyway.

        A command waits for no file, an alarm least of all; nor does anything that has waited its time.
        """
        if message.attachment is None:
            return ()
        hurried = message.is_command or self._wire.store.clock.now() - raw.at >= WAITS_FOR
        try:
            return (await fetch(self._wire, message.attachment, HURRIED_FOR if hurried else None),)
        except Refused as refused:
            await self._tell(message, refused.reason)
        except RetryLater as later:
            if not hurried:
                raise
            log.warning("telegram.file_given_up", update=raw.update, why=str(later))
            await self._tell(message, text("receiving.not_arrived"))
        return ()

    async def _tell(self, message: Message, said: Text) -> None:
        """One line under a message. Best effort."""
        words = self._wire.say(said, await self._wire.language_of(message.sender))
        place = message.place
        under = {"message_id": message.number, "allow_sending_without_reply": True}
        await self._try(
            "sendMessage", chat_id=place.chat, message_thread_id=place.thread, text=words, reply_parameters=under
        )

    async def _press(self, raw: Raw, press: Press) -> Inbound | None:
        stored = await self._wire.presses.find(press.token)
        if stored is None:
            await self._alert(press, text("telegram.old_button"))
            return None
        if stored.press is None:
            await self._unfold(press, stored.unfolds or [])
            return None
        wish = (press.sender.account, replace(stored.press, revision=0))
        confirmed = stored.question is not None and self._has_confirmed(wish, raw.at)
        if stored.question is not None and not confirmed:
            await self._ask(press, stored, wish)
            return None
        pressed = replace(stored.press, confirmed=confirmed)
        place = press.place
        room = self._direct(press.sender) if place is None else await self._room(place, press.sender, None)
        where = foreign(place) if room is None and place is not None else room or self._direct(press.sender)
        return Inbound(raw.update, press.sender, where, pressed, raw.at)

    def _has_confirmed(self, wish: Wish, at: datetime) -> bool:
        """Whether the question was on this person's screen when they pressed again."""
        asked = self._asked.get(wish)
        if asked is None or not THINKS_FOR <= at - asked <= ASKED_FOR:
            return False
        del self._asked[wish]
        return True

    async def _ask(self, press: Press, stored: Stored, wish: Wish) -> None:
        """The question as an alert. It counts as asked only once Telegram has shown it."""
        language = await self._wire.language_of(press.sender)
        again, last = (
            self._wire.say(each, language) for each in (text("telegram.press_again"), text("mark.last.drill"))
        )
        question = "" if stored.question is None else stored.question.of(language)
        shown = with_last_word(question, again, last.strip())
        if await self._try("answerCallbackQuery", callback_query_id=press.query, text=shown, show_alert=True):
            self._asked[wish] = self._wire.store.clock.now()
            self._asked.move_to_end(wish)
            while len(self._asked) > MOST_ASKED:
                self._asked.popitem(last=False)

    async def _unfold(self, press: Press, keyboard: Keyboard) -> None:
        if press.place is not None:
            await self._try(
                "editMessageReplyMarkup",
                chat_id=press.place.chat,
                message_id=press.number,
                reply_markup={"inline_keyboard": keyboard},
            )
        await self._try("answerCallbackQuery", callback_query_id=press.query)

    async def _alert(self, press: Press, said: Text) -> None:
        words = shortened(self._wire.say(said, await self._wire.language_of(press.sender)), TOAST_LIMIT)
        await self._try("answerCallbackQuery", callback_query_id=press.query, text=words, show_alert=True)

    async def _try(self, method: str, **fields: object) -> bool:
        """Whether it was done; what a platform does here holds nothing up."""
        try:
            async with asyncio.timeout(SOON):
                await self._wire.client.call(method, SOON, **fields)
        except NotChanged:
            return True
        except (RetryLater, Undeliverable, Unknown, TimeoutError) as error:
            log.info("telegram.not_told", method=method, why=repr(error))
            return False
        return True


def _unanswerable(words: str, known: Sequence[Word]) -> Text | None:
    """Why nobody can be answered where nobody knows who asks: a link is a person's, questions go to a private chat."""
    if words.startswith(LINK):
        return text("telegram.anonymous")
    return text("telegram.anonymous_bare") if _is_bare(words, known) else None


def _is_bare(words: str, known: Sequence[Word]) -> bool:
    """A word with nothing behind it. Chinese may run on, so there it has to be a word of the house: `/报险情`."""
    found = BARE.fullmatch(unicodedata.normalize("NFKC", words))
    return found is not None and (found["word"].isascii() or found["word"] in (name for name, _ in known))


def foreign(place: Place) -> RoomId:
    """A shared chat that is none of the house's rooms."""
    return RoomId(f"{PLATFORM}:{place.address}")
