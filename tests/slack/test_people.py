"""What people do on Slack, and what the app hears of it."""

# slack-sdk annotates with a bare "dict":
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from slack_sdk.socket_mode.request import SocketModeRequest

from tests.slack.apps import over_socket, web_client
from tests.slack.fake import FakeSlack
from tests.slack.forms import NotSent
from tests.slack.people import User

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def asked(label: str, kind: str, **more: Any) -> Json:  # noqa: ANN401 — fields of the element, whatever they are
    """An optional question with an id like its label."""
    element = {"type": kind, "action_id": label.lower(), **more}
    return {"type": "input", "label": plain(label), "optional": True, "element": element}


def options(*words: str) -> list[Json]:
    return [{"text": plain(word), "value": word.lower()} for word in words]


class Office:
    """A workspace with a listening app."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self.guo, self.lin = slack.user("Guo Ying", locale="zh-CN"), slack.user("Lin Xiao")
        self.room = slack.channel("purchasing", [self.guo])
        self.client = web_client(slack)
        self.heard: list[Json] = []
        self.answer: Json | None = None

    async def listen(self, request: SocketModeRequest) -> Json | None:
        self.heard.append(cast("Json", request.payload))
        return self.answer

    @property
    def events(self) -> list[Json]:
        return [payload["event"] for payload in self.heard if "event" in payload]

    def kinds(self) -> list[str]:
        kinds = [event.get("subtype") or event["type"] for event in self.events]
        self.heard.clear()
        return kinds

    async def show(self, *blocks: Json) -> None:
        view = {"type": "modal", "title": plain("Form"), "submit": plain("Send"), "blocks": list(blocks)}
        await self.client.views_open(trigger_id=self.slack.new_trigger(self.guo.id), view=view)


@pytest.fixture
async def office(slack: FakeSlack) -> AsyncIterator[Office]:
    office = Office(slack)
    async with over_socket(slack, office.listen):
        yield office
        await slack.quiet()


async def test_every_kind_of_question_gives_its_own_value(office: Office) -> None:
    guo, lin = office.guo, office.lin
    await office.show(
        asked("Words", "plain_text_input", initial_value="as before"),
        asked("Lines", "plain_text_input", multiline=True, min_length=2),
        asked("Count", "number_input", is_decimal_allowed=False, min_value="0", max_value="10"),
        asked("One", "radio_buttons", options=options("Yes", "No")),
        asked("Many", "checkboxes", options=options("Smoke", "Fire", "Water"), initial_options=options("Smoke")),
        asked("Chosen", "static_select", option_groups=[{"label": plain("g"), "options": options("A", "B")}]),
        asked("Who", "users_select"),
        asked("All", "multi_users_select"),
        asked("Where", "conversations_select"),
        asked("Day", "datepicker"),
        asked("When", "datetimepicker"),
        asked("Untouched", "multi_static_select", options=options("X")),
    )
    values = {
        "Lines": "one\ntwo",
        "Count": 3,
        "One": "No",
        "Many": ["Fire", "water"],
        "Chosen": "B",
        "Who": lin,
        "All": [guo, lin.id],
        "Where": office.room,
        "Day": "2026-11-24",
        "When": 1_795_500_000,
    }
    await guo.submits(values=values)
    state = office.heard[-1]["view"]["state"]["values"]
    given = {action: value for block in state.values() for action, value in block.items()}
    shown = {action: next(each for key, each in value.items() if key != "type") for action, value in given.items()}
    assert shown["chosen"]["value"] == "b"
    assert [option["value"] for option in shown["many"]] == ["fire", "water"]
    assert shown["one"] == {"text": plain("No"), "value": "no"}
    assert {name: shown[name] for name in ("words", "lines", "count", "day", "when", "untouched")} == {
        "words": "as before",
        "lines": "one\ntwo",
        "count": "3",
        "day": "2026-11-24",
        "when": 1_795_500_000,
        "untouched": [],
    }
    assert [shown[name] for name in ("who", "all", "where")] == [lin.id, [guo.id, lin.id], office.room.id]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"Count": "many"}, "'many' is no number"),
        ({"Count": "1.5"}, "whole numbers only"),
        ({"Count": "11"}, "11 is out of range"),
        ({"Words": "one\ntwo"}, "one line only"),
        ({"Words": "12345678"}, "8 characters, not between 0 and 7"),
        ({"Photos": [b"1", b"2"]}, "1 files at most"),
    ],
)
async def test_slack_does_not_let_people_send_nonsense(office: Office, values: Json, reason: str) -> None:
    await office.show(
        asked("Words", "plain_text_input", max_length=7),
        asked("Count", "number_input", is_decimal_allowed=False, min_value="0", max_value="10"),
        asked("Photos", "file_input", max_files=1),
    )
    with pytest.raises(NotSent, match=reason):
        await office.guo.submits(values=values)
    with pytest.raises(LookupError, match="no question 'Colour'"):
        await office.guo.submits(values={"Colour": "red"})
    assert office.heard == []


async def test_menus_and_selects_are_pressed(office: Office) -> None:
    guo = office.guo
    overflow: Json = {"type": "overflow", "action_id": "more", "options": options("Give", "Later")}
    select: Json = {
        "type": "static_select",
        "action_id": "pick",
        "options": options("A", "B"),
        "placeholder": plain("Pick"),
    }
    rows: list[Json] = [
        {"type": "section", "text": plain("Task"), "accessory": overflow},
        {"type": "actions", "elements": [select]},
    ]
    await office.client.chat_postMessage(channel=office.room.id, text="x", blocks=rows)
    message = office.slack.messages(office.room)[0]
    assert message.text == "Task\nPick"
    await guo.presses(message, "Later")
    assert office.heard[-1]["actions"][0]["selected_option"]["value"] == "later"
    await guo.presses(message, "Pick", choose="B")
    assert office.heard[-1]["actions"][0]["selected_option"]["value"] == "b"
    await office.client.chat_postEphemeral(channel=office.room.id, user=guo.id, text="x", blocks=rows)
    await guo.presses(guo.ephemerals[0], "Give")
    assert office.heard[-1]["container"]["is_ephemeral"] is True
    assert "message" not in office.heard[-1]
    await office.show({"type": "actions", "elements": [select]}, asked("Words", "plain_text_input"))
    await guo.presses(guo.view, "pick", choose="A")
    assert "pick" in str(office.heard[-1]["view"]["state"])
    await guo.submits(values={"Pick": "B", "Words": "x"})
    assert "'selected_option': {'text': {'type': 'plain_text', 'text': 'B'}, 'value': 'b'}" in str(office.heard[-1])


async def test_buttons_alike_are_told_apart_by_their_value(office: Office) -> None:
    rows = [
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": f"take.{number}", "value": str(number), "text": plain("Take")},
                {"type": "button", "url": "https://example.com", "text": plain("Open"), "action_id": f"open.{number}"},
            ],
        }
        for number in range(2)
    ]
    await office.client.chat_postMessage(channel=office.room.id, text="x", blocks=rows)
    message = office.slack.messages(office.room)[0]
    with pytest.raises(LookupError, match="several are called 'Take'"):
        await office.guo.presses(message, "Take")
    await office.guo.presses(message, "Tak", with_value="1")
    assert office.heard[-1]["actions"][0]["action_id"] == "take.1"
    await office.guo.presses(message, "open.0")
    assert office.heard[-1]["actions"][0]["type"] == "button"


async def test_rooms_change_and_the_app_hears_of_it(office: Office) -> None:
    guo, lin, slack, room = office.guo, office.lin, office.slack, office.room
    await lin.joins(room)
    await lin.leaves(room)
    assert office.kinds() == ["member_joined_channel", "channel_join", "member_left_channel"]
    await guo.renames(room, "buying")
    assert (room.name, office.kinds()) == ("buying", ["channel_rename", "channel_name"])
    await guo.archives(room)
    await guo.unarchives(room)
    assert office.kinds() == ["channel_archive", "channel_archive", "channel_unarchive"]
    await guo.removes_app(room)
    await guo.says(room, "the app does not hear this")
    assert office.kinds() == ["member_left_channel", "channel_left"]
    await guo.invites_app(room)
    assert office.events[0]["inviter"] == guo.id
    assert office.kinds() == ["member_joined_channel", "channel_join"]
    secret = slack.channel("board", [guo], private=True)
    await guo.renames(secret, "directors")
    await guo.deletes_channel(secret)
    await guo.deletes_channel(room)
    assert office.kinds() == ["group_rename", "channel_name", "group_deleted", "channel_deleted"]
    assert room.id not in slack.channels


async def test_people_change_and_come_and_go(office: Office) -> None:
    await office.lin.changes(name="Lin Xiaoyu", email="lin@example.org", locale="zh-CN", guest=True)
    user = office.events[-1]["user"]
    assert (user["real_name"], user["profile"]["email"], user["locale"]) == ("Lin Xiaoyu", "lin@example.org", "zh-CN")
    await office.lin.changes(deleted=True)
    assert (office.lin.deleted, office.lin.guest, office.events[-1]["user"]["deleted"]) == (True, True, True)
    await office.slack.user("Wei").joins_team()
    assert office.kinds() == ["user_change", "user_change", "team_join"]


async def test_the_app_hears_itself_and_other_bots(office: Office) -> None:
    await office.client.chat_postMessage(channel=office.room.id, text="mine")
    await office.slack.quiet()
    assert office.events[0]["bot_id"] == office.slack.bot_id
    office.slack.echo = False
    await office.client.chat_postMessage(channel=office.room.id, text="mine again")
    await office.slack.user("Echo", bot=True).says(office.room, "from another bot")
    assert [event["text"] for event in office.events] == ["mine", "from another bot"]
    assert office.events[1]["bot_id"] != office.slack.bot_id


async def test_shortcuts(office: Office) -> None:
    await office.guo.shortcut("report")
    assert office.heard[-1]["type"] == "shortcut"
    message = await office.guo.says(office.room, "smoke in Workshop 3")
    await office.guo.shortcut("report.this", message)
    assert (office.heard[-1]["type"], office.heard[-1]["message"]["text"]) == ("message_action", "smoke in Workshop 3")


async def test_answers_to_commands_and_forms(office: Office) -> None:
    guo, slack = office.guo, office.slack
    office.answer = {"text": "Everybody!", "response_type": "in_channel"}
    await guo.commands("/report", "", office.room)
    assert [message.text for message in slack.messages(office.room)] == ["Everybody!"]
    office.answer = {"blocks": [{"type": "nonsense"}]}
    assert (await guo.commands("/report", "", office.room)).error == "invalid_blocks"
    office.answer = {"response_action": "errors", "errors": {"nowhere": "?"}}
    await office.show(asked("Words", "plain_text_input"))
    await guo.submits()
    office.answer = {"response_action": "dance"}
    await guo.submits()
    office.answer = {"response_action": "update", "view": {"type": "modal"}}
    await guo.submits()
    assert guo.view.errors == {"": "invalid_arguments"}
    await guo.closes(everything=True)
    assert slack.views == []
    assert {flaw.method for flaw in slack.invalid} == {"response", "view_submission"}
    slack.invalid.clear()


async def test_a_form_stays_when_the_app_does_not_answer() -> None:
    async with FakeSlack(ack_within=0.01) as slack:
        office = Office(slack)
        await office.show(asked("Words", "plain_text_input"))
        sent = await office.guo.submits()
        assert (sent.acked, office.guo.view.errors) == (False, {"": "We had some trouble connecting. Try again?"})


async def test_what_a_person_is_called(office: Office) -> None:
    lin: User = office.lin
    message = await office.guo.says(office.room, f"{lin.mention} look")
    assert message.fallback == f"<@{lin.id}> look"
    assert office.slack.place(office.room.id) is office.room
    await office.guo.opens_home("messages")
    assert office.events[-1]["tab"] == "messages"
