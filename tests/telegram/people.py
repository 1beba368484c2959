"""The people's side: what they do in their apps, and the updates that the bot gets for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.telegram import rules
from tests.telegram.markup import entities_in
from tests.telegram.rooms import change_bot
from tests.telegram.things import Chat, Member, Message, Status
from tests.telegram.world import Press, World

if TYPE_CHECKING:
    from collections.abc import Sequence

Json = dict[str, Any]

ANONYMOUS_ADMIN: Final[Json] = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
CHANNEL_BOT: Final[Json] = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
"""The accounts in whose name Telegram shows what an anonymous administrator or a channel says in a group."""
Named = tuple[str, bytes]
"""A file: its name and its content."""


@dataclass(slots=True, eq=False)
class User:
    """A person with the Telegram app."""

    account: Json
    world: World = field(repr=False)

    @property
    def id(self) -> int:
        """The user id, which is also that of the private chat with the bot."""
        return int(self.account["id"])

    @property
    def private(self) -> Chat:
        """The private chat with the bot."""
        return self.world.chats[self.id]

    def starts(self, payload: str | None = None) -> Message:
        """Presses Start, or follows `t.me/bot?start=payload`. Raises ValueError for a payload no link can carry."""
        if payload is not None and not rules.PAYLOAD.fullmatch(payload):
            raise ValueError(f"not a deep-link payload: {payload!r}")
        if self.private.bot.status == "kicked":
            self.unblocks_bot()
        self.private.started = True
        return self.says(self.private, "/start" if payload is None else f"/start {payload}")

    def says(
        self,
        chat: Chat,
        text: str = "",
        *,
        thread: int | None = None,
        reply_to: Message | None = None,
        photo: bytes | None = None,
        document: Named | None = None,
        caption: str = "",
        **parts: Any,  # noqa: ANN401 - of the Message object
    ) -> Message:
        """Sends a text, a photo, a document, or other `parts` of a Message (`location={…}`, `voice={…}`)."""
        content: Json = dict(parts)
        if text:
            content |= _marked("text", "entities", text)
        if photo is not None:
            content["photo"] = self.world.add_photo(photo)
        if document is not None:
            file = self.world.add_file(*document)
            content["document"] = {**file.shown(), "file_name": file.name, "mime_type": file.media_type}
        if caption:
            content |= _marked("caption", "caption_entities", caption)
        place = reply_to.thread if thread is None and reply_to is not None else thread
        message = self.world.add_message(chat, self.account, content, thread=place, reply_to=reply_to)
        return self.world.tell(message)

    def sends_album(
        self, chat: Chat, photos: Sequence[bytes], caption: str = "", thread: int | None = None
    ) -> list[Message]:
        """Several photos at once: as many messages with one `media_group_id`, the caption under the first."""
        album = f"14{next(chat.numbers):015d}"
        captions = [caption, *[""] * (len(photos) - 1)]
        return [
            self.says(chat, photo=photo, caption=under, thread=thread, media_group_id=album)
            for photo, under in zip(photos, captions, strict=True)
        ]

    def edits(self, message: Message, text: str) -> Message:
        """Changes the text or caption of their own message."""
        assert message.sender["id"] == self.id, "people edit their own messages"
        kept = {key: value for key, value in message.parts.items() if key not in CHANGING}
        fields = ("text", "entities") if "text" in message.parts else ("caption", "caption_entities")
        world = self.world
        message.change(kept | _marked(*fields, text), "", None, world.today, world.clock())
        return world.tell(message, "edited_message")

    def presses(self, message: Message, label_or_data: str) -> Press:
        """Presses a button that the message shows. Raises LookupError where it does not."""
        rows: list[list[Json]] = (message.markup or {}).get("inline_keyboard", [])
        for button in (each for row in rows for each in row if "callback_data" in each):
            if label_or_data in {button["text"], button["callback_data"]}:
                return self.presses_raw(message, button["callback_data"])
        raise LookupError(f"no button {label_or_data!r} under {message.text!r}: {message.buttons}")

    def presses_raw(self, message: Message, callback_data: str) -> Press:
        """Sends whatever data, as a tampered app can; also for a message that is gone by now."""
        number = str(4 * 10**17 + len(self.world.presses))
        gone: Json = {"chat": message.chat.shown(), "message_id": message.id, "date": 0}
        query: Json = {
            "id": number,
            "from": self.account,
            "message": gone if message.deleted else message.shown(),
            "chat_instance": str(message.chat.id),
            "data": callback_data,
        }
        press = Press(number, self.account, message, callback_data, self.world.clock(), query, self.world)
        self.world.presses[number] = press
        press.update = self.world.emit("callback_query", query)
        return press

    def joins(self, chat: Chat, by: User | None = None) -> Message:
        """Enters a group, or is added by somebody."""
        return self._moves(chat, "member", {"new_chat_members": [self.account]}, by or self)

    def leaves(self, chat: Chat, by: User | None = None) -> Message:
        """Leaves a group, or is removed by somebody."""
        return self._moves(chat, "left" if by is None else "kicked", {"left_chat_member": self.account}, by or self)

    def adds_bot(self, chat: Chat, *rights: str) -> None:
        """Adds the bot to a group or changes its rights there; with any rights it is an administrator."""
        absent = chat.bot.status in {"left", "kicked"}
        status = "administrator" if rights else "member"
        change_bot(self.world, chat, Member(self.world.me, status, frozenset(rights)), self.account)
        if absent:
            self.world.tell(self.world.add_message(chat, self.account, {"new_chat_members": [self.world.me]}))

    def removes_bot(self, chat: Chat) -> None:
        """Removes the bot from a group."""
        change_bot(self.world, chat, Member(self.world.me, "kicked"), self.account)

    def blocks_bot(self) -> None:
        """Blocks the bot: it may not write in private any more."""
        change_bot(self.world, self.private, Member(self.world.me, "kicked"), self.account)

    def unblocks_bot(self) -> None:
        """Lets the bot write again."""
        change_bot(self.world, self.private, Member(self.world.me, "member"), self.account)

    def _moves(self, chat: Chat, status: Status, said: Json, by: User) -> Message:
        before = chat.members.get(self.id, Member(self.account, "left"))
        now = chat.members[self.id] = Member(self.account, status)
        body: Json = {"chat": chat.shown(), "from": by.account, "date": self.world.today}
        message = self.world.tell(self.world.add_message(chat, by.account, said))
        if chat.bot.is_admin:
            self.world.emit("chat_member", {**body, "old_chat_member": before.shown(), "new_chat_member": now.shown()})
        return message


CHANGING: Final = frozenset({"text", "entities", "caption", "caption_entities"})


def _marked(text: str, entities: str, said: str) -> Json:
    found = entities_in(said)
    return {text: said, entities: found} if found else {text: said}
