"""What `tocsin doctor` says about Telegram."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.adapters.telegram.doctor import examine
from bot.clock import RealClock
from bot.i18n import Catalogs
from tests.telegram.fake import FakeTelegram
from tests.telegram.office import Office, open_office
from tests.telegram.things import RIGHTS, Member

if TYPE_CHECKING:
    from bot.chat.checkup import Check


async def found(office: Office) -> dict[str, Check]:
    """Each finding by its key; all of them can be said."""
    checks = [check async for check in examine(office.adapter.wire)]
    for check in checks:
        for shown in (check.says, check.mend):
            assert shown is None or (office.house.render(shown, "zh") and office.house.render(shown, "en"))
    return {check.says.key.removeprefix("telegram.doctor."): check for check in checks}


@pytest.fixture(autouse=True)
def real_time(office: Office) -> None:
    office.store.clock = RealClock()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder for a second store."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


async def test_all_is_well(telegram: FakeTelegram, office: Office) -> None:
    office.binds("production", telegram.group("Production", supergroup=True, admin=True))
    checks = await found(office)
    assert list(checks) == ["token_fine", "clock_fine", "updates_fine", "group_fine"]
    assert {check.state for check in checks.values()} == {"fine"}


async def test_a_wrong_token_and_no_network(telegram: FakeTelegram, office: Office) -> None:
    async with telegram.unplugged():
        assert list(await found(office)) == ["away"]
    telegram.revoke()
    checks = await found(office)
    assert checks["token_wrong"].state == "wrong"


async def test_a_clock_that_is_wrong(telegram: FakeTelegram, office: Office) -> None:
    office.store.clock = office.clock
    assert (await found(office))["clock_wrong"].state == "wrong"
    office.clock.set(datetime.now(UTC) + timedelta(seconds=90))  # noqa: TID251  as the fake's answers tell it
    assert (await found(office))["clock_wrong"].state == "wrong"


async def test_in_privacy_mode_a_group_is_half_deaf(telegram: FakeTelegram, office: Office) -> None:
    office.binds("production", telegram.group("Production", supergroup=True))
    office.binds("office", telegram.group("Office", supergroup=True, bot=False))
    office.binds("technical", "-100999")
    office.binds("quality_control", "a name")
    checks = await found(office)
    assert checks["privacy"].state == "wrong"
    assert "no_pin" not in checks, "only an event's command card is pinned"
    assert {"unreachable", "no_address"} <= checks.keys()
    office.adapter.wire.known_as = None
    telegram.can_read_all_group_messages = True
    assert "privacy" not in await found(office)


async def test_a_group_where_only_administrators_may_write(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("News", supergroup=True)
    office.binds("production", group)
    group.closed_to_bot = True
    assert (await found(office))["mute"].state == "wrong"
    group.bot = Member(group.bot.user, "administrator")
    assert "mute" not in await found(office)


async def test_a_group_that_the_bot_left(telegram: FakeTelegram, office: Office) -> None:
    group = telegram.group("Production", supergroup=True)
    office.binds("production", group)
    await office.adapter.wire.client.call("leaveChat", chat_id=group.id)
    telegram.fail_next("getChatMember", 403, "Forbidden: bot is not a member of the supergroup chat")
    assert {"unreachable", "outside"} & (await found(office)).keys()


async def test_a_group_with_a_new_number_is_named_until_it_is_written_down(
    telegram: FakeTelegram, office: Office
) -> None:
    group = telegram.group("Production", admin=True)
    office.binds("production", group)
    moved = telegram.migrate(group)
    await office.adapter.wire.places.remember(str(group.id), str(moved.id))
    checks = await found(office)
    assert checks["moved"].state == "note"
    said = [office.house.render(shown, "en") for shown in (checks["moved"].says, checks["moved"].mend) if shown]
    assert f"from {group.id} to {moved.id}" in said[0]
    assert said[1] == "Put the new number into config.toml."
    assert "group_fine" in checks
    telegram.fail_next("getChatMember", 403, "Forbidden: bot is not a member of the supergroup chat")
    assert "unreachable" in await found(office)
    office.binds("production", moved)
    assert "moved" not in await found(office)


async def test_a_webhook_where_messages_are_fetched(telegram: FakeTelegram, office: Office) -> None:
    telegram.updates.online(online=False)
    await office.adapter.wire.client.call("setWebhook", url="https://elsewhere.example.com/x")
    assert (await found(office))["hook_left"].state == "note"
    telegram.fail_next("getWebhookInfo", 502, "Bad Gateway")
    assert "away" in await found(office)


async def test_many_messages_wait(telegram: FakeTelegram, office: Office) -> None:
    xu = telegram.user("Xu Liang")
    for number in range(101):
        xu.says(telegram.private(xu), f"{number}")
    assert (await found(office))["waiting"].state == "note"


async def test_a_webhook_that_is_missing_or_fails(telegram: FakeTelegram, elsewhere: Path, catalogs: Catalogs) -> None:
    async with open_office(telegram, elsewhere, catalogs, mode="webhook") as office:
        office.store.clock = RealClock()
        assert (await found(office))["hook_missing"].state == "wrong"
        telegram.updates.online(online=False)
        await office.adapter.wire.client.call("setWebhook", url="https://tocsin.example.com/telegram/updates")
        assert "updates_fine" in await found(office)
        webhook = telegram.updates.webhook
        assert webhook is not None
        webhook.failure, webhook.failed_at = "Wrong response from the webhook: 502", int(telegram.wall())
        assert (await found(office))["hook_failing"].state == "wrong"


@pytest.mark.parametrize(
    ("rights", "finding"),
    [
        (RIGHTS, "command_group_fine"),
        (("can_invite_users",), "no_topic_right"),
        (("can_manage_topics",), "no_invite_right"),
        (("can_manage_topics", "can_invite_users"), "no_pin"),
    ],
)
async def test_the_command_group(
    telegram: FakeTelegram, elsewhere: Path, catalogs: Catalogs, rights: tuple[str, ...], finding: str
) -> None:
    group = telegram.group("Emergencies", forum=True, rights=rights)
    async with open_office(telegram, elsewhere, catalogs, command_group=str(group.id)) as office:
        office.store.clock = RealClock()
        assert finding in await found(office)


async def test_a_command_group_without_topics(telegram: FakeTelegram, elsewhere: Path, catalogs: Catalogs) -> None:
    group = telegram.group("Emergencies", admin=True)
    async with open_office(telegram, elsewhere, catalogs, command_group=str(group.id)) as office:
        office.store.clock = RealClock()
        assert (await found(office))["no_topics"].state == "note"


async def test_a_command_group_that_is_none(telegram: FakeTelegram, elsewhere: Path, catalogs: Catalogs) -> None:
    async with open_office(telegram, elsewhere, catalogs, command_group="@name") as office:
        office.store.clock = RealClock()
        assert "no_address" in await found(office)
