"""Socket Mode seen from the wire, and what a person reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, web

from tests.slack.apps import served
from tests.slack.checks import flaws_of_blocks
from tests.slack.fake import FakeSlack
from tests.slack.reading import buttons, inputs, label_of, objects, visible
from tests.slack.sockets import CONNECTIONS

Json = dict[str, Any]


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def connected(session: ClientSession, slack: FakeSlack) -> ClientWebSocketResponse:
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with session.post(f"{slack.base_url}apps.connections.open", headers=headers) as response:
        address = (await response.json())["url"]
    return await session.ws_connect(address)


async def test_hello_counts_the_connections_and_the_eleventh_is_refused(
    slack: FakeSlack, session: ClientSession
) -> None:
    sockets = [await connected(session, slack) for _ in range(CONNECTIONS)]
    hellos: list[Json] = [await socket.receive_json() for socket in sockets]
    assert [hello["num_connections"] for hello in hellos] == list(range(1, CONNECTIONS + 1))
    assert hellos[0]["connection_info"] == {"app_id": slack.app_id}
    address = slack.sockets.ticket()
    async with session.get(f"{slack.root}/link/?ticket={address}") as response:
        assert response.status == 429


async def test_a_late_acknowledgement_and_rubbish_are_written_down(session: ClientSession) -> None:
    async with FakeSlack(ack_within=0.05) as slack:
        guo, socket = slack.user("Guo Ying"), await connected(session, slack)
        await socket.receive_json()
        command = await guo.commands("/report", "fire")
        envelope: Json = await socket.receive_json()
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        assert (command.acked, "retry_attempt" in envelope) == (False, False)
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await socket.send_str("rubbish")
        await socket.send_json({"hello": "there"})
        await slack.wait_for(lambda: len(slack.sockets.unknown) == 3)
        assert slack.sockets.unknown == [envelope["envelope_id"], "rubbish", '{"hello": "there"}']


async def test_a_connection_that_ends_before_the_acknowledgement_loses_the_press_and_keeps_the_event(
    slack: FakeSlack, session: ClientSession
) -> None:
    guo, socket = slack.user("Guo Ying"), await connected(session, slack)
    await socket.receive_json()
    async with asyncio.TaskGroup() as group:
        said = group.create_task(guo.says(guo, "hello"))
        typed = group.create_task(guo.commands("/report"))
        envelopes: list[Json] = [await socket.receive_json(), await socket.receive_json()]
        await socket.close()
    assert sorted(envelope["type"] for envelope in envelopes) == ["events_api", "slash_commands"]
    assert (said.result().text, typed.result().error) == ("hello", "timeout")
    assert [delivery.event["text"] for delivery in slack.pending] == ["hello"]
    again = await connected(session, slack)
    await again.receive_json()
    envelope: Json = await again.receive_json()
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (1, "timeout")
    await again.send_json({"envelope_id": envelope["envelope_id"]})
    await slack.wait_for(lambda: not slack.pending)


async def test_an_event_is_given_up_after_three_repeats(slack: FakeSlack) -> None:
    guo = slack.user("Guo Ying")
    await guo.says(guo, "hello")
    for _ in range(3):
        await slack.retries()
    assert (slack.pending, [delivery.attempts for delivery in slack.given_up]) == ([], [4])
    await slack.sends_rubbish()


async def test_an_app_may_refuse_repeats(slack: FakeSlack) -> None:
    guo = slack.user("Guo Ying")

    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    async with served(handle) as address:
        slack.http_url = address
        await guo.says(guo, "hello")
    assert (slack.pending, slack.deliveries[-1].attempts) == ([], 1)


async def test_an_app_that_takes_too_long_is_not_waited_for() -> None:
    async with FakeSlack(ack_within=0.05) as slack:
        guo = slack.user("Guo Ying")

        async def handle(request: web.Request) -> web.StreamResponse:
            await asyncio.Event().wait()
            return web.Response()

        async with served(handle) as address:
            slack.http_url = address
            assert (await guo.commands("/report")).error == "http_timeout"


async def test_an_answer_may_be_plain_words(slack: FakeSlack) -> None:
    guo = slack.user("Guo Ying")

    async def handle(request: web.Request) -> web.StreamResponse:
        form = await request.post()
        return web.Response(text="Thank you." if "challenge" not in str(form) else "")

    async with served(handle) as address:
        slack.http_url = address
        await guo.commands("/report", "fire")
        assert [each.text for each in guo.ephemerals] == ["Thank you."]
        assert not await slack.verifies_url()


def test_what_a_person_reads_in_blocks() -> None:
    blocks: list[Json] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Fire &amp; smoke"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "a"}, "fields": [{"type": "plain_text", "text": "b"}]},
        {
            "type": "image",
            "image_url": "https://example.com",
            "alt_text": "map",
            "title": {"type": "plain_text", "text": "c"},
        },
        {"type": "markdown", "text": "**d**"},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "e "},
                        {"type": "broadcast", "range": "here"},
                        {"type": "emoji", "name": "fire"},
                        {"type": "link", "url": "https://example.com"},
                        {"type": "user", "user_id": "U1"},
                    ],
                }
            ],
        },
        {
            "type": "input",
            "label": {"type": "plain_text", "text": "f"},
            "element": {"type": "plain_text_input", "action_id": "f", "initial_value": "g"},
        },
        {
            "type": "input",
            "label": {"type": "plain_text", "text": "h"},
            "element": {
                "type": "radio_buttons",
                "action_id": "h",
                "options": [{"text": {"type": "plain_text", "text": "i"}, "value": "i"}],
            },
        },
    ]
    assert flaws_of_blocks(blocks, "message") == []
    assert visible(blocks).splitlines() == [
        "Fire & smoke",
        "a",
        "b",
        "map",
        "c",
        "**d**",
        "e @here:fire:https://example.com<@U1>",
        "f",
        "g",
        "h",
        "i",
    ]
    assert [question.label for question in inputs(blocks)] == ["f", "h"]
    assert buttons(blocks) == ()
    assert objects("words") == []


async def test_an_envelope_into_a_closing_connection_is_not_lost(slack: FakeSlack, session: ClientSession) -> None:
    guo, socket = slack.user("Guo Ying"), await connected(session, slack)
    await socket.receive_json()
    [connection] = slack.sockets.connections
    connection.cut()
    await guo.says(guo, "hello")
    assert [delivery.event["text"] for delivery in slack.pending] == ["hello"]
    await slack.wait_for(lambda: not slack.sockets.connections)
    connection.cut()
    assert await connection.say("too late") is False


def test_labels() -> None:
    assert [label_of(value) for value in ({"text": "a &lt;b&gt;"}, "c &amp; d", None)] == ["a <b>", "c & d", ""]
