"""Both ways to the app: Socket Mode with slack-sdk's client, HTTP with slack-bolt."""

# slack-sdk and slack-bolt annotate with a bare "dict":
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from aiohttp import ServerDisconnectedError, web
from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest

from tests.slack.apps import bolt, fetched, over_http, over_socket, refusal, served, web_client
from tests.slack.fake import FakeSlack, Limit
from tests.slack.forms import NotSent

Json = dict[str, Any]
FORM: Json = {
    "type": "modal",
    "callback_id": "report",
    "title": {"type": "plain_text", "text": "Report"},
    "submit": {"type": "plain_text", "text": "Send"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "kind",
            "label": {"type": "plain_text", "text": "What"},
            "element": {
                "type": "static_select",
                "action_id": "pick",
                "options": [
                    {"text": {"type": "plain_text", "text": "Fire"}, "value": "fire"},
                    {"text": {"type": "plain_text", "text": "Leak"}, "value": "leak"},
                ],
            },
        },
        {
            "type": "input",
            "block_id": "photo",
            "optional": True,
            "label": {"type": "plain_text", "text": "Photo"},
            "element": {"type": "file_input", "action_id": "file", "max_files": 1, "filetypes": ["png"]},
        },
    ],
}


def card(*labels: str, **more: Any) -> list[Json]:  # noqa: ANN401 — fields of the button, whatever they are
    """A card with buttons."""
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Fire* &amp; smoke"}},
        {
            "type": "actions",
            "block_id": "buttons",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": label},
                    "action_id": f"do.{label.lower()}",
                    "value": f"EV-1/{label}",
                    **more,
                }
                for label in labels
            ],
        },
    ]


class Heard:
    """A Socket Mode app that writes down what it hears."""

    def __init__(self) -> None:
        self.requests: list[SocketModeRequest] = []
        self.answer: Json | None = None
        self.deaf = 0

    async def __call__(self, request: SocketModeRequest) -> Json | None:
        self.requests.append(request)
        if self.deaf:
            self.deaf -= 1
            await asyncio.Event().wait()
        return self.answer

    @property
    def payloads(self) -> list[Json]:
        return [cast("Json", request.payload) for request in self.requests]

    @property
    def events(self) -> list[Json]:
        return [payload["event"] for payload in self.payloads if payload.get("type") == "event_callback"]


async def test_a_message_with_a_button_is_posted_edited_and_read(slack: FakeSlack) -> None:
    guo = slack.user("Guo Ying", locale="zh-CN")
    room = slack.channel("purchasing", [guo])
    client = web_client(slack)
    sent = await client.chat_postMessage(channel=room.id, text="Fire", blocks=card("Seen"))
    [message] = slack.messages(room)
    assert message.ts == sent["ts"]
    assert message.text == "*Fire* & smoke\nSeen"
    assert [(button.label, button.action_id, button.value) for button in message.buttons] == [
        ("Seen", "do.seen", "EV-1/Seen")
    ]
    await client.chat_update(channel=room.id, ts=message.ts, text="Out", blocks=[])
    assert (message.text, message.history[0].text) == ("Out", "*Fire* & smoke\nSeen")
    assert sent.headers["x-oauth-scopes"] == ",".join(sorted(slack.scopes))


async def test_socket_mode_brings_a_message_and_waits_for_the_acknowledgement(slack: FakeSlack) -> None:
    guo = slack.user("Guo Ying", locale="zh-CN")
    room, heard = slack.channel("purchasing", [guo]), Heard()
    async with over_socket(slack, heard):
        message = await guo.says(room, "3 号车间 <fire> & smoke, see https://example.com/a?b=1&c=2 <@U0TOCSIN>")
        assert slack.pending == []
    event = heard.events[0]
    assert event["text"] == ("3 号车间 &lt;fire&gt; &amp; smoke, see <https://example.com/a?b=1&amp;c=2> <@U0TOCSIN>")
    assert (event["type"], event["channel_type"], event["client_msg_id"]) == (
        "message",
        "channel",
        message.client_msg_id,
    )
    assert message.text == "3 号车间 <fire> & smoke, see https://example.com/a?b=1&c=2 <@U0TOCSIN>"
    assert [each["type"] for each in heard.events] == ["message", "app_mention"]
    assert heard.requests[0].retry_attempt == 0
    assert heard.payloads[0]["authorizations"][0]["user_id"] == slack.bot_user_id


async def test_each_envelope_goes_to_one_of_two_connections(slack: FakeSlack) -> None:
    guo, heard = slack.user("Guo Ying"), Heard()
    async with over_socket(slack, heard, connections=2) as clients:
        assert slack.calls[-1].method == "apps.connections.open"
        for number in range(4):
            await guo.says(guo, f"message {number}")
        assert len(clients) == 2
    assert [event["text"] for event in heard.events] == [f"message {number}" for number in range(4)]
    assert {event["channel_type"] for event in heard.events} == {"im"}


async def test_an_event_that_is_not_acknowledged_comes_again_and_a_command_does_not() -> None:
    async with FakeSlack(ack_within=0.05) as slack:
        guo, heard = slack.user("Guo Ying"), Heard()
        async with over_socket(slack, heard):
            heard.deaf = 1
            await guo.says(guo, "hello")
            first, second = heard.requests
            assert (first.retry_attempt, second.retry_attempt, second.retry_reason) == (0, 1, "timeout")
            assert first.payload["event_id"] == second.payload["event_id"]
            heard.deaf = 1
            command = await guo.commands("/report", "<!channel> fire & smoke")
            assert (command.acked, command.error) == (False, "timeout")
        assert len(heard.requests) == 3
        assert heard.payloads[2]["text"] == "<!channel> fire & smoke"


async def test_what_was_said_while_no_socket_was_open_comes_with_the_next_one(slack: FakeSlack) -> None:
    guo, heard = slack.user("Guo Ying"), Heard()
    await guo.says(guo, "anybody there?")
    assert len(slack.pending) == 1
    async with over_socket(slack, heard):
        await slack.wait_for(lambda: not slack.pending)
        await slack.quiet()
    assert heard.events[0]["text"] == "anybody there?"


async def test_a_connection_is_refreshed_and_a_cut_one_comes_back(slack: FakeSlack) -> None:
    guo, heard = slack.user("Guo Ying"), Heard()
    async with over_socket(slack, heard):
        [first] = slack.sockets.connections
        await slack.disconnects("refresh_requested")
        await slack.wait_for(lambda: [each.number for each in slack.sockets.connections] == [2])
        slack.drops()
        await slack.wait_for(lambda: [each.number for each in slack.sockets.connections] == [3])
        await guo.says(guo, "still here?")
        assert first.number == 1
        await slack.sockets.ping()
        await slack.wait_for(lambda: slack.sockets.connections[0].pongs)
    assert [event["text"] for event in heard.events] == ["still here?"]


async def test_a_used_ticket_opens_nothing_so_a_client_with_a_stale_address_is_stuck(slack: FakeSlack) -> None:
    heard = Heard()
    async with over_socket(slack, heard) as [client]:
        stale = client.wss_uri
        slack.fail_next("apps.connections.open", "internal_error")
        await slack.disconnects("refresh_requested")
        await slack.wait_for(lambda: slack.calls[-1].error == "internal_error")
        response = await client.aiohttp_client_session.get(str(stale).replace("ws:", "http:"))
        assert response.status == 403


async def test_a_silent_connection_swallows_envelopes_and_pings() -> None:
    async with FakeSlack(ack_within=0.05) as slack:
        guo, heard = slack.user("Guo Ying"), Heard()
        async with over_socket(slack, heard) as [client]:
            client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
            slack.goes_silent()
            await slack.sockets.ping()
            await guo.says(guo, "hello?")
            assert (heard.requests, len(slack.pending)) == ([], 1)


async def test_an_envelope_that_cannot_be_parsed_is_sent(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    guo, heard = slack.user("Guo Ying"), Heard()
    async with over_socket(slack, heard):
        assert await slack.sends_rubbish() is None
        await guo.says(guo, "and now something that can be read")
    assert [event["text"] for event in heard.events] == ["and now something that can be read"]
    assert "Failed to process a message" in caplog.text


async def test_a_command_opens_a_form_that_is_filled_in_with_a_photo(slack: FakeSlack) -> None:
    guo, heard = slack.user("Guo Ying"), Heard()
    room, client = slack.channel("purchasing", [guo], private=True), web_client(slack)
    async with over_socket(slack, heard):
        command = await guo.commands("/report", "fire", room)
        assert (command.payload["channel_name"], command.payload["user_id"]) == ("privategroup", guo.id)
        opened = await client.views_open(trigger_id=command.payload["trigger_id"], view=FORM)
        assert (guo.view.title, guo.view.callback_id, len(slack.views)) == ("Report", "report", 1)
        assert guo.view.text == "What\nPhoto"
        with pytest.raises(NotSent, match="'What' is required"):
            await guo.submits()
        with pytest.raises(NotSent, match="'flood' is none of: Fire, Leak"):
            await guo.submits(values={"What": "flood"})
        with pytest.raises(NotSent, match="jpg is none of: png"):
            await guo.submits(values={"What": "Fire", "Photo": [b"\xff\xd8\xff a jpeg"]})
        heard.answer = {"response_action": "errors", "errors": {"kind": "Already reported"}}
        await guo.submits(values={"What": "Fire"})
        assert guo.view.errors == {"kind": "Already reported"}
        heard.answer = None
        await guo.submits(values={"What": "Fire", "photo": [b"\x89PNG a photo"]})
        assert slack.views == []
    submitted = heard.payloads[-1]
    values = submitted["view"]["state"]["values"]
    assert submitted["view"]["id"] == opened.get("view", {})["id"]
    assert values["kind"]["pick"]["selected_option"]["value"] == "fire"
    [photo] = values["photo"]["file"]["files"]
    assert photo["mimetype"] == "image/png"
    assert await fetched(photo["url_private_download"], slack.bot_token) == ("image/png", b"\x89PNG a photo")


async def test_a_form_may_be_replaced_stacked_cleared_and_closed(slack: FakeSlack) -> None:
    guo, heard, client = slack.user("Guo Ying"), Heard(), web_client(slack)
    second = FORM | {"title": {"type": "plain_text", "text": "Details"}}
    async with over_socket(slack, heard):
        command = await guo.commands("/report")
        await client.views_open(trigger_id=command.payload["trigger_id"], view=FORM)
        heard.answer = {"response_action": "update", "view": second}
        await guo.submits(values={"What": "leak"})
        assert (guo.view.title, len(guo.view.history)) == ("Details", 1)
        heard.answer = {"response_action": "push", "view": FORM}
        await guo.submits(values={"pick": "leak"})
        assert [view.title for view in slack.views] == ["Details", "Report"]
        assert slack.views[1].previous == slack.views[0].id
        heard.answer = {"response_action": "clear"}
        await guo.submits(values={"What": "leak"})
        assert slack.views == []
        heard.answer = None
        again = await guo.commands("/report")
        await client.views_open(trigger_id=again.payload["trigger_id"], view=FORM)
        await guo.closes()
        assert heard.payloads[-1]["type"] == "view_closed"
        with pytest.raises(LookupError, match="no modal is open before Guo Ying"):
            _ = guo.view


async def test_a_trigger_opens_one_form_within_three_seconds() -> None:
    now = 0.0
    async with FakeSlack(clock=lambda: now) as slack:
        guo, heard, client = slack.user("Guo Ying"), Heard(), web_client(slack)
        async with over_socket(slack, heard):
            trigger = (await guo.commands("/report")).payload["trigger_id"]
            await client.views_open(trigger_id=trigger, view=FORM)
            assert await refusal(client, "views.open", trigger_id=trigger, view=FORM) == "exchanged_trigger_id"
            late = (await guo.commands("/report")).payload["trigger_id"]
            now = 3.1
            assert await refusal(client, "views.open", trigger_id=late, view=FORM) == "expired_trigger_id"
            assert await refusal(client, "views.open", trigger_id="1.2.x", view=FORM) == "invalid_trigger_id"


async def test_a_press_over_http_reaches_a_bolt_app_and_may_be_thought_over(slack: FakeSlack) -> None:
    guo, app = slack.user("Guo Ying"), bolt(slack)
    room = slack.channel("purchasing", [guo])
    pressed: list[Json] = []

    @app.action("do.done")
    async def done(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        await ack()
        pressed.append(body)
        await respond("Done.", response_type="in_channel", replace_original=False)

    sure = {
        "title": {"type": "plain_text", "text": "Sure?"},
        "text": {"type": "plain_text", "text": "This goes into the record."},
        "confirm": {"type": "plain_text", "text": "Yes"},
        "deny": {"type": "plain_text", "text": "No"},
    }
    async with over_http(slack, app) as app:
        await app.client.chat_postMessage(channel=room.id, text="Fire", blocks=card("Done", "Later", confirm=sure))
        [message] = slack.messages(room)
        assert await guo.presses(message, "Done", confirm=False) is None
        press = await guo.presses(message, "Done")
        assert press is not None
        assert (press.status, press.acked, press.took < 3) == (200, True, True)
        await guo.presses(message, "do.done", tampered="EV-2/Done")
        with pytest.raises(LookupError, match="no button 'Gone' among"):
            await guo.presses(message, "Gone")
        await slack.quiet()
    first, second = pressed
    assert (first["message"]["ts"], first["container"]["channel_id"]) == (message.ts, room.id)
    assert (first["actions"][0]["value"], second["actions"][0]["value"]) == ("EV-1/Done", "EV-2/Done")
    assert [each.text for each in slack.messages(room)][1:] == ["Done.", "Done."]


async def test_http_is_signed_and_forgeries_are_refused_by_bolt(slack: FakeSlack) -> None:
    guo, app = slack.user("Guo Ying"), bolt(slack)
    heard: list[str] = []

    @app.event("message")
    async def message(event: Json) -> None:
        heard.append(event["text"])

    @app.command("/report")
    async def report(ack: AsyncAck) -> None:
        await ack("Thank you.")

    async with over_http(slack, app):
        assert await slack.verifies_url()
        assert (await slack.checks_ssl()).status == 200
        await guo.says(guo, "hello")
        assert (await guo.commands("/report", "fire")).status == 200
        assert [each.text for each in guo.ephemerals] == ["Thank you."]
        assert (await slack.forges()).status == 401
        assert (await slack.sends_old()).status == 401
        assert (await slack.sends_too_much()).status in {0, 413}
        rubbish = await slack.sends_rubbish()
        assert rubbish is not None
        assert rubbish.status >= 400
        slack.http_url = None
        with pytest.raises(AssertionError, match="http_url"):
            await slack.forges()
    assert heard == ["hello"]


async def test_an_event_that_fails_over_http_is_sent_again_at_once_and_then_on_call(slack: FakeSlack) -> None:
    guo = slack.user("Guo Ying")
    seen: list[tuple[str | None, str | None, str]] = []
    broken = 2

    async def handle(request: web.Request) -> web.StreamResponse:
        nonlocal broken
        headers, body = request.headers, await request.json()
        seen.append((headers.get("X-Slack-Retry-Num"), headers.get("X-Slack-Retry-Reason"), body["event_id"]))
        broken -= 1
        return web.Response(status=500 if broken >= 0 else 200)

    async with served(handle) as address:
        slack.http_url = address
        await guo.says(guo, "hello")
        [delivery] = slack.pending
        assert [answer.status for answer in delivery.answers] == [500, 500]
        await slack.retries()
        assert (slack.pending, delivery.acked) == ([], True)
        await slack.repeats()
    assert [each[:2] for each in seen] == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({each[2] for each in seen}) == 1
    await guo.says(guo, "nobody listens")
    assert slack.pending[0].error == "connection_failed"


async def test_events_may_come_out_of_order(slack: FakeSlack) -> None:
    guo, heard = slack.user("Guo Ying"), Heard()
    async with over_socket(slack, heard):
        async with slack.out_of_order():
            first = await guo.says(guo, "first")
            await guo.says(guo, "second")
            await guo.edits(first, "first, corrected")
        assert [event.get("subtype", event.get("text")) for event in heard.events] == [
            "message_changed",
            "second",
            "first",
        ]


async def test_edits_deletions_and_files_are_told(slack: FakeSlack) -> None:
    guo, stranger, heard = slack.user("Guo Ying"), slack.user("Other", stranger=True), Heard()
    room = slack.channel("purchasing", [guo, stranger], shared=True)
    async with over_socket(slack, heard):
        message = await guo.says(room, "smoke", files=[b"\x89PNG a photo"])
        await guo.edits(message, "fire")
        reply = await guo.says(room, "where?", thread_ts=message)
        await guo.deletes(reply)
        await stranger.says(room, "look", files=[b"%PDF a plan"])
    posted, changed, replied, deleted, foreign = heard.events
    assert (posted["subtype"], posted["files"][0]["mimetype"]) == ("file_share", "image/png")
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("fire", "smoke")
    assert (replied["thread_ts"], deleted["deleted_ts"]) == (message.ts, reply.ts)
    assert (foreign["user_team"], foreign["files"][0]["file_access"]) == (slack.stranger_team, "check_file_info")
    assert heard.payloads[-1]["is_ext_shared_channel"] is True
    whole = await web_client(slack).files_info(file=foreign["files"][0]["id"])
    assert whole.get("file", {})["name"] == "file.pdf"


async def test_the_app_uploads_a_file_and_downloads_need_its_token(slack: FakeSlack) -> None:
    guo = slack.user("Guo Ying")
    room, client = slack.channel("purchasing", [guo]), web_client(slack)
    await client.files_upload_v2(channel=room.id, content=b"%PDF the record", filename="record.pdf", title="Record")
    [message] = slack.messages(room)
    [file] = message.files
    assert (file.content, file.title, file.mimetype) == (b"%PDF the record", "Record", "application/pdf")
    address = file.shape(slack.root)["url_private_download"]
    assert await fetched(address, slack.bot_token) == ("application/pdf", b"%PDF the record")
    kind, page = await fetched(address, "xoxb-of-another")
    assert (kind, page[:15]) == ("text/html", b"<!DOCTYPE html>")
    slip = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    assert await refusal(client, "files.completeUploadExternal", files=[{"id": slip["file_id"]}]) == "file_not_found"


async def test_the_home_tab_is_shown_and_pressed(slack: FakeSlack) -> None:
    guo, heard, client = slack.user("Guo Ying"), Heard(), web_client(slack)
    async with over_socket(slack, heard):
        await guo.opens_home()
        await client.views_publish(user_id=guo.id, view={"type": "home", "blocks": card("Report")})
        assert guo.home.text == "*Fire* & smoke\nReport"
        await guo.presses(guo.home, "Report")
        assert heard.payloads[-1]["container"] == {"type": "view", "view_id": guo.home.id}
        await guo.opens_home()
        assert heard.events[-1]["view"]["id"] == guo.home.id
        await client.views_publish(user_id=guo.id, view={"type": "home", "blocks": card("Again")})
        assert slack.homes[guo.id].buttons[0].label == "Again"


async def test_posting_too_fast_gets_429_and_says_for_how_long() -> None:
    now = 100.0
    async with FakeSlack(clock=lambda: now, per_channel=Limit(1, 1.0)) as slack:
        room, other, client = slack.channel("purchasing"), slack.channel("sales"), web_client(slack)
        await client.chat_postMessage(channel=room.id, text="one")
        await client.chat_postMessage(channel=other.id, text="one")
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel=room.id, text="two")
        response = refused.value.response
        assert (response.status_code, response["error"], response.headers["Retry-After"]) == (429, "ratelimited", "1")
        assert slack.throttled == [("chat.postMessage", room.id)]
        now += 1.0
        await client.chat_postMessage(channel=room.id, text="two")
        slack.method_limits["users.info"] = Limit(1, 60.0)
        guo = slack.user("Guo Ying")
        await client.users_info(user=guo.id)
        assert await refusal(client, "users.info", user=guo.id) == "ratelimited"


async def test_slack_is_away_and_comes_back_at_the_same_address(slack: FakeSlack) -> None:
    guo, heard, client = slack.user("Guo Ying"), Heard(), web_client(slack)
    async with over_socket(slack, heard):
        await slack.goes_away()
        with pytest.raises(OSError, match="Cannot connect"):
            await client.auth_test()
        await guo.says(guo, "said while it was away")
        await slack.comes_back()
        assert (await client.auth_test())["user_id"] == slack.bot_user_id
        await slack.wait_for(lambda: heard.events)
    assert heard.events[0]["text"] == "said while it was away"


async def test_an_answer_is_lost_after_the_work_or_before_it(slack: FakeSlack) -> None:
    room, client = slack.channel("purchasing"), web_client(slack)
    metadata = {"event_type": "tocsin", "event_payload": {"outbox_id": "7"}}
    slack.drop_next("chat.postMessage")
    with pytest.raises(ServerDisconnectedError):
        await client.chat_postMessage(channel=room.id, text="one", metadata=metadata)
    slack.drop_next("chat.postMessage", accepted=False)
    with pytest.raises(ServerDisconnectedError):
        await client.chat_postMessage(channel=room.id, text="two")
    [message] = slack.messages(room)
    found = await client.conversations_history(
        channel=room.id, include_all_metadata=True, oldest=str(float(message.ts) - 60)
    )
    assert found.get("messages", [])[0]["metadata"] == metadata


async def test_a_revoked_token_is_worth_nothing(slack: FakeSlack) -> None:
    heard, client = Heard(), web_client(slack)
    async with over_socket(slack, heard):
        await slack.revokes()
        assert await refusal(client, "auth.test") == "token_revoked"
    assert [event["type"] for event in heard.events] == ["tokens_revoked", "app_uninstalled"]


async def test_bad_payloads_are_found_and_answered_as_slack_does(slack: FakeSlack) -> None:
    room, client = slack.channel("purchasing"), web_client(slack)
    bad = card("x" * 76)
    assert await refusal(client, "chat.postMessage", channel=room.id, text="x", blocks=bad) == "invalid_blocks"
    assert slack.invalid[0].where.startswith("/blocks/1/elements/0")
    assert slack.invalid[0].answered == "invalid_blocks"
    slack.invalid.clear()
    await client.chat_postMessage(channel=room.id, text="<!channel> a < b & c <@U0TOCSIN>")
    assert [notified.what for notified in slack.notified] == ["<!channel>", "<@U0TOCSIN>"]
    assert [flaw.rule for flaw in slack.invalid] == ["unescaped '<'"]
    slack.invalid.clear()


async def test_a_call_hangs_until_the_caller_gives_up(slack: FakeSlack) -> None:
    room, client = slack.channel("purchasing"), web_client(slack)
    slack.drop_next("chat.postMessage", hang=True)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.chat_postMessage(channel=room.id, text="one"), 0.2)
    slack.drop_next("chat.postMessage", accepted=False, hang=True)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.chat_postMessage(channel=room.id, text="two"), 0.2)
    assert [message.text for message in slack.messages(room)] == ["one"]
    assert len(slack.called("chat.postMessage")) == 1


async def test_over_http_what_happened_while_slack_was_away_comes_afterwards(slack: FakeSlack) -> None:
    guo, app = slack.user("郭颖"), bolt(slack)
    heard: list[str] = []

    @app.event("message")
    async def message(event: Json) -> None:
        heard.append(event["text"])

    async with over_http(slack, app):
        await slack.goes_away()
        await guo.says(guo, "anybody?")
        assert (await guo.commands("/report")).error == "connection_failed"
        await slack.comes_back()
        assert (heard, slack.pending) == (["anybody?"], [])
    assert guo.email == f"{guo.id.lower()}@example.com"


async def test_each_call_takes_its_time() -> None:
    async with FakeSlack(delay=0.05) as slack:
        began = asyncio.get_running_loop().time()
        await web_client(slack).auth_test()
        assert asyncio.get_running_loop().time() - began >= 0.05


async def test_waiting_ends() -> None:
    async with FakeSlack() as slack:
        with pytest.raises(TimeoutError):
            await slack.wait_for(lambda: slack.views, within=0.01)
        assert await slack.wait_for(lambda: "yes") == "yes"
