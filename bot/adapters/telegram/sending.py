"""Cards on their way out: posted, edited where they stand, pinned, with their files."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from bot.adapters.telegram.client import LinkRefused, MessageGone, Moved, NotChanged, TopicGone, number_of
from bot.adapters.telegram.filing import hang_files, send_file
from bot.adapters.telegram.places import parse_address
from bot.adapters.telegram.render import CAPTION_LIMIT, TEXT_LIMIT, Part, fits, render_card
from bot.chat.adapter import Accepted
from bot.errors import RetryLater, Undeliverable, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.adapters.telegram.presses import Keyboard
    from bot.adapters.telegram.render import Rendered
    from bot.adapters.telegram.topics import Topics
    from bot.adapters.telegram.wire import Wire
    from bot.chat.adapter import Showing

TRIES: Final = 3
"""A group that moved and a topic that is gone, both met by one message."""
MOST_BEGUN: Final = 100

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes now."""

    chat: int
    thread: int | None

    @property
    def fields(self) -> dict[str, object]:
        """As every sending method takes it."""
        return {"chat_id": self.chat, "message_thread_id": self.thread}


@dataclass(frozen=True, slots=True)
class Stands:
    """Messages that one card takes, in their order; the buttons stand under the last."""

    chat: int
    numbers: tuple[int, ...]

    @property
    def written(self) -> str:
        """As `Accepted.message` says it: `chat/77`, or `chat/77+78` of a card in two messages."""
        return f"{self.chat}/{'+'.join(map(str, self.numbers))}"


@dataclass(frozen=True, slots=True)
class Begun:
    """Messages of a card that were sent before Telegram asked for a pause."""

    target: Target
    parts: tuple[Part, ...]
    numbers: tuple[int, ...]


def parse_stands(message: str | None) -> Stands | None:
    """What `Stands.written` wrote; None where it stands nowhere."""
    chat, _, numbers = (message or "").partition("/")
    try:
        return Stands(int(chat), tuple(int(number) for number in numbers.split("+")))
    except ValueError:
        return None


class Sending:
    """Shows cards."""

    def __init__(self, wire: Wire, topics: Topics) -> None:
        """One for the adapter."""
        self._wire = wire
        self._topics = topics
        self._links_refused = False
        """The address of the built-in web is none that Telegram takes: cards go out without links to it."""
        self._begun: OrderedDict[tuple[str, str], Begun] = OrderedDict()

    async def show(self, showing: Showing) -> Accepted:
        """Post a card, or edit the one that stands. Raises RetryLater, Undeliverable or Unknown."""
        for _ in range(TRIES - 1):
            target = await self.target(showing.address)
            try:
                return await self._show(showing, target)
            except Moved as moved:
                await self._wire.places.remember(str(target.chat), str(moved.chat))
            except LinkRefused as error:
                log.error("telegram.link_refused", why=str(error), public_url=self._wire.public_url)  # noqa: TRY400
                self._links_refused = True
            except TopicGone:
                if target.thread is None:  # the topic "General" of a forum, closed: there is no other in its place
                    raise
                await self._topics.make_anew(showing.room, f"{target.chat}/{target.thread}")
        return await self._show(showing, await self.target(showing.address))

    async def target(self, address: str) -> Target:
        """Where an address is now. Raises Undeliverable for one that is none of Telegram's."""
        found = parse_address(await self._wire.places.now_at(address))
        if found is None:
            raise Undeliverable(f"no chat: {address}")
        return Target(*found)

    async def _show(self, showing: Showing, target: Target) -> Accepted:
        await self._wire.client.pace.before_delivery(target.chat)
        before = parse_stands(showing.standing)
        if before is not None and before.chat == target.chat:
            try:
                after = await self._edit(showing, before, target)
            except MessageGone:
                log.info("telegram.posted_anew", key=showing.key, room=showing.room)
            else:
                return Accepted(after.written)
        after = await self._post(showing, target)
        if showing.pin:
            await self._pin(after)
        return Accepted(after.written)

    async def _post(self, showing: Showing, target: Target) -> Stands:
        files = showing.card.files
        if self._is_captioned(showing):
            rendered = self._rendered(showing, CAPTION_LIMIT)
            keyboard = await self._wire.presses.keyboard(rendered.rows)
            under = self._under(showing, target) | {"reply_markup": markup_of(keyboard)}
            fields = {**target.fields, **caption_of(rendered.parts[0]), **under}
            number = await send_file(self._wire, files[0], fields, showing.card.kind)
            if number is not None:
                return Stands(target.chat, (number,))
        rendered = self._rendered(showing)
        keyboard = await self._wire.presses.keyboard(rendered.rows)
        numbers = await self._post_parts(showing, rendered.parts, target, keyboard)
        below = {"reply_parameters": {"message_id": numbers[-1], "allow_sending_without_reply": True}}
        await hang_files(self._wire, files, {**target.fields, **below}, showing.card.kind)
        return Stands(target.chat, numbers)

    def _is_captioned(self, showing: Showing) -> bool:
        """Whether the card stands under its photo or file, as one message."""
        return len(showing.card.files) == 1 and fits(showing.card, showing.language, self._wire.say, CAPTION_LIMIT)

    def _rendered(self, showing: Showing, limit: int = TEXT_LIMIT) -> Rendered:
        base = "" if self._links_refused else self._wire.public_url
        return render_card(showing.card, showing.language, self._wire.say, base, limit)

    async def _post_parts(
        self, showing: Showing, parts: Sequence[Part], target: Target, keyboard: Keyboard
    ) -> tuple[int, ...]:
        """All messages of a card; those that a try before this one sent are not sent again."""
        name = (showing.room, showing.key)
        numbers = list(self._resumed(name, target, parts))
        for part in parts[len(numbers) :]:
            last = len(numbers) == len(parts) - 1
            markup = markup_of(keyboard) if last else None
            try:
                sent = await self._wire.client.ask(
                    "sendMessage", **target.fields, **text_of(part), **self._under(showing, target), reply_markup=markup
                )
            except (RetryLater, Unknown):
                if numbers:
                    self._begun[name] = Begun(target, tuple(parts[: len(numbers)]), tuple(numbers))
                raise
            numbers.append(number_of(sent))
        return tuple(numbers)

    def _resumed(self, name: tuple[str, str], target: Target, parts: Sequence[Part]) -> tuple[int, ...]:
        begun = self._begun.pop(name, None)
        while len(self._begun) > MOST_BEGUN:
            self._begun.popitem(last=False)
        if begun is None or begun.target != target or begun.parts != tuple(parts[: len(begun.parts)]):
            return ()
        return begun.numbers

    def _under(self, showing: Showing, target: Target) -> dict[str, object]:
        """The message it hangs under; where that is gone it is posted all the same."""
        thread = parse_stands(showing.thread_address)
        if thread is None or thread.chat != target.chat:
            return {}
        return {"reply_parameters": {"message_id": thread.numbers[-1], "allow_sending_without_reply": True}}

    async def _edit(self, showing: Showing, before: Stands, target: Target) -> Stands:
        rendered = self._rendered(showing)
        keyboard = await self._wire.presses.keyboard(rendered.rows)
        parts, numbers = rendered.parts, before.numbers
        for place, (number, part) in enumerate(zip(numbers, parts, strict=False)):
            last = place == len(parts) - 1
            await self._change(showing, before.chat, number, part, keyboard if last else [])
        if len(parts) > len(numbers):
            more = await self._post_parts(showing, parts[len(numbers) :], target, keyboard)
            return Stands(before.chat, (*numbers, *more))
        for number in numbers[len(parts) :]:
            await self._remove(before.chat, number)
        return Stands(before.chat, numbers[: len(parts)])

    async def _change(self, showing: Showing, chat: int, number: int, part: Part, keyboard: Keyboard) -> None:
        place: dict[str, object] = {
            "chat_id": chat,
            "message_id": number,
            "reply_markup": {"inline_keyboard": keyboard},
        }
        try:
            if self._is_captioned(showing):
                await self._wire.client.call("editMessageCaption", **place, **caption_of(part))
            else:
                await self._wire.client.call("editMessageText", **place, **text_of(part))
        except NotChanged:
            return

    async def _remove(self, chat: int, number: int) -> None:
        """A message of a card that takes fewer now."""
        try:
            await self._wire.client.call("deleteMessage", chat_id=chat, message_id=number)
        except (RetryLater, Undeliverable, Unknown) as error:
            log.info("telegram.not_removed", why=str(error))

    async def _pin(self, stands: Stands) -> None:
        """Without a sound; where the bot may not pin, the card stands all the same."""
        fields = {"chat_id": stands.chat, "message_id": stands.numbers[0], "disable_notification": True}
        try:
            await self._wire.client.call("pinChatMessage", **fields)
        except (RetryLater, Undeliverable, Unknown) as error:
            log.warning("telegram.not_pinned", chat=stands.chat, why=str(error))


def markup_of(keyboard: Keyboard | None) -> dict[str, object] | None:
    """An inline keyboard as a field; None where there are no buttons."""
    return {"inline_keyboard": keyboard} if keyboard else None


def _entities(part: Part) -> list[dict[str, object]]:
    return [{"type": "bold", "offset": offset, "length": length} for offset, length in part.bold]


def text_of(part: Part) -> dict[str, object]:
    """One message's text, as text: nothing in it is markup."""
    return {"text": part.text, "entities": _entities(part), "link_preview_options": {"is_disabled": True}}


def caption_of(part: Part) -> dict[str, object]:
    """The same under a photo or a file."""
    return {"caption": part.text, "caption_entities": _entities(part)}
