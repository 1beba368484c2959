"""What `tocsin doctor` says of a Slack that is well, and of one that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.slack.client import SlackClient
from bot.adapters.slack.doctor import examine, post_test_card
from bot.adapters.slack.manifest import scopes
from bot.adapters.slack.render import Reader
from bot.chat.card import Button, Card
from bot.chat.checkup import Check
from bot.clock import RealClock, VirtualClock
from bot.config import SlackSettings
from bot.domain.company import Binding, Company
from bot.domain.ids import HOUSE, RoomId
from bot.i18n import Catalogs
from bot.text import same
from tests.slack.fake import FakeSlack
from tests.slack.plant import on_slack
from tests.slack.state import Channel
from tests.stories.town import sample

ZONE, NOW = ZoneInfo("Asia/Shanghai"), datetime(2026, 3, 5, tzinfo=UTC)


class Practice:
    """The doctor, with the company on this Slack."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self.room: Channel = slack.channel("production")
        settings = on_slack(sample()[0], slack, self.room, "socket")
        self.settings: SlackSettings = settings.slack
        self.company: Company = settings.company
        slack.user("zhang")
        slack.scopes = set(scopes(self.settings))

    async def finds(self, *, at: datetime | None = None, public_url: str = "") -> dict[str, Check]:
        clock = RealClock() if at is None else VirtualClock(at)
        found = [check async for check in examine(self.settings, self.company, clock, public_url)]
        return {check.says.key.removeprefix("doctor.slack."): check for check in found}

    async def wrong(self, **more: object) -> set[str]:
        found = await self.finds(**more)  # pyright: ignore[reportArgumentType]  passed on
        assert all(check.mend for check in found.values() if check.state == "wrong")
        return {key for key, check in found.items() if check.state == "wrong"}


@pytest.fixture
def doctor(slack: FakeSlack) -> Practice:
    practice = Practice(slack)
    practice.settings = replace(practice.settings, bot_token="xoxb-fake", app_token="xapp-fake")
    return practice


async def test_all_is_well(doctor: Practice, catalogs: Catalogs) -> None:
    found = await doctor.finds()
    assert {key for key, check in found.items() if check.state != "fine"} == {"events"}
    assert set(found) == {"let_in", "scopes", "clock", "socket", "emails", "room", "events"}
    mend = found["events"].mend
    assert mend is not None
    assert "tocsin doctor --platform slack --room production" in catalogs.both(mend, ZONE, NOW)


async def test_wrong_kinds_of_token(doctor: Practice) -> None:
    doctor.settings = replace(doctor.settings, app_token="xoxb-1")
    assert await doctor.wrong() == {"app_token_kind"}
    doctor.settings = replace(doctor.settings, bot_token="xapp-1")
    assert await doctor.wrong() == {"token_kind"}


async def test_token_that_is_worth_nothing(doctor: Practice) -> None:
    doctor.slack.revoked = True
    assert await doctor.wrong() == {"not_let_in"}
    doctor.settings = replace(doctor.settings, bot_token="xoxb-other")
    assert await doctor.wrong() == {"not_let_in"}


async def test_slack_is_out_of_reach(doctor: Practice) -> None:
    await doctor.slack.goes_away()
    assert await doctor.wrong() == {"away"}


async def test_slack_is_busy(doctor: Practice) -> None:
    doctor.slack.fail_next("auth.test", "ratelimited")
    assert await doctor.wrong() == {"away"}


async def test_missing_scopes_are_named(doctor: Practice) -> None:
    doctor.slack.scopes -= {"pins:write", "users:read.email"}
    found = await doctor.finds()
    assert found["scopes_missing"].says.params["scopes"] == "pins:write, users:read.email"
    assert found["no_emails"].state == "note"


async def test_clock_that_is_wrong(doctor: Practice) -> None:
    assert await doctor.wrong(at=datetime.now(UTC) - timedelta(minutes=3)) == {"clock_wrong"}  # noqa: TID251  against the machine's


async def test_socket_mode_that_is_off(doctor: Practice) -> None:
    doctor.slack.app_scopes = set()
    assert await doctor.wrong() == {"socket_wrong"}


async def test_http_needs_secret_and_address(doctor: Practice) -> None:
    doctor.settings = replace(doctor.settings, mode="http")
    assert await doctor.wrong() == {"no_address"}
    assert await doctor.wrong(public_url="https://tocsin.example") == set()
    doctor.settings = replace(doctor.settings, signing_secret=" ")
    assert await doctor.wrong() == {"no_secret"}


async def test_rooms(doctor: Practice) -> None:
    zhang = next(iter(doctor.slack.users.values()))
    doctor.room.members.remove(doctor.slack.bot_user_id)
    assert (await doctor.finds())["room_joins"].state == "note"
    doctor.room.private = True
    assert await doctor.wrong() == {"room_missing"}
    doctor.room.private = False
    doctor.room.members += [zhang.id, doctor.slack.bot_user_id]
    await zhang.archives(doctor.room)
    assert await doctor.wrong() == {"room_archived"}

    rooms = dict(doctor.company.rooms)
    rooms[RoomId("production")] = replace(rooms[RoomId("production")], bindings=(Binding("web", "production"),))
    doctor.company = replace(doctor.company, rooms=rooms)
    found = await doctor.finds()
    assert found["no_rooms"].state == "note"
    assert "events" not in found, "there is no room to try a card in"


async def test_every_sentence_exists_in_both_languages(doctor: Practice, catalogs: Catalogs) -> None:
    for check in (await doctor.finds()).values():
        assert catalogs.both(check.says, ZONE, NOW)


async def test_card_with_a_button_arrives(doctor: Practice, catalogs: Catalogs) -> None:
    client = SlackClient("xoxb-fake", doctor.slack.base_url)
    pressed = Button("doctor.pressed", same("Press"), HOUSE)
    reader = Reader((lambda shown: catalogs.render(shown, "en", ZONE, NOW),))
    doctor.room.members.remove(doctor.slack.bot_user_id)
    await post_test_card(client, doctor.room.id, Card(None, "plain", same("A test"), buttons=(pressed,)), reader)
    await client.close()
    (posted,) = doctor.slack.messages(doctor.room)
    assert [button.label for button in posted.buttons] == ["Press"]
