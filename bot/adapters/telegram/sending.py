"""Cards on their way out: posted, edited where they stand, pinned, with their files."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import select

from bot.adapters.telegram.client import MessageGone, Moved, NotChanged, TopicGone, upload
from bot.adapters.telegram.places import parse_address
from bot.adapters.telegram.render import CAPTION_LIMIT, Part, fits, render_card
from bot.chat.adapter import Accepted
from bot.errors import Refused, RetryLater, Undeliverable, Unknown
from bot.store import tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.adapters.telegram.inbound import Json
    from bot.adapters.telegram.presses import Keyboard
    from bot.adapters.telegram.wire import Wire
    from bot.chat.adapter import Showing
    from bot.domain.ids import FileId

PHOTO_LIMIT: Final = 10 * 1024 * 1024
"""Bytes of a picture that is shown as one; a larger one goes as a file (https://core.telegram.org/bots/api#sendphoto)."""
SOON: Final = 2.0
"""Seconds that a file waits for its turn behind its message."""
TRIES: Final = 3
"""A group that moved and a topic that is gone, both met by one message."""
NAME_OF_A_TOPIC: Final = 128

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


def parse_stands(message: str | None) -> Stands | None:
    """What `Stands.written` wrote; None where it stands nowhere."""
    chat, _, numbers = (message or "").partition("/")
    try:
        return Stands(int(chat), tuple(int(number) for number in numbers.split("+")))
    except ValueError:
        return None


class Sending:
    """Shows cards."""

    def __init__(self, wire: Wire) -> None:
        """One for the adapter."""
        self._wire = wire
        self._making = asyncio.Lock()

    async def show(self, showing: Showing) -> Accepted:
        """Post a card, or edit the one that stands. Raises RetryLater, Undeliverable or Unknown."""
        for _ in range(TRIES - 1):
            target = await self.target(showing.address)
            try:
                return await self._show(showing, target)
            except Moved as moved:
                await self._wire.places.remember(str(target.chat), str(moved.chat))
            except TopicGone:
                await self._make_topic(showing, target)
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
        say, base = self._wire.say, self._wire.public_url
        if len(files) == 1 and fits(showing.card, showing.language, say, CAPTION_LIMIT):
            rendered = render_card(showing.card, showing.language, say, base, CAPTION_LIMIT)
            keyboard = await self._wire.presses.keyboard(rendered.rows)
            caption = caption_of(rendered.parts[0]) | self._under(showing, target, keyboard)
            number = await self._send_file(files[0], target, caption)
            if number is not None:
                return Stands(target.chat, (number,))
        rendered = render_card(showing.card, showing.language, say, base)
        keyboard = await self._wire.presses.keyboard(rendered.rows)
        numbers = await self._post_parts(rendered.parts, self._under(showing, target, None), target, keyboard)
        for file in files:
            await self._hang_file(file, target, numbers[-1])
        return Stands(target.chat, numbers)

    async def _post_parts(
        self, parts: Sequence[Part], under: dict[str, object], target: Target, keyboard: Keyboard
    ) -> tuple[int, ...]:
        numbers: list[int] = []
        for place, part in enumerate(parts):
            last = place == len(parts) - 1
            more = {**under, "reply_markup": markup_of(keyboard) if last else None}
            sent = await self._wire.client.ask("sendMessage", **target.fields, **text_of(part), **more)
            numbers.append(number_of(sent))
        return tuple(numbers)

    def _under(self, showing: Showing, target: Target, keyboard: Keyboard | None) -> dict[str, object]:
        """The message it hangs under (where that is gone it is posted all the same), and its buttons."""
        thread = parse_stands(showing.thread_address)
        fields: dict[str, object] = {"reply_markup": markup_of(keyboard)}
        if thread is not None and thread.chat == target.chat:
            fields["reply_parameters"] = {"message_id": thread.numbers[-1], "allow_sending_without_reply": True}
        return fields

    async def _edit(self, showing: Showing, before: Stands, target: Target) -> Stands:
        say, base = self._wire.say, self._wire.public_url
        rendered = render_card(showing.card, showing.language, say, base)
        keyboard = await self._wire.presses.keyboard(rendered.rows)
        parts, numbers = rendered.parts, list(before.numbers)
        for place, (number, part) in enumerate(zip(numbers, parts, strict=False)):
            last = place == len(parts) - 1
            await self._change(showing, before.chat, number, part, keyboard if last else [])
        if len(parts) > len(numbers):
            more = await self._post_parts(parts[len(numbers) :], self._under(showing, target, None), target, keyboard)
            return Stands(before.chat, (*numbers, *more))
        for number in numbers[len(parts) :]:
            await self._remove(before.chat, number)
        return Stands(before.chat, tuple(numbers[: len(parts)]))

    async def _change(self, showing: Showing, chat: int, number: int, part: Part, keyboard: Keyboard) -> None:
        place: dict[str, object] = {
            "chat_id": chat,
            "message_id": number,
            "reply_markup": {"inline_keyboard": keyboard},
        }
        try:
            if len(showing.card.files) == 1 and fits(showing.card, showing.language, self._wire.say, CAPTION_LIMIT):
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

    async def _hang_file(self, file: FileId, target: Target, number: int) -> None:
        """A file under its message, which stands already: it is not worth sending that twice."""
        under: dict[str, object] = {
            "reply_parameters": {"message_id": number, "allow_sending_without_reply": True},
        }
        try:
            await self._send_file(file, target, under)
        except RetryLater as later:
            await asyncio.sleep(min(later.after or SOON, SOON))
            try:
                await self._send_file(file, target, under)
            except (RetryLater, Undeliverable, Unknown) as error:
                log.warning("telegram.file_not_sent", file=file, why=str(error))
        except (Undeliverable, Unknown) as error:
            log.warning("telegram.file_not_sent", file=file, why=str(error))

    async def _send_file(self, file: FileId, target: Target, fields: dict[str, object]) -> int | None:
        """Its message's number; None where the file is gone."""
        try:
            content = await self._wire.store.files.load(file)
        except Refused:
            log.info("telegram.file_gone", file=file)
            return None
        columns = tables.files.c
        found = await self._wire.store.rows(select(columns.media_type, columns.name).where(columns.file == file))
        media_type, name = found[0] if found else ("", "")
        if media_type.startswith("image/") and len(content) <= PHOTO_LIMIT:
            given: dict[str, object] = {"photo": upload(content, name or "photo.jpg")}
            sent = await self._wire.client.ask("sendPhoto", **target.fields, **given, **fields)
        else:
            given = {"document": upload(content, name or "file")}
            sent = await self._wire.client.ask("sendDocument", **target.fields, **given, **fields)
        return number_of(sent)

    async def _make_topic(self, showing: Showing, target: Target) -> None:
        """The topic of a room was deleted: another one, or the group itself where the bot may make none."""
        old = f"{target.chat}/{target.thread}"
        async with self._making:
            if await self._wire.places.now_at(old) != old:
                return
            room = self._wire.view.company.rooms.get(showing.room)
            name = showing.room if room is None else f"{room.name.zh} {room.name.en}"
            new = await self.make_topic(target.chat, name)
            log.warning("telegram.topic_made_anew", room=showing.room, chat=target.chat, topic=new)
            await self._wire.places.remember(old, str(target.chat) if new is None else f"{target.chat}/{new}")

    async def make_topic(self, chat: int, name: str) -> int | None:
        """A topic of a forum; None where there are none, or the bot may not make them."""
        try:
            made = await self._wire.client.ask("createForumTopic", chat_id=chat, name=name[:NAME_OF_A_TOPIC])
        except Moved:
            raise
        except Undeliverable as error:
            log.warning("telegram.no_topic", chat=chat, why=str(error))
            return None
        thread = made.get("message_thread_id")
        return thread if isinstance(thread, int) else None


def number_of(sent: Json) -> int:
    """The number of a message that was sent."""
    number = sent.get("message_id")
    if not isinstance(number, int):
        raise Unknown("an answer without message_id")
    return number


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
