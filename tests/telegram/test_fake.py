"""Messages, keyboards, files and rooms, as python-telegram-bot sees them on the fake Telegram."""

from __future__ import annotations

import httpx
import pytest
import telegram as ptb
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.telegram.fake import FakeTelegram
from tests.telegram.sending import DELETABLE_FOR

KEYBOARD = ptb.InlineKeyboardMarkup(
    [
        [ptb.InlineKeyboardButton("知道了", callback_data="task.acknowledge:7")],
        [
            ptb.InlineKeyboardButton("Open", url="https://example.org/a"),
            ptb.InlineKeyboardButton("Done", callback_data="d"),
        ],
    ]
)


async def next_update(bot: ptb.Bot, after: int = 0) -> ptb.Update:
    (update,) = await bot.get_updates(offset=after + 1, timeout=5)
    return update


async def test_a_press_goes_round(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang", language_code="zh-hans")
    xu.starts("link-abc")
    update = await next_update(bot)
    assert update.message is not None
    assert update.message.text == "/start link-abc"
    assert update.message.from_user is not None
    assert (update.message.from_user.full_name, update.message.from_user.language_code) == ("Xu Liang", "zh-hans")
    await bot.send_message(xu.id, "<b>Fire</b> in A&amp;B", parse_mode="HTML", reply_markup=KEYBOARD)
    message = await telegram.next_message(xu.private, "Fire")
    assert (message.text, message.raw) == ("Fire in A&B", "<b>Fire</b> in A&amp;B")
    assert message.buttons == (("知道了", "task.acknowledge:7"), ("Open", "https://example.org/a"), ("Done", "d"))
    press = xu.presses(message, "知道了")
    update = await next_update(bot, update.update_id)
    assert update.callback_query is not None
    assert update.callback_query.data == "task.acknowledge:7"
    await update.callback_query.answer("好", show_alert=True)
    answer = await press.answered()
    assert (answer.text, answer.show_alert) == ("好", True)
    with pytest.raises(BadRequest, match="Query is too old"):
        await update.callback_query.answer("again")
    for nothing in ("Open", "nowhere"):
        with pytest.raises(LookupError, match=nothing):
            xu.presses(message, nothing)


async def test_tampered_and_late_presses(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    now = 0.0
    telegram.clock = lambda: now
    xu = telegram.user("Xu Liang")
    telegram.private(xu)
    await bot.send_message(xu.id, "card", reply_markup=KEYBOARD)
    (card,) = telegram.from_bot(xu.private)
    xu.presses_raw(card, "task.done:999")
    telegram.delete_message(card)
    xu.presses_raw(card, "d")
    tampered, gone = await bot.get_updates()
    assert tampered.callback_query is not None
    assert gone.callback_query is not None
    assert tampered.callback_query.data == "task.done:999"
    assert gone.callback_query.message is not None
    assert not gone.callback_query.message.is_accessible
    now = telegram.press_lives_for + 1
    with pytest.raises(BadRequest, match="Query is too old"):
        await tampered.callback_query.answer()


async def test_edits_keep_what_was_shown(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    mine = xu.says(telegram.private(xu), "hello")
    sent = await bot.send_message(xu.id, "one", reply_markup=KEYBOARD)
    message = xu.private.messages[sent.message_id]
    await bot.edit_message_text("<i>two</i>", xu.id, message.id, parse_mode="HTML")
    assert (message.text, message.buttons, [each.text for each in message.edits]) == ("two", (), ["one"])
    assert message.edits[0].buttons[0] == ("知道了", "task.acknowledge:7")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text("<i>two</i>", xu.id, message.id, parse_mode="HTML")
    await bot.edit_message_reply_markup(xu.id, message.id, reply_markup=KEYBOARD)
    assert len(message.buttons) == 3
    assert message.edited is not None
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await bot.edit_message_caption(xu.id, message.id, caption="c")
    with pytest.raises(BadRequest, match="There is no media in the message to edit"):
        await bot.edit_message_media(ptb.InputMediaPhoto(b"x"), xu.id, message.id)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("mine", xu.id, mine.id)
    await bot.delete_message(xu.id, message.id)
    assert message.deleted
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("three", xu.id, message.id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(xu.id, message.id)


async def test_what_may_be_deleted(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    now = 0.0
    telegram.clock = lambda: now
    xu = telegram.user("Xu Liang")
    group = telegram.group("Workshop 3", members=[xu])
    theirs = xu.says(group, "hello")
    own = await bot.send_message(group.id, "mine")
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(group.id, theirs.id)
    now = DELETABLE_FOR
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(group.id, own.message_id)
    xu.adds_bot(group, "can_delete_messages")
    assert await bot.delete_message(group.id, theirs.id)
    assert await bot.delete_message(group.id, own.message_id)


async def test_files_go_both_ways(telegram: FakeTelegram, bot: ptb.Bot, http: httpx.AsyncClient) -> None:
    xu = telegram.user("Xu Liang")
    private = telegram.private(xu)
    xu.says(private, photo=b"\xff\xd8 smoke", caption="/report fire")
    xu.says(private, document=("plan.pdf", b"%PDF"))
    photo, document = [each.message for each in await bot.get_updates()]
    assert photo is not None
    assert document is not None
    assert document.document is not None
    assert (photo.caption, document.document.file_name, document.document.mime_type) == (
        "/report fire",
        "plan.pdf",
        "application/pdf",
    )
    file = await bot.get_file(photo.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == b"\xff\xd8 smoke"
    sent = await bot.send_document(
        xu.id, b"record", filename="EV-2026-0001.pdf", caption="<b>Record</b>", parse_mode="HTML"
    )
    assert sent.caption == "Record"
    assert sent.document is not None
    again = await bot.send_document(xu.id, sent.document.file_id)
    assert again.document == sent.document
    sent = await bot.send_photo(xu.id, b"picture", caption="before")
    await bot.edit_message_caption(xu.id, sent.message_id, caption="after")
    assert (await bot.send_photo(xu.id, sent.photo[-1].file_id)).photo
    await bot.edit_message_media(ptb.InputMediaDocument(b"pdf", filename="a.pdf"), xu.id, sent.message_id)
    edited = xu.private.messages[sent.message_id]
    assert "document" in edited.parts
    assert [each.text for each in edited.edits] == ["before", "after"]
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("x", xu.id, sent.message_id)
    for unknown in (bot.send_photo, bot.send_document):
        with pytest.raises(BadRequest, match="Wrong file identifier"):
            await unknown(xu.id, "no-such-file")
    with pytest.raises(BadRequest, match="Wrong file_id"):
        await bot.get_file("no-such-file")
    missing = await http.get(f"{telegram.file_url}{telegram.token}/documents/file_99.pdf")
    assert missing.status_code == 404


async def test_large_files(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    heavy = xu.says(telegram.private(xu), document=("film.mp4", bytes(20 * 2**20 + 1)))
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(heavy.parts["document"]["file_id"])
    with pytest.raises(BadRequest, match=r"(?i)PHOTO_INVALID_DIMENSIONS"):
        await bot.send_photo(xu.id, bytes(10 * 2**20 + 1))
    with pytest.raises(ptb.error.NetworkError, match="Request Entity Too Large"):
        await bot.send_document(xu.id, bytes(52 * 2**20))


async def test_albums(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    private = telegram.private(xu)
    xu.sends_album(private, [b"a", b"b"], caption="two views")
    first, second = [each.message for each in await bot.get_updates()]
    assert first is not None
    assert second is not None
    assert first.media_group_id == second.media_group_id
    assert (first.caption, second.caption) == ("two views", None)
    sent = await bot.send_media_group(
        xu.id, [ptb.InputMediaPhoto(b"one", caption="<b>1</b>", parse_mode="HTML"), ptb.InputMediaDocument(b"two")]
    )
    assert [each.caption for each in sent] == ["1", None]
    file = await bot.get_file(sent[0].photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == b"one"


async def test_topics(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    forum = telegram.group("Plant", forum=True, admin=True, members=[xu])
    topic = await bot.create_forum_topic(forum.id, "EV-2026-0001")
    thread = topic.message_thread_id
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.forum_topic_created is not None
    sent = await bot.send_message(forum.id, "card", message_thread_id=thread)
    assert (sent.is_topic_message, sent.message_thread_id) == (True, thread)
    said = xu.says(forum, "on my way", thread=thread)
    answer = await bot.send_message(forum.id, "good", reply_parameters=ptb.ReplyParameters(said.id))
    assert answer.message_thread_id == thread
    assert [each.text for each in telegram.messages(forum, thread)] == ["", "card", "on my way", "good"]
    assert await bot.edit_forum_topic(forum.id, thread, name="EV-2026-0001 over")
    with pytest.raises(BadRequest, match=r"(?i)TOPIC_NOT_MODIFIED"):
        await bot.edit_forum_topic(forum.id, thread, name="EV-2026-0001 over")
    assert await bot.close_forum_topic(forum.id, thread)
    with pytest.raises(BadRequest, match=r"(?i)TOPIC_NOT_MODIFIED"):
        await bot.close_forum_topic(forum.id, thread)
    assert await bot.reopen_forum_topic(forum.id, thread)
    telegram.delete_topic(forum, thread)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(forum.id, "late", message_thread_id=thread)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.edit_forum_topic(forum.id, thread, name="late")
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("late", forum.id, sent.message_id)
    other = telegram.topic(forum, "Smoking corner", by=xu)
    assert await bot.delete_forum_topic(forum.id, other)
    assert not forum.topics


async def test_topics_need_a_forum_and_rights(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Plain", members=[xu])
    with pytest.raises(BadRequest, match="The chat is not a forum"):
        await bot.create_forum_topic(group.id, "t")
    forum = telegram.group("Forum", forum=True, members=[xu])
    with pytest.raises(BadRequest, match="Not enough rights to create a topic"):
        await bot.create_forum_topic(forum.id, "t")
    thread = telegram.topic(forum, "closed")
    forum.topics[thread].closed = True
    with pytest.raises(BadRequest, match=r"(?i)TOPIC_CLOSED"):
        await bot.send_message(forum.id, "x", message_thread_id=thread)


async def test_replies(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    said = xu.says(telegram.private(xu), "hello")
    answer = await bot.send_message(xu.id, "yes?", reply_parameters=ptb.ReplyParameters(said.id))
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.text == "hello"
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(xu.id, "?", reply_parameters=ptb.ReplyParameters(999))
    alone = await bot.send_message(
        xu.id,
        "?",
        reply_parameters=ptb.ReplyParameters(999, allow_sending_without_reply=True),
        disable_notification=True,
    )
    assert alone.reply_to_message is None
    assert telegram.sent[-1].silent


async def test_pins(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Workshop 3", members=[xu])
    sent = await bot.send_message(group.id, "card")
    with pytest.raises(BadRequest, match="Not enough rights to manage pinned messages"):
        await bot.pin_chat_message(group.id, sent.message_id)
    xu.adds_bot(group, "can_pin_messages")
    assert await bot.pin_chat_message(group.id, sent.message_id, disable_notification=True)
    assert await bot.pin_chat_message(group.id, sent.message_id)
    assert telegram.sent[-1].pinned
    told = [each.message for each in await bot.get_updates() if each.message is not None]
    assert [each.pinned_message is not None for each in told] == [True]
    assert (await bot.get_chat(group.id)).pinned_message is not None
    with pytest.raises(BadRequest, match="Message to pin not found"):
        await bot.pin_chat_message(group.id, 99)
    assert await bot.unpin_chat_message(group.id, sent.message_id)
    assert not group.pinned
    await bot.pin_chat_message(group.id, sent.message_id)
    assert await bot.unpin_chat_message(group.id)
    assert not group.pinned
    await bot.pin_chat_message(group.id, sent.message_id)
    assert await bot.unpin_all_chat_messages(group.id)
    assert not group.pinned


async def test_members_and_rights(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu, guo = telegram.user("Xu Liang"), telegram.user("Guo Min", username="guomin")
    group = telegram.group("Workshop 3", members=[xu], admin=True)
    assert isinstance(await bot.get_chat_member(group.id, xu.id), ptb.ChatMemberOwner)
    assert isinstance(await bot.get_chat_member(group.id, guo.id), ptb.ChatMemberLeft)
    me = await bot.get_chat_member(group.id, bot.id)
    assert isinstance(me, ptb.ChatMemberAdministrator)
    assert me.can_pin_messages
    with pytest.raises(BadRequest, match=r"(?i)PARTICIPANT_ID_INVALID"):
        await bot.get_chat_member(group.id, 999)
    guo.joins(group)
    assert await bot.get_chat_member_count(group.id) == 3
    guo.leaves(group, by=xu)
    assert isinstance(await bot.get_chat_member(group.id, guo.id), ptb.ChatMemberBanned)
    assert [each.user.id for each in await bot.get_chat_administrators(group.id)] == [xu.id, bot.id]
    with pytest.raises(BadRequest, match="There are no administrators in the private chat"):
        await bot.get_chat_administrators(telegram.private(guo).id)
    link = await bot.create_chat_invite_link(group.id, name="command room", member_limit=5)
    assert link.invite_link.startswith("https://t.me/+")
    assert link.member_limit == 5
    assert (await bot.get_chat("@guomin")).id == guo.id
    assert await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await bot.send_message(group.id, "x")
    with pytest.raises(BadRequest, match="can't be changed in private chats"):
        await bot.leave_chat(guo.id)
    with pytest.raises(BadRequest, match="Not enough rights to manage chat invite link"):
        await bot.create_chat_invite_link(guo.id)


async def test_where_the_bot_may_not_write(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(xu.id, "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(-1, "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message("@nobody_here", "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message("nobody", "x")
    xu.starts()
    xu.blocks_bot()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(xu.id, "x")
    xu.starts()
    assert await bot.send_message(xu.id, "x")
    group = telegram.group("Workshop 3", members=[xu])
    xu.removes_bot(group)
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(group.id, "x")
    wide = telegram.group("Plant", supergroup=True, members=[xu], bot=False)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(wide.id, "x")
    xu.adds_bot(wide)
    wide.closed_to_bot = True
    with pytest.raises(BadRequest, match="Not enough rights to send text messages"):
        await bot.send_message(wide.id, "x")
    kinds = [each.my_chat_member for each in await bot.get_updates() if each.my_chat_member]
    assert [each.new_chat_member.status for each in kinds] == ["kicked", "member", "kicked", "member"]


async def test_a_group_becomes_a_supergroup(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    group = telegram.group("Workshop 3", members=[xu], admin=True)
    sent = await bot.send_message(group.id, "card")
    moved = telegram.migrate(group)
    away, here = [each.message for each in await bot.get_updates()]
    assert away is not None
    assert here is not None
    assert (away.chat.id, away.migrate_to_chat_id) == (group.id, moved.id)
    assert (here.chat.id, here.migrate_from_chat_id) == (moved.id, group.id)
    for call in (bot.send_message(group.id, "x"), bot.edit_message_text("x", group.id, sent.message_id)):
        with pytest.raises(ChatMigrated) as refused:
            await call
        assert refused.value.new_chat_id == moved.id
    assert (await bot.send_message(moved.id, "x")).message_id == 2


async def test_commands_menu_and_profile(telegram: FakeTelegram, bot: ptb.Bot) -> None:
    xu = telegram.user("Xu Liang")
    telegram.private(xu)
    scope = ptb.BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([("report", "报告紧急情况")], scope=scope, language_code="zh")
    await bot.set_my_commands([("report", "Report an emergency")])
    assert telegram.commands["all_private_chats", "zh"] == [{"command": "report", "description": "报告紧急情况"}]
    assert [each.command for each in await bot.get_my_commands()] == ["report"]
    assert await bot.get_my_commands(scope=ptb.BotCommandScopeChat(xu.id)) == ()
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()
    await bot.set_chat_menu_button(menu_button=ptb.MenuButtonCommands())
    assert telegram.menu_buttons == {0: {"type": "commands"}}
    assert isinstance(await bot.get_chat_menu_button(xu.id), ptb.MenuButtonCommands)
    await bot.set_my_short_description("疏散与响应", language_code="zh")
    await bot.set_my_description("what it does")
    assert (await bot.get_my_short_description("zh")).short_description == "疏散与响应"
    assert (await bot.get_my_description()).description == "what it does"
    assert (await bot.get_my_name()).name == ""
    await bot.send_chat_action(xu.id, "typing")
    assert xu.private.actions == ["typing"]
    assert bot.bot.can_read_all_group_messages is False
