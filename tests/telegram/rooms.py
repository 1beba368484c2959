"""The methods about chats, topics, members, files and the bot itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from tests.telegram import rules
from tests.telegram.finding import find_chat, open_chat, seen_chat
from tests.telegram.refusal import bad, invalid
from tests.telegram.sending import remove
from tests.telegram.things import Chat, Member, Topic
from tests.telegram.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

GIFTS: Final = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
COLOR: Final = 7322096


def get_me(world: World, given: Json) -> Json:
    return {
        **world.me,
        "can_join_groups": world.can_join_groups,
        "can_read_all_group_messages": world.can_read_all_group_messages,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(world: World, given: Json) -> Json:
    chat = _known(world, given)
    full: Json = {**chat.shown(), "accent_color_id": 0, "max_reaction_count": 11}
    full["accepted_gift_types"] = dict.fromkeys(GIFTS, False)
    if chat.closed_to_bot:
        full["permissions"] = {"can_send_messages": False}
    if chat.pinned:
        full["pinned_message"] = chat.pinned[-1].shown(nested=True)
    return full


def get_member(world: World, given: Json) -> Json:
    chat = _known(world, given)
    user_id: int = given["user_id"]
    if user_id == world.me["id"]:
        return chat.bot.shown()
    member = chat.members.get(user_id)
    if member is not None:
        return member.shown()
    private = world.chats.get(user_id)
    if private is None or private.owner is None:
        raise bad("PARTICIPANT_ID_INVALID")
    return Member(private.owner, "left").shown()


def get_admins(world: World, given: Json) -> list[Json]:
    chat = _known(world, given)
    if chat.is_private:
        raise bad("there are no administrators in the private chat")
    people = [*chat.members.values(), chat.bot]
    return [each.shown() for each in people if each.is_admin and (each is chat.bot or not each.user["is_bot"])]


def count_members(world: World, given: Json) -> int:
    chat = _known(world, given)
    return sum(each.status not in {"left", "kicked"} for each in [*chat.members.values(), chat.bot])


def leave(world: World, given: Json) -> bool:
    chat = open_chat(world, given)
    if chat.is_private:
        raise bad("chat member status can't be changed in private chats")
    change_bot(world, chat, Member(world.me, "left"), world.me)
    return True


def invite_link(world: World, given: Json) -> Json:
    chat = open_chat(world, given)
    if chat.is_private or not chat.bot.may("can_invite_users"):
        raise bad("not enough rights to manage chat invite link")
    link: Json = {
        "invite_link": f"https://t.me/+Link{abs(chat.id)}n{next(chat.numbers)}",
        "creator": world.me,
        "creates_join_request": bool(given.get("creates_join_request")),
        "is_primary": False,
        "is_revoked": False,
    }
    if "name" in given:
        link["name"] = rules.check_length("invite link name", given["name"], 0, 32)
    if not 1 <= given.get("member_limit", 1) <= 99999:
        raise invalid("member limit must be 1-99999")
    return link | {key: given[key] for key in ("expire_date", "member_limit") if key in given}


# ---- topics


def create_topic(world: World, given: Json) -> Json:
    chat = _forum(world, given)
    name = rules.check_length("topic name", given["name"], 1, 128)
    color = given.get("icon_color", COLOR)
    if color not in rules.ICON_COLORS:
        raise invalid("invalid icon_color specified")
    topic = open_topic(world, chat, world.me, name, color)
    return {"message_thread_id": topic.thread, "name": topic.name, "icon_color": topic.icon_color}


def open_topic(world: World, chat: Chat, by: Json, name: str, color: int = COLOR) -> Topic:
    """A new topic; the message that says so is its first."""
    opened = world.add_message(chat, by, {"forum_topic_created": {"name": name, "icon_color": color}})
    opened.thread = opened.id
    topic = chat.topics[opened.id] = Topic(opened.id, name, color, opened)
    world.tell(opened)
    return topic


def edit_topic(world: World, given: Json) -> bool:
    chat, topic = _topic(world, given)
    name = rules.check_length("topic name", given.get("name", topic.name), 0, 128) or topic.name
    if name == topic.name and "icon_custom_emoji_id" not in given:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.name = name
    world.tell(world.add_message(chat, world.me, {"forum_topic_edited": {"name": name}}, thread=topic.thread))
    return True


def close_topic(world: World, given: Json) -> bool:
    return _set_closed(world, given, closed=True)


def reopen_topic(world: World, given: Json) -> bool:
    return _set_closed(world, given, closed=False)


def delete_topic(world: World, given: Json) -> bool:
    chat, topic = _topic(world, given)
    drop_topic(world, chat, topic.thread)
    return True


def drop_topic(world: World, chat: Chat, thread: int) -> None:
    """A topic is gone with all that was said in it. No update tells of it."""
    del chat.topics[thread]
    for message in [each for each in chat.messages.values() if each.thread == thread]:
        remove(chat, message)
    world.changed()


# ---- the bot itself


def set_commands(world: World, given: Json) -> bool:
    rules.check_commands(given["commands"])
    world.commands[_scope(world, given), rules.check_language(given)] = given["commands"]
    world.changed()
    return True


def get_commands(world: World, given: Json) -> list[Json]:
    return world.commands.get((_scope(world, given), rules.check_language(given)), [])


def delete_commands(world: World, given: Json) -> bool:
    world.commands.pop((_scope(world, given), rules.check_language(given)), None)
    return True


def set_menu(world: World, given: Json) -> bool:
    world.menu_buttons[given.get("chat_id", 0)] = given.get("menu_button", {"type": "default"})
    world.changed()
    return True


def get_menu(world: World, given: Json) -> Json:
    default = world.menu_buttons.get(0, {"type": "commands"})
    return world.menu_buttons.get(given.get("chat_id", 0), default)


def get_file(world: World, given: Json) -> Json:
    file = world.files.get(given["file_id"])
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > rules.DOWNLOAD:
        raise bad("file is too big")
    return {**file.shown(), "file_path": file.path}


def change_bot(world: World, chat: Chat, now: Member, by: Json) -> None:
    """The bot's standing in a chat changes, and it is told."""
    before, chat.bot = chat.bot, now
    body: Json = {"chat": chat.shown(), "from": by, "date": world.today}
    world.emit("my_chat_member", {**body, "old_chat_member": before.shown(), "new_chat_member": now.shown()})


def _profile(field: str, most: int) -> tuple[Callable[[World, Json], object], Callable[[World, Json], object]]:
    def put(world: World, given: Json) -> bool:
        value = rules.check_length(field, given.get(field, ""), 0, most)
        world.profile[field, rules.check_language(given)] = value
        return True

    def get(world: World, given: Json) -> Json:
        return {field: world.profile.get((field, rules.check_language(given)), "")}

    return put, get


SET_NAME, GET_NAME = _profile("name", 64)
SET_DESCRIPTION, GET_DESCRIPTION = _profile("description", 512)
SET_SHORT, GET_SHORT = _profile("short_description", 120)

METHODS: Final[dict[str, Callable[[World, Json], object]]] = {
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_member,
    "getChatAdministrators": get_admins,
    "getChatMemberCount": count_members,
    "leaveChat": leave,
    "createChatInviteLink": invite_link,
    "createForumTopic": create_topic,
    "editForumTopic": edit_topic,
    "closeForumTopic": close_topic,
    "reopenForumTopic": reopen_topic,
    "deleteForumTopic": delete_topic,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setChatMenuButton": set_menu,
    "getChatMenuButton": get_menu,
    "getFile": get_file,
    "setMyName": SET_NAME,
    "getMyName": GET_NAME,
    "setMyDescription": SET_DESCRIPTION,
    "getMyDescription": GET_DESCRIPTION,
    "setMyShortDescription": SET_SHORT,
    "getMyShortDescription": GET_SHORT,
}


def _known(world: World, given: Json) -> Chat:
    chat = find_chat(world, given["chat_id"])
    return chat if chat.is_private else seen_chat(world, {"chat_id": chat.id})


def _forum(world: World, given: Json) -> Chat:
    chat = open_chat(world, given)
    if not chat.forum:
        raise bad("the chat is not a forum")
    if not chat.bot.may("can_manage_topics"):
        raise bad("not enough rights to create a topic")
    return chat


def _topic(world: World, given: Json) -> tuple[Chat, Topic]:
    chat = _forum(world, given)
    topic = chat.topics.get(given["message_thread_id"])
    if topic is None:
        raise bad("message thread not found")
    return chat, topic


def _set_closed(world: World, given: Json, *, closed: bool) -> bool:
    chat, topic = _topic(world, given)
    if topic.closed == closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    said = "forum_topic_closed" if closed else "forum_topic_reopened"
    world.tell(world.add_message(chat, world.me, {said: {}}, thread=topic.thread))
    return True


def _scope(world: World, given: Json) -> str:
    scope = cast("Json", given.get("scope", {"type": "default"}))
    if "chat_id" in scope:
        find_chat(world, scope["chat_id"])
    return ":".join(str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope)
