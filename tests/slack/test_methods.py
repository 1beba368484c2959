"""The Web API: what each method does, and the errors it answers with."""

# slack-sdk annotates with a bare "dict":
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.slack.apps import refusal, web_client
from tests.slack.fake import FakeSlack

Json = dict[str, Any]
BUTTON: Json = {"type": "button", "action_id": "seen", "text": {"type": "plain_text", "text": "Seen"}}
ROW: Json = {"type": "actions", "elements": [BUTTON]}
HOME: Json = {"type": "home", "blocks": [ROW]}
MODAL: Json = {"type": "modal", "title": {"type": "plain_text", "text": "Report"}, "blocks": [ROW]}


async def test_who_may_call(slack: FakeSlack) -> None:
    assert await refusal(web_client(slack, "xoxb-of-another"), "auth.test") == "invalid_auth"
    assert await refusal(web_client(slack, slack.app_token), "auth.test") == "not_allowed_token_type"
    assert await refusal(web_client(slack), "apps.connections.open") == "not_allowed_token_type"
    assert await refusal(web_client(slack), "chat.shout") == "unknown_method"
    async with ClientSession() as session, session.post(f"{slack.base_url}auth.test") as response:
        assert await response.json() == {"ok": False, "error": "not_authed"}
    slack.app_scopes = set()
    assert await refusal(web_client(slack, slack.app_token), "apps.connections.open") == "missing_scope"
    slack.revoked = True
    assert await refusal(web_client(slack, slack.app_token), "apps.connections.open") == "invalid_auth"


async def test_a_missing_scope_is_named(slack: FakeSlack) -> None:
    slack.scopes = {"chat:write"}
    with pytest.raises(SlackApiError) as refused:
        await web_client(slack).users_info(user="U1")
    assert refused.value.response["needed"] == "users:read"
    assert refused.value.response["provided"] == "chat:write"
    assert refused.value.response.headers["x-oauth-scopes"] == "chat:write"


async def test_a_failure_stands_ready_for_the_next_call(slack: FakeSlack) -> None:
    client = web_client(slack)
    slack.fail_next("auth.test", "internal_error", status=500)
    slack.fail_next("auth.test", "ratelimited", retry_after=30)
    with pytest.raises(SlackApiError) as broken:
        await client.auth_test()
    assert broken.value.response.status_code == 500
    with pytest.raises(SlackApiError) as limited:
        await client.auth_test()
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "30")
    assert (await client.auth_test())["bot_id"] == slack.bot_id
    assert [call.error for call in slack.calls] == ["internal_error", "ratelimited", ""]


async def test_where_the_app_may_write(slack: FakeSlack) -> None:
    guo, client = slack.user("Guo Ying"), web_client(slack)
    public, private = slack.channel("sales", [guo], bot=False), slack.channel("board", [guo], private=True, bot=False)
    room, closed = slack.channel("purchasing", [guo]), slack.channel("old")
    closed.archived = True
    slack.scopes.discard("chat:write.public")

    async def post(channel: str, **more: Any) -> str:  # noqa: ANN401 — arguments of the method
        return await refusal(client, "chat.postMessage", **{"channel": channel, "text": "hello"} | more)

    assert await post(public.id) == "not_in_channel"
    assert await post(private.id) == "channel_not_found"
    assert await post("C404") == "channel_not_found"
    assert await post(closed.id) == "is_archived"
    assert await post(room.id, text="") == "no_text"
    assert await post(room.id, thread_ts="1.000000") == "thread_not_found"
    assert await post(room.id, blocks="[{") == "invalid_blocks_format"
    assert await post(room.id, blocks='{"type":"divider"}') == "invalid_blocks_format"
    assert await post(room.id, metadata={"event_type": "x"}) == "invalid_metadata_format"
    assert await post(slack.user("Echo", bot=True).id) == "cannot_dm_bot"
    slack.scopes.add("chat:write.public")
    await client.chat_postMessage(channel="#sales", text="hello")
    assert [message.text for message in slack.messages(public)] == ["hello"]
    assert [flaw.where for flaw in slack.invalid] == ["/metadata"]
    slack.invalid.clear()


async def test_a_direct_message_a_thread_and_a_speaker(slack: FakeSlack) -> None:
    guo, client = slack.user("Guo Ying"), web_client(slack)
    room = slack.channel("purchasing", [guo])
    await client.chat_postMessage(channel=guo.id, text="for you")
    assert [message.text for message in guo.direct] == ["for you"]
    parent = await guo.says(room, "fire")
    first = await client.chat_postMessage(channel=room.id, text="noted", thread_ts=parent.ts)
    await client.chat_postMessage(
        channel=room.id, text="all!", thread_ts=parent.ts, reply_broadcast=True, username="Lin"
    )
    main = await client.conversations_history(channel=room.id)
    assert [each["text"] for each in main.get("messages", [])] == ["all!", "fire"]
    assert main.get("messages", [])[0]["username"] == "Lin"
    thread = await client.conversations_replies(channel=room.id, ts=parent.ts)
    assert [each["text"] for each in thread.get("messages", [])] == ["fire", "noted", "all!"]
    assert thread.get("messages", [])[0]["reply_count"] == 2
    await client.chat_delete(channel=room.id, ts=str(first["ts"]))
    assert [message.text for message in slack.messages(room)] == ["fire", "all!"]
    await client.chat_postMessage(channel=room.id, text="all again", reply_broadcast=True)
    await client.chat_delete(channel=room.id, ts=slack.messages(room)[-1].ts)
    slack.scopes.discard("chat:write.customize")
    assert await refusal(client, "chat.postMessage", channel=room.id, text="x", username="Lin") == "missing_scope"


async def test_an_edit_keeps_what_is_not_given(slack: FakeSlack) -> None:
    guo, client = slack.user("Guo Ying"), web_client(slack)
    room = slack.channel("purchasing", [guo])
    metadata = {"event_type": "card", "event_payload": {"outbox_id": 1}}
    ts = str((await client.chat_postMessage(channel=room.id, text="one", blocks=[ROW], metadata=metadata))["ts"])
    [message] = slack.messages(room)
    await client.chat_update(channel=room.id, ts=ts, text="two")
    assert (message.fallback, message.text, message.metadata) == ("two", "Seen", metadata)
    await client.chat_update(channel=room.id, ts=ts, text="three", blocks=[], metadata={})
    assert (message.text, message.metadata, message.shape()["edited"]["user"]) == ("three", None, slack.bot_user_id)
    foreign = await guo.says(room, "mine")
    assert await refusal(client, "chat.update", channel=room.id, ts=foreign.ts, text="x") == "cant_update_message"
    assert await refusal(client, "chat.update", channel=room.id, ts="1.0", text="x") == "message_not_found"
    assert await refusal(client, "chat.update", channel=room.id, ts=ts) == "no_text"
    assert await refusal(client, "chat.delete", channel=room.id, ts=foreign.ts) == "cant_delete_message"
    assert await refusal(client, "chat.update", channel=room.id, ts=ts, text="x" * 40_001) == "msg_too_long"
    await client.chat_postMessage(channel=room.id, text="x" * 40_001)
    await client.chat_postMessage(channel=room.id, text="x" * 4_001)
    assert len(slack.messages(room)[2].text) == 40_000
    assert [flaw.answered for flaw in slack.invalid] == ["msg_too_long", "", ""]
    slack.invalid.clear()


async def test_what_only_one_person_sees(slack: FakeSlack) -> None:
    guo, lin, client = slack.user("Guo Ying"), slack.user("Lin Xiao"), web_client(slack)
    room = slack.channel("purchasing", [guo])
    await client.chat_postEphemeral(channel=room.id, user=guo.id, text="psst", blocks=[ROW])
    assert [(each.text, each.buttons[0].label) for each in guo.ephemerals] == [("Seen", "Seen")]
    with pytest.raises(LookupError, match="does not see this"):
        lin.finds(guo.ephemerals[0], "Seen")
    assert await refusal(client, "chat.postEphemeral", channel=room.id, user=lin.id, text="x") == "user_not_in_channel"
    assert await refusal(client, "chat.postEphemeral", channel=room.id, user=guo.id) == "no_text"


async def test_pins_links_and_reactions(slack: FakeSlack) -> None:
    guo, client = slack.user("Guo Ying"), web_client(slack)
    room = slack.channel("purchasing", [guo])
    message = await guo.says(room, "fire")
    where = {"channel": room.id, "timestamp": message.ts}
    await client.pins_add(channel=room.id, timestamp=message.ts)
    assert slack.pins == {room.id: [message]}
    assert await refusal(client, "pins.add", **where) == "already_pinned"
    assert (await client.pins_list(channel=room.id)).get("items", [])[0]["message"]["pinned_to"] == [room.id]
    await client.pins_remove(channel=room.id, timestamp=message.ts)
    assert await refusal(client, "pins.remove", **where) == "no_pin"
    await client.reactions_add(channel=room.id, timestamp=message.ts, name="eyes")
    assert await refusal(client, "reactions.add", **where, name="eyes") == "already_reacted"
    link = await client.chat_getPermalink(channel=room.id, message_ts=message.ts)
    assert str(link["permalink"]).endswith(message.ts.replace(".", ""))
    room.pins = [str(number) for number in range(100)]
    assert await refusal(client, "pins.add", **where) == "too_many_pins"
    assert slack.invalid.pop().answered == "too_many_pins"


async def test_a_room_is_made_named_filled_and_closed(slack: FakeSlack) -> None:
    guo, lin, client = slack.user("Guo Ying"), slack.user("Lin Xiao"), web_client(slack)
    made = await client.conversations_create(name="ev-2026-0001-火灾", is_private=True)
    room = slack.named("ev-2026-0001-火灾")
    assert (made.get("channel", {})["id"], room.members) == (room.id, [slack.bot_user_id])
    await client.conversations_invite(channel=room.id, users=[guo.id, lin.id])
    invite = {"channel": room.id, "users": f"{guo.id},U404"}
    assert await refusal(client, "conversations.invite", **invite) == "already_in_channel"
    assert await refusal(client, "conversations.invite", channel=room.id, users="U404") == "user_not_found"
    assert await refusal(client, "conversations.invite", channel=room.id, users=slack.bot_user_id) == "cant_invite_self"
    assert await refusal(client, "conversations.invite", channel=room.id, users="") == "no_user"
    stranger = slack.user("Other", stranger=True)
    abroad = {"channel": room.id, "users": stranger.id}
    assert await refusal(client, "conversations.invite", **abroad) == "user_team_not_in_channel"
    many = ",".join(f"U{number}" for number in range(101))
    assert await refusal(client, "conversations.invite", channel=room.id, users=many) == "too_many_users"
    wei = slack.user("Wei")
    await client.conversations_invite(channel=room.id, users=[guo.id, wei.id], force=True)
    assert room.members == [slack.bot_user_id, guo.id, lin.id, wei.id]
    await client.conversations_setTopic(channel=room.id, topic="Fire in Workshop 3")
    await client.conversations_rename(channel=room.id, name="ev-2026-0001-over")
    assert (room.topic, room.name) == ("Fire in Workshop 3", "ev-2026-0001-over")
    lines = [message.subtype for message in slack.messages(room, system=True)]
    assert lines == ["channel_join"] * 3 + ["channel_topic", "channel_name"]
    assert slack.messages(room) == []
    assert await refusal(client, "conversations.setTopic", channel=room.id, topic="x" * 251) == "too_long"
    await client.conversations_archive(channel=room.id)
    assert await refusal(client, "conversations.archive", channel=room.id) == "already_archived"
    assert await refusal(client, "conversations.create", name="ev-2026-0001-over") == "name_taken"
    assert await refusal(client, "conversations.join", channel=room.id) == "method_not_supported_for_channel_type"
    assert [flaw.answered for flaw in slack.invalid] == ["too_long"]
    slack.invalid.clear()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("Fire", "invalid_name_specials"),
        ("fire in workshop", "invalid_name_specials"),
        ("fire!", "invalid_name_specials"),
        ("---", "invalid_name_punctuation"),
    ],
)
async def test_a_bad_name_of_a_room_is_refused(slack: FakeSlack, name: str, error: str) -> None:
    assert await refusal(web_client(slack), "conversations.create", name=name) == error
    assert slack.invalid.pop().answered == error


async def test_rooms_of_others(slack: FakeSlack) -> None:
    guo, client = slack.user("Guo Ying"), web_client(slack)
    general, sales = slack.channel("general", [guo]), slack.channel("sales", [guo], bot=False)
    slack.channel("board", [guo], private=True, bot=False)
    assert await refusal(client, "conversations.rename", channel=general.id, name="x") == "not_authorized"
    assert await refusal(client, "conversations.archive", channel=general.id) == "cant_archive_general"
    assert await refusal(client, "conversations.history", channel=sales.id) == "not_in_channel"
    await client.conversations_join(channel=sales.id)
    again = await client.conversations_join(channel=sales.id)
    assert again["warning"] == "already_in_channel"
    sales.archived = True
    assert await refusal(client, "conversations.join", channel=sales.id) == "is_archived"
    shown = await client.conversations_info(channel=sales.id, include_locale=True)
    assert shown.get("channel", {})["is_archived"] is True
    listed = await client.conversations_list(types="public_channel,private_channel,im", exclude_archived=True)
    assert [channel["name"] for channel in listed.get("channels", [])] == ["general"]
    assert await refusal(client, "conversations.list", types="secret") == "invalid_types"
    members = await client.conversations_members(channel=general.id)
    assert members["members"] == [guo.id, slack.bot_user_id]


async def test_direct_messages_are_opened(slack: FakeSlack) -> None:
    guo, lin, client = slack.user("Guo Ying"), slack.user("Lin Xiao"), web_client(slack)
    opened = await client.conversations_open(users=guo.id)
    again = await client.conversations_open(users=[guo.id], return_im=True)
    assert (again.get("channel", {})["id"], again["already_open"]) == (opened.get("channel", {})["id"], True)
    assert again.get("channel", {})["user"] == guo.id
    named = await client.conversations_open(channel=guo.dm.id)
    assert named.get("channel", {})["id"] == guo.dm.id
    group = await client.conversations_open(users=[guo.id, lin.id])
    assert (await client.conversations_open(users=[lin.id, guo.id]))["channel"] == group["channel"]
    assert slack.channels[group.get("channel", {})["id"]].kind == "mpim"
    assert await refusal(client, "conversations.open") == "users_list_not_supplied"
    assert await refusal(client, "conversations.open", users=slack.user("Echo", bot=True).id) == "cannot_dm_bot"
    lin.deleted = True
    assert await refusal(client, "conversations.open", users=lin.id) == "user_disabled"


async def test_history_comes_in_pages_and_windows(slack: FakeSlack) -> None:
    guo, client = slack.user("Guo Ying"), web_client(slack)
    room = slack.channel("purchasing", [guo])
    sent = [await guo.says(room, str(number)) for number in range(5)]
    page = await client.conversations_history(channel=room.id, limit=2)
    assert ([each["text"] for each in page.get("messages", [])], page["has_more"]) == (["4", "3"], True)
    cursor = page.get("response_metadata", {})["next_cursor"]
    page = await client.conversations_history(channel=room.id, limit=3, cursor=cursor)
    assert ([each["text"] for each in page.get("messages", [])], page["has_more"]) == (["2", "1", "0"], False)
    after = await client.conversations_history(channel=room.id, oldest=sent[3].ts)
    assert [each["text"] for each in after.get("messages", [])] == ["4"]
    within = await client.conversations_history(channel=room.id, oldest=sent[3].ts, latest=sent[4].ts, inclusive=True)
    assert [each["text"] for each in within.get("messages", [])] == ["4", "3"]
    assert await refusal(client, "conversations.history", channel=room.id, limit=1000) == "invalid_limit"
    assert await refusal(client, "conversations.history", channel=room.id, cursor="x") == "invalid_cursor"
    assert await refusal(client, "conversations.history") == "invalid_arguments"


async def test_people_are_found(slack: FakeSlack) -> None:
    guo = slack.user("Guo Ying", email="Guo@Example.com", locale="zh-CN", guest=True)
    stranger, bot = slack.user("Other", email="o@other.example", stranger=True), slack.user("Echo", bot=True)
    client = web_client(slack)
    seen = (await client.users_info(user=guo.id, include_locale=True)).get("user", {})
    assert (seen["locale"], seen["is_restricted"], seen["profile"]["email"]) == ("zh-CN", True, "Guo@Example.com")
    assert "locale" not in (await client.users_info(user=guo.id)).get("user", {})
    assert (await client.users_info(user=stranger.id)).get("user", {})["is_stranger"] is True
    assert (await client.users_lookupByEmail(email="guo@example.com")).get("user", {})["id"] == guo.id
    assert await refusal(client, "users.lookupByEmail", email="o@other.example") == "users_not_found"
    assert await refusal(client, "users.info", user="U404") == "user_not_found"
    names: list[str] = []
    async for page in await client.users_list(limit=2):
        names += [user["real_name"] for user in page.get("members", [])]
    assert names == ["Tocsin", "Guo Ying", "Other", "Echo"]
    assert (await client.bots_info(bot=f"B{bot.id[1:]}")).get("bot", {})["user_id"] == bot.id
    assert (await client.bots_info(bot=slack.bot_id)).get("bot", {})["app_id"] == slack.app_id
    assert await refusal(client, "bots.info", bot="B404") == "bot_not_found"
    assert (await client.team_info()).get("team", {})["domain"] == "tocsin"
    slack.scopes.discard("users:read.email")
    assert "email" not in (await client.users_info(user=guo.id)).get("user", {})["profile"]


async def test_views_are_checked_for_who_and_what(slack: FakeSlack) -> None:
    guo, client = slack.user("Guo Ying"), web_client(slack)

    def trigger() -> str:
        return slack.new_trigger(guo.id)

    assert await refusal(client, "views.push", trigger_id=trigger(), view=MODAL) == "not_found"
    named = MODAL | {"external_id": "one"}
    opened = (await client.views_open(trigger_id=trigger(), view=named)).get("view", {})
    assert await refusal(client, "views.push", trigger_id=trigger(), view=named) == "duplicate_external_id"
    await client.views_push(trigger_id=trigger(), view=MODAL)
    await client.views_push(trigger_id=trigger(), view=MODAL)
    assert await refusal(client, "views.push", trigger_id=trigger(), view=MODAL) == "push_limit_reached"
    updated = await client.views_update(external_id="one", hash=opened["hash"], view=named)
    assert updated.get("view", {})["root_view_id"] == opened["id"]
    late = {"view_id": opened["id"], "hash": opened["hash"], "view": MODAL}
    assert await refusal(client, "views.update", **late) == "hash_conflict"
    assert await refusal(client, "views.update", view_id="V404", view=MODAL) == "not_found"
    await client.views_open(trigger_id=trigger(), view=MODAL)
    assert len(slack.views) == 1
    assert await refusal(client, "views.update", view_id=opened["id"], view=MODAL) == "not_found"
    assert await refusal(client, "views.open", trigger_id=trigger(), view=HOME) == "invalid_arguments"
    assert await refusal(client, "views.publish", user_id=guo.id, view=MODAL) == "invalid_arguments"
    assert await refusal(client, "views.publish", user_id="U404", view=HOME) == "user_not_found"
    await client.views_publish(user_id=guo.id, view=HOME)
    assert await refusal(client, "views.publish", user_id=guo.id, view=HOME, hash="old") == "hash_conflict"
    await client.views_update(view_id=guo.home.id, view=HOME)
    assert len(slack.invalid) == 3
    slack.invalid.clear()


async def test_files_that_are_not_there(slack: FakeSlack) -> None:
    client = web_client(slack)
    assert await refusal(client, "files.info", file="F404") == "file_not_found"
    assert await refusal(client, "files.completeUploadExternal", files=[]) == "invalid_arguments"
    assert await refusal(client, "files.getUploadURLExternal", filename="a", length=0) == "invalid_arguments"
    slip = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    async with ClientSession() as session:
        async with session.post(str(slip["upload_url"]), data=b"four") as response:
            assert response.status == 400
        async with session.post(f"{slack.root}/upload/v1/nowhere", data=b"x") as response:
            assert response.status == 404
        async with session.post(str(slip["upload_url"]), data={"file": BytesIO(b"12345")}) as response:
            assert await response.text() == "OK - 5"
        async with session.get(f"{slack.root}/files-pri/T1-F404/download/a") as response:
            assert response.status == 404
    done = await client.files_completeUploadExternal(files=[{"id": str(slip["file_id"]), "title": "A"}])
    assert done.get("files", [])[0]["size"] == 5


async def test_a_response_url_is_good_for_five_answers_in_half_an_hour() -> None:
    now = 0.0
    async with FakeSlack(clock=lambda: now) as slack:
        guo = slack.user("Guo Ying")
        room = slack.channel("purchasing", [guo])
        message = await web_client(slack).chat_postMessage(channel=room.id, text="fire", blocks=[ROW])
        [card] = slack.messages(room)
        webhook = AsyncWebhookClient(slack.new_answer_url(room, guo.id, card), retry_handlers=[])
        assert (await webhook.send(text="edited", blocks=[], replace_original=True)).body == "ok"
        assert card.text == "edited"
        assert (await webhook.send(text="only you")).status_code == 200
        assert (await webhook.send(text="all", response_type="in_channel")).status_code == 200
        assert (await webhook.send(text="x", blocks=[{"type": "nonsense"}])).status_code == 400
        assert (await webhook.send(delete_original=True)).status_code == 200
        assert (await webhook.send(text="six")).status_code == 404
        assert [each.text for each in slack.messages(room)] == ["all"]
        assert message["ts"] == card.ts
        assert [each.text for each in guo.ephemerals] == ["only you"]
        hidden = AsyncWebhookClient(slack.new_answer_url(room, guo.id, guo.ephemerals[0]), retry_handlers=[])
        await hidden.send(text="still only you", replace_original=True)
        assert [each.text for each in guo.ephemerals] == ["still only you"]
        await hidden.send(delete_original=True)
        assert guo.ephemerals == []
        now = 1801.0
        assert (await hidden.send(text="late")).status_code == 404
        assert {flaw.method for flaw in slack.invalid} == {"response_url"}


async def test_who_is_called_by_link_names_and_what_is_not_checked(slack: FakeSlack) -> None:
    room, client = slack.channel("purchasing"), web_client(slack)
    await client.chat_postMessage(channel=room.id, text="@here come", link_names=True)
    assert [notified.what for notified in slack.notified] == ["<!here>"]
    slack.checking = False
    await client.chat_postMessage(channel=room.id, text="<!channel> a & b", blocks=[{"type": "header"}])
    guo = slack.user("Guo Ying")
    await client.views_publish(user_id=guo.id, view={"type": "home", "blocks": []})
    assert (len(slack.notified), slack.invalid, guo.home.text) == (1, [], "")
    room.archived = True
    ts = slack.messages(room)[0].ts
    assert await refusal(client, "chat.update", channel=room.id, ts=ts, text="x") == "is_archived"
    assert await refusal(client, "chat.update", channel=room.id, ts=ts, text="x", blocks="{}") == "is_archived"


async def test_a_public_room_is_made_and_files_go_into_a_thread(slack: FakeSlack) -> None:
    guo, client = slack.user("Guo Ying"), web_client(slack)
    await client.conversations_create(name="ev-2026-0002")
    room = slack.named("ev-2026-0002")
    room.members.append(guo.id)
    parent = await guo.says(room, "fire")
    await client.files_upload_v2(channel=room.id, content=b"GIF8 a map", filename="map.gif", thread_ts=parent.ts)
    [_, reply] = slack.messages(room)
    assert (reply.thread_ts, reply.files[0].mimetype, room.shape(slack.bot_user_id)["is_channel"]) == (
        parent.ts,
        "image/gif",
        True,
    )
    await client.pins_add(channel=room.id, timestamp=reply.ts)
    await client.chat_delete(channel=room.id, ts=reply.ts)
    assert slack.pins == {}
