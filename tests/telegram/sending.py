"""The methods that send, change and remove messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from tests.telegram import rules
from tests.telegram.finding import find_message, find_thread, open_chat
from tests.telegram.refusal import bad, invalid
from tests.telegram.spec import Upload
from tests.telegram.things import Answer, Chat, Message
from tests.telegram.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

UNCHANGED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"
DELETABLE_FOR: Final = 48 * 3600
"""Seconds in which a bot may delete its own messages. https://core.telegram.org/bots/api#deletemessage"""
GALLERY: Final = (2, 10)


def send_message(world: World, given: Json) -> Json:
    chat = open_chat(world, given)
    return _send(world, chat, given, rules.read_text(given), given["text"])


def send_photo(world: World, given: Json) -> Json:
    chat = open_chat(world, given)
    caption, place = rules.read_caption(given), _place(chat, given)
    parts = {"photo": _photo(world, given["photo"]), **caption}
    return _send(world, chat, given, parts, given.get("caption", ""), place)


def send_document(world: World, given: Json) -> Json:
    chat = open_chat(world, given)
    caption, place = rules.read_caption(given), _place(chat, given)
    parts = {"document": _document(world, given["document"]), **caption}
    return _send(world, chat, given, parts, given.get("caption", ""), place)


def send_media_group(world: World, given: Json) -> list[Json]:
    chat = open_chat(world, given)
    media = cast("list[Json]", given["media"])
    if not GALLERY[0] <= len(media) <= GALLERY[1]:
        raise invalid("there must be 2-10 media in an album")
    captions, place = [rules.read_caption(each) for each in media], _place(chat, given)
    album = str(10**16 + len(world.sent))
    return [
        _send(world, chat, given, _medium(world, each) | caption | {"media_group_id": album}, "", place)
        for each, caption in zip(media, captions, strict=True)
    ]


def edit_text(world: World, given: Json) -> Json:
    message = _own(world, given, "edit")
    if "text" not in message.parts:
        raise bad("there is no text in the message to edit")
    return _edit(world, message, rules.read_text(given), given["text"], rules.read_markup(given))


def edit_caption(world: World, given: Json) -> Json:
    message = _own(world, given, "edit")
    if "text" in message.parts:
        raise bad("there is no caption in the message to edit")
    kept = {key: value for key, value in message.parts.items() if not key.startswith("caption")}
    parts = kept | rules.read_caption(given)
    return _edit(world, message, parts, given.get("caption", ""), rules.read_markup(given))


def edit_media(world: World, given: Json) -> Json:
    message = _own(world, given, "edit")
    if "text" in message.parts:
        raise bad("there is no media in the message to edit")
    medium = cast("Json", given["media"])
    parts = _medium(world, medium) | rules.read_caption(medium)
    return _edit(world, message, parts, medium.get("caption", ""), rules.read_markup(given))


def edit_markup(world: World, given: Json) -> Json:
    message = _own(world, given, "edit")
    return _edit(world, message, message.parts, message.raw, rules.read_markup(given))


def delete(world: World, given: Json) -> bool:
    chat = open_chat(world, given)
    message = find_message(chat, given["message_id"], "message to delete")
    if message.by_bot:
        allowed = chat.bot.may("can_delete_messages") or world.clock() - message.at < DELETABLE_FOR
    else:
        allowed = chat.is_private or chat.bot.may("can_delete_messages")
    if not allowed:
        raise bad("message can't be deleted")
    remove(chat, message)
    world.changed()
    return True


def pin(world: World, given: Json) -> bool:
    chat = _may_pin(world, given)
    message = find_message(chat, given["message_id"], "message to pin")
    if message not in chat.pinned:
        chat.pinned.append(message)
        shown = {"pinned_message": message.shown(nested=True)}
        world.tell(world.add_message(chat, world.me, shown, thread=message.thread))
    world.changed()
    return True


def unpin(world: World, given: Json) -> bool:
    chat = _may_pin(world, given)
    if "message_id" in given:
        message = find_message(chat, given["message_id"], "message to unpin")
        chat.pinned[:] = [each for each in chat.pinned if each is not message]
    else:
        chat.pinned[-1:] = []
    world.changed()
    return True


def unpin_all(world: World, given: Json) -> bool:
    _may_pin(world, given).pinned.clear()
    world.changed()
    return True


def answer_press(world: World, given: Json) -> bool:
    text = str(given.get("text", ""))
    if len(text) > rules.ANSWER:
        raise invalid("MESSAGE_TOO_LONG")
    press = world.presses.get(given["callback_query_id"])
    if press is None or press.answer is not None or world.clock() - press.at > world.press_lives_for:
        raise bad(TOO_OLD)
    press.answer = Answer(text, bool(given.get("show_alert")), given.get("url"))
    world.changed()
    return True


def chat_action(world: World, given: Json) -> bool:
    chat = open_chat(world, given)
    find_thread(chat, given)
    chat.actions.append(given["action"])
    world.changed()
    return True


def remove(chat: Chat, message: Message) -> None:
    """Takes a message out of its chat."""
    message.deleted = True
    del chat.messages[message.id]
    chat.pinned[:] = [each for each in chat.pinned if each is not message]


METHODS: Final[dict[str, Callable[[World, Json], object]]] = {
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendMediaGroup": send_media_group,
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageMedia": edit_media,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete,
    "pinChatMessage": pin,
    "unpinChatMessage": unpin,
    "unpinAllChatMessages": unpin_all,
    "answerCallbackQuery": answer_press,
    "sendChatAction": chat_action,
}


def _send(
    world: World, chat: Chat, given: Json, parts: Json, raw: str, place: tuple[int | None, Message | None] | None = None
) -> Json:
    markup = rules.read_markup(given)
    thread, reply_to = place or _place(chat, given)
    silent = bool(given.get("disable_notification"))
    more: Json = {"raw": raw, "thread": thread, "reply_to": reply_to, "markup": markup, "silent": silent}
    message = world.add_message(chat, world.me, parts, **more)
    world.sent.append(message)
    world.changed()
    return message.shown()


def _place(chat: Chat, given: Json) -> tuple[int | None, Message | None]:
    """The topic and the message replied to. Raises Refusal where one of them is not there."""
    thread = find_thread(chat, given)
    reply: Json = given.get("reply_parameters", {})
    if not reply:
        return thread, None
    found = chat.messages.get(reply["message_id"])
    if found is None and not reply.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return (found.thread if found is not None and thread is None else thread), found


def _own(world: World, given: Json, verb: str) -> Message:
    if "chat_id" not in given or "message_id" not in given:
        raise invalid("message identifier is not specified")
    message = find_message(open_chat(world, given), given["message_id"], f"message to {verb}")
    if not message.by_bot:
        raise bad(f"message can't be {verb}ed")
    return message


def _edit(world: World, message: Message, parts: Json, raw: str, markup: Json | None) -> Json:
    if parts == message.parts and markup == message.markup:
        raise bad(UNCHANGED)
    message.change(parts, raw, markup, world.today, world.clock())
    world.changed()
    return message.shown()


def _may_pin(world: World, given: Json) -> Chat:
    chat = open_chat(world, given)
    if not chat.is_private and not chat.bot.may("can_pin_messages"):
        raise bad("not enough rights to manage pinned messages in the chat")
    return chat


def _medium(world: World, medium: Json) -> Json:
    """One photo or document of an album."""
    if medium["type"] == "photo":
        return {"photo": _photo(world, medium["media"])}
    if medium["type"] == "document":
        return {"document": _document(world, medium["media"])}
    raise invalid(f"this server knows photos and documents in albums, not {medium['type']}")


def _photo(world: World, file: Upload | str) -> list[Json]:
    if isinstance(file, Upload):
        if len(file.content) > rules.PHOTO:
            raise bad("PHOTO_INVALID_DIMENSIONS")
        return world.add_photo(file.content)
    known = world.files.get(file)
    if known is not None:
        return [{**known.shown(), "width": 1280, "height": 720}]
    raise _unknown_file(file)


def _document(world: World, file: Upload | str) -> Json:
    stored = (
        world.add_file(file.name, file.content, file.media_type) if isinstance(file, Upload) else world.files.get(file)
    )
    if stored is None:
        raise _unknown_file(str(file))
    return {**stored.shown(), "file_name": stored.name, "mime_type": stored.media_type}


def _unknown_file(file: str) -> Exception:
    if file.startswith("attach://"):
        return invalid("can't find the file that attach:// names")
    return bad("wrong file identifier/HTTP URL specified")
