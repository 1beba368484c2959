"""The fake Slack, driven by slack-sdk and slack-bolt as an app would."""

# slack-sdk and slack-bolt annotate with a bare "dict":
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportUnknownLambdaType=false

from __future__ import annotations

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.fake import FakeSlack

Json = dict[str, Any]


async def test_a_message_with_a_button_is_posted_and_read(slack: FakeSlack) -> None:
    guo = slack.user("Guo Ying", locale="zh-CN")
    room = slack.channel("purchasing", [guo])
    client = AsyncWebClient(slack.bot_token, base_url=slack.base_url, retry_handlers=[])
    blocks: list[Json] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Fire* &amp; smoke"}},
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Seen"}, "action_id": "seen"}],
        },
    ]
    sent = await client.chat_postMessage(channel=room.id, text="Fire", blocks=blocks)
    [message] = slack.messages(room)
    assert message.ts == sent["ts"]
    assert message.text == "*Fire* & smoke\nSeen"
    assert [(button.label, button.action_id) for button in message.buttons] == [("Seen", "seen")]
    await client.chat_update(channel=room.id, ts=message.ts, text="Out", blocks=[])
    assert (message.text, message.history[0].text) == ("Out", "*Fire* & smoke\nSeen")
