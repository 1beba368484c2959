"""What only the sender sees: the toast after a press, and cards and longer texts in their private chat.

At once and best effort: nothing here waits long, is kept, or fails for what Telegram does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from bot.adapters.telegram.client import NotChanged
from bot.adapters.telegram.inbound import Message, Press, parse_update
from bot.adapters.telegram.render import TOAST_LIMIT, Part, ending, render_card, units
from bot.adapters.telegram.sending import markup_of, text_of
from bot.cards.marks import marked, said
from bot.chat.card import Card
from bot.errors import NotSaved, RetryLater, Undeliverable, Unknown
from bot.text import text

if TYPE_CHECKING:
    from bot.adapters.telegram.inbound import Place
    from bot.adapters.telegram.presses import Keyboard
    from bot.adapters.telegram.render import Rendered
    from bot.adapters.telegram.wire import Wire
    from bot.chat.card import Reply
    from bot.chat.inbound import Inbound, Raw
    from bot.domain.parties import Marked
    from bot.text import Language

TURN_WITHIN: Final = 30.0
"""Seconds that an answer waits while much is said; then it comes too late to be of use."""
LONGEST_WAIT: Final = 5.0
"""Seconds that an answer waits where Telegram asks for a pause; a longer one drops it."""
GENERAL_EVERY: Final = 300.0
"""Seconds between two answers in a group that concern everybody there alike."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who is answered: their account, and the message in the shared room that it is about."""

    account: str
    place: Place | None
    number: int

    @property
    def private(self) -> int | None:
        """Their private chat; an unnamed administrator has none."""
        return int(self.account) if self.account.isdecimal() else None


class Answering:
    """Shows replies."""

    def __init__(self, wire: Wire) -> None:
        """One for the adapter."""
        self._wire = wire
        self._told: dict[int, float] = {}

    async def answer(self, raw: Raw, inbound: Inbound, reply: Reply, language: Language) -> None:
        """Show the sender what the house says. Never raises for what Telegram or the store does."""
        try:
            match parse_update(raw.payload):
                case Press() as press:
                    await self._toast(press, reply, language)
                    rest = replace(reply, text=None) if _fits_toast(self._said(reply, language), reply) else reply
                    asker = Asker(inbound.account.account, press.place, press.number)
                case Message() as message:
                    rest, asker = reply, Asker(inbound.account.account, message.place, message.number)
                case _:
                    return
            await self._messages(asker, rest, language)
        except (NotSaved, RetryLater, Undeliverable, Unknown) as error:
            log.info("telegram.not_answered", update=raw.update, why=str(error))

    def _said(self, reply: Reply, language: Language) -> str:
        shown = said(reply)
        return "" if shown is None else self._wire.say(shown, language)

    async def _toast(self, press: Press, reply: Reply, language: Language) -> None:
        """Always something, so that the button stops waiting; a refusal has to be put away."""
        shown = self._said(reply, language)
        in_group = press.place is not None and not press.place.private
        if not shown and reply.card is not None and in_group:
            shown = marked(
                text("telegram.see_private"), _drill(reply.card.kind), partial(self._wire.say, language=language)
            )
        last = self._wire.say(text("mark.last.drill"), language) if reply.kind == "drill" else ""
        toast: dict[str, object] = {"text": ending(shown, TOAST_LIMIT, last)} if shown else {}
        try:
            await self._patiently(
                "answerCallbackQuery",
                callback_query_id=press.query,
                show_alert=not reply.stored and bool(shown),
                **toast,
            )
        except (RetryLater, Undeliverable, Unknown) as error:
            log.info("telegram.no_toast", why=str(error))

    async def _messages(self, asker: Asker, reply: Reply, language: Language) -> None:
        for rendered in self._rendered(reply, language):
            keyboard = await self._wire.presses.keyboard(rendered.rows)
            if await self._in_private(asker, rendered.parts, keyboard):
                continue
            if reply.general and not self._due(asker):
                continue
            if not reply.secret:
                await self._in_shared(asker, rendered.parts, keyboard)
                continue
            why = Card(reply.kind, "plain", text("telegram.not_in_group"))
            await self._in_shared(asker, self._card(why, language).parts, [])

    def _rendered(self, reply: Reply, language: Language) -> list[Rendered]:
        """A text and a card are two messages; undo and link stand under the last."""
        buttons = () if reply.undo is None else (reply.undo,)
        links = () if reply.link is None else (reply.link,)
        cards: list[Card] = []
        if reply.text is not None:
            cards.append(Card(reply.kind, "plain", reply.text))
        if reply.card is not None:
            cards.append(reply.card)
        if not cards and reply.undo is not None:
            cards.append(Card(reply.kind, "plain", text("telegram.undo")))
        if not cards and reply.link is not None:
            cards.append(Card(reply.kind, "plain", reply.link.label))
        if cards:
            last = cards[-1]
            cards[-1] = replace(last, buttons=(*last.buttons, *buttons), links=(*last.links, *links))
        return [self._card(card, language) for card in cards]

    def _card(self, card: Card, language: Language) -> Rendered:
        return render_card(card, language, self._wire.say, self._wire.public_url)

    def _due(self, asker: Asker) -> bool:
        """Whether a group has not read what concerns everybody for a while: answers share its twenty a minute."""
        if asker.place is None:
            return True
        now, chat = asyncio.get_running_loop().time(), asker.place.chat
        if now - self._told.get(chat, -GENERAL_EVERY) < GENERAL_EVERY:
            return False
        self._told[chat] = now
        return True

    async def _in_private(self, asker: Asker, parts: Sequence[Part], keyboard: Keyboard) -> bool:
        """To the private chat, where it is open."""
        if asker.private is None:
            return False
        try:
            await self._post(asker.private, {}, parts, keyboard)
        except Undeliverable as error:
            log.info("telegram.private_closed", why=str(error))
            return False
        return True

    async def _in_shared(self, asker: Asker, parts: Sequence[Part], keyboard: Keyboard) -> None:
        """Under the message in the shared room."""
        if asker.place is None or asker.place.private:
            return
        under = {"message_id": asker.number, "allow_sending_without_reply": True}
        place = asker.place
        shared: dict[str, object] = {"message_thread_id": place.thread, "reply_parameters": under}
        await self._post(place.chat, shared, parts, keyboard)

    async def _post(self, chat: int, where: dict[str, object], parts: Sequence[Part], keyboard: Keyboard) -> None:
        for place, part in enumerate(parts):
            await self._wire.client.pace.turn(chat, TURN_WITHIN)
            last = place == len(parts) - 1
            more = {"reply_markup": markup_of(keyboard)} if last else {}
            await self._patiently("sendMessage", chat_id=chat, **where, **text_of(part), **more)

    async def _patiently(self, method: str, **fields: object) -> None:
        """Once more after a short pause that Telegram asked for."""
        try:
            await self._wire.client.call(method, **fields)
        except NotChanged:
            return
        except RetryLater as later:
            if later.after is None or later.after > LONGEST_WAIT:
                raise
            await asyncio.sleep(later.after)
            await self._wire.client.call(method, **fields)


def _fits_toast(shown: str, reply: Reply) -> bool:
    """Whether the toast says it all; with undo the words stand beside the button."""
    return units(shown) <= TOAST_LIMIT and reply.undo is None


def _drill(kind: Marked | None) -> Marked | None:
    """A pointer to a private message says that it is a drill; a real one is no alarm by itself."""
    return kind if kind == "drill" else None
