"""The chat, topic or message that a call means, or the words in which the server says that it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.telegram.refusal import bad, forbidden

if TYPE_CHECKING:
    from tests.telegram.things import Chat, Message
    from tests.telegram.world import World

Json = dict[str, Any]

UPGRADED: Final = "group chat was upgraded to a supergroup chat"


def find_chat(world: World, wanted: int | str) -> Chat:
    """The chat of an id or @name, whether or not the bot may write there. Raises Refusal."""
    if isinstance(wanted, str) and wanted.startswith("@"):
        chat = next((each for each in world.chats.values() if each.username == wanted[1:]), None)
    else:
        chat = world.chats.get(int(wanted)) if str(wanted).lstrip("-").isdigit() else None
    if chat is None:
        raise bad("chat not found")
    if chat.moved_to is not None:
        raise bad(UPGRADED, migrate_to_chat_id=chat.moved_to.id)
    return chat


def open_chat(world: World, given: Json) -> Chat:
    """The chat of a call, where the bot may write. Raises Refusal."""
    chat = seen_chat(world, given)
    if chat.closed_to_bot:
        raise bad("not enough rights to send text messages to the chat")
    return chat


def seen_chat(world: World, given: Json) -> Chat:
    """The chat of a call, where the bot is, though it may have to be silent. Raises Refusal."""
    chat = find_chat(world, given["chat_id"])
    if chat.is_private and not chat.started:
        raise forbidden("bot can't initiate conversation with a user")
    if chat.bot.status == "kicked":
        raise forbidden("bot was blocked by the user" if chat.is_private else f"bot was kicked from the {_kind(chat)}")
    if chat.bot.status == "left":
        raise forbidden(f"bot is not a member of the {_kind(chat)}")
    return chat


def find_thread(chat: Chat, given: Json) -> int | None:
    """The topic of a call, where it has one. Raises Refusal."""
    thread: int | None = given.get("message_thread_id")
    if thread is None:
        return None
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad("message thread not found")
    if topic.closed and not chat.bot.may("can_manage_topics"):
        raise bad("TOPIC_CLOSED")
    return thread


def find_message(chat: Chat, number: int, what: str) -> Message:
    """The message of that number in a chat. Raises Refusal, which names it as `what`."""
    message = chat.messages.get(number)
    if message is None:
        raise bad(f"{what} not found")
    return message


def _kind(chat: Chat) -> str:
    return {"group": "group chat", "supergroup": "supergroup chat"}.get(chat.type, f"{chat.type} chat")
