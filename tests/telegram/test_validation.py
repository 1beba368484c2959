"""What a correct bot never sends is refused and kept."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.telegram.fake import FakeTelegram
from tests.telegram.markup import Unparsable, entities_in, parse, units
from tests.telegram.spec import WRITTEN, load_spec

Json = dict[str, Any]


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """One to which nonsense may be sent."""
    async with FakeTelegram() as running:
        running.checks_answers = True
        running.private(running.user("Xu Liang"))
        yield running


def keyboard(*buttons: Json, **more: Any) -> Json:  # noqa: ANN401 - any JSON
    return {"chat_id": 5_000_001, "text": "x", "reply_markup": {"inline_keyboard": [list(buttons)], **more}}


def to(**fields: Any) -> Json:  # noqa: ANN401 - any JSON
    return {"chat_id": 5_000_001, **fields}


def commands(*pairs: tuple[str, str], **more: Any) -> Json:  # noqa: ANN401 - any JSON
    return {"commands": [{"command": name, "description": described} for name, described in pairs], **more}


WRONG: list[tuple[str, Json, str]] = [
    ("sendMessage", {"chat_id": 5_000_001}, "text: is missing"),
    ("sendMessage", to(text=5), "text: String expected, got int"),
    ("sendMessage", to(text="x", silent=True), "silent: no such field"),
    ("sendMessage", to(text="x", disable_notification="yes"), "disable_notification: Boolean expected, got str"),
    ("sendMessage", to(text="x", entities={}), "entities: Array expected, got dict"),
    (
        "sendMessage",
        to(text="x", entities=[{"type": "bold", "offset": True, "length": 1}]),
        "entities[0].offset: Integer",
    ),
    ("sendMessage", to(text="x", link_preview_options=[]), "link_preview_options: object expected, got list"),
    ("sendMessage", keyboard({"callback_data": "x"}), "inline_keyboard[0][0].text: is missing"),
    ("sendMessage", {"chat_id": [1], "text": "x"}, "chat_id: no Integer (Integer expected, got list); no String"),
    ("sendMessage", {"chat_id": 2**70, "text": "x"}, "chat_id: no Integer"),
    ("sendMediaGroup", to(media=[{"type": "photo", "media": "a"}]), "2-10 media"),
    ("sendMediaGroup", to(media=[{"type": "photo", "media": "attach://a"}] * 2), "can't find the file"),
    ("sendMediaGroup", to(media=[{"type": "video", "media": "a"}] * 2), "not video"),
    (
        "setMyCommands",
        commands(("report", "x"), scope={"type": "chats"}),
        "type must be one of default, all_private_chats",
    ),
    ("setMyCommands", commands(("report", "x"), scope={"type": "chat"}), "scope.chat_id: is missing"),
    ("setMyCommands", commands(("Report", "x")), "BOT_COMMAND_INVALID"),
    ("setMyCommands", commands(("r" * 33, "x")), "BOT_COMMAND_INVALID"),
    ("setMyCommands", commands(("report", "")), "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", commands(("report", "x" * 257)), "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", commands(*[("report", "x")] * 101), "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", commands(("report", "x"), language_code="zh-hans"), "invalid language code"),
    ("setMyName", {"name": "x" * 65}, "name must be 0-64 characters"),
    ("sendMessage", to(text=" \n"), "message text is empty"),
    ("sendMessage", to(text="x" * 4097), "message is too long"),
    ("sendMessage", to(text="🔥" * 2049), "message is too long"),
    ("sendMessage", to(text="<b>x", parse_mode="HTML"), "can't parse entities: Can't find end tag"),
    ("sendMessage", to(text="*x*", parse_mode="MarkdownV2"), "this server reads HTML"),
    ("sendMessage", to(text="🔥", entities=[{"type": "bold", "offset": 0, "length": 1}]), "in the middle of a symbol"),
    ("sendMessage", keyboard({"text": "x", "callback_data": "火" * 22}), "BUTTON_DATA_INVALID"),
    ("sendMessage", keyboard({"text": "x", "callback_data": ""}), "BUTTON_DATA_INVALID"),
    ("sendMessage", keyboard({"text": "x"}), "exactly one of the optional fields"),
    (
        "sendMessage",
        keyboard({"text": "x", "callback_data": "x", "url": "https://a.org"}),
        "exactly one of the optional",
    ),
    ("sendMessage", keyboard({"text": " ", "callback_data": "x"}), "text must be non-empty"),
    ("sendMessage", keyboard({"text": "x", "url": "javascript:x"}), "Wrong HTTP URL"),
    ("sendMessage", keyboard({"text": "x", "callback_data": "x", "style": "red"}), "invalid button style"),
    ("sendMessage", keyboard(*[{"text": "x", "callback_data": "x"}] * 9), "more than 8 buttons"),
    ("sendMessage", keyboard(*[{"text": "x", "callback_data": "x"}] * 101), "REPLY_MARKUP_TOO_LONG"),
    ("sendDocument", to(document="x", caption="x" * 1025), "message caption is too long"),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
    ("editMessageText", {"text": "x", "inline_message_id": "1"}, "message identifier is not specified"),
    ("setWebhook", {"url": "https://a.org", "secret_token": "not this"}, "unallowed characters"),
    ("setWebhook", {"url": "https://a.org", "max_connections": 101}, "max_connections must be 1-100"),
    ("sendDice", to(), "this server does not do sendDice"),
]


@pytest.mark.parametrize(("method", "given", "why"), WRONG, ids=lambda each: each if isinstance(each, str) else "")
async def test_refused_and_kept(
    telegram: FakeTelegram, http: httpx.AsyncClient, method: str, given: Json, why: str
) -> None:
    answer = await http.post(f"/{method}", json=given)
    assert answer.status_code == 400
    assert why in answer.json()["description"]
    assert [(each.method, each.given) for each in telegram.invalid] == [(method, given)]
    assert telegram.invalid[0].description == answer.json()["description"]
    assert telegram.sent == []


@pytest.mark.parametrize(("method", "given", "why"), WRONG[:8], ids=lambda each: each if isinstance(each, str) else "")
async def test_refused_as_a_form(
    telegram: FakeTelegram, http: httpx.AsyncClient, method: str, given: Json, why: str
) -> None:
    form = {key: each if isinstance(each, str) else json.dumps(each) for key, each in given.items()}
    answer = await http.post(f"/{method}", data=form)
    if why.startswith("text: String"):
        assert answer.json()["result"]["text"] == "5"
    else:
        assert why in answer.json()["description"]
        assert len(telegram.invalid) == 1


async def test_rooms(telegram: FakeTelegram, http: httpx.AsyncClient) -> None:
    forum = telegram.group("Plant", forum=True, admin=True)
    refused = [
        ("createForumTopic", {"chat_id": forum.id, "name": "x" * 129}, "topic name must be 1-128 characters"),
        ("createForumTopic", {"chat_id": forum.id, "name": "x", "icon_color": 1}, "invalid icon_color"),
        ("createChatInviteLink", {"chat_id": forum.id, "name": "x" * 33}, "invite link name must be 0-32"),
        ("createChatInviteLink", {"chat_id": forum.id, "member_limit": 0}, "member limit must be 1-99999"),
    ]
    for method, given, why in refused:
        assert why in (await http.post(f"/{method}", json=given)).json()["description"]
    assert len(telegram.invalid) == len(refused)


async def test_bodies(telegram: FakeTelegram, http: httpx.AsyncClient) -> None:
    for body in ("{", "[1]", "null"):
        answer = await http.post("/sendMessage", content=body, headers={"Content-Type": "application/json"})
        assert answer.json()["description"] == "Bad Request: can't parse JSON object"
    assert (await http.get("/sendMessage", params={"chat_id": "5000001", "text": "in the address"})).status_code == 200
    answer = await http.post("/sendMessage", data={"chat_id": "5000001", "text": "x", "entities": "[{"})
    assert "entities: Array expected, got str" in answer.json()["description"]
    files = {"photo": ("a.jpg", b"x"), "stray": ("b.jpg", b"y")}
    answer = await http.post("/sendPhoto", data={"chat_id": "5000001"}, files=files)
    assert answer.json()["description"] == "Bad Request: stray: no such field"
    answer = await http.post(
        "/sendDocument", data={"chat_id": "5000001", "document": "attach://d"}, files={"d": ("d", b"z")}
    )
    assert answer.json()["result"]["document"]["file_size"] == 1
    unknown = await http.post("/sendSmoke")
    assert (unknown.status_code, unknown.json()["description"]) == (404, "Not Found: method not found")
    assert (await http.post("/sendmessage", data={"chat_id": "5000001", "text": "any case"})).status_code == 200
    assert len(telegram.invalid) == 6


def test_every_method_and_type_compiles() -> None:
    spec = load_spec()
    written: Json = json.loads(WRITTEN.read_text())
    for kind in written["types"]:
        assert spec.check(kind)([1]) is not None or kind == "InputFile", kind
    for name, each in written["methods"].items():
        method = spec.method(name)
        assert method is not None
        needed = any(field["required"] for field in each["fields"].values())
        assert (method.check({}) is not None) == needed


@pytest.mark.parametrize(
    ("written", "plain", "entities"),
    [
        ("a &lt; b &amp;&#33;&nbsp;&", "a < b &!&nbsp;&", []),
        ("<b>🔥</b> <i>x</i>", "🔥 x", [("bold", 0, 2), ("italic", 3, 1)]),
        ("  <b> x </b> ", "x", [("bold", 0, 1)]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2), ("italic", 1, 1)]),
        ("<b></b>x<a>y</a>", "xy", []),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("<blockquote>q</blockquote>", "q", [("blockquote", 0, 1)]),
        (
            '<span class="tg-spoiler">s</span><tg-emoji emoji-id="5">e</tg-emoji>',
            "se",
            [("spoiler", 0, 1), ("custom_emoji", 1, 1)],
        ),
        ("<code>c</code><pre>p</pre>", "cp", [("code", 0, 1), ("pre", 1, 1)]),
        ("<b>x</>", "x", [("bold", 0, 1)]),
    ],
)
def test_html(written: str, plain: str, entities: list[tuple[str, int, int]]) -> None:
    text, marked = parse(written)
    assert text == plain
    assert [(each["type"], each["offset"], each["length"]) for each in marked] == entities


def test_html_with_more() -> None:
    assert parse('<a href="https://a.org/?x=1&amp;y=2">a</a>')[1][0]["url"] == "https://a.org/?x=1&y=2"
    assert parse('<pre><code class="language-python">x</code></pre>')[1] == [
        {"type": "pre", "offset": 0, "length": 1, "language": "python"}
    ]
    assert [each["type"] for each in entities_in("/a@b_bot #火 @someone https://a.org")] == [
        *("bot_command", "hashtag", "mention", "url")
    ]
    assert (units("abc"), units("火"), units("🔥")) == (3, 1, 2)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("火<br>", 'Unsupported start tag "br" at byte offset 3'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="x"', "Unclosed start tag at byte offset 0"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b><i>x</i>", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_html_that_cannot_be_parsed(written: str, why: str) -> None:
    with pytest.raises(Unparsable) as refused:
        parse(written)
    assert str(refused.value) == why
